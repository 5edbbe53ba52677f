"""A statement is not PostgreSQL.

PostgreSQL's parser rejects the statement (42601). A migration file is one transaction, so nothing of the file is
applied, and the migrations behind it never run.

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

from analyzer import Project, ProjectRule, Result


class MigrationSyntax(ProjectRule):
    severity = "error"
    precision = "very-high"

    def check(self, project: Project) -> Result:
        for file in (*project.migrations, *project.sql("migration-ignored"), *project.seeds, *project.sql("roles")):
            for error in file.errors:
                span = file.lines.span(error.start, error.end)
                yield self.finding(span, f"PostgreSQL rejects this statement: {error.message}")
