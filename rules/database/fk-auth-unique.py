"""A foreign key refers to a column of the schema `auth` that is not a primary key.

Only the primary keys of the tables in `auth` are sure to stay. Other unique constraints, such as that of
`auth.users.phone`, are Supabase's own to change, and an upgrade of Auth fails on a foreign key that hangs on one.

Refer to `auth.users (id)`.

Source: [Database linter, 0021](https://supabase.com/docs/guides/database/database-linter?lint=0021_fkey_to_auth_unique)

## Bad

```sql supabase/migrations/20250101000000_contacts.sql
create table public.contacts (id bigint primary key, phone text references auth.users (phone));
                                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `public.contacts` hangs on `auth.users.phone`, which is not a primary key of `auth`
```

## Good

```sql supabase/migrations/20250101000000_contacts.sql
create table public.contacts (id bigint primary key, user_id uuid references auth.users (id));
create table public.notes (id bigint primary key, user_id uuid references auth.users);
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.access import shown, tables
from analyzer.splinter.keys import refers_to_unique
from analyzer.written import name_span


class FkAuthUnique(ProjectRule):
    severity = "error"
    precision = "very-high"
    splinter = "0021_fkey_to_auth_unique"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            for key in database.constraints(table):
                span = name_span(project, database, key)
                if key.kind == "foreign key" and span is not None and refers_to_unique(database, key):
                    target = database.state.relation(key.referenced)
                    column = target.numbered(key.referenced_columns[0]).name
                    yield self.finding(
                        span,
                        f"`{shown(table)}` hangs on `{shown(target)}.{column}`, which is not a primary key of `auth`",
                        subject=f"{shown(table)} {key.name}",
                    )
