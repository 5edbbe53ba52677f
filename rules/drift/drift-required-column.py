"""An insert leaves out a column that has to be given.

The column is NOT NULL and has no default, no trigger fills it, and the insert does not give it. PostgreSQL rejects the
row (`23502`), always. Usual cause: the column was added later, or became NOT NULL, and this insert was forgotten.

Give the column, or a default in a migration.

## Bad

```sql supabase/migrations/20240101000000_orders.sql
create table public.orders (
  id uuid primary key default gen_random_uuid(), user_id uuid not null, total integer not null default 0
);
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const order = () => supabase.from("orders").insert({ total: 5 });
                                          ^^^^^^ the insert into `orders` leaves out `user_id`, which is NOT NULL and has no default (23502)
```

## Good

```sql supabase/migrations/20240101000000_orders.sql
create table public.orders (
  id uuid primary key default gen_random_uuid(), user_id uuid not null, number bigint not null
);
create function public.set_number() returns trigger language plpgsql as $$
begin new.number := 1; return new; end $$;
create trigger numbering before insert on public.orders for each row execute function public.set_number();
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const order = (user: string) => supabase.from("orders").insert({ user_id: user });
export const any = (row: { user_id: string }) => supabase.from("orders").insert({ ...row });
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.data_api.schema import schema_of
from analyzer.data_api.uses import SchemaUse, uses
from analyzer.database.model import Column, Relation, Type
from analyzer.platform import PLATFORM_SCHEMAS
from analyzer.trigger_terms import writes_new
from analyzer.typescript.values import Undefined
from analyzer.written import column_span


class DriftRequiredColumn(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        schema = schema_of(project)
        for use in uses(project):
            relation, payload = use.relation, use.query.payload
            if relation is None or relation.kind not in ("table", "partitioned") or use.schema in PLATFORM_SCHEMAS:
                continue
            if use.query.operation not in ("insert", "upsert") or use.query.run == "never" or not use.certain:
                continue
            if payload is None or not payload.complete:
                continue
            described = list(schema.described(relation.schema, relation.name))
            left_out = [
                column
                for column in relation.columns
                if _is_required(project, relation, column)
                and _is_left_out(use, column.name)
                and all(column.name in table.required for table in described)
            ]
            if not left_out:
                continue
            names = ", ".join(f"`{column.name}`" for column in left_out)
            verb = "is NOT NULL and has no default" if len(left_out) == 1 else "are NOT NULL and have no defaults"
            made = column_span(project, project.hosted_database, relation, left_out[0].name)
            yield self.finding(
                use.span,
                f"the {use.query.operation} into `{relation.name}` leaves out {names}, which {verb} (23502)",
                subject=f"{relation.name} {left_out[0].name}",
                related=(Place(made, f"`{left_out[0].name}` has to be given"),) if made is not None else (),
            )


def _is_required(project: Project, relation: Relation, column: Column) -> bool:
    database = project.hosted_database
    if not column.not_null or column.default or column.generated or column.identity or column.sequence:
        return False
    type_ = database.state.objects.get(column.type.oid)
    if isinstance(type_, Type) and type_.kind == "domain":
        return False  # a domain can have a default
    return not writes_new(database, relation, column.name, "insert")


def _is_left_out(use: SchemaUse, name: str) -> bool:
    payload = use.query.payload
    if payload is None or name in payload.maybe:
        return False
    return name not in payload.columns or isinstance(payload.columns[name], Undefined)
