"""A value cannot be one of the column's type.

PostgreSQL reads every value as the type of the column: a word for a `uuid`, an empty text for an `integer`, `soon` for a
`timestamptz` end the request with 22P02, whatever else is in it.

Write a value of the type; for an empty field of a form write `null`.

Source: [PostgreSQL: data types](https://www.postgresql.org/docs/17/datatype.html)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id uuid primary key, amount integer, due timestamptz);
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const none = () => supabase.from("orders").select("amount").eq("id", "none");
                                                                            ^^^^^^ `orders.id` is uuid, which `none` is not (22P02)
export const clear = (id: string) => supabase.from("orders").update({ amount: "", due: null }).eq("id", id);
                                                                              ^^ `orders.amount` is integer, which `` is not (22P02)
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id uuid primary key, amount integer, due timestamptz);
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const cheap = () => supabase.from("orders").select("amount").eq("amount", "5").lt("due", "now");
export const clear = (id: string) => supabase.from("orders").update({ amount: null, due: "2025-01-01" }).eq("id", id);
```
"""

from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.data_api.filters import named
from analyzer.data_api.schema import schema_of
from analyzer.data_api.uses import SchemaUse, uses
from analyzer.data_api.values import is_readable
from analyzer.platform import PLATFORM_SCHEMAS
from analyzer.typescript.values import ArrayValue, Known, Value

_EQUAL = ("eq", "neq", "gt", "gte", "lt", "lte", "in")


class DriftColumnType(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        schema = schema_of(project)
        for use in uses(project):
            relation = use.relation
            if relation is None or use.query.run == "never" or use.schema in PLATFORM_SCHEMAS or not use.certain:
                continue
            for name, known in _constants(use):
                column = relation.column(name)
                if column is None or known.at is None or is_readable(database, column.type, known.value):
                    continue
                type_ = database.type_text(column.type)
                if any(
                    _differs(table.columns.get(name), known.value)
                    for table in schema.described(relation.schema, relation.name)
                ):
                    continue
                yield self.finding(
                    project.program.place(known.at),
                    f"`{relation.name}.{name}` is {type_}, which `{known.value}` is not (22P02)",
                    subject=f"{relation.name}.{name} {known.value}",
                )


def _differs(described: str | None, value: object) -> bool:
    """Whether the generated types speak of another type, that the value fits."""
    return described is not None and isinstance(value, str) and "number" not in described and "string" not in described


def _constants(use: SchemaUse) -> Iterator[tuple[str, Known]]:
    """The constants that stand in the query itself, with the column that each is for."""
    payload = use.query.payload
    if payload is not None and use.query.operation in ("insert", "update", "upsert"):
        for column, value in payload.columns.items():
            yield from _known(use, column, value)
    for one in use.query.filters:
        name = named(one.column) if one.column is not None else None
        if name is None or name.path or "->" in (one.column or "") or one.operator not in _EQUAL:
            continue
        for value in one.value.elements if isinstance(one.value, ArrayValue) else (one.value,):
            yield from _known(use, name.column, value)


def _known(use: SchemaUse, column: str, value: Value) -> Iterator[tuple[str, Known]]:
    site = use.query.site
    if isinstance(value, Known) and value.value is not None and value.at is not None:
        at = value.at
        if at.path == site.path and site.node.start <= at.node.start and at.node.end <= site.node.end:
            yield column, value
