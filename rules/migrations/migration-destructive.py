"""The newest migration deletes data that nothing brings back.

`DROP TABLE`, `DROP COLUMN`, `DROP SCHEMA`, `TRUNCATE`, and `UPDATE` or `DELETE` without `WHERE` do on the hosted
database what they say, to all rows that the users have entered. A migration has no way back.

Make sure that nothing needs the data any more; copy it first, or drop the table in a later release than the code that
used it.

Only the last migration is judged, since history cannot be changed, and only what earlier migrations made.

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, note text);
```

```sql supabase/migrations/20250201000000_cleanup.sql
alter table orders drop column note;
                   ^^^^^^^^^^^^^^^^ this deletes the column `note` of `public.orders` with its data
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, note text);
```

```sql supabase/migrations/20250201000000_staging.sql
create table staging (id bigint);
drop table staging;
update orders set note = 'none' where note is null;
```
"""

from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.database.model import Relation
from analyzer.facts.sql_ddl import AlterTable, Drop, DropColumn, Truncate
from analyzer.facts.sql_query import Delete, Node, Update
from analyzer.migration_steps import Step, made_at, removals, steps, table_named


class MigrationDestructive(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        for step in steps(project):
            if step.newest:
                for node, what in _losses(project, step):
                    yield self.finding(step.span(node), f"this deletes {what}", subject=what)


def _losses(project: Project, step: Step) -> Iterator[tuple[Node, str]]:
    statement = step.statement
    database = project.hosted_database
    match statement:
        case Drop(kind="table" | "schema"):
            for obj in removals(project).get(step.place, ()):
                made = made_at(database, obj)
                if not isinstance(obj, Relation) or made is None or made.file == step.number:
                    continue
                if obj.kind in ("table", "partitioned"):
                    yield statement, f"the table `{obj.schema}.{obj.name}` with its data"
        case AlterTable(kind="table"):
            table = table_named(database, statement.name)
            made = made_at(database, table) if table is not None else None
            if table is not None and made is not None and made.file != step.number:
                for each in statement.subcommands:
                    if isinstance(each, DropColumn) and not each.if_exists:
                        yield each, f"the column `{each.name.text}` of `{table.schema}.{table.name}` with its data"
        case Truncate() | Delete(where=None, using=()) | Update(where=None, from_=()):
            items = statement.tables if isinstance(statement, Truncate) else (statement.table,)
            for item in items:
                table = table_named(database, item.name)
                made = made_at(database, table) if table is not None else None
                if table is not None and made is not None and made.file != step.number:
                    if isinstance(statement, Update):
                        columns = [target.name.text for each in statement.assignments for target in each.targets]
                        what = ", ".join(f"`{column}`" for column in columns)
                        yield item, f"the values of {what} in all rows of `{table.schema}.{table.name}`"
                    else:
                        yield item, f"all rows of `{table.schema}.{table.name}`"
        case _:
            return
