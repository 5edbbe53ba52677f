"""A foreign key has no index that begins with its columns.

PostgreSQL indexes the side that is referred to, not the one that refers. Without an index there, deleting or renumbering
a row reads the whole referring table, and so does each join and each filter by the column.

Create an index on the columns of the foreign key, in their order; an index that begins with them will do.

Source: [Database linter, 0001](https://supabase.com/docs/guides/database/database-linter?lint=0001_unindexed_foreign_keys)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key);
create table public.items (
  id bigint primary key,
  order_id bigint references public.orders on delete cascade
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no index of `public.items` begins with `order_id`, the foreign key
);
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key);
create table public.items (
  order_id bigint references public.orders on delete cascade,
  position integer,
  primary key (order_id, position)
);
create table public.notes (id bigint primary key, order_id bigint references public.orders);
create index on public.notes (order_id, id);
```
"""

from analyzer import Create, Fix, Project, ProjectRule, Result
from analyzer.access import listed, shown, sql_name, tables
from analyzer.database.names import quoted
from analyzer.splinter.keys import is_indexed
from analyzer.written import name_span


class FkUnindexed(ProjectRule):
    severity = "note"
    precision = "very-high"
    splinter = "0001_unindexed_foreign_keys"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            indexes = list(database.indexes(table))
            for key in database.constraints(table):
                if key.kind != "foreign key" or key.parent or is_indexed(key, indexes):
                    continue
                span = name_span(project, database, key)
                if span is None:
                    continue
                columns = [table.numbered(number).name for number in key.columns]
                yield self.finding(
                    span,
                    f"no index of `{shown(table)}` begins with {listed([f'`{column}`' for column in columns])}, "
                    "the foreign key",
                    subject=f"{shown(table)} {key.name}",
                    fix=Fix(
                        "create an index",
                        safe=True,
                        changes=(
                            Create(
                                project.layout.path("migrations"),
                                f"index_{table.name}_{'_'.join(columns)}",
                                f"create index on {sql_name(table)} ({', '.join(map(quoted, columns))});\n",
                            ),
                        ),
                    ),
                )
