"""A catalogue row with new values is inserted `ON CONFLICT DO NOTHING`, and the old values stay.

The row exists: an earlier statement has inserted its key. `DO NOTHING` keeps that row as it is, so that the price, the
name or the limit that this statement lists never arrives. The migration succeeds, and the file says otherwise.

Say what is to change: `ON CONFLICT (id) DO UPDATE SET price = excluded.price`.

## Bad

```sql supabase/migrations/20250101000000_plans.sql
create table plans (id text primary key, price integer not null);
insert into plans (id, price) values ('basic', 5), ('pro', 20);
                                               ~ written here
```

```sql supabase/migrations/20250201000000_prices.sql
insert into plans (id, price) values ('basic', 6), ('pro', 20)
                                               ^ `price` of `public.plans` stays `5` where `id` = `basic`: the row exists, and `DO NOTHING` keeps it
on conflict (id) do nothing;
```

## Good

```sql supabase/migrations/20250101000000_plans.sql
create table plans (id text primary key, price integer not null);
insert into plans (id, price) values ('basic', 5), ('pro', 20);
```

```sql supabase/migrations/20250201000000_prices.sql
insert into plans (id, price) values ('basic', 6), ('pro', 20)
on conflict (id) do update set price = excluded.price;
```
"""

from collections.abc import Iterator, Sequence

from analyzer import Finding, Place, Project, ProjectRule, Result
from analyzer.database.model import Column, Relation
from analyzer.database.replay import Database
from analyzer.database.values import Cell, Row
from analyzer.facts.sql_query import Cast, Constant, Expression, Insert, Values
from analyzer.migration_steps import Step, steps, table_named


class MigrationSeedNotApplied(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        for step in steps(project):
            statement = step.statement
            if (
                isinstance(statement, Insert)
                and isinstance(statement.query, Values)
                and statement.columns
                and statement.on_conflict is not None
                and statement.on_conflict.action == "nothing"
            ):
                yield from self._insert(project.hosted_database, step, statement, statement.query)

    def _insert(self, database: Database, step: Step, statement: Insert, values: Values) -> Iterator[Finding]:
        table = table_named(database, statement.table.name)
        if table is None:
            return
        columns = [table.column(target.name.text) for target in statement.columns]
        rows = database.rows(table)
        first: tuple[Expression, str] | None = None
        places: list[Place] = []
        for given in values.rows:
            pairs = [(column, node) for column, node in zip(columns, given, strict=False) if column is not None]
            kept = _kept(database, table, rows, pairs, step)
            if kept is None:
                continue
            key, column, cell, node = kept
            message = (
                f"`{column.name}` of `{table.schema}.{table.name}` stays `{cell.value}` where {key}: "
                "the row exists, and `DO NOTHING` keeps it"
            )
            if first is None:
                first = node, message
                places.append(Place(database.span(cell.place), "written here"))
            else:
                places.append(Place(step.span(node), message))
        if first is not None:
            node, message = first
            more = len(places) - 1
            if more:
                message += (
                    f"; so {'is' if more == 1 else 'are'} {more} more row{'s' if more > 1 else ''} of this statement"
                )
            yield self.finding(step.span(node), message, subject=f"{table.schema}.{table.name}", related=tuple(places))


def _kept(
    database: Database, table: Relation, rows: Sequence[Row], given: list[tuple[Column, Expression]], step: Step
) -> tuple[str, Column, Cell, Expression] | None:
    """The key of the row that was there before, and the first value that it keeps though this row has another."""
    wanted = {column.number: text for column, node in given if (text := _text(node)) is not None}
    names = {column.number: column.name for column, _ in given}
    for index in database.indexes(table):
        keys = [key.column for key in index.keys]
        if not index.unique or index.predicate is not None or not all(key in wanted for key in keys):
            continue
        for row in rows:
            if not all(key in row and _holds(row[key], wanted[key]) for key in keys):
                continue
            if any(row[key].place[:2] >= step.place for key in keys):
                continue  # this statement or a later one wrote the row
            for column, node in given:
                cell = row.get(column.number)
                if column.number in keys or cell is None or column.number not in wanted:
                    continue
                if (
                    cell.place[:2] < step.place
                    and isinstance(cell.value, str | int)
                    and not _holds(cell, wanted[column.number])
                ):
                    key = ", ".join(f"`{names[each]}` = `{wanted[each]}`" for each in keys)
                    return key, column, cell, node
    return None


def _text(node: Expression) -> str | None:
    while isinstance(node, Cast):
        node = node.operand
    return str(node.value) if isinstance(node, Constant) and node.value is not None else None


def _holds(cell: Cell, text: str) -> bool:
    """Whether a cell has what a constant says; `true` may be written in any case, words may not."""
    if isinstance(cell.value, bool):
        return str(cell.value).lower() == text.lower()
    return str(cell.value) == text
