"""Row level security is on and no policy lets anybody through.

Without a policy every query of `anon` and `authenticated` finds no row, and every insert fails. That is right for
tables that only edge functions use with the service role, and so it is a note. Where code with the public key or a
user's token uses the table, it is a warning: a feature that silently shows nothing.

Write a policy for each thing that clients are to do. For a table that is the server's alone, revoking the API roles'
grants says so.

Source: [Row level security](https://supabase.com/docs/guides/database/postgres/row-level-security)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key);
             ^^^^^^^^^^^^^ no policy of `public.orders` lets a client through: only the service role can use it
alter table public.orders enable row level security;
```

## Bad: the app reads it

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key);
             ^^^^^^^^^^^^^ no policy of `public.orders` lets a client through: what the code reads here with the public key is always empty
alter table public.orders enable row level security;
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient("https://abcdefghijklmnopqrst.supabase.co", import.meta.env.VITE_SUPABASE_ANON_KEY);
export const orders = () => supabase.from("orders").select("id").throwOnError();
                            ~~~~~~~~~~~~~~~~~~~~~~~ with the public key
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

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import deeds, reached, shown, tables
from analyzer.table_uses import Use, client_uses
from analyzer.written import name_span, unfollowed

_MOST_RELATED = 5


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
            uses = client_uses(project, table)
            yield self.finding(
                span,
                f"no policy of `{shown(table)}` lets a client through: {_consequence(uses)}",
                subject=shown(table),
                related=tuple(Place(use.span, "with the public key") for use in uses[:_MOST_RELATED]),
                severity="warning" if uses else None,
            )


def _consequence(uses: tuple[Use, ...]) -> str:
    if not uses:
        return "only the service role can use it"
    if any("select" in use.needs for use in uses):
        return "what the code reads here with the public key is always empty"
    return f"what the code tries to {deeds({need for use in uses for need in use.needs})} here never happens"
