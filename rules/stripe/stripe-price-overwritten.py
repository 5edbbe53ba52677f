"""A later migration replaces a price id with one that the row had before.

The catalogue lists a price id, a statement that runs later puts an older one back, and the last writer wins: customers
pay a price that nobody sells any more, or of another Stripe account. It happens where a file is copied with its list
of prices, and where a short version such as `003_catalog.sql` sorts otherwise than one thinks.

Put the current id into the statement that runs last, or leave the column out of its `DO UPDATE SET`.

A new id for an old one is an ordinary change of price and left alone, as is the replacement of a placeholder.

## Bad

```sql supabase/migrations/20250101000000_plans.sql
create table plans (id text primary key, stripe_price_id text);
insert into plans values ('basic', 'price_1SPabcDEF456ghiJKL789mno');
```

```sql supabase/migrations/20250201000000_prices.sql
update plans set stripe_price_id = 'price_1SQabcDEF456ghiJKL789mnp' where id = 'basic';
                                   ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ replaced by it
```

```sql supabase/migrations/20250301000000_again.sql
insert into plans values ('basic', 'price_1SPabcDEF456ghiJKL789mno')
on conflict (id) do update set stripe_price_id = excluded.stripe_price_id;
                                                 ^^^^^^^^^^^^^^^^^^^^^^^^ this puts an older price id back into `stripe_price_id` of `public.plans` where `id` = `basic`, in place of `price_1SQabcDEF456ghiJKL789mnp`
```

## Good

```sql supabase/migrations/20250101000000_plans.sql
create table plans (id text primary key, stripe_price_id text);
insert into plans values ('basic', 'price_1SPabcDEF456ghiJKL789mno');
```

```sql supabase/migrations/20250201000000_prices.sql
update plans set stripe_price_id = 'price_1SQabcDEF456ghiJKL789mnp' where id = 'basic';
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.price_cells import price_cells


class StripePriceOverwritten(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        for cell in price_cells(project):
            if not cell.earlier or cell.earlier[0][0] == cell.value:
                continue
            replaced, span = cell.earlier[0]
            if cell.active and any(value == cell.value for value, _ in cell.earlier[1:]):
                yield self.finding(
                    cell.span,
                    f"this puts an older price id back into `{cell.column}` of `{cell.table}` where {cell.row}, "
                    f"in place of `{replaced}`",
                    subject=f"{cell.table} {cell.row} {cell.column}",
                    related=(Place(span, "replaced by it"),),
                )
