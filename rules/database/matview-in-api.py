"""A materialized view can be read through the Data API.

A materialized view has no row level security: it holds a copy of what its owner read when it was refreshed, and who may
read it reads all of it.

Revoke it from `anon` and `authenticated`, or keep it in a schema that is not exposed and give out what clients need
through a view or a function. If it holds only what everybody may see, suppress this finding with the reason.

Source: [Database linter, 0016](https://supabase.com/docs/guides/database/database-linter?lint=0016_materialized_view_in_api)

## Bad

```sql supabase/migrations/20250101000000_stats.sql
create table public.orders (id bigint primary key, user_id uuid, total integer);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select using ((select auth.uid()) = user_id);
create materialized view public.totals as select user_id, sum(total) from public.orders group by user_id;
                         ^^^^^^^^^^^^^ anyone with the public key can read `public.totals`, a copy of `public.orders` without its policies
```

## Good

```sql supabase/migrations/20250101000000_stats.sql
create table public.orders (id bigint primary key, user_id uuid, total integer);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select using ((select auth.uid()) = user_id);
create materialized view public.totals as select user_id, sum(total) from public.orders group by user_id;
revoke all on public.totals from anon, authenticated;
create table public.products (id bigint primary key, price integer);
alter table public.products enable row level security;
create policy "anybody" on public.products for select using (true);
create materialized view public.prices as select min(price) from public.products;
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import shown, who
from analyzer.view_terms import hidden_relations, view_readers
from analyzer.written import name_span


class MatviewInApi(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 6.5
    cwe = (200, 862)
    splinter = "0016_materialized_view_in_api"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for view in database.relations("materialized view"):
            readers = view_readers(project, database, view)
            span = name_span(project, database, view)
            hidden = next((each for role in readers for each in hidden_relations(database, view, role)), None)
            if hidden is None or span is None:
                continue
            made = name_span(project, database, hidden)
            yield self.finding(
                span,
                f"{who(readers)} can read `{shown(view)}`, a copy of `{shown(hidden)}` without its policies",
                subject=shown(view),
                related=(Place(made, "protected itself"),) if made is not None else (),
            )
