"""The code uses a table or function that its role was never granted: every request fails with 42501.

Row level security decides which rows; a privilege decides whether there is anything to decide. Projects made since
30 May 2026 no longer grant new tables and functions to `anon`, `authenticated` and `service_role` on their own, and
neither do others from 30 October 2026 on (`auto_expose_new_tables` in `config.toml` is the local switch). Tables of a
schema other than `public` never were granted. Without a grant, "permission denied for table orders" comes back instead
of rows, from the service role's key too.

Grant what each role is to do in the migration that makes the table, and leave the rows to policies.

Source: [Changes of default grants](https://github.com/orgs/supabase/discussions/45329),
[using custom schemas](https://supabase.com/docs/guides/api/using-custom-schemas)

## Bad

```toml supabase/config.toml
[api]
auto_expose_new_tables = false
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select using ((select auth.uid()) = user_id);
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient("https://abcdefghijklmnopqrst.supabase.co", import.meta.env.VITE_SUPABASE_ANON_KEY);
export const orders = () => supabase.from("orders").select("id").throwOnError();
                            ^^^^^^^^^^^^^^^^^^^^^^^ this fails: no migration lets `anon` or `authenticated` read `public.orders`
```

## Bad: a schema that was made and not opened

```toml supabase/config.toml
[api]
schemas = ["public", "shop"]
```

```sql supabase/migrations/20250101000000_orders.sql
create schema shop;
create table shop.orders (id bigint primary key);
create function shop.total() returns integer language sql as $$ select 1 $$;
```

```ts supabase/functions/orders/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async () => {
  await db.schema("shop").from("orders").insert({ id: 1 }).throwOnError();
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this fails: no migration lets `service_role` insert into `shop.orders`
  const { data } = await db.schema("shop").rpc("total");
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this fails: no migration lets `service_role` execute `shop.total`
  return Response.json(data);
});
```

## Good

```toml supabase/config.toml
[api]
auto_expose_new_tables = false
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select using ((select auth.uid()) = user_id);
grant select on public.orders to authenticated;
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient("https://abcdefghijklmnopqrst.supabase.co", import.meta.env.VITE_SUPABASE_ANON_KEY);
export const orders = () => supabase.from("orders").select("id").throwOnError();
```
"""

from collections.abc import Iterator, Sequence

from analyzer import Create, Fix, Place, Project, ProjectRule, Result
from analyzer.access import API_ROLES, Command, has_privilege, is_served, may_execute, may_use_schema, shown, sql_name
from analyzer.database.model import Function, Relation
from analyzer.database.names import quoted
from analyzer.database.replay import Database
from analyzer.platform import PLATFORM_SCHEMAS
from analyzer.table_uses import Use, function_uses, table_uses
from analyzer.written import name_span, unfollowed

_VERBS = {"select": "read", "insert": "insert into", "update": "update", "delete": "delete from"}
_MOST_RELATED = 5


class GrantMissing(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        blind = unfollowed(project, database, r"\bgrant\b|default\s+privileges")
        for table in database.relations("table", "partitioned", "view", "materialized view", "foreign"):
            if not database.own(table) or table.schema in PLATFORM_SCHEMAS or not is_served(project, table):
                continue
            denied = list(_denied(database, table, table_uses(project).get(table.oid, ())))
            for roles in dict.fromkeys(use.roles for use, _ in denied):
                uses = [(use, command) for use, command in denied if use.roles == roles]
                first, command = uses[0]
                if blind is not None:
                    yield self.unknown(first.span, f"a DO block that could not be followed may open `{shown(table)}`")
                    continue
                needed = sorted({each for _, each in uses})
                yield self.finding(
                    first.span,
                    f"this fails: no migration lets {_named(roles)} {_VERBS[command]} `{shown(table)}`",
                    subject=f"{shown(table)} {roles[-1]}",
                    related=_related(project, database, table, [use for use, _ in uses[1:]]),
                    fix=_grant(project, database, table, f"{', '.join(needed)} on {sql_name(table)}", roles),
                )
        for (schema, name), calls in function_uses(project).items():
            functions = list(database.functions(schema, name))
            if blind is not None or not functions or not all(map(database.own, functions)):
                continue
            if not is_served(project, functions[0]):
                continue
            for use in calls:
                if use.roles and not any(may_execute(database, one, role) for one in functions for role in use.roles):
                    yield self.finding(
                        use.span,
                        f"this fails: no migration lets {_named(use.roles)} execute `{schema}.{name}`",
                        subject=f"{schema}.{name} {use.roles[-1]}",
                        related=_related(project, database, functions[0], []),
                    )
                    break


def _denied(database: Database, table: Relation, uses: Sequence[Use]) -> Iterator[tuple[Use, Command]]:
    """The queries that none of the roles which they may run as is allowed to send, with what is not allowed."""
    for use in uses:
        for command in use.needs:
            if use.roles and not any(
                may_use_schema(database, table.schema, role) and has_privilege(database, table, role, command)
                for role in use.roles
            ):
                yield use, command
                break


def _named(roles: tuple[str, ...]) -> str:
    return " or ".join(f"`{role}`" for role in roles)


def _related(
    project: Project, database: Database, made: Relation | Function, others: Sequence[Use]
) -> tuple[Place, ...]:
    span = name_span(project, database, made)
    places = [Place(span, "made here")] if span is not None else []
    return (*places, *(Place(use.span, "and this") for use in others[:_MOST_RELATED]))


def _grant(project: Project, database: Database, table: Relation, what: str, roles: tuple[str, ...]) -> Fix:
    """For a client the right goes to signed-in users alone: whether visitors are meant cannot be told."""
    role = "authenticated" if roles == API_ROLES else roles[0]
    usage = (
        ""
        if may_use_schema(database, table.schema, role)
        else f"grant usage on schema {quoted(table.schema)} to {role};\n"
    )
    return Fix(
        f"grant it to `{role}`",
        safe=False,
        changes=(
            Create(project.layout.path("migrations"), f"grant_{table.name}", f"{usage}grant {what} to {role};\n"),
        ),
    )
