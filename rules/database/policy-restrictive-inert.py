"""A restrictive policy does nothing.

Restrictive policies only take away from what permissive ones let through. On a table, or for a command, without a
permissive policy they leave nobody anything to take from: all is denied. A restrictive policy that is always true takes
nothing away.

Write the permissive policy that was meant, or make this one permissive.

Source: [CREATE POLICY](https://www.postgresql.org/docs/17/sql-createpolicy.html)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
alter table public.orders enable row level security;
create policy "own orders" on public.orders as restrictive for select using ((select auth.uid()) = user_id);
              ^^^^^^^^^^^^ no permissive policy of `public.orders` stands beside this restrictive one: nobody can read a row
create policy "all" on public.orders for insert with check ((select auth.uid()) = user_id);
create policy "nothing" on public.orders as restrictive for insert with check (true);
              ^^^^^^^^^ this restrictive policy of `public.orders` is always true: it takes nothing away
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid, hidden boolean);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select using ((select auth.uid()) = user_id);
create policy "not hidden" on public.orders as restrictive for select using (not hidden);
create policy "no deletes" on public.orders as restrictive for delete using (false);
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.access import deeds, policies_for, shown, tables
from analyzer.policy_terms import admits_all, deciding, node_of, reach
from analyzer.predicates import ANYBODY, can_be_true
from analyzer.written import name_span


class PolicyRestrictiveInert(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            for policy in database.policies(table):
                span = name_span(project, database, policy)
                if policy.permissive or span is None:
                    continue
                allowed = reach(project, database, table, policy)
                lonely = [
                    command
                    for command, roles in allowed.items()
                    if not any(True for role in roles for _ in policies_for(database, table, role, command))
                    # a policy that is false says that all is denied
                    and (stored := deciding(policy, command)) is not None
                    and can_be_true(database, node_of(stored), ANYBODY)
                ]
                if allowed and all(admits_all(database, policy, command, ANYBODY) for command in allowed):
                    message = f"this restrictive policy of `{shown(table)}` is always true: it takes nothing away"
                elif lonely and len(lonely) == len(allowed):
                    message = (
                        f"no permissive policy of `{shown(table)}` stands beside this restrictive one: "
                        f"nobody can {deeds(lonely)} a row"
                    )
                else:
                    continue
                yield self.finding(span, message, subject=f"{shown(table)} {policy.name}")
