"""A migration ends its own transaction, or begins one that it does not end.

The CLI sends a file as one batch, which is a transaction already: it is applied as a whole or not at all, together
with the note that it has been applied. `ROLLBACK` throws away what the file did, while the file counts as applied.
`BEGIN` without `COMMIT` leaves a transaction open that nobody commits: all of the file is lost when the connection
ends, and so is what comes behind it.

Leave them out. A file that `BEGIN` and `COMMIT` enclose as a whole behaves as without them, and is left alone.

Source: [`pkg/migration/file.go`](https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/migration/file.go)
(`ExecBatch`)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
begin;
^^^^^ this transaction is never committed: what follows is lost when the connection ends
create table orders (id bigint primary key);
```

## Bad: a rehearsal

```sql supabase/migrations/20250101000000_orders.sql
begin;
create table orders (id bigint primary key);
rollback;
^^^^^^^^ this throws away what the file did, and the file counts as applied
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key);
```

```sql supabase/migrations/20250102000000_items.sql
begin;
create table items (id bigint primary key);
commit;
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.facts.sql_ddl import Set, Transaction


class MigrationTransactionControl(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        for file in project.migrations:
            begun: Transaction | None = None
            since = 0  # statements of the transaction
            for statement in file.statements:
                if not isinstance(statement, Transaction):
                    since += not isinstance(statement, Set)
                    continue
                span = file.lines.span(statement.start, statement.end)
                if statement.kind == "begin":
                    begun = statement
                elif statement.kind == "commit":
                    begun, since = None, 0
                elif statement.kind == "rollback":
                    if since:
                        message = "this throws away what the file did, and the file counts as applied"
                        yield self.finding(span, message, subject="rollback")
                    begun, since = None, 0
            if begun is not None and not any(error.start > begun.start for error in file.errors):
                span = file.lines.span(begun.start, begun.end)
                message = "this transaction is never committed: what follows is lost when the connection ends"
                yield self.finding(span, message, subject="begin")
