"""An extension puts its functions into the schema `public`.

`CREATE EXTENSION` without `WITH SCHEMA` uses the first schema of the search path, which is `public`. The Data API then
serves the extension's functions and tables to everybody, and they stand between those of the project.

Add `with schema extensions`. An extension that is there is moved with `alter extension ... set schema extensions`, if
it can be moved.

Source: [Database linter, 0014](https://supabase.com/docs/guides/database/database-linter?lint=0014_extension_in_public)

## Bad

```sql supabase/migrations/20250101000000_search.sql
create extension if not exists pg_trgm;
                               ^^^^^^^ the extension `pg_trgm` lands in `public`
```

## Good

```sql supabase/migrations/20250101000000_search.sql
create extension if not exists pg_trgm with schema extensions;
create extension if not exists "uuid-ossp";
create extension if not exists pgcrypto;
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.database.model import Extension
from analyzer.written import name_span


class ExtensionInPublic(ProjectRule):
    severity = "warning"
    precision = "very-high"
    security_severity = 3.7
    cwe = (668,)
    splinter = "0014_extension_in_public"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for extension in list(database.state.objects.values()):
            if isinstance(extension, Extension) and extension.schema == "public" and extension.name != "plpgsql":
                span = name_span(project, database, extension)
                if span is not None:
                    yield self.finding(
                        span, f"the extension `{extension.name}` lands in `public`", subject=extension.name
                    )
