"""A migration that has been applied is edited.

The CLI knows of a migration only that its version was applied. An edit of the file changes what `supabase db reset`
and new databases build; the hosted project, and everybody's local database, keep what the old text did, and nothing
says so. From then on the code is tested against a schema that production does not have.

Take the edit back and write it as a new migration: `supabase migration new <name>`.

Runs only with `--since`: a migration that is there where the branch began counts as applied. Edits of comments and
white space are fine, and so are those of a migration that PostgreSQL rejects, which cannot have been applied.

Source: [Database migrations](https://supabase.com/docs/guides/deployment/database-migrations),
[`pkg/migration/apply.go`](https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/migration/apply.go)

## Bad

```sql supabase/migrations/20250101000000_orders.sql base
create table orders (id bigint primary key);
```

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, paid boolean);
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `20250101000000_orders.sql` was applied before this branch, so that no database that has it gets this edit: write it as a new migration
```

## Good

```sql supabase/migrations/20250101000000_orders.sql base
create table orders (id bigint primary key);
```

```sql supabase/migrations/20250101000000_orders.sql
-- What people have bought
create table orders (
  id bigint primary key
);
```

```sql supabase/migrations/20250201000000_paid.sql new
alter table orders add column paid boolean;
```
"""

import msgspec

from analyzer import ChangeRule, Project, Result, SqlFile
from analyzer.facts.sql import Statement

_PLACES = frozenset({"start", "end"})


class MigrationEdited(ChangeRule):
    severity = "warning"
    precision = "high"

    def check(self, base: Project, head: Project) -> Result:
        before = {file.path: file for file in base.hosted_migrations}
        changed = [
            (old, file) for file in head.hosted_migrations if (old := before.get(file.path)) is not None and old != file
        ]
        rejected = _rejected(base) if changed else frozenset[str]()
        for old, file in changed:
            if old.path in rejected:
                continue
            name = file.path.rpartition("/")[2]
            statement = _first_difference(old, file)
            if statement is not None or _content(old.statements) != _content(file.statements):
                span = file.lines.span(statement.start, statement.end) if statement is not None else file.lines.first
                if span.end_line > span.line:
                    start = file.lines.starts[span.line - 1] + span.column - 1
                    span = file.lines.span(start, file.lines.starts[span.line] - 1)
                yield self.finding(
                    span,
                    f"`{name}` was applied before this branch, so that no database that has it gets this edit: "
                    "write it as a new migration",
                    subject=name,
                )


def _rejected(base: Project) -> frozenset[str]:
    """The migrations that a database refuses, or that are not understood."""
    database = base.hosted_database
    files = {database.span(failure.place).path for failure in database.failures}
    return frozenset(files | {file.path for file in base.hosted_migrations if file.errors})


def _first_difference(old: SqlFile, file: SqlFile) -> Statement | None:
    known = [_content(statement) for statement in old.statements]
    for index, statement in enumerate(file.statements):
        if index >= len(known) or _content(statement) != known[index]:
            return statement
    return None


def _content(value: object) -> object:
    """What a statement says, without the places of its parts."""
    if isinstance(value, msgspec.Struct):
        names = (name for name in value.__struct_fields__ if name not in _PLACES)
        return type(value).__name__, *(_content(getattr(value, name)) for name in names)
    if isinstance(value, list | tuple):
        return tuple(_content(each) for each in value)
    return " ".join(value.split()) if isinstance(value, str) else value
