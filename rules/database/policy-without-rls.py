"""A table has policies, but row level security is not enabled, so that none of them holds.

PostgreSQL accepts policies on any table and uses them only where row level security is enabled. The table looks
protected in the migrations, and every row of it can be read and changed through the Data API.

Add `alter table ... enable row level security` in a new migration.

Source: [Row level security](https://supabase.com/docs/guides/database/postgres/row-level-security)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
create policy "own orders" on public.orders for select using ((select auth.uid()) = user_id);
              ^^^^^^^^^^^^ row level security is not enabled on `public.orders`, so its policy does not hold: anyone with the public key can read, insert, update and delete its rows
```

## Bad: disabled again

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, user_id uuid);
alter table orders enable row level security;
create policy "own orders" on orders using ((select auth.uid()) = user_id);
              ^^^^^^^^^^^^ row level security is not enabled on `public.orders`, so its policy does not hold: anyone with the public key can read, insert, update and delete its rows
```

```sql supabase/migrations/20250102000000_debug.sql
alter table orders disable row level security;
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, user_id uuid);
create policy "own orders" on orders using ((select auth.uid()) = user_id);
```

```sql supabase/migrations/20250102000000_rls.sql
alter table orders enable row level security;
```
"""

from analyzer import Create, Fix, Place, Project, ProjectRule, Result
from analyzer.access import deeds, reached, shown, sql_name, tables, who
from analyzer.written import change_span, last_change, name_span, unfollowed


class PolicyWithoutRls(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 9.1
    cwe = (284, 862)
    splinter = "0007_policy_exists_rls_disabled"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            policies = list(database.policies(table))
            allowed = reached(project, database, table)
            if table.rls or not policies or not allowed:
                continue
            name = shown(table)
            span = name_span(project, database, policies[0])
            if span is None:
                continue
            if unfollowed(project, database, r"row\s+level\s+security") is not None:
                yield self.unknown(span, f"a DO block that could not be followed may protect `{name}`")
                continue
            disabled = last_change(database, table, "disable row level security")
            made = name_span(project, database, table)
            related = []
            if disabled is not None:
                related.append(Place(change_span(project, database, disabled.place), "it is disabled here"))
            elif made is not None:
                related.append(Place(made, "nothing enables it for this table"))
            roles = {role for roles in allowed.values() for role in roles}
            number = "its policy does" if len(policies) == 1 else f"its {len(policies)} policies do"
            yield self.finding(
                span,
                f"row level security is not enabled on `{name}`, so {number} not hold: "
                f"{who(roles)} can {deeds(allowed)} its rows",
                subject=name,
                related=tuple(related),
                fix=Fix(
                    f"enable row level security on `{name}`",
                    safe=False,
                    changes=(
                        Create(
                            project.layout.path("migrations"),
                            f"protect_{table.name}",
                            f"alter table {sql_name(table)} enable row level security;\n",
                        ),
                    ),
                ),
            )
