"""Two indexes of a table are the same.

Each insert and each update keeps both up to date; queries use one. Often the second is made for a column that is
UNIQUE or the primary key already.

Drop one of them; of a constraint and a plain index, the index.

Source: [Database linter, 0009](https://supabase.com/docs/guides/database/database-linter?lint=0009_duplicate_index)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid, slug text unique);
create index orders_user on public.orders (user_id);
create index orders_by_user on public.orders (user_id);
             ^^^^^^^^^^^^^^ `orders_by_user` is the same index of `public.orders` as `orders_user`
create unique index orders_slug on public.orders (slug);
                    ^^^^^^^^^^^ `orders_slug` is the same index of `public.orders` as `orders_slug_key`
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid, slug text);
create index orders_user on public.orders (user_id);
create index orders_user_slug on public.orders (user_id, slug);
create index orders_with_user on public.orders (user_id) where user_id is not null;
create index if not exists orders_user on public.orders (user_id);
```
"""

from analyzer import Create, Fix, Place, Project, ProjectRule, Result
from analyzer.access import shown, tables
from analyzer.database.names import qualified
from analyzer.splinter.keys import alike
from analyzer.written import name_span


class IndexDuplicate(ProjectRule):
    severity = "warning"
    precision = "very-high"
    splinter = "0009_duplicate_index"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            for same in alike(database, list(database.indexes(table))):
                kept = next((index for index in same if index.constraint or index.primary), same[0])
                first = name_span(project, database, kept)
                for index in same:
                    span = name_span(project, database, index)
                    if index is kept or index.constraint or index.primary or span is None:
                        continue
                    yield self.finding(
                        span,
                        f"`{index.name}` is the same index of `{shown(table)}` as `{kept.name}`",
                        subject=f"{shown(table)} {index.name}",
                        related=(Place(first, f"makes `{kept.name}`"),) if first is not None else (),
                        fix=Fix(
                            f"drop `{index.name}`",
                            safe=True,
                            changes=(
                                Create(
                                    project.layout.path("migrations"),
                                    f"drop_{index.name}",
                                    f"drop index {qualified(index.schema, index.name)};\n",
                                ),
                            ),
                        ),
                    )
