"""A table does not have the rows that are expected of it.

`[[expectations.rows]]` of `supalint.toml` says how many rows the migrations leave in a table, and which columns are
different in all of them. Rows that are copied from elsewhere (`insert ... select` from what is not known) cannot be
counted: then the summary says so.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.rows]]
table = "plans"
where = { kind = "game" }
count = 3
unique = ["stripe_price_id"]
```

```sql supabase/migrations/20250101000000_plans.sql
create table public.plans (id text primary key, kind text, stripe_price_id text);
             ^^^^^^^^^^^^ `plans` has 2 rows with `kind` = `game`, and 3 are expected
insert into public.plans values ('a', 'game', 'price_1'), ('b', 'game', 'price_1'), ('c', 'addon', 'price_1');
                                                                        ^^^^^^^^^ two rows of `plans` have the `stripe_price_id` `price_1`
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.rows]]
table = "plans"
where = { kind = "game" }
count = 2
unique = ["stripe_price_id"]
```

```sql supabase/migrations/20250101000000_plans.sql
create table public.plans (id text primary key, kind text, stripe_price_id text);
insert into public.plans values ('a', 'game', 'price_1'), ('b', 'game', 'price_2'), ('c', 'addon', 'price_1');
```
"""

from collections.abc import Sequence

from analyzer import Project, ProjectRule, Result
from analyzer.database.model import Relation
from analyzer.database.values import Row, Unknown
from analyzer.expectations import Rows
from analyzer.expected import (
    cell_span,
    expectation_span,
    expected_at,
    missing_column,
    no_column,
    no_table,
    relation_named,
    rows_meeting,
    shown_where,
)
from analyzer.written import name_span


class ExpectRows(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for wanted in project.declared.expectations.rows:
            span = expectation_span(project, wanted.line)
            subject = f"{wanted.table}{shown_where(wanted.where)}"
            relation = relation_named(project, wanted.table)
            if relation is None:
                yield self.finding(span, no_table(project, wanted.table), subject=subject)
                continue
            missing = missing_column(relation, [*(name for name, _ in wanted.where), *wanted.unique])
            if missing is not None:
                yield self.finding(span, no_column(relation, missing), subject=f"{subject} {missing}")
                continue
            rows, unknown = rows_meeting(project, relation, wanted.where)
            if unknown is not None:
                yield self.unknown(span, f"the rows of `{wanted.table}` are not known: {unknown}")
                continue
            wrong = _wrong_count(wanted, len(rows))
            if wrong is not None:
                made = name_span(project, project.hosted_database, relation)
                yield self.finding(
                    made or span,
                    f"`{wanted.table}` has {len(rows)} row{'' if len(rows) == 1 else 's'}"
                    f"{shown_where(wanted.where)}, and {wrong}",
                    subject=f"{subject} count",
                    related=(expected_at(project, wanted.line),) if made is not None else (),
                )
            for name in wanted.unique:
                yield from self._twice(project, relation, wanted, rows, name)

    def _twice(self, project: Project, relation: Relation, wanted: Rows, rows: Sequence[Row], name: str) -> Result:
        column = relation.column(name)
        seen: set[str] = set()
        for row in rows if column is not None else ():
            cell = row.get(column.number) if column is not None else None
            if column is None or cell is None or cell.value is None or isinstance(cell.value, Unknown):
                continue
            text = str(cell.value)
            if text in seen:
                yield self.finding(
                    cell_span(project, row, column) or expectation_span(project, wanted.line),
                    f"two rows of `{wanted.table}` have the `{name}` `{text}`",
                    subject=f"{wanted.table} {name} {text}",
                    related=(expected_at(project, wanted.line),),
                )
            seen.add(text)


def _wrong_count(wanted: Rows, count: int) -> str | None:
    if wanted.count is not None and count != wanted.count:
        return f"{wanted.count} {'is' if wanted.count == 1 else 'are'} expected"
    if wanted.at_least is not None and count < wanted.at_least:
        return f"at least {wanted.at_least} are expected"
    if wanted.at_most is not None and count > wanted.at_most:
        return f"at most {wanted.at_most} are expected"
    return None
