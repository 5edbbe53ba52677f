"""The code names a column that its table does not have.

A query selects, filters by, orders by or writes a column that is not there when all migrations have run. PostgreSQL
rejects the request (`42703`), the Data API a write (`PGRST204`): the whole query fails, not only that column, and
supabase-js gives an error that is often not looked at. Usual causes: the column was renamed or dropped, its name is
misspelt, or `CREATE TABLE IF NOT EXISTS` found an older table, so that its new columns were never added.

Correct the name, or add the column in a migration.

The columns of embedded relations, of `or(...)`, of `onConflict` and of what is written are looked at, too. Views count
with the columns that their query gives, and functions on a row as columns. What generated types (`Database`) describe
is left alone: it is there, though not by a migration.

## Bad

```sql supabase/migrations/20240101000000_orders.sql
create table public.customers (id uuid primary key, full_name text);
create table public.orders (id uuid primary key, customer_id uuid references public.customers, total integer);
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const orders = () => supabase.from("orders").select("id, amount, customers(name)").order("created_at");
                                                                ^^^^^^ `orders` has no column `amount`
                                                                                  ^^^^ `customers` has no column `name`
                                                                                                 ^^^^^^^^^^ `orders` has no column `created_at`
export const pay = (id: string) => supabase.from("orders").update({ totals: 1 }).eq("id", id);
                                                                    ^^^^^^ `orders` has no column `totals`; did you mean `total`
```

## Good

```sql supabase/migrations/20240101000000_orders.sql
create table public.customers (id uuid primary key, full_name text);
create table public.orders (id uuid primary key, customer_id uuid references public.customers, total integer);
create function public.title(public.customers) returns text language sql stable as $$ select $1.full_name $$;
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const orders = () => supabase.from("orders").select("id, sum:total, who:customers!inner(full_name, title)");
export const of = (name: string) => supabase.from("orders").select("*, customers(*)").eq("customers.full_name", name);
```
"""

from collections import defaultdict
from collections.abc import Iterator
from difflib import get_close_matches

from analyzer import Place, Project, ProjectRule, Result
from analyzer.data_api.schema import Schema, schema_of
from analyzer.data_api.uses import ColumnUse, SchemaUse, uses
from analyzer.database.model import Relation
from analyzer.platform import PLATFORM_SCHEMAS
from analyzer.typescript.values import options, text_of

_MOST_PLACES = 8  # of one column that are shown
_DONE = {
    "select": "it is selected here, too",
    "filter": "it is filtered by here, too",
    "order": "it is ordered by here, too",
    "write": "it is written here, too",
    "conflict": "it is named here, too",
}


class DriftColumn(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        if not project.hosted_migrations:
            return
        schema = schema_of(project)
        missing: dict[tuple[int, str], list[tuple[Relation, ColumnUse]]] = defaultdict(list)
        for use in uses(project):
            if use.query.run == "never" or use.schema in PLATFORM_SCHEMAS:
                continue
            for column in use.columns:
                relation = column.relation
                if relation is not None and schema.has_column(relation, column.column) is not True:
                    if not use.certain and any(
                        schema.has_column(other, column.column) is not False for other in _others(schema, use)
                    ):
                        continue  # one caller gives the table, another one the column
                    missing[relation.oid, column.column].append((relation, column))
        for (_, name), found in missing.items():
            relation, first = found[0]
            if schema.has_column(relation, name) is None:
                yield self.unknown(
                    first.span, f"the column `{name}` of `{relation.name}` is made outside of the migrations"
                )
                continue
            near = get_close_matches(name, [column.name for column in relation.columns], n=1, cutoff=0.75)
            hint = f"; did you mean `{near[0]}`" if near else ""
            yield self.finding(
                first.span,
                f"`{relation.name}` has no column `{name}`{hint}",
                subject=f"{relation.schema}.{relation.name}.{name}",
                related=tuple(Place(use.span, _DONE[use.how]) for _, use in found[1:_MOST_PLACES]),
            )


def _others(schema: Schema, use: SchemaUse) -> Iterator[Relation]:
    """All relations that a query may be sent to."""
    for option in options(use.query.target):
        relation = schema.relation(use.schema, text_of(option) or "")
        if relation is not None:
            yield relation
