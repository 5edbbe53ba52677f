"""A migration changes a catalogue row that does not exist.

The `UPDATE` names its row by a literal of a unique column, and no migration ever inserts such a row. PostgreSQL
reports success for zero rows: the price that was to be corrected, the plan that was to be switched off stay as they
are, and nobody is told. Usually the key was misspelt or has been renamed.

Correct the key.

Only tables whose rows all come from literal `INSERT`s are judged: no code, seed, function or trigger adds to them.
Where most
of the updates of a table find no row, its rows come from elsewhere, and nothing is said. A `DELETE` of what is not there is left alone.

## Bad

```sql supabase/migrations/20250101000000_plans.sql
create table plans (id text primary key, price integer not null);
insert into plans (id, price) values ('basic-1gb', 5), ('basic-2gb', 9);
```

```sql supabase/migrations/20250201000000_prices.sql
update plans set price = 6 where id = 'basic-1g';
                                      ^^^^^^^^^^ no row of `public.plans` has `id` = `basic-1g`: this `UPDATE` changes nothing
```

## Good

```sql supabase/migrations/20250101000000_plans.sql
create table plans (id text primary key, price integer not null);
insert into plans (id, price) values ('basic-1gb', 5), ('basic-2gb', 9);
```

```sql supabase/migrations/20250201000000_prices.sql
update plans set price = 6 where id = 'basic-1gb';
```
"""

from collections import Counter
from collections.abc import Iterator

from analyzer import Finding, Project, ProjectRule, Result
from analyzer.catalogue_tables import catalogue_tables
from analyzer.database.model import Relation
from analyzer.database.replay import Database
from analyzer.database.values import Row, Unknown
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import (
    BinaryOperation,
    BooleanExpression,
    Cast,
    ColumnReference,
    Constant,
    Expression,
    In,
    Insert,
    Update,
)
from analyzer.migration_steps import row_versions, steps, table_named

_FEWEST = 2  # rows that a catalogue has


class MigrationDeadUpdate(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        candidates = [
            (step, statement, statement.where)
            for step in steps(project)
            if isinstance(statement := step.statement, Update) and statement.where is not None
        ]
        if not candidates:
            return
        database = project.hosted_database
        catalogues = catalogue_tables(project)
        hits: Counter[int] = Counter()
        dead: dict[int, dict[object, Finding]] = {}
        for step, statement, where in candidates:
            table = table_named(database, statement.table.name)
            if table is None or table.oid not in catalogues or statement.from_:
                continue
            rows = row_versions(project).get(table.oid, ())
            for name, constants in _conditions(where):
                column = table.column(name)
                if column is None or len(rows) < _FEWEST or not _is_key(database, table, column.number):
                    continue
                if any(_has(row, column.number, constants) for row in rows) or _is_written(project, table, constants):
                    hits[table.oid] += 1
                    continue
                value = constants[0].value
                shown = f"`{name}` = `{value}`" if len(constants) == 1 else f"one of these values of `{name}`"
                finding = self.finding(
                    step.span(constants[0]),
                    f"no row of `{_name(table)}` has {shown}: this `UPDATE` changes nothing",
                    subject=f"{_name(table)} {value}",
                )
                dead.setdefault(table.oid, {}).setdefault(value, finding)
                break
        for oid, findings in dead.items():
            if len(findings) == 1 or len(findings) < hits[oid]:  # else most rows come from elsewhere
                yield from findings.values()


def _name(table: Relation) -> str:
    return f"{table.schema}.{table.name}"


def _is_key(database: Database, table: Relation, number: int) -> bool:
    """Whether a column names one row."""
    return any(index.unique and [key.column for key in index.keys] == [number] for index in database.indexes(table))


def _is_written(project: Project, table: Relation, constants: list[Constant]) -> bool:
    """Whether an INSERT has one of the values, rejected or not."""
    values = {constant.value for constant in constants}
    return any(
        isinstance(node, Constant) and node.value in values
        for file in (*project.migrations, *project.sql("migration-ignored"))
        for statement in file.statements
        if isinstance(statement, Insert) and statement.table.name.name == table.name
        for node in descendants(statement)
    )


def _conditions(where: Expression) -> Iterator[tuple[str, list[Constant]]]:
    """The columns that have to equal a literal, or one of several, for a row to be chosen."""
    match where:
        case BooleanExpression(operator="and", arguments=arguments):
            for argument in arguments:
                yield from _conditions(argument)
        case BinaryOperation(operator="=", left=ColumnReference(parts=parts), right=right):
            constant = _constant(right)
            if constant is not None:
                yield parts[-1].text, [constant]
        case In(operand=ColumnReference(parts=parts), items=items, negated=False) if items:
            constants = [constant for item in items if (constant := _constant(item)) is not None]
            if len(constants) == len(items):
                yield parts[-1].text, constants
        case _:
            return


def _constant(node: Expression) -> Constant | None:
    while isinstance(node, Cast):
        node = node.operand
    return node if isinstance(node, Constant) and node.kind in ("string", "integer") else None


def _has(row: Row, number: int, constants: list[Constant]) -> bool:
    cell = row.get(number)
    if cell is None:
        return False
    if isinstance(cell.value, Unknown) or not isinstance(cell.value, str | int):
        return True
    return any(str(cell.value).lower() == str(constant.value).lower() for constant in constants)
