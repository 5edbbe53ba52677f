"""A set of states is not the expected one.

`[[expectations.statuses]]` of `supalint.toml` says what a column may be (its CHECK or enum), or what a list in the code
holds, such as the states that take up capacity.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.statuses]]
column = "orders.status"
values = ["paid", "active", "canceled"]
[[expectations.statuses]]
file = "supabase/functions/provision/index.ts"
name = "ACTIVE"
values = ["paid", "active"]
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, status text check (status in ('paid', 'active')));
                                                   ^^^^^^ `orders.status` lacks `canceled`, which is expected
```

```ts supabase/functions/provision/index.ts
const ACTIVE = ["paid", "active", "installing"];
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `ACTIVE` also holds `installing`, which is not expected
Deno.serve(() => Response.json(ACTIVE));
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.statuses]]
column = "orders.status"
values = ["active", "paid"]
[[expectations.statuses]]
file = "supabase/functions/provision/index.ts"
name = "ACTIVE"
values = ["paid", "active"]
```

```sql supabase/migrations/20250101000000_orders.sql
create type public.order_status as enum ('paid', 'active');
create table public.orders (id bigint primary key, status public.order_status);
```

```ts supabase/functions/provision/index.ts
const ACTIVE = ["paid", "active"] as const;
Deno.serve(() => Response.json(ACTIVE));
```
"""

from collections.abc import Collection

from analyzer import Project, ProjectRule, Result, Span
from analyzer.data_api.values import allowed_by, enum_of
from analyzer.database.model import Relation
from analyzer.expectations import Statuses
from analyzer.expected import (
    constant_named,
    constants_of,
    expectation_span,
    expected_at,
    like,
    no_column,
    no_table,
    relation_named,
    texts_in,
)
from analyzer.facts.typescript import Array
from analyzer.written import column_span


class ExpectStatusSet(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for wanted in project.declared.expectations.statuses:
            yield from self._of_column(project, wanted) if wanted.column else self._of_list(project, wanted)

    def _of_column(self, project: Project, wanted: Statuses) -> Result:
        span = expectation_span(project, wanted.line)
        table, _, name = wanted.column.rpartition(".")
        relation = relation_named(project, table)
        if relation is None or relation.column(name) is None:
            message = no_table(project, table) if relation is None else no_column(relation, name)
            yield self.finding(span, message, subject=wanted.column)
            return
        allowed = _allowed(project, relation, name)
        place = column_span(project, project.hosted_database, relation, name) or span
        if allowed is None:
            message = f"neither an enum nor a CHECK lists what `{wanted.column}` may be, which is expected"
            yield self.finding(place, message, subject=wanted.column, related=(expected_at(project, wanted.line),))
            return
        yield from self._compared(project, wanted, allowed, place, wanted.column)

    def _of_list(self, project: Project, wanted: Statuses) -> Result:
        span = expectation_span(project, wanted.line)
        subject = f"{wanted.file} {wanted.name}"
        if wanted.file not in project.modules:
            yield self.finding(
                span, f"there is no file `{wanted.file}`{like(wanted.file, project.modules)}", subject=subject
            )
            return
        found = constant_named(project, wanted.file, wanted.name)
        if not isinstance(found, Array):
            hint = like(wanted.name, constants_of(project, wanted.file))
            yield self.finding(span, f"`{wanted.file}` has no list `{wanted.name}`{hint}", subject=subject)
            return
        texts = texts_in(found)
        place = project.program.span(wanted.file, found)
        if texts is None:
            yield self.unknown(place, f"`{wanted.name}` does not hold constants alone")
            return
        yield from self._compared(project, wanted, [str(one.value) for one in texts], place, wanted.name)

    def _compared(self, project: Project, wanted: Statuses, given: Collection[str], place: Span, name: str) -> Result:
        missing = ", ".join(f"`{one}`" for one in wanted.values if one not in given)
        more = ", ".join(f"`{one}`" for one in given if one not in wanted.values)
        parts = [f"lacks {missing}, which is expected"] if missing else []
        parts += [f"also holds {more}, which is not expected"] if more else []
        if parts:
            yield self.finding(
                place,
                f"`{name}` {'; it '.join(parts)}",
                subject=name,
                related=(expected_at(project, wanted.line),),
            )


def _allowed(project: Project, relation: Relation, name: str) -> Collection[str] | None:
    labels = enum_of(project.hosted_database, relation, name)
    if labels is not None:
        return labels[1]
    column = relation.column(name)
    for constraint in project.hosted_database.constraints(relation):
        if column is not None and constraint.kind == "check" and constraint.columns == (column.number,):
            texts = allowed_by(constraint)
            if texts:
                return texts
    return None
