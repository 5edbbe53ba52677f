"""The policies of a table read the table itself, so that every query fails.

Before a sub-select of a policy reads a table, PostgreSQL applies the policies of that table to it. If these lead back
to the first table, there is no end, and PostgreSQL refuses the query: "infinite recursion detected in policy for
relation". It happens in one policy that reads its own table, and in two tables whose policies read each other.

Put the inner query into a SECURITY DEFINER function: it reads past row level security, which ends the circle. Keep the
function in a schema that is not exposed.

Source: [Row level security, security definer functions](https://supabase.com/docs/guides/database/postgres/row-level-security#use-security-definer-functions)

## Bad

```sql supabase/migrations/20250101000000_members.sql
create table public.members (org_id bigint, user_id uuid);
alter table public.members enable row level security;
create policy "same organisation" on public.members for select using (
              ^^^^^^^^^^^^^^^^^^^ this policy reads `public.members` again: each attempt to read rows of `public.members` fails with infinite recursion
  org_id in (select org_id from public.members where user_id = auth.uid())
);
```

## Bad: two tables

```sql supabase/migrations/20250101000000_orgs.sql
create table public.orgs (id bigint primary key, owner_id uuid);
create table public.members (org_id bigint, user_id uuid);
alter table public.orgs enable row level security;
alter table public.members enable row level security;
create policy "members see it" on public.orgs for select using (
              ^^^^^^^^^^^^^^^^ this policy reads `public.orgs` again through `public.members`: each attempt to read rows of `public.orgs` fails with infinite recursion
  exists (select 1 from public.members m where m.org_id = orgs.id and m.user_id = auth.uid())
);
create policy "owners see members" on public.members for select using (
              ^^^^^^^^^^^^^^^^^^^^ this policy reads `public.members` again through `public.orgs`: each attempt to read rows of `public.members` fails with infinite recursion
  exists (select 1 from public.orgs o where o.id = members.org_id and o.owner_id = auth.uid())
);
```

## Good

```sql supabase/migrations/20250101000000_members.sql
create table public.members (org_id bigint, user_id uuid);
alter table public.members enable row level security;
create schema private;
create function private.my_orgs() returns setof bigint language sql stable security definer set search_path = '' as $$
  select org_id from public.members where user_id = auth.uid()
$$;
create policy "same organisation" on public.members for select using (org_id in (select private.my_orgs()));
```

## Good: the inner read meets a policy without a sub-select

```sql supabase/migrations/20250101000000_members.sql
create table public.members (org_id bigint, user_id uuid);
alter table public.members enable row level security;
create policy "own" on public.members for select using (user_id = auth.uid());
create policy "invite" on public.members for insert with check (
  exists (select 1 from public.members m where m.org_id = members.org_id and m.user_id = auth.uid())
);
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import deeds, shown, tables
from analyzer.policy_reads import circle
from analyzer.policy_terms import reach
from analyzer.written import name_span, node_span


class PolicyRecursive(ProjectRule):
    severity = "error"
    precision = "very-high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            for policy in database.policies(table):
                span = name_span(project, database, policy)
                failing = {
                    command: steps
                    for command, roles in reach(project, database, table, policy).items()
                    for role in roles
                    # a policy that only leads to the circle of other tables fails with them
                    if (steps := circle(database, policy, command, role)) and steps[-1].relation.oid == table.oid
                }
                if not failing or span is None:
                    continue
                steps = next(iter(failing.values()))
                through = [shown(step.relation) for step in steps[:-1]]
                way = f" through `{'` and `'.join(through)}`" if through else ""
                yield self.finding(
                    span,
                    f"this policy reads `{shown(steps[-1].relation)}` again{way}: each attempt to {deeds(failing)} "
                    f"rows of `{shown(table)}` fails with infinite recursion",
                    subject=f"{shown(table)} {policy.name}",
                    related=tuple(
                        Place(node_span(database, step.stored, step.node), f"reads `{shown(step.relation)}`")
                        for step in steps
                    ),
                )
