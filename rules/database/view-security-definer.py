"""A view reads tables past their row level security.

A view runs with the rights of its owner unless it says `security_invoker`. Its owner is `postgres`, whom no policy
binds: who may read the view reads all rows of the tables below it, whatever their policies say.

Set `security_invoker = on` on the view. Where it is meant to show a part of a protected table to everybody, and shows
only columns that everybody may see, suppress this finding with the reason.

Views that ask for the user themselves, views over tables that everybody may read, those that only count, and those that
are called `public` or `safe` are not reported; Supabase's own linter reports all of them.

Source: [Tables and data, views](https://supabase.com/docs/guides/database/tables#view-security)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid, total integer);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select using ((select auth.uid()) = user_id);
create view public.order_totals as select user_id, sum(total) as total from public.orders group by user_id;
            ^^^^^^^^^^^^^^^^^^^ `public.order_totals` runs as its owner: anyone with the public key can read `public.orders` through it, past the policies
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid, total integer);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select using ((select auth.uid()) = user_id);
create view public.order_totals with (security_invoker = on) as
  select user_id, sum(total) as total from public.orders group by user_id;
create view public.my_orders as select id, total from public.orders where user_id = auth.uid();
create table public.products (id bigint primary key, price integer);
alter table public.products enable row level security;
create policy "anybody" on public.products for select using (true);
create view public.cheap_products as select id from public.products where price < 10;
create view public.order_number as select count(*) from public.orders;
```
"""

import re

from analyzer import Create, Fix, Place, Project, ProjectRule, Result
from analyzer.access import shown, sql_name, who
from analyzer.view_terms import asks_for_user, hidden_relations, lost_invoker, only_counts, runs_as_owner, view_readers
from analyzer.written import name_span

_PUBLIC = re.compile(r"(?:^|_)(?:public|safe|sanitized)(?:_|$)")  # shows what everybody may see


class ViewSecurityDefiner(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 7.5
    cwe = (284, 862)
    splinter = "0010_security_definer_view"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for view in database.relations("view"):
            readers = view_readers(project, database, view)
            span = name_span(project, database, view)
            if not readers or span is None or not runs_as_owner(view) or asks_for_user(view):
                continue
            if lost_invoker(project, database, view) is not None or project.postgres_version < 15:
                continue
            hidden = {relation.oid: relation for role in readers for relation in hidden_relations(database, view, role)}
            if not hidden or _PUBLIC.search(view.name) or only_counts(view):
                continue
            first = next(iter(hidden.values()))
            made = name_span(project, database, first)
            yield self.finding(
                span,
                f"`{shown(view)}` runs as its owner: {who(readers)} can read `{shown(first)}` through it, "
                "past the policies",
                subject=shown(view),
                related=(Place(made, "read through the view"),) if made is not None else (),
                fix=Fix(
                    "let the view run as who reads it",
                    safe=False,
                    changes=(
                        Create(
                            project.layout.path("migrations"),
                            f"let_{view.name}_run_as_its_reader",
                            f"alter view {sql_name(view)} set (security_invoker = on);\n",
                        ),
                    ),
                ),
            )
