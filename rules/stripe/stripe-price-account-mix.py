"""A price id is of another Stripe account than the others.

Every account has prices of its own, and a sandbox is an account, too. A key opens one of them: asked for a price of
another, Stripe answers `No such price`, and whoever wants to buy that one plan cannot. Mostly the id was copied from a
sandbox, or from an account that was given up.

Take the id from the account in which the others are.

Stripe documents no format of ids. In those of today, ten characters are the same in all of an account, and the rule
compares these where there are at least five ids and three quarters of them agree. It says nothing about live and test
mode: both have the same ids of the account.

## Bad

```sql supabase/migrations/20250101000000_plans.sql
create table plans (id text primary key, stripe_price_id text);
insert into plans values
  ('a', 'price_1SPaaaK4vTzQm8wd00aaaaaa'),
  ('b', 'price_1SPbbbK4vTzQm8wd00bbbbbb'),
  ('c', 'price_1SPcccK4vTzQm8wd00cccccc'),
  ('d', 'price_1SPdddK4vTzQm8wd00dddddd'),
  ('e', 'price_1SPeeeHq7NbYx2Lr00eeeeee');
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this price seems to be of another Stripe account or sandbox than the 4 others: they share `K4vTzQm8wd`, and this has `Hq7NbYx2Lr`
```

## Good

```sql supabase/migrations/20250101000000_plans.sql
create table plans (id text primary key, stripe_price_id text);
insert into plans values
  ('a', 'price_1SPaaaK4vTzQm8wd00aaaaaa'),
  ('b', 'price_1SPbbbK4vTzQm8wd00bbbbbb'),
  ('c', 'price_1SPcccK4vTzQm8wd00cccccc'),
  ('d', 'price_1SPdddK4vTzQm8wd00dddddd'),
  ('e', 'price_1SPeeeK4vTzQm8wd00eeeeee');
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.stripe_accounts import strangers


class StripePriceAccountMix(ProjectRule):
    severity = "warning"
    precision = "medium"

    def check(self, project: Project) -> Result:
        found = strangers(project)
        if found is None:
            return
        most, others = found
        for one in others:
            yield self.finding(
                one.span,
                f"this price seems to be of another Stripe account or sandbox than the {len(most)} others: "
                f"they share `{most[0].account}`, and this has `{one.account}`",
                subject=one.value,
                related=(Place(most[0].span, "one of the others"),),
            )
