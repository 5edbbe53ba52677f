"""Anonymous sign-ins are on, and a policy for signed-in users lets anonymous ones do as much.

With `enable_anonymous_sign_ins`, everybody gets an account without an address by one request. Such users have the role
`authenticated` like all others: only the claim `is_anonymous` tells them apart. A policy that lets every signed-in user
write therefore lets everybody write.

Ask for `(select (auth.jwt() ->> 'is_anonymous')::boolean) is false` where an account with an address is meant, best in a
restrictive policy.

Source: [Anonymous sign-ins, access control](https://supabase.com/docs/guides/auth/auth-anonymous#access-control)

## Bad

```toml supabase/config.toml
[auth]
enable_anonymous_sign_ins = true
```

```sql supabase/migrations/20250101000000_comments.sql
create table public.comments (id bigint primary key, body text);
alter table public.comments enable row level security;
create policy "users write" on public.comments for insert to authenticated with check ((select auth.uid()) is not null);
              ^^^^^^^^^^^^^ users without an address, whom anonymous sign-ins let in, can insert rows of `public.comments`
```

## Good

```toml supabase/config.toml
[auth]
enable_anonymous_sign_ins = true
```

```sql supabase/migrations/20250101000000_comments.sql
create table public.comments (id bigint primary key, user_id uuid, body text);
alter table public.comments enable row level security;
create policy "users write" on public.comments for insert to authenticated with check ((select auth.uid()) is not null);
create policy "with an address" on public.comments as restrictive for insert to authenticated
  with check ((select (auth.jwt() ->> 'is_anonymous')::boolean) is false);
create policy "own" on public.comments for delete using ((select auth.uid()) = user_id);
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import deeds, shown, tables
from analyzer.policy_terms import admits_all, is_restricted, reach
from analyzer.predicates import ANYBODY, USER
from analyzer.written import name_span


class PolicyAnonymousUser(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 5.3
    cwe = (287,)
    splinter = "0012_auth_allow_anonymous_sign_ins"

    def check(self, project: Project) -> Result:
        entry = project.config.get("auth", "enable_anonymous_sign_ins") if project.config is not None else None
        if entry is None or entry.value.scalar is not True:
            return
        database = project.hosted_database
        for table in tables(database):
            for policy in database.policies(table):
                span = name_span(project, database, policy)
                if not policy.permissive or span is None:
                    continue
                open_ = [
                    command
                    for command, roles in reach(project, database, table, policy).items()
                    if command != "select"
                    and "authenticated" in roles
                    and admits_all(database, policy, command, USER)
                    and not admits_all(database, policy, command, ANYBODY)
                    and not is_restricted(database, table, command, "authenticated")
                ]
                if open_:
                    yield self.finding(
                        span,
                        f"users without an address, whom anonymous sign-ins let in, can {deeds(open_)} "
                        f"rows of `{shown(table)}`",
                        subject=f"{shown(table)} {policy.name}",
                        related=(Place(entry.span, "switched on here"),),
                    )
