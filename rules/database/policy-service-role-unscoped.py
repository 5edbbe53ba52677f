"""A policy that is meant for the service role lets everybody through.

A policy without `TO` holds for all roles, whatever it is called: "Service role can manage orders" with `USING (true)`
lets everybody with the public key do the same. The service role itself needs no policy, since it passes row level
security by.

Drop the policy, or add `TO service_role`.

Source: [Row level security, bypassing it](https://supabase.com/docs/guides/database/postgres/row-level-security)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
alter table public.orders enable row level security;
create policy "Service role can manage orders" on public.orders for all using (true) with check (true);
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this policy is not limited to `service_role`: anyone with the public key can read, insert, update and delete any row of `public.orders`
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
alter table public.orders enable row level security;
create policy "Service role can manage orders" on public.orders for all to service_role using (true);
create policy "Service role only" on public.orders for delete using (auth.jwt() ->> 'role' = 'service_role');
create policy "service_role reads" on public.orders for select using (auth.role() = 'service_role');
```
"""

from analyzer import Create, Fix, Place, Project, ProjectRule, Result
from analyzer.access import deeds, shown, sql_name, tables, who
from analyzer.database.names import quoted
from analyzer.policy_terms import admits_all, is_for_server, is_restricted, reach
from analyzer.predicates import ANYBODY
from analyzer.written import name_span, stored_span


class PolicyServiceRoleUnscoped(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 9.1
    cwe = (284, 863)
    splinter = "0024_rls_policy_always_true"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            for policy in database.policies(table):
                span = name_span(project, database, policy)
                if not policy.permissive or span is None or not is_for_server(policy):
                    continue
                open_ = {
                    command: roles
                    for command, granted in reach(project, database, table, policy).items()
                    if admits_all(database, policy, command, ANYBODY)
                    and (roles := [role for role in granted if not is_restricted(database, table, command, role)])
                }
                if not open_:
                    continue
                everybody = {role for roles in open_.values() for role in roles}
                stored = policy.using or policy.check
                yield self.finding(
                    span,
                    f"this policy is not limited to `service_role`: {who(everybody)} can {deeds(open_)} "
                    f"any row of `{shown(table)}`",
                    subject=f"{shown(table)} {policy.name}",
                    related=(Place(stored_span(database, stored), "true for every role"),) if stored else (),
                    fix=Fix(
                        "limit the policy to `service_role`",
                        safe=False,
                        changes=(
                            Create(
                                project.layout.path("migrations"),
                                f"limit_policy_on_{table.name}",
                                f"alter policy {quoted(policy.name)} on {sql_name(table)} to service_role;\n",
                            ),
                        ),
                    ),
                )
