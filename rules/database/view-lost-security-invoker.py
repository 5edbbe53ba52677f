"""A view was replaced without its `security_invoker` and runs as its owner again.

`CREATE OR REPLACE VIEW` sets the options of the view to those that it names: without `WITH (security_invoker = on)`
the one that an earlier migration had set is gone, and the view reads its tables past their row level security.
Nothing warns of it.

Repeat the option in each `CREATE OR REPLACE VIEW`, or set it with `ALTER VIEW` afterwards.

Source: [CREATE VIEW](https://www.postgresql.org/docs/17/sql-createview.html)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid, total integer);
alter table public.orders enable row level security;
create view public.order_list with (security_invoker = on) as select id, total from public.orders;
            ~~~~~~~~~~~~~~~~~ it was set here
```

```sql supabase/migrations/20250102000000_user.sql
create or replace view public.order_list as select id, total, user_id from public.orders;
                       ^^^^^^^^^^^^^^^^^ `public.order_list` loses `security_invoker` here and runs as its owner: anyone with the public key can read past the policies of its tables
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid, total integer);
alter table public.orders enable row level security;
create view public.order_list with (security_invoker = on) as select id, total from public.orders;
```

```sql supabase/migrations/20250102000000_user.sql
create or replace view public.order_list as select id, total, user_id from public.orders;
alter view public.order_list set (security_invoker = true);
```
"""

from analyzer import Create, Fix, Place, Project, ProjectRule, Result
from analyzer.access import shown, sql_name, who
from analyzer.view_terms import lost_invoker, runs_as_owner, view_readers
from analyzer.written import change_span, name_span


class ViewLostSecurityInvoker(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 7.5
    cwe = (284, 862)
    splinter = "0010_security_definer_view"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for view in database.relations("view"):
            readers = view_readers(project, database, view)
            span = name_span(project, database, view)
            if not readers or span is None or not runs_as_owner(view):
                continue
            before = lost_invoker(project, database, view)
            if before is not None:
                yield self.finding(
                    span,
                    f"`{shown(view)}` loses `security_invoker` here and runs as its owner: "
                    f"{who(readers)} can read past the policies of its tables",
                    subject=shown(view),
                    related=(Place(change_span(project, database, before), "it was set here"),),
                    fix=Fix(
                        "set `security_invoker` again",
                        safe=True,
                        changes=(
                            Create(
                                project.layout.path("migrations"),
                                f"let_{view.name}_run_as_its_reader",
                                f"alter view {sql_name(view)} set (security_invoker = on);\n",
                            ),
                        ),
                    ),
                )
