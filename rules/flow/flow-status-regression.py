"""Rows go back to an earlier state, whatever state they are in.

The code knows an order of states: a row that is `paid` becomes `active`. Another place sets all rows of a customer or a
server to `paid` without asking how each of them stands. Those that were finished are taken back to the start, and
everything that follows happens once more.

Say from which states the change is allowed: `.in("status", ["pending"])`, and look whether a row was changed.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, node_id bigint, status text not null default 'pending');
```

```ts supabase/functions/provision/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async () => {
  await db.from("orders").update({ status: "active" }).eq("status", "paid");
  return new Response("ok");
});
```

```ts supabase/functions/free-node/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { node } = await req.json();
  await db.from("orders").update({ node_id: null, status: "paid" }).eq("node_id", node);
                                                          ^^^^^^ `orders.status` becomes `paid` whatever it was: a row that is already `active` goes back
  return new Response("ok");
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, node_id bigint, status text not null default 'pending');
```

```ts supabase/functions/provision/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async () => {
  await db.from("orders").update({ status: "active" }).eq("status", "paid");
  return new Response("ok");
});
```

```ts supabase/functions/free-node/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { node } = await req.json();
  await db.from("orders").update({ node_id: null, status: "paid" }).eq("node_id", node).eq("status", "provisioning");
  return new Response("ok");
});
```
"""

import re
from collections.abc import Iterator, Mapping

from analyzer import Place, Project, ProjectRule, Result
from analyzer.status_columns import StatusColumn, Write, states_before, status_columns
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import conditions
from analyzer.typescript.program import Program
from analyzer.typescript.values import Row, origins
from analyzer.typescript.walk import inside

_MEANT = re.compile(
    r"retry|re-?try|reopen|restore|reactivat|undo|requeue|resume|revert|rollback|restart", re.IGNORECASE
)
# States that a row may get to from any other.
_FINAL = re.compile(r"cancel|delet|archiv|reject|fail|error|expir|clos|abort|void|refund|ended|inactive", re.IGNORECASE)


class FlowStatusRegression(ProjectRule):
    severity = "warning"
    precision = "medium"
    security_severity = 7.5
    cwe = (841,)

    def check(self, project: Project) -> Result:
        program = project.program
        for column in status_columns(project):
            steps = _steps(program, column)
            for write in column.writes:
                query = write.use.query
                if query.operation != "update" or len(write.constants) != 1 or "/functions/" not in query.site.path:
                    continue
                state = write.constants[0]
                later = steps.get(str(state.value))
                if (
                    later is None
                    or _FINAL.search(str(state.value))
                    or state.at is None
                    or write.others
                    or _MEANT.search(query.site.path)
                ):
                    continue
                if _asks(program, column, write) or _is_one_row(project, column, write):
                    continue
                following, known = later
                if str(state.value) in _reached(steps, following):
                    continue  # the states go round
                name = f"{column.relation.name}.{column.name}"
                yield self.finding(
                    program.place(state.at),
                    f"`{name}` becomes `{state.value}` whatever it was: a row that is already `{following}` goes back",
                    subject=f"{query.site.path} {name} {state.value}",
                    related=(
                        Place(program.place(known.use.query.begin), f"here `{state.value}` becomes `{following}`"),
                    ),
                )


def _steps(program: Program, column: StatusColumn) -> Mapping[str, tuple[str, Write]]:
    """From which state to which the code goes on, where it asks for the state that it changes."""
    found: dict[str, tuple[str, Write]] = {}
    for write in column.writes:
        if write.use.query.operation != "update" or len(write.constants) != 1:
            continue
        for asked in column.asked:
            if asked.use is write.use and asked.constant.value != write.constants[0].value:
                found.setdefault(str(asked.constant.value), (str(write.constants[0].value), write))
        for state in states_before(program, column, write):
            if state != write.constants[0].value:
                found.setdefault(state, (str(write.constants[0].value), write))
    return found


def _reached(steps: Mapping[str, tuple[str, Write]], state: str) -> set[str]:
    found: set[str] = set()
    while state in steps and state not in found:
        found.add(state)
        state = steps[state][0]
    return found | {state}


def _asks(program: Program, column: StatusColumn, write: Write) -> bool:
    """Whether the write asks, or something before it has asked, how the row stands; or the row is new."""
    query = write.use.query
    if any(one.column in (None, column.name) or _is_new(one.value) for one in query.filters):
        return True
    path = query.site.path
    return any(
        isinstance(one, Row) and one.path[-1:] == (column.name,)
        for condition in conditions(program, path, query.begin.node)
        for part in inside(condition.test)
        for one in _rows(program, path, part)
    )


def _is_one_row(project: Project, column: StatusColumn, write: Write) -> bool:
    """Whether the write is for rows by their key: who wrote it may know how those stand."""
    named = {one.column for one in write.use.query.filters if one.operator in ("eq", "in")}
    return any(
        index.unique and all(key.column and column.relation.numbered(key.column).name in named for key in index.keys)
        for index in project.hosted_database.indexes(column.relation)
    )


def _rows(program: Program, path: str, part: object) -> Iterator[object]:
    from analyzer.facts.typescript import Member, Name

    if isinstance(part, Member | Name):
        yield from origins(value(program, path, part))


def _is_new(content: object) -> bool:
    """Whether a filter is for a row that the same code has just made."""
    return any(
        isinstance(one, Row) and any(step.name in ("insert", "upsert") for step in one.query.steps)
        for one in origins(content)  # type: ignore[arg-type]
    )
