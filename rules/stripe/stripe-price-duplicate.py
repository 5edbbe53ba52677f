"""Two rows of the catalogue share one price id.

Whoever buys the one pays the price of the other: Stripe knows only the id. Usually a line was copied and its id left
as it was.

Put each row's own price id there. Rows that are switched off are left alone.

The rows are those that all migrations leave behind, whatever statement wrote them.

## Bad

```sql supabase/migrations/20250101000000_plans.sql
create table plans (id text primary key, stripe_price_id text);
insert into plans (id, stripe_price_id) values
  ('basic', 'price_1SPabcDEF456ghiJKL789mno'),
            ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ the row with `id` = `basic` has it too
  ('pro', 'price_1SPabcDEF456ghiJKL789mno');
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the row of `public.plans` with `id` = `pro` has the price id of the row with `id` = `basic`
```

## Good

```sql supabase/migrations/20250101000000_plans.sql
create table plans (id text primary key, stripe_price_id text, active boolean default true);
insert into plans (id, stripe_price_id, active) values
  ('basic', 'price_1SPabcDEF456ghiJKL789mno', true),
  ('pro', 'price_1SQabcDEF456ghiJKL789mnp', true),
  ('old', 'price_1SPabcDEF456ghiJKL789mno', false);
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result
from analyzer.price_cells import PriceCell, price_cells

_REAL = re.compile(r"^price_[A-Za-z0-9]{14,}$")  # placeholders have a rule of their own


class StripePriceDuplicate(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        first: dict[tuple[str, str, str], PriceCell] = {}
        for cell in price_cells(project):
            if not cell.active or not cell.row or not _REAL.match(cell.value):
                continue
            other = first.setdefault((cell.table, cell.column, cell.value), cell)
            if other is not cell and other.row != cell.row:
                yield self.finding(
                    cell.span,
                    f"the row of `{cell.table}` with {cell.row} has the price id of the row with {other.row}",
                    subject=f"{cell.table} {cell.row}",
                    related=(Place(other.span, f"the row with {other.row} has it too"),),
                )
