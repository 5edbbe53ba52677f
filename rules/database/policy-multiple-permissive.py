"""Several permissive policies hold for the same role and command.

PostgreSQL joins them with OR and evaluates all of them for every row, which makes queries slower; and who reads one of
them does not see what the others let in.

Join their conditions in one policy. A policy FOR ALL beside one FOR SELECT counts for SELECT too.

Source: [Database linter, 0006](https://supabase.com/docs/guides/database/database-linter?lint=0006_multiple_permissive_policies)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid, shared boolean);
alter table public.orders enable row level security;
create policy "own" on public.orders for select to authenticated using ((select auth.uid()) = user_id);
create policy "shared" on public.orders for select using (shared);
              ^^^^^^^^ `authenticated` has 2 permissive policies for select on `public.orders`: each is evaluated for every row
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid, shared boolean);
alter table public.orders enable row level security;
create policy "visible" on public.orders for select using (shared or (select auth.uid()) = user_id);
create policy "server" on public.orders for select to service_role using (true);
create policy "not at night" on public.orders as restrictive for select using (extract(hour from now()) > 6);
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import API_ROLES, COMMANDS, policies_for, shown, tables
from analyzer.written import name_span


class PolicyMultiplePermissive(ProjectRule):
    severity = "note"
    precision = "very-high"
    splinter = "0006_multiple_permissive_policies"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            said = set()
            for command in COMMANDS if table.rls else ():
                for role in API_ROLES:
                    several = list(policies_for(database, table, role, command))
                    key = frozenset(policy.oid for policy in several)
                    span = name_span(project, database, several[-1]) if len(several) > 1 else None
                    if span is None or key in said:
                        continue
                    said.add(key)
                    others = [name_span(project, database, policy) for policy in several[:-1]]
                    yield self.finding(
                        span,
                        f"`{role}` has {len(several)} permissive policies for {command} on `{shown(table)}`: "
                        "each is evaluated for every row",
                        subject=f"{shown(table)} {role} {command}",
                        related=tuple(Place(other, "this one holds too") for other in others if other is not None),
                    )
