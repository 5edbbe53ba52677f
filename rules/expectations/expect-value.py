"""A value of a table does not look as expected.

`[[expectations.values]]` of `supalint.toml` gives regular expressions that every value of a column matches or that none
does, or a list of what there may be. Judged are the rows that the migrations leave.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.values]]
table = "plans"
column = "stripe_price_id"
matches = "^price_1S"
```

```sql supabase/migrations/20250101000000_plans.sql
create table public.plans (id text primary key, stripe_price_id text);
insert into public.plans values ('a', 'price_1SPq'), ('b', 'price_ark_4gb_monthly');
                                                           ^^^^^^^^^^^^^^^^^^^^^^^ `plans.stripe_price_id` is `price_ark_4gb_monthly`, which does not match `^price_1S`
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.values]]
table = "plans"
column = "stripe_price_id"
matches = "^price_1S"
never = "_monthly$"
```

```sql supabase/migrations/20250101000000_plans.sql
create table public.plans (id text primary key, stripe_price_id text);
insert into public.plans values ('a', 'price_1SPq'), ('b', 'price_1SQK');
```
"""

import re

from analyzer import Project, ProjectRule, Result
from analyzer.database.values import Unknown
from analyzer.expectations import Values
from analyzer.expected import (
    expectation_span,
    expected_at,
    missing_column,
    no_column,
    no_table,
    relation_named,
    rows_meeting,
)

_MOST = 20  # values of one expectation that are named


class ExpectValue(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for wanted in project.declared.expectations.values:
            span = expectation_span(project, wanted.line)
            name = f"{wanted.table}.{wanted.column}"
            relation = relation_named(project, wanted.table)
            if relation is None:
                yield self.finding(span, no_table(project, wanted.table), subject=name)
                continue
            missing = missing_column(relation, [wanted.column, *(one for one, _ in wanted.where)])
            column = relation.column(wanted.column)
            if missing is not None or column is None:
                yield self.finding(span, no_column(relation, missing or wanted.column), subject=name)
                continue
            rows, unknown = rows_meeting(project, relation, wanted.where)
            cells = [cell for row in rows if (cell := row.get(column.number)) is not None]
            if unknown is None and any(isinstance(cell.value, Unknown) for cell in cells):
                unknown = "a value is not"
            if unknown is not None:
                yield self.unknown(span, f"the values of `{name}` are not known: {unknown}")
                continue
            wrong = [(cell, why) for cell in cells if cell.value is not None and (why := _why(wanted, str(cell.value)))]
            for cell, why in wrong[:_MOST]:
                yield self.finding(
                    project.hosted_database.span(cell.place),
                    f"`{name}` is `{cell.value}`, which {why}",
                    subject=f"{name} {cell.value}",
                    related=(expected_at(project, wanted.line),),
                )


def _why(wanted: Values, text: str) -> str | None:
    if wanted.matches and not re.search(wanted.matches, text):
        return f"does not match `{wanted.matches}`"
    if wanted.never and re.search(wanted.never, text):
        return f"matches `{wanted.never}`"
    if wanted.one_of and text not in wanted.one_of:
        return f"is none of {', '.join(f'`{one}`' for one in wanted.one_of)}"
    return None
