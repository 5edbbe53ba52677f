"""A policy reads `auth.users`, which clients may not, so that every query of the table fails.

The sub-selects of a policy run as the role that asks. `anon` and `authenticated` have no right to read `auth.users`:
PostgreSQL answers every query that the policy applies to with "permission denied for table users", even where another
policy would have let the row through.

Compare `auth.jwt() ->> 'email'` or a column of a profiles table, or put the query into a SECURITY DEFINER function in
a schema that is not exposed.

Source: [Row level security](https://supabase.com/docs/guides/database/postgres/row-level-security)

## Bad

```sql supabase/migrations/20250101000000_invites.sql
create table public.invites (id bigint primary key, email text);
alter table public.invites enable row level security;
create policy "own invites" on public.invites for select to authenticated using (
              ^^^^^^^^^^^^^ `authenticated` may not read `auth.users`: with this policy each attempt to read rows of `public.invites` fails
  email = (select email from auth.users where id = auth.uid())
);
```

## Good

```sql supabase/migrations/20250101000000_invites.sql
create table public.invites (id bigint primary key, email text);
alter table public.invites enable row level security;
create policy "own invites" on public.invites for select to authenticated using (email = auth.jwt() ->> 'email');
create schema private;
create function private.my_email() returns text language sql stable security definer set search_path = '' as $$
  select email from auth.users where id = auth.uid()
$$;
create policy "change" on public.invites for update using (email = private.my_email());
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import deeds, has_privilege, listed, policies_for, shown, tables
from analyzer.policy_terms import admits_all, expressions, reach, relations_read
from analyzer.predicates import ANYBODY
from analyzer.written import name_span, node_span


class PolicyReadsAuthUsers(ProjectRule):
    severity = "error"
    precision = "very-high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        users = database.relation("auth", "users")
        for table in tables(database) if users is not None else ():
            for policy in database.policies(table):
                span = name_span(project, database, policy)
                reads = [
                    node_span(database, stored, node)
                    for stored in expressions(policy)
                    for node, relation in relations_read(database, stored)
                    if relation is users
                ]
                # where another policy is plainly true, PostgreSQL drops all the rest before it looks at rights
                allowed = {
                    command: roles
                    for command, roles in reach(project, database, table, policy).items()
                    if not any(
                        admits_all(database, other, command, ANYBODY)
                        for other in policies_for(database, table, roles[0], command)
                    )
                }
                denied = sorted(
                    {
                        role
                        for roles in allowed.values()
                        for role in roles
                        if users is not None and not has_privilege(database, users, role, "select")
                    }
                )
                if span is None or not reads or not denied:
                    continue
                yield self.finding(
                    span,
                    f"{listed([f'`{role}`' for role in denied])} may not read `auth.users`: "
                    f"with this policy each attempt to {deeds(allowed)} rows of `{shown(table)}` fails",
                    subject=f"{shown(table)} {policy.name}",
                    related=tuple(Place(span, "permission denied for table users") for span in reads),
                )
