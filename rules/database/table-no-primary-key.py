"""A table has no primary key.

Without one, rows cannot be told apart: a client cannot change or delete just one, replication and Realtime send
updates without saying which row changed, and duplicates come in unseen.

Add `primary key` to a column or to the columns that make a row unique.

Source: [Database linter, 0004](https://supabase.com/docs/guides/database/database-linter?lint=0004_no_primary_key)

## Bad

```sql supabase/migrations/20250101000000_votes.sql
create table public.votes (poll_id bigint, user_id uuid);
             ^^^^^^^^^^^^ `public.votes` has no primary key
```

## Good

```sql supabase/migrations/20250101000000_votes.sql
create table public.votes (poll_id bigint, user_id uuid);
alter table public.votes add primary key (poll_id, user_id);
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.access import shown, tables
from analyzer.written import name_span


class TableNoPrimaryKey(ProjectRule):
    severity = "note"
    precision = "very-high"
    splinter = "0004_no_primary_key"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            span = name_span(project, database, table)
            if table.kind != "table" or table.partition_of or table.persistence == "temporary" or span is None:
                continue
            if not any(index.primary for index in database.indexes(table)):
                yield self.finding(span, f"`{shown(table)}` has no primary key", subject=shown(table))
