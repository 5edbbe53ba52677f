"""A policy filters by a column that no index begins with.

The condition of a policy is part of every query of the table. Without an index on the column that it compares with the
user, PostgreSQL reads the whole table for each request, however few rows the user has.

Create an index on the column. A primary key or a unique constraint that begins with it will do.

Source: [Row level security, add indexes](https://supabase.com/docs/guides/database/postgres/row-level-security#add-indexes)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select using ((select auth.uid()) = user_id);
              ^^^^^^^^^^^^ this policy filters by `user_id`, which no index of `public.orders` begins with
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
create index on public.orders (user_id, id);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select using ((select auth.uid()) = user_id);
create table public.profiles (id uuid primary key);
alter table public.profiles enable row level security;
create policy "own profile" on public.profiles for select using ((select auth.uid()) = id);
```
"""

from analyzer import Create, Fix, Place, Project, ProjectRule, Result
from analyzer.access import shown, sql_name, tables
from analyzer.database.model import Policy
from analyzer.database.names import quoted
from analyzer.policy_terms import conjuncts, node_of, owner_terms, reach
from analyzer.written import column_span, name_span


class PolicyColumnUnindexed(ProjectRule):
    severity = "note"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            leading = {
                index.keys[0].column for index in database.indexes(table) if index.keys and index.predicate is None
            }
            found: dict[str, Policy] = {}
            for policy in database.policies(table):
                if policy.using is not None and reach(project, database, table, policy):
                    for condition in conjuncts(node_of(policy.using)):
                        for name in owner_terms(condition):
                            column = table.column(name)
                            if column is not None and column.number not in leading:
                                found.setdefault(name, policy)
            for name, policy in found.items():
                span, made = name_span(project, database, policy), column_span(project, database, table, name)
                if span is not None:
                    yield self.finding(
                        span,
                        f"this policy filters by `{name}`, which no index of `{shown(table)}` begins with",
                        subject=f"{shown(table)}.{name}",
                        related=(Place(made, "the column"),) if made is not None else (),
                        fix=Fix(
                            "create an index",
                            safe=True,
                            changes=(
                                Create(
                                    project.layout.path("migrations"),
                                    f"index_{table.name}_{name}",
                                    f"create index on {sql_name(table)} ({quoted(name)});\n",
                                ),
                            ),
                        ),
                    )
