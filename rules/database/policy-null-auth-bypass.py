"""A policy is true for requests without a user.

`auth.uid()` is NULL for everybody who is not signed in. A policy such as `auth.uid() = user_id OR auth.uid() IS NULL`,
often written for server code, therefore opens the table to everybody with the public key. Server code needs no such
clause: the service role passes row level security by.

Take the clause out. A policy that lets visitors and users read every row is a public one and is not reported. A policy for signed-in users says so with `TO authenticated`.

Source: [Row level security, `auth.uid()` returns null](https://supabase.com/docs/guides/database/postgres/row-level-security)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select using (auth.uid() = user_id or auth.uid() is null);
              ^^^^^^^^^^^^ without a user this policy is true for every row: anyone with the public key can read all of `public.orders`
create policy "change" on public.orders for update using (coalesce(auth.uid() = user_id, true));
              ^^^^^^^^ without a user this policy is true for every row: anyone with the public key can update all of `public.orders`
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid, guest boolean);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select using (auth.uid() = user_id);
create policy "guests" on public.orders for insert with check (auth.uid() is null and user_id is null and guest);
create policy "signed in" on public.orders for update to authenticated
  using (auth.uid() is null or auth.uid() = user_id);
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import deeds, shown, tables
from analyzer.policy_terms import admits_all, is_restricted, reach
from analyzer.predicates import ANYBODY, NOBODY, USER, VISITOR
from analyzer.written import name_span, stored_span


class PolicyNullAuthBypass(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 9.3
    cwe = (284, 863)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            for policy in database.policies(table):
                span = name_span(project, database, policy)
                if not policy.permissive or span is None:
                    continue
                open_ = [
                    command
                    for command, granted in reach(project, database, table, policy).items()
                    if "anon" in granted
                    and not admits_all(database, policy, command, ANYBODY)
                    and not (command == "select" and admits_all(database, policy, command, USER))
                    and (
                        admits_all(database, policy, command, NOBODY)
                        or (command in ("update", "delete") and admits_all(database, policy, command, VISITOR))
                    )
                    and not is_restricted(database, table, command, "anon")
                ]
                if not open_:
                    continue
                stored = policy.using or policy.check
                yield self.finding(
                    span,
                    f"without a user this policy is true for every row: anyone with the public key can {deeds(open_)} "
                    f"all of `{shown(table)}`",
                    subject=f"{shown(table)} {policy.name}",
                    related=(Place(stored_span(database, stored), "`auth.uid()` is NULL here"),) if stored else (),
                )
