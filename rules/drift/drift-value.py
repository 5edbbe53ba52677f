"""A value is written to a column, or looked for in it, that the column does not take.

The column is an enum, or a CHECK constraint lists what it takes, and the code has another word. An enum rejects it in
a write and in a filter (`22P02`); a CHECK rejects the write (`23514`), and a filter finds nothing, ever.

Use a word that the column takes, or let the migration allow the new one.

## Bad

```sql supabase/migrations/20240101000000_orders.sql
create type public.order_state as enum ('pending', 'paid');
create table public.orders (
  id uuid primary key, state public.order_state not null, kind text check (kind in ('one_time', 'subscription'))
);
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const open = () => supabase.from("orders").select("id").in("state", ["pending", "open"]);
                                                                                       ^^^^^^ `orders.state` does not take `open`: the enum `order_state` has `pending`, `paid` (22P02)
export const pay = (id: string) => supabase.from("orders").update({ kind: "recurring" }).eq("id", id);
                                                                          ^^^^^^^^^^^ `orders.kind` does not take `recurring`: the check `orders_kind_check` allows `one_time`, `subscription` (23514)
export const some = () => supabase.from("orders").select("id").eq("kind", "onetime");
                                                                          ^^^^^^^^^ `orders.kind` is never `onetime`, so that this finds nothing: the check `orders_kind_check` allows `one_time`, `subscription`
```

## Good

```sql supabase/migrations/20240101000000_orders.sql
create type public.order_state as enum ('pending', 'paid');
create table public.orders (id uuid primary key, state public.order_state not null);
alter type public.order_state add value 'open';
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const open = () => supabase.from("orders").select("id").in("state", ["pending", "open"]).neq("state", "paid");
```
"""

from collections.abc import Iterator, Sequence

from analyzer import Place, Project, ProjectRule, Result
from analyzer.data_api.filters import named
from analyzer.data_api.generated import GeneratedTypes
from analyzer.data_api.schema import schema_of
from analyzer.data_api.uses import SchemaUse, uses
from analyzer.data_api.values import Refusal, refusal
from analyzer.facts.typescript import Assign, Call, Constant, Declarator, Function, New, Node, Return
from analyzer.platform import PLATFORM_SCHEMAS
from analyzer.typescript.flow import conditions
from analyzer.typescript.program import Program
from analyzer.typescript.values import ArrayValue, Either, Known, Site, Value, options
from analyzer.typescript.walk import inside

_EQUAL = ("eq", "in")


class DriftValue(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        schema = schema_of(project)
        seen = set()
        for use in uses(project):
            relation = use.relation
            if relation is None or use.query.run == "never" or use.schema in PLATFORM_SCHEMAS or not use.certain:
                continue
            for column, value, written, negated in _values(project.program, use):
                found = refusal(database, relation, column, value.value)
                if found is None or value.at is None or (found.kind == "check" and negated):
                    continue
                if not _is_meant(project.program, use, value):
                    continue
                if any(value.value in enums for enums in _described(schema.types, use.schema)):
                    yield self.unknown(use.span, f"`{found.name}` has `{value.value}` outside of the migrations")
                    continue
                span = project.program.place(value.at)
                if (span, column) in seen:
                    continue
                seen.add((span, column))
                yield self.finding(
                    span,
                    _message(f"{relation.name}.{column}", value.value, found, written=written),
                    severity="error" if written or found.kind == "enum" else "warning",
                    subject=f"{relation.name}.{column} {value.value}",
                    related=(Place(use.span, f"it is meant for `{relation.name}` here"),)
                    if use.span.path != span.path
                    else (),
                )


def _described(types: Sequence[GeneratedTypes], schema: str) -> Iterator[tuple[str, ...]]:
    for one in types:
        if schema in one.schemas:
            yield from one.schemas[schema].enums.values()


def _is_asked_first(program: Program, at: Site, value: object) -> bool:
    """Whether a filter is added only where a test has looked for the constant: `if (state !== "all")`."""
    return any(
        isinstance(node, Constant) and node.value == value
        for condition in conditions(program, at.path, at.node)
        for node in inside(condition.test)
    )


def _values(program: Program, use: SchemaUse) -> Iterator[tuple[str, Known, bool, bool]]:
    """The constants that are written to columns or compared with them: column, value, whether written, whether negated."""
    payload = use.query.payload
    if payload is not None and use.query.operation in ("insert", "update", "upsert"):
        for column, value in payload.columns.items():
            for known in _constants(value):
                yield column, known, True, False
    for one in use.query.filters:
        name = named(one.column) if one.column is not None else None
        if name is None or name.path or "->" in (one.column or "") or one.operator not in _EQUAL:
            continue
        values = one.value.elements if one.operator == "in" and isinstance(one.value, ArrayValue) else (one.value,)
        for value in values:
            for known in _constants(value):
                if not _is_asked_first(program, one.site, known.value):
                    yield name.column, known, False, one.negated


def _constants(value: Value) -> Iterator[Known]:
    """The constants that a value is, if it is nothing else; of `given ?? "default"` the default."""
    every = options(value)
    if isinstance(value, Either) and value.how not in ("??", "||", "?:"):
        return  # which of them it is, is decided elsewhere
    if not isinstance(value, Either) or value.how != "?:" or all(isinstance(one, Known) for one in every):
        for option in every:
            if isinstance(option, Known) and option.value is not None:
                yield option


def _is_meant(program: Program, use: SchemaUse, value: Known) -> bool:
    """Whether a constant is written in the query, or is the value of a name; not the state that a form begins with."""
    begin, at = use.query.site, value.at
    if at is None:
        return False
    node: Node | None = at.node
    if at.path == begin.path and begin.node.start <= at.node.start and at.node.end <= begin.node.end:
        return True
    if not value.value:
        return False  # nothing chosen yet
    while node is not None:
        node = program.parent(at.path, node)
        if isinstance(node, Call | New):
            return False
        if isinstance(node, Declarator | Assign | Return | Function):
            return True
    return True


def _message(column: str, value: object, found: Refusal, *, written: bool) -> str:
    allowed = ", ".join(f"`{one}`" for one in found.allowed)
    if found.kind == "enum":
        return f"`{column}` does not take `{value}`: the enum `{found.name}` has {allowed} (22P02)"
    rule = f"the check `{found.name}` {f'allows {allowed}' if allowed else 'rejects it'}"
    if written:
        return f"`{column}` does not take `{value}`: {rule} (23514)"
    return f"`{column}` is never `{value}`, so that this finds nothing: {rule}"
