"""A policy has no expression, so that it admits no row.

A policy for SELECT, UPDATE or DELETE without USING, for INSERT without WITH CHECK, or for ALL with neither, is taken
by PostgreSQL as false: the command finds nothing to read or change, or fails. Nothing says why.

Write the expression. Supabase's own linter takes the missing expression for an open one.

Source: [CREATE POLICY](https://www.postgresql.org/docs/17/sql-createpolicy.html)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for insert to authenticated;
              ^^^^^^^^^^^^ this policy lets nobody insert a row of `public.orders`: it has no WITH CHECK
create policy "change" on public.orders for update with check ((select auth.uid()) = user_id);
              ^^^^^^^^ this policy lets nobody update a row of `public.orders`: it has no USING
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
alter table public.orders enable row level security;
create policy "insert" on public.orders for all with check ((select auth.uid()) = user_id);
create policy "server" on public.orders for insert to service_role;
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.access import deeds, shown, tables
from analyzer.policy_terms import deciding, reach
from analyzer.written import name_span


class PolicyNoExpression(ProjectRule):
    severity = "warning"
    precision = "very-high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            for policy in database.policies(table):
                span = name_span(project, database, policy)
                if not policy.permissive or span is None:
                    continue
                shut = [
                    command
                    for command in reach(project, database, table, policy)
                    if deciding(policy, command) is None and (policy.command != "all" or policy.check is None)
                ]
                if shut:
                    lacks = "WITH CHECK" if policy.command == "insert" else "USING"
                    yield self.finding(
                        span,
                        f"this policy lets nobody {deeds(shut)} a row of `{shown(table)}`: it has no {lacks}",
                        subject=f"{shown(table)} {policy.name}",
                    )
