"""A statement is not PostgreSQL.

PostgreSQL's parser rejects the statement (42601). A migration file is one transaction, so nothing of the file is
applied, and the migrations behind it never run.

There is one finding for a file, at its first statement that fails. Files that the CLI passes over are not looked at,
but for those that Lovable names and applies (`<14 digits>-<uuid>.sql`).

Mend the statement; PostgreSQL's message names the first word that it could not fit in.

## Bad

```sql supabase/migrations/20250101000000_init.sql
create table orders (
  id bigint primary key,
);
^ PostgreSQL rejects this statement: syntax error at or near ")"
```

## Good

```sql supabase/migrations/20250101000000_init.sql
create table orders (
  id bigint primary key
);
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result, SqlFile

_APPLIED_BY_OTHERS = re.compile(r"^[0-9]{14}-[^/]*\.sql$")  # as Lovable names and applies them


class MigrationSyntax(ProjectRule):
    severity = "error"
    precision = "very-high"

    def check(self, project: Project) -> Result:
        folder = project.layout.path("migrations") + "/"
        skipped = (
            file
            for file in project.sql("migration-ignored")
            if _APPLIED_BY_OTHERS.match(file.path.removeprefix(folder))
        )
        for file in (*project.migrations, *skipped, *project.seeds, *project.sql("roles")):
            if file.errors:
                yield from self._of_file(file)

    def _of_file(self, file: SqlFile) -> Result:
        """One finding, at the first statement: the others may be consequences, and the file fails with the first."""
        first, *others = file.errors
        yield self.finding(
            file.lines.span(first.start, first.end),
            f"PostgreSQL rejects this statement: {first.message}",
            related=tuple(Place(file.lines.span(one.start, one.end), f"then: {one.message}") for one in others[:20]),
        )
