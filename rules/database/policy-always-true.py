"""A policy lets everybody change every row.

A permissive policy for INSERT, UPDATE, DELETE or ALL whose expression is always true switches row level security off
for that command: who has the public key can rewrite or delete the rows of all users with one request.

Say whose rows they are: `using ((select auth.uid()) = user_id)`. What only the server does needs no policy, since the
service role passes row level security by.

A SELECT policy that is always true is how a public catalogue is made, and is not reported; neither is one for INSERT
alone on a table whose rows belong to nobody, which is how contact forms work. Supabase's own linter reports the
latter. It also reports policies without an expression, which in fact admit no row: those are
`policy-no-expression`.

Source: [Row level security](https://supabase.com/docs/guides/database/postgres/row-level-security),
[CREATE POLICY](https://www.postgresql.org/docs/17/sql-createpolicy.html)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, total integer);
alter table public.orders enable row level security;
create policy "orders are kept" on public.orders for update to authenticated using (true);
              ^^^^^^^^^^^^^^^^^ every signed-in user can update any row of `public.orders`: this policy is always true
create policy "orders are removed" on public.orders for delete using (1 = 1 or total > 0);
              ^^^^^^^^^^^^^^^^^^^^ anyone with the public key can delete any row of `public.orders`: this policy is always true
```

## Bad: rows for other users

```sql supabase/migrations/20250101000000_notes.sql
create table public.notes (id bigint primary key, user_id uuid references auth.users, body text);
alter table public.notes enable row level security;
create policy "write" on public.notes for insert with check (true);
              ^^^^^^^ anyone with the public key can insert any row of `public.notes`: this policy is always true
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
alter table public.orders enable row level security;
create policy "anybody reads" on public.orders for select using (true);
create policy "own" on public.orders for update using ((select auth.uid()) = user_id);
create policy "server" on public.orders for all to service_role using (true) with check (true);
create table public.contact_requests (id bigint primary key, message text);
alter table public.contact_requests enable row level security;
create policy "anybody writes to us" on public.contact_requests for insert with check (true);
```

## Good: replaced later

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
alter table public.orders enable row level security;
create policy "all" on public.orders using (true);
```

```sql supabase/migrations/20250102000000_tighten.sql
drop policy if exists "all" on public.orders;
create policy "all" on public.orders using ((select auth.uid()) = user_id);
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import deeds, owner_columns, shown, tables, who
from analyzer.policy_terms import admits_all, is_for_server, is_restricted, reach
from analyzer.predicates import ANYBODY
from analyzer.written import name_span, stored_span


class PolicyAlwaysTrue(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 8.6
    cwe = (284, 863)
    splinter = "0024_rls_policy_always_true"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            for policy in database.policies(table):
                span = name_span(project, database, policy)
                if not policy.permissive or span is None or is_for_server(policy):
                    continue
                open_ = {
                    command: roles
                    for command, granted in reach(project, database, table, policy).items()
                    if command != "select"
                    and admits_all(database, policy, command, ANYBODY)
                    and (roles := [role for role in granted if not is_restricted(database, table, command, role)])
                }
                if set(open_) == {"insert"} and policy.command != "all" and not owner_columns(database, table):
                    continue
                if not open_:
                    continue
                everybody = {role for roles in open_.values() for role in roles}
                stored = policy.using or policy.check
                yield self.finding(
                    span,
                    f"{who(everybody)} can {deeds(open_)} any row of `{shown(table)}`: this policy is always true",
                    subject=f"{shown(table)} {policy.name}",
                    related=(Place(stored_span(database, stored), "true for every row"),) if stored else (),
                )
