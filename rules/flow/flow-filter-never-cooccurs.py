"""A query asks for two things of one row that never come together.

A column is only ever set in one stroke with a state, and the query asks for rows where it is set and the state is
another one, which rows only have before. Each filter is right by itself; together they find nothing, and the job
that waits for such rows never has work.

Ask for the state that goes with the column, or write the column when the earlier state begins.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, server_id bigint, status text not null default 'paid');
```

```ts supabase/functions/provision/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { id, server } = await req.json();
  await db.from("orders").update({ status: "provisioning" }).eq("id", id);
  await db.from("orders").update({ status: "provisioned", server_id: server }).eq("id", id);
  return new Response("ok");
});
```

```ts supabase/functions/reconcile/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { server } = await req.json();
  const { data } = await db.from("orders").select("id").eq("server_id", server).eq("status", "provisioning");
                                                                                             ^^^^^^^^^^^^^^ this finds nothing: `orders.server_id` is only set together with `status` `provisioned`, never with `provisioning`
  return Response.json(data);
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, server_id bigint, status text not null default 'paid');
```

```ts supabase/functions/provision/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { id, server } = await req.json();
  await db.from("orders").update({ status: "provisioning" }).eq("id", id);
  await db.from("orders").update({ status: "provisioned", server_id: server }).eq("id", id);
  return new Response("ok");
});
```

```ts supabase/functions/reconcile/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { server } = await req.json();
  const { data } = await db.from("orders").select("id").eq("server_id", server).eq("status", "provisioned");
  return Response.json(data);
});
```
"""

import re
from collections.abc import Sequence

from analyzer import Place, Project, ProjectRule, Result
from analyzer.data_api.uses import uses
from analyzer.database.model import Relation
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import Identifier, Insert, Update
from analyzer.function_callers import may_be_called_elsewhere
from analyzer.status_columns import StatusColumn, Write, status_columns
from analyzer.typescript.flow import executed_before
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Filter
from analyzer.typescript.values import ArrayValue, Known, Undefined, options
from analyzer.typescript.walk import inside

_MOST_RELATED = 5


class FlowFilterNeverCooccurs(ProjectRule):
    severity = "warning"
    precision = "medium"

    def check(self, project: Project) -> Result:
        columns = {(one.relation.oid, one.name): one for one in status_columns(project) if one.writes and not one.open}
        if not columns or may_be_called_elsewhere(project):
            return
        program = project.program
        for use in uses(project):
            relation = use.relation
            if relation is None or not use.certain or len(use.query.filters) < 2:
                continue
            for asked in use.query.filters:
                status = columns.get((relation.oid, asked.column or ""))
                states = _states(asked) if status is not None else ()
                if status is None or not states:
                    continue
                for other in use.query.filters:
                    writes = _set_by(project, status, other)
                    together = sorted({str(one.value) for write in writes for one in write.constants})
                    if not writes or not all(_comes_before(program, status, writes, one) for one in states):
                        continue
                    name = f"{relation.name}.{other.column}"
                    shown = " or ".join(f"`{one}`" for one in together)
                    earlier = " and ".join(f"`{one}`" for one in states)
                    yield self.finding(
                        program.place(asked.value.at or asked.site),
                        f"this finds nothing: `{name}` is only set together with `{status.name}` {shown}, never with"
                        f" {earlier}",
                        subject=f"{use.query.site.path} {name}",
                        related=tuple(
                            Place(program.place(write.use.query.begin), "it is set here")
                            for write in writes[:_MOST_RELATED]
                        ),
                    )
                    break


def _states(asked: Filter) -> tuple[str, ...]:
    """The states that a filter looks for, where all are known."""
    if asked.negated or asked.maybe or asked.operator not in ("eq", "in"):
        return ()
    if isinstance(asked.value, ArrayValue) and not asked.value.complete:
        return ()
    values = asked.value.elements if isinstance(asked.value, ArrayValue) else (asked.value,)
    found = [one.value for each in values for one in options(each) if isinstance(one, Known)]
    return tuple(map(str, found)) if found and len(found) == len(values) else ()


def _set_by(project: Project, status: StatusColumn, other: Filter) -> Sequence[Write]:
    """The writes that set a column that a filter asks to be set, where each of them sets the state too."""
    if other.column is None or other.column == status.name or other.maybe or not _asks_for_content(other):
        return ()
    column = status.relation.column(other.column)
    if column is None or column.default is not None or column.generated is not None or column.not_null:
        return ()
    if column.identity or _is_named_in_sql(project, status.relation, column.name):
        return ()
    found: dict[object, Write] = {}
    by_query = {one.use.query.begin.node: one for one in status.writes}
    for use in uses(project):
        payload = use.query.payload
        if use.relation is not status.relation or use.query.operation not in ("insert", "update", "upsert"):
            continue
        if payload is None or not payload.complete:
            return ()
        content = payload.columns.get(column.name)
        if content is None or _is_nothing(content):
            continue
        write = by_query.get(use.query.begin.node)
        if write is None or write.others or not write.constants or status.name in payload.maybe:
            return ()
        found[use.query.begin.node] = write
    return tuple(found.values())


def _asks_for_content(other: Filter) -> bool:
    if other.operator in ("eq", "in", "gt", "gte", "lt", "lte", "like", "ilike"):
        return not other.negated and not _is_nothing(other.value)
    return other.operator == "is" and other.negated and _is_nothing(other.value)


def _is_nothing(content: object) -> bool:
    return isinstance(content, Undefined) or (isinstance(content, Known) and content.value is None)


def _comes_before(program: Program, status: StatusColumn, setting: Sequence[Write], state: str) -> bool:
    """Whether rows have a state only before the column is set: they are made in it, or the same code goes on."""
    for write in status.writes:
        if state not in {str(one.value) for one in write.constants}:
            continue
        query = write.use.query
        if write in setting:
            return False
        if query.operation == "insert":
            continue
        if query.operation != "update" or not any(_runs_before(program, write, later) for later in setting):
            return False
    return True


def _runs_before(program: Program, write: Write, later: Write) -> bool:
    query, other = write.use.query, later.use.query
    if query.site.path != other.site.path or query.function != other.function:
        return False
    return any(
        query.begin.node is part
        for statement in executed_before(program, other.site.path, other.begin.node)
        for part in inside(statement)
    )


def _is_named_in_sql(project: Project, relation: Relation, column: str) -> bool:
    """Whether a function of the database, or a statement that changes rows, may write the column."""
    database = project.hosted_database
    word = re.compile(rf"\b{re.escape(column)}\b")
    for function in database.functions():
        if database.own(function) and (function.definition is None or word.search(function.definition.value)):
            return True
    return any(
        isinstance(node, Identifier) and node.text == column
        for file in (*project.hosted_migrations, *project.seeds)
        for statement in file.statements
        if isinstance(statement, Insert | Update) and statement.table.name.name == relation.name
        for node in descendants(statement)
    )
