"""A table that the Data API serves has no row level security.

Every table of an exposed schema has an address under `/rest/v1/`, and the public key is in every browser that has
loaded the app. Without row level security, grants alone decide, and by default they let the roles `anon` and
`authenticated` read, change and delete every row. The queries of the app itself look the same as before, so nothing
shows that the table is open.

Enable row level security, then write a policy for each thing that clients are to do. A table that only edge functions
use with the service role needs no policy at all.

A table that is meant for everybody belongs into `public_tables` of `supalint.toml`; a table that clients have no
business with can be revoked from them, or live in a schema that is not exposed. Partitions are reported by
`partition-child-open`, tables with policies by `policy-without-rls`. Supabase's own linter passes over the roots of
partitioned tables: reading through the root uses the root's policies, which there are none of.

Source: [Row level security](https://supabase.com/docs/guides/database/postgres/row-level-security)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, total integer);
             ^^^^^^^^^^^^^ `public.orders` has no row level security: anyone with the public key can read, insert, update and delete its rows
```

## Bad: visitors were thought of, signed-in users were not

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, total integer);
             ^^^^^^ `public.orders` has no row level security: every signed-in user can read its rows
revoke all on orders from anon;
revoke insert, update, delete on orders from authenticated;
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, total integer);
create table audit (id bigint primary key);
create schema private;
create table private.jobs (id bigint primary key);
```

```sql supabase/migrations/20250102000000_rls.sql
do $$
declare
  t record;
begin
  for t in select tablename from pg_tables where schemaname = 'public' loop
    execute format('alter table public.%I enable row level security', t.tablename);
  end loop;
end $$;
```

## Good: clients may not use it

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, total integer);
revoke all on public.orders from anon, authenticated;
```

## Good: the API is off

```toml supabase/config.toml
[api]
enabled = false
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, total integer);
```
"""

from analyzer import Create, Fix, Project, ProjectRule, Result
from analyzer.access import deeds, reached, shown, sql_name, tables, who
from analyzer.written import name_span, unfollowed


class RlsDisabled(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 9.1
    cwe = (284, 862)
    splinter = "0013_rls_disabled_in_public"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            name = shown(table)
            if table.rls or table.partition_of or any(database.policies(table)) or _declared_public(project, name):
                continue
            allowed = reached(project, database, table)
            span = name_span(project, database, table)
            if not allowed or span is None:
                continue
            block = unfollowed(project, database, r"row\s+level\s+security")
            if block is not None:
                yield self.unknown(span, f"a DO block that could not be followed may protect `{name}`")
                continue
            roles = {role for roles in allowed.values() for role in roles}
            yield self.finding(
                span,
                f"`{name}` has no row level security: {who(roles)} can {deeds(allowed)} its rows",
                subject=name,
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


def _declared_public(project: Project, name: str) -> bool:
    return name in project.declared.public_tables
