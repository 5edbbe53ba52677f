"""Code moves a row from one state to another that may not follow, or never to a state that should.

`[[expectations.transitions]]` of `supalint.toml` states to which states a row may go on. Judged are the changes whose
former state the code itself asks for (`.eq("status", "paid")`, `if (order.status === "paid")`), and the states that
nothing writes although a row should get there.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.transitions]]
^ nothing writes `canceled` to `orders.status`, to which a row should go on
column = "orders.status"
allowed = { pending = ["paid"], paid = ["active", "canceled"], active = ["canceled"] }
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, status text not null default 'pending');
```

```ts supabase/functions/provision/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async () => {
  await db.from("orders").update({ status: "paid" }).eq("status", "pending");
  await db.from("orders").update({ status: "active" }).eq("status", "pending");
                                           ^^^^^^^^ `orders.status` goes from `pending` to `active`, and only `paid` may follow
  return new Response("ok");
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.transitions]]
column = "orders.status"
allowed = { pending = ["paid"], paid = ["active"], active = [] }
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, status text not null default 'pending');
```

```ts supabase/functions/provision/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async () => {
  await db.from("orders").update({ status: "paid" }).eq("status", "pending");
  await db.from("orders").update({ status: "active" }).eq("status", "paid");
  return new Response("ok");
});
```
"""

from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.expected import expectation_span, expected_at, no_column, no_table, relation_named
from analyzer.status_columns import StatusColumn, Write, states_before, status_columns, texts_of_sql


class FlowStatusMachine(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        columns = {(one.relation.oid, one.name): one for one in status_columns(project)}
        for wanted in project.declared.expectations.transitions:
            span = expectation_span(project, wanted.line)
            table, _, name = wanted.column.rpartition(".")
            relation = relation_named(project, table)
            if relation is None or relation.column(name) is None:
                message = no_table(project, table) if relation is None else no_column(relation, name)
                yield self.finding(span, message, subject=wanted.column)
                continue
            column = columns.get((relation.oid, name))
            if column is None:
                yield self.unknown(span, f"no code writes `{wanted.column}`")
                continue
            allowed = dict(wanted.allowed)
            for write in column.writes:
                for before in sorted(set(_before(project, column, write))):
                    if len(write.constants) != 1 or write.others or before not in allowed:
                        continue
                    after = write.constants[0]
                    if after.at is None or after.value == before or after.value in allowed[before]:
                        continue
                    may = ", ".join(f"`{one}`" for one in allowed[before]) or "nothing"
                    yield self.finding(
                        project.program.place(after.at),
                        f"`{wanted.column}` goes from `{before}` to `{after.value}`, and only {may} may follow",
                        subject=f"{wanted.column} {before} {after.value}",
                        related=(expected_at(project, wanted.line),),
                    )
            written = {str(known.value) for write in column.writes for known in write.constants}
            texts = texts_of_sql(project)
            aims = dict.fromkeys(state for states in allowed.values() for state in states)
            for state in aims if texts is not None and not column.open else ():
                if texts is not None and state not in written and state not in texts:
                    message = f"nothing writes `{state}` to `{wanted.column}`, to which a row should go on"
                    yield self.finding(span, message, subject=f"{wanted.column} {state}")


def _before(project: Project, column: StatusColumn, write: Write) -> Iterator[str]:
    """The states that a row has when a write is made, as far as the code asks for them."""
    if write.use.query.operation == "update":
        yield from (str(asked.constant.value) for asked in column.asked if asked.use is write.use)
        yield from states_before(project.program, column, write)
