"""A new value of an enum is used in the file that adds it.

PostgreSQL refuses to use a value that `ALTER TYPE ... ADD VALUE` added before its transaction has ended (55P04:
`unsafe use of new value`). A migration file is one transaction, so the whole file is rejected, and the migrations
behind it never run.

Use the value in a migration of its own, behind the one that adds it.

Source: [ALTER TYPE](https://www.postgresql.org/docs/17/sql-altertype.html)

## Bad

```sql supabase/migrations/20250101000000_status.sql
create type status as enum ('open', 'paid');
create table orders (id bigint primary key, status status);
```

```sql supabase/migrations/20250201000000_refund.sql
alter type status add value 'refunded';
update orders set status = 'refunded' where id = 1;
                           ^^^^^^^^^^ `refunded` was added in this file and cannot be used before the next one (55P04)
```

## Good

```sql supabase/migrations/20250101000000_status.sql
create type status as enum ('open', 'paid');
create table orders (id bigint primary key, status status);
```

```sql supabase/migrations/20250201000000_refund.sql
alter type status add value 'refunded';
```

```sql supabase/migrations/20250201000001_refund_rows.sql
update orders set status = 'refunded' where id = 1;
```
"""

import re

from analyzer import Project, ProjectRule, Result

_VALUE = re.compile(r'unsafe use of new value "([^"]*)"')


class MigrationEnumSameTx(ProjectRule):
    severity = "error"
    precision = "very-high"

    def check(self, project: Project) -> Result:
        database = project.cli_database
        seen: set[tuple[str, str]] = set()
        for failure in database.failures:
            match = _VALUE.search(failure.message)
            if failure.sqlstate != "55P04" or match is None:
                continue
            span = database.span(failure.token)
            if (span.path, match[1]) not in seen:
                seen.add((span.path, match[1]))
                message = f"`{match[1]}` was added in this file and cannot be used before the next one (55P04)"
                yield self.finding(span, message, subject=match[1])
