"""Row level security is on and no policy lets anybody through.

Without a policy every query of `anon` and `authenticated` finds no row, and every insert fails. That is right for
tables that only edge functions use with the service role; in a table that the app reads it is a feature that silently
shows nothing.

Write a policy for each thing that clients are to do. For a table that is the server's alone, revoking the API roles'
grants says so.

Source: [Row level security](https://supabase.com/docs/guides/database/postgres/row-level-security)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key);
             ^^^^^^^^^^^^^ no policy of `public.orders` lets a client through: only the service role can use it
alter table public.orders enable row level security;
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select using ((select auth.uid()) = user_id);
create table public.jobs (id bigint primary key);
alter table public.jobs enable row level security;
revoke all on public.jobs from anon, authenticated;
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.access import reached, shown, tables
from analyzer.written import name_span, unfollowed


class RlsWithoutPolicy(ProjectRule):
    severity = "note"
    precision = "very-high"
    splinter = "0008_rls_enabled_no_policy"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            if not table.rls or any(database.policies(table)) or not reached(project, database, table):
                continue
            span = name_span(project, database, table)
            if span is None or table.partition_of:
                continue
            if unfollowed(project, database, r"create\s+policy") is not None:
                yield self.unknown(span, f"a DO block that could not be followed may give `{shown(table)}` a policy")
                continue
            yield self.finding(
                span,
                f"no policy of `{shown(table)}` lets a client through: only the service role can use it",
                subject=shown(table),
            )
