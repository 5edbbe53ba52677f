"""A policy that is called a denial lets rows through.

Policies are PERMISSIVE unless they say `AS RESTRICTIVE`: each one *adds* rows that may be used, and none takes any
away. "Deny anonymous access" with `USING (auth.uid() IS NOT NULL)` therefore gives every signed-in user every row,
past all the other policies of the table.

Make it `AS RESTRICTIVE`, with a permissive policy beside it for those who are to have access; or drop it: what no
policy admits is denied.

Source: [CREATE POLICY, PERMISSIVE and RESTRICTIVE](https://www.postgresql.org/docs/17/sql-createpolicy.html)

## Bad

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key, email text, banned boolean);
alter table public.profiles enable row level security;
create policy "own profile" on public.profiles for select using ((select auth.uid()) = id);
create policy "Deny anonymous access" on public.profiles for select using (auth.uid() is not null);
              ^^^^^^^^^^^^^^^^^^^^^^^ this policy denies nothing: it is permissive and lets every signed-in user read rows of `public.profiles`
create policy "Block banned users" on public.profiles for update using (not banned);
              ^^^^^^^^^^^^^^^^^^^^ this policy denies nothing: it is permissive and lets anyone with the public key update rows of `public.profiles`
```

## Good

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key, email text);
alter table public.profiles enable row level security;
create policy "own profile" on public.profiles for select using ((select auth.uid()) = id);
create policy "Deny anonymous access" on public.profiles as restrictive for select using (auth.uid() is not null);
create policy "Deny deletes" on public.profiles for delete using (false);
create policy "Prevent changes by others" on public.profiles for update using ((select auth.uid()) = id);
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import ApiRole, Command, deeds, shown, tables, who
from analyzer.database.model import Policy
from analyzer.database.replay import Database
from analyzer.facts.sql_query import BinaryOperation, Not
from analyzer.policy_terms import admits_all, deciding, mentions_user, node_of, reach
from analyzer.predicates import USER, VISITOR
from analyzer.written import name_span, stored_span

_DENIAL = re.compile(
    r"^\W*(?:deny|denies|block|prevent|forbid|disallow|reject|prohibit|no (?:public|anon\w*|direct|client|one))s?(?![a-z])",
    re.IGNORECASE,
)


class PolicyDenyIsPermissive(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 8.8
    cwe = (284, 863)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            for policy in database.policies(table):
                span = name_span(project, database, policy)
                if not policy.permissive or span is None or not _DENIAL.match(policy.name):
                    continue
                given = {
                    command: let_in
                    for command, roles in reach(project, database, table, policy).items()
                    if (let_in := [role for role in roles if _lets_in(database, policy, command, role)])
                }
                if not given:
                    continue
                roles = {role for each in given.values() for role in each}
                stored = policy.using or policy.check
                yield self.finding(
                    span,
                    f"this policy denies nothing: it is permissive and lets {who(roles)} {deeds(given)} "
                    f"rows of `{shown(table)}`",
                    subject=f"{shown(table)} {policy.name}",
                    related=(Place(stored_span(database, stored), "these rows are let through"),) if stored else (),
                )


def _lets_in(database: Database, policy: Policy, command: Command, role: ApiRole) -> bool:
    """Whether the policy gives the role rows for being none of those that it means to keep out."""
    if admits_all(database, policy, command, VISITOR if role == "anon" else USER):
        return True
    stored = deciding(policy, command)
    if stored is None:
        return False
    node = node_of(stored)
    negative = isinstance(node, Not) or (isinstance(node, BinaryOperation) and node.operator in ("<>", "!="))
    return negative and not mentions_user(node)
