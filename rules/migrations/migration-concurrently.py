"""A migration holds a command that PostgreSQL runs only outside a transaction.

`CREATE INDEX CONCURRENTLY`, `DROP INDEX CONCURRENTLY`, `VACUUM` and `ALTER SYSTEM` are refused inside a transaction
(25001), and the CLI sends a migration file as one. Since version 2.109 it runs such statements outside of the batch:
the file is applied, but no longer as a whole. What stands before them stays, when a later statement of the file fails,
and the next `db push` runs the file again from its start. Older versions reject the file.

Give the command a file of its own. On a table that is still small, leave `CONCURRENTLY` out.

Files that hold nothing else are fine where the workflows pin a CLI that can apply them, or pin none.

Sources: [supabase/cli#2898](https://github.com/supabase/cli/issues/2898),
[#5671](https://github.com/supabase/cli/pull/5671), [#6276](https://github.com/supabase/cli/pull/6276)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, user_id uuid);
create index concurrently orders_user on orders (user_id);
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `CREATE INDEX CONCURRENTLY` runs outside the transaction of this file, whose other statements are not undone with it
alter table orders enable row level security;
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, user_id uuid);
create index orders_user on orders (user_id);
```

```sql supabase/migrations/20250102000000_index.sql
create index concurrently orders_user_2 on orders (user_id);
```
"""

import re

from analyzer import Project, ProjectRule, Result
from analyzer.facts.sql import SqlFile, Statement
from analyzer.facts.sql_ddl import Comment, CreateIndex, Drop, Maintain, Other, Set

_OUTSIDE = (2, 109)  # the first CLI that runs such statements outside the batch; DROP INDEX since a later one
_VERSION = re.compile(r"^v?(\d+)\.(\d+)")


class MigrationConcurrently(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        pinned = _pinned(project)
        for file in project.migrations:
            found = [(each, name) for each in file.statements if (name := _name(each))]
            if not found:
                continue
            statement, name = found[0]
            span = file.lines.span(statement.start, statement.end)
            if pinned is not None and pinned < _OUTSIDE:
                version = ".".join(map(str, pinned))
                message = (
                    f"`{name}` cannot run in a transaction (25001), and version {version} of the CLI runs it in one"
                )
                yield self.finding(span, message, subject=name)
            elif not _is_alone(file, len(found)):
                message = (
                    f"`{name}` runs outside the transaction of this file, whose other statements are not undone with it"
                )
                yield self.finding(span, message, subject=name)


def _name(statement: Statement) -> str | None:
    match statement:
        case CreateIndex(concurrently=True):
            return "CREATE INDEX CONCURRENTLY"
        case Drop(concurrently=True):
            return "DROP INDEX CONCURRENTLY"
        case Maintain(kind="vacuum"):
            return "VACUUM"
        case Maintain(kind="reindex", options=options) if any(each.name == "concurrently" for each in options):
            return "REINDEX CONCURRENTLY"
        case Other(kind=kind) if kind.startswith("alter system"):
            return "ALTER SYSTEM"
        case _:
            return None


def _is_alone(file: SqlFile, count: int) -> bool:
    """Whether nothing else in the file could be half done."""
    others = [each for each in file.statements if not isinstance(each, Set | Comment) and not _name(each)]
    return not others and count == len([each for each in file.statements if _name(each)])


def _pinned(project: Project) -> tuple[int, int] | None:
    """The oldest version of the CLI that a workflow sets up."""
    found = []
    for workflow in project.workflows:
        for job in workflow.jobs:
            for step in job.steps:
                if step.uses is not None and step.uses.startswith("supabase/setup-cli"):
                    for setting in step.settings:
                        match = _VERSION.match(setting.value or "") if setting.name == "version" else None
                        if match:
                            found.append((int(match[1]), int(match[2])))
    return min(found, default=None)
