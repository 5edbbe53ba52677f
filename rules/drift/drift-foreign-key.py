"""Code writes a key that the table it refers to does not have.

The rows of the other table are written by migrations alone, and none of them has this key: the write ends with 23503.

Add the row in a migration, or write a key that there is.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_plans.sql
create table public.plans (id text primary key, price integer);
insert into public.plans values ('basic', 5), ('pro', 15);
create table public.orders (id bigint generated always as identity primary key, plan_id text references public.plans);
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const order = () => supabase.from("orders").insert({ plan_id: "premium" });
                                                                     ^^^^^^^^^ `plans` has no row with `id` `premium`: it has `basic`, `pro` (23503)
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_plans.sql
create table public.plans (id text primary key, price integer);
insert into public.plans values ('basic', 5), ('pro', 15);
create table public.orders (id bigint generated always as identity primary key, plan_id text references public.plans);
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const order = () => supabase.from("orders").insert({ plan_id: "pro" });
```
"""

from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result
from analyzer.catalogue_tables import catalogue_tables
from analyzer.data_api.uses import uses
from analyzer.database.model import Relation
from analyzer.database.values import Unknown
from analyzer.typescript.values import Known, Site, options
from analyzer.written import name_span

_MOST_SHOWN = 8


class DriftForeignKey(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        kept: dict[int, dict[str, tuple[Relation, str, frozenset[str]]]] = {}
        for use in uses(project):
            payload, relation = use.query.payload, use.relation
            if relation is None or payload is None or use.query.run == "never" or not use.certain:
                continue
            if relation.oid not in kept:
                kept[relation.oid] = {name: rest for name, *rest in _keys(project, relation)}  # type: ignore[misc]
            for column, value in payload.columns.items():
                known = kept[relation.oid].get(column)
                for one in options(value) if known is not None else ():
                    if known is None or not isinstance(one, Known) or one.value is None or one.at is None:
                        continue
                    if one.value == "" and not _is_inside(one.at, use.query.site):
                        continue  # what a form begins with
                    target, key, there = known
                    if str(one.value) in there:
                        continue
                    shown = ", ".join(f"`{text}`" for text in sorted(there)[:_MOST_SHOWN])
                    more = ", ..." if len(there) > _MOST_SHOWN else ""
                    made = name_span(project, project.hosted_database, target)
                    yield self.finding(
                        project.program.place(one.at),
                        f"`{target.name}` has no row with `{key}` `{one.value}`: it has {shown}{more} (23503)",
                        subject=f"{relation.name}.{column} {one.value}",
                        related=(Place(made, "its rows are written by migrations alone"),) if made is not None else (),
                    )


def _is_inside(at: Site, query: Site) -> bool:
    """Whether a value is written in the statement that sends it."""
    return at.path == query.path and query.node.start <= at.node.start <= query.node.end


def _keys(project: Project, relation: Relation) -> Iterator[tuple[str, Relation, str, frozenset[str]]]:
    """The columns that refer to a table whose rows are all known: name, table, its column, the keys that there are."""
    database = project.hosted_database
    for constraint in database.constraints(relation):
        target = database.state.objects.get(constraint.referenced)
        if (
            constraint.kind != "foreign key"
            or len(constraint.columns) != 1
            or not isinstance(target, Relation)
            or target.oid not in catalogue_tables(project)
        ):
            continue
        number = constraint.referenced_columns[0]
        cells = [row[number].value for row in database.rows(target) if number in row]
        if cells and not any(isinstance(one, Unknown) for one in cells):
            yield (
                relation.numbered(constraint.columns[0]).name,
                target,
                target.numbered(number).name,
                frozenset(str(one) for one in cells),
            )
