"""A column has a type whose values a major upgrade of PostgreSQL does not carry over.

`regproc`, `regoper`, `regconfig` and their like hold the number of an object of the catalogue, which the new version
gives anew: `pg_upgrade` refuses a database with such a column. `regclass`, `regrole` and `regtype` are kept.

Store the name as `text` and cast it where it is used.

Source: [Database linter, 0018](https://supabase.com/docs/guides/database/database-linter?lint=0018_unsupported_reg_types)

## Bad

```sql supabase/migrations/20250101000000_search.sql
create table public.documents (id bigint primary key, language regconfig);
                                                      ^^^^^^^^ a major upgrade does not carry `regconfig` over
```

## Good

```sql supabase/migrations/20250101000000_search.sql
create table public.documents (id bigint primary key, language text, source regclass);
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.access import shown, tables
from analyzer.splinter.relations import reg_columns
from analyzer.written import column_span


class ColumnRegType(ProjectRule):
    severity = "warning"
    precision = "very-high"
    splinter = "0018_unsupported_reg_types"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            for name in reg_columns(database, table):
                span = column_span(project, database, table, name)
                column = table.column(name)
                if span is not None and column is not None:
                    yield self.finding(
                        span,
                        f"a major upgrade does not carry `{database.type_text(column.type)}` over",
                        subject=f"{shown(table)}.{name}",
                    )
