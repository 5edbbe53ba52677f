"""`CREATE TABLE IF NOT EXISTS` finds a table of another shape, and its columns are never made.

Where a table of the name exists, the statement does nothing at all: it adds no column. The migration succeeds, the
file says that the column is there, and the first query that names it fails (`42703`, from the API `PGRST204`).

Add the columns: `ALTER TABLE ... ADD COLUMN IF NOT EXISTS`.

Columns that a later migration adds are not missing, nor are those that the table had once. A
missing column is reported where it is first declared.

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key);
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ made here
```

```sql supabase/migrations/20250201000000_notes.sql
create table if not exists orders (
                           ^^^^^^ `orders` exists already, so this statement does nothing: its column `note` is never made
  id bigint primary key,
  note text
);
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key);
```

```sql supabase/migrations/20250201000000_notes.sql
create table if not exists orders (
  id bigint primary key,
  note text
);
alter table orders add column if not exists note text;
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.database.model import Relation
from analyzer.facts.sql_ddl import CreateTable
from analyzer.migration_steps import made_at, steps, table_named, versions

_SHOWN = 6  # columns in a message


class MigrationShadowedCreate(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        candidates = [
            (step, step.statement)
            for step in steps(project)
            if isinstance(step.statement, CreateTable) and step.statement.if_not_exists
        ]
        database = project.hosted_database
        reported: dict[int, set[str]] = {}
        for step, statement in candidates:
            table = table_named(database, statement.name)
            made = made_at(database, table) if table is not None else None
            if table is None or made is None or made[:2] >= step.place or statement.persistence == "temporary":
                continue
            had = {
                column.name
                for version in versions(project).get(table.oid, ())
                if isinstance(version, Relation)
                for column in version.columns
            }
            had |= reported.get(table.oid, set())
            missing = [column.name.text for column in statement.columns if column.name.text not in had]
            if not missing:
                continue
            reported.setdefault(table.oid, set()).update(missing)
            shown = ", ".join(f"`{name}`" for name in missing[:_SHOWN])
            if len(missing) > _SHOWN:
                shown += f" and {len(missing) - _SHOWN} more"
            what = f"its column {shown} is" if len(missing) == 1 else f"its columns {shown} are"
            yield self.finding(
                step.span(statement.name),
                f"`{statement.name}` exists already, so this statement does nothing: {what} never made",
                subject=f"{table.schema}.{table.name} {missing[0]}",
                related=(Place(database.span(made), "made here"),),
            )
