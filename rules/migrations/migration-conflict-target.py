"""`ON CONFLICT` names columns that no unique constraint or index covers.

PostgreSQL needs a unique constraint, or a unique index, on exactly the named columns; a partial index counts only
where its condition is repeated. Without one it rejects the statement (42P10): in a migration the file and all behind
it are not applied, in a function every call fails.

Name the columns of a key that exists, or create the unique index first.

## Bad

```sql supabase/migrations/20250101000000_plans.sql
create table plans (id bigint primary key, slug text not null);
insert into plans (id, slug) values (1, 'basic') on conflict (slug) do nothing;
                                                              ^^^^ there is no unique constraint or index on exactly `slug` here (42P10)
```

## Good

```sql supabase/migrations/20250101000000_plans.sql
create table plans (id bigint primary key, slug text not null unique);
insert into plans (id, slug) values (1, 'basic') on conflict (slug) do nothing;
```
"""

from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import Insert, OnConflict
from analyzer.replay_causes import causes
from analyzer.written import statement_at


class MigrationConflictTarget(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.cli_database
        for cause in causes(project):
            if cause.failure.sqlstate != "42P10" or "ON CONFLICT" not in cause.failure.message:
                continue
            statement = statement_at(project, database, cause.failure.place)
            inserts = [each for each in descendants(statement) if isinstance(each, Insert)] if statement else []
            targets = [each.on_conflict for each in inserts if each.on_conflict is not None]
            token = cause.failure.token
            target = next((each for each in targets if each.start <= token.start < each.end), None)
            names = ", ".join(_names(target or (targets[0] if len(targets) == 1 else None)))
            where = f" on exactly `{names}`" if names else " for this target"
            message = f"there is no unique constraint or index{where} here (42P10)"
            yield self.finding(cause.span, message, subject=f"{cause.span.path} {names}")


def _names(target: OnConflict | None) -> Iterator[str]:
    for element in target.elements if target is not None else ():
        if element.column is not None:
            yield element.column.text
