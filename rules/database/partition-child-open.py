"""A partition can be read past the row level security of its table.

Policies and row level security belong to one table: a partition has neither of its parent's. Reading through the
parent is protected, but the partition has its own address in the Data API, and its own grants.

Enable row level security on the partition, or revoke it from `anon` and `authenticated`; rows that are reached through
the parent are not affected. Partitions can also live in a schema that is not exposed.

Source: [PostgreSQL, table partitioning](https://www.postgresql.org/docs/17/ddl-partitioning.html)

## Bad

```sql supabase/migrations/20250101000000_events.sql
create table events (id bigint, at date not null) partition by range (at);
alter table events enable row level security;
create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01');
             ^^^^^^^^^^^ the partition `public.events_2025` goes past the row level security of `public.events`: anyone with the public key can read, insert, update and delete its rows
```

## Good

```sql supabase/migrations/20250101000000_events.sql
create table events (id bigint, at date not null) partition by range (at);
alter table events enable row level security;
create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01');
alter table events_2025 enable row level security;
create schema partitions;
create table partitions.events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
```
"""

from analyzer import Create, Fix, Place, Project, ProjectRule, Result
from analyzer.access import deeds, reached, shown, sql_name, tables, who
from analyzer.written import name_span, unfollowed


class PartitionChildOpen(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 8.1
    cwe = (284, 862)
    splinter = "0013_rls_disabled_in_public"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            allowed = reached(project, database, table)
            if table.rls or not table.partition_of or not allowed:
                continue
            parent = database.state.relation(table.partition_of)
            span, above = name_span(project, database, table), name_span(project, database, parent)
            if span is None:
                continue
            if unfollowed(project, database, r"row\s+level\s+security") is not None:
                yield self.unknown(span, f"a DO block that could not be followed may protect `{shown(table)}`")
                continue
            roles = {role for roles in allowed.values() for role in roles}
            what = "the row level security of" if parent.rls else "the grants of"
            yield self.finding(
                span,
                f"the partition `{shown(table)}` goes past {what} `{shown(parent)}`: "
                f"{who(roles)} can {deeds(allowed)} its rows",
                subject=shown(table),
                related=(Place(above, "its table"),) if above is not None else (),
                fix=Fix(
                    f"enable row level security on `{shown(table)}`",
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
