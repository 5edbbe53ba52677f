"""A migration drops or renames what the code still uses.

The migration itself succeeds. From its deploy on, every query that names the old table, column, function or value is
refused: `42P01` or `PGRST205`, `42703` or `PGRST204`, `PGRST202`, `22P02`. supabase-js gives an error that is often not
looked at, so that a page stays empty, or what is to be saved is lost.

Change the code in the same pull request. Where both versions of it run for a while, as apps on phones and cached pages
do, keep the old name until nobody asks for it: add the new column, write both, and drop the old one in a later release.

What a later migration makes again is left alone, and so are queries whose names are put together as the code runs.

Source: [PostgREST, errors](https://docs.postgrest.org/en/stable/references/errors.html),
[Database migrations](https://supabase.com/docs/guides/deployment/database-migrations)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, state text, total integer);
create table public.carts (id bigint primary key);
create function public.close_order(id bigint) returns void language sql as 'select 1';
```

```sql supabase/migrations/20250201000000_cleanup.sql
alter table public.orders rename column state to status;
                                        ^^^^^ `orders.state` becomes `status` here, and 2 places still use `state`: their queries are refused
drop table public.carts;
           ^^^^^^^^^^^^ `carts` is dropped here, and 1 place still uses it: its query is refused
drop function public.close_order;
              ^^^^^^^^^^^^^^^^^^ `close_order` is dropped here, and 1 place still uses it: its query is refused
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const open = () => supabase.from("orders").select("id, state").eq("state", "open");
                                                              ~~~~~ selected here
                                                                          ~~~~~ filtered by here
export const carts = () => supabase.from("carts").select("id");
                                          ~~~~~ used here
export const close = (id: number) => supabase.rpc("close_order", { id });
                                                   ~~~~~~~~~~~ called here
```

## Bad: a value, and the body of a function

```sql supabase/migrations/20250101000000_orders.sql
create type public.state as enum ('pending', 'paid');
create table public.orders (id bigint primary key, state public.state);
create table public.logs (id bigint primary key);
create function public.log() returns void language plpgsql as $$
begin
  delete from public.logs;
              ~~~~~~~~~~~ `log` fails here
end $$;
```

```sql supabase/migrations/20250201000000_states.sql
alter type public.state rename value 'pending' to 'open';
                                     ^^^^^^^^^ `pending` becomes `open` here, and 1 place still uses `pending`: its query is refused
alter table public.logs rename to events;
            ^^^^^^^^^^^ `logs` becomes `events` here, and 1 place still uses `logs`: its query is refused
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const open = () => supabase.from("orders").select("id").eq("state", "pending");
                                                                           ~~~~~~~~~ used here
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, state text, total integer);
create table public.carts (id bigint primary key);
```

```sql supabase/migrations/20250201000000_cleanup.sql
alter table public.orders rename column state to status;
drop table public.carts;
create view public.carts as select id from public.orders where status = 'open';
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const open = () => supabase.from("orders").select("id, status").eq("status", "open");
export const carts = () => supabase.from("carts").select("id");
```
"""

from collections import defaultdict
from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result
from analyzer.data_api.schema import schema_of
from analyzer.data_api.uses import How, SchemaUse, uses
from analyzer.data_api.values import enum_of
from analyzer.function_bodies import body_mistakes
from analyzer.removed_names import Name, Removal, removed_names
from analyzer.typescript.values import Known, Value, options

_MOST_PLACES = 8  # that are shown of one name
_DONE: dict[How, str] = {
    "select": "selected here",
    "filter": "filtered by here",
    "order": "ordered by here",
    "write": "written here",
    "conflict": "named here",
}


class MigrationBreaksCode(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        removed = removed_names(project)
        if not removed:
            return
        places: dict[Name, dict[Place, None]] = defaultdict(dict)
        for name, place in (*_in_queries(project), *_in_bodies(project)):
            if name in removed:
                places[name][place] = None
        for name, found in places.items():
            removal = removed[name]
            yield self.finding(
                removal.span,
                _message(project, name, removal, len(found)),
                subject=".".join(part for part in name[1:] if part),
                related=tuple(found)[:_MOST_PLACES],
            )


def _message(project: Project, name: Name, removal: Removal, number: int) -> str:
    owner = name.owner if name.schema == schema_of(project).default else f"{name.schema}.{name.owner}"
    shown = f"{owner}.{name.name}" if name.kind == "column" else name.name or owner
    what = f"`{shown}` becomes `{removal.renamed_to}`" if removal.renamed_to else f"`{shown}` is dropped"
    old = f"`{name.name or owner}`" if removal.renamed_to else "it"
    who = (
        f"1 place still uses {old}: its query is"
        if number == 1
        else f"{number} places still use {old}: their queries are"
    )
    return f"{what} here, and {who} refused"


def _in_queries(project: Project) -> Iterator[tuple[Name, Place]]:
    schema = schema_of(project)
    for use in uses(project):
        if use.query.run == "never" or not use.certain:
            continue
        if use.query.operation == "rpc":
            yield Name("function", use.schema, use.name), Place(use.span, "called here")
        elif use.relation is None:
            yield Name("relation", use.schema, use.name), Place(use.span, "used here")
        for column in use.columns:
            relation = column.relation
            if relation is not None and schema.has_column(relation, column.column) is not True:
                name = Name("column", relation.schema, relation.name, column.column)
                yield name, Place(column.span, _DONE[column.how])
        yield from _values(project, use)


def _values(project: Project, use: SchemaUse) -> Iterator[tuple[Name, Place]]:
    """The values that are written to columns of an enum, or compared with them."""
    if use.relation is None:
        return
    payload = use.query.payload
    given: list[tuple[str, Value]] = list(payload.columns.items()) if payload is not None else []
    given += [(each.column, each.value) for each in use.query.filters if each.column and each.operator == "eq"]
    for column, value in given:
        labels = enum_of(project.hosted_database, use.relation, column)
        for option in options(value) if labels is not None else ():
            if labels is not None and isinstance(option, Known) and isinstance(option.value, str) and option.at:
                name = Name("value", use.relation.schema, labels[0], option.value)
                yield name, Place(project.program.place(option.at), "used here")


def _in_bodies(project: Project) -> Iterator[tuple[Name, Place]]:
    if project.hosted_database.failures:
        return  # what a failed statement would have made may be there
    for mistake in body_mistakes(project):
        place = Place(mistake.span, f"`{mistake.function.name}` fails here")
        schema, _, owner = mistake.subject.rpartition(".")
        if mistake.sqlstate == "42P01":
            yield Name("relation", schema or "public", owner), place
