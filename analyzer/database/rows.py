"""The known rows of tables: keeping them, and what a new constraint or column demands of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analyzer.database.model import Column, Constraint, Index, Relation
from analyzer.database.rejected import Rejected, Unfollowed
from analyzer.database.sequences import advance
from analyzer.database.state import State
from analyzer.database.stored import Stored
from analyzer.database.values import Cell, Row, Unknown, Value, convert, to_json
from analyzer.facts.sql_query import Expression, Node, Query

if TYPE_CHECKING:
    from analyzer.database.evaluate import Frame

MOST_ROWS = 20_000  # of one table; a larger one is no list that somebody wrote
UNSET = Unknown("it is not known")


def rows_of(state: State, table: int) -> Mapping[int, Row]:
    """The known rows of a table by their number."""
    return state.rows.get(table, {})


def forget(state: State, table: int, why: str) -> None:
    """From here on nobody knows which rows a table has; those that are known stay."""
    if table not in state.rows_unknown:
        state.put(state.rows_unknown, table, why)


def put_row(state: State, table: int, number: int, row: Row) -> None:
    inner = state.rows.get(table)
    if inner is None:
        inner = {}
        state.put(state.rows, table, inner)
    state.put(inner, number, row)


def new_row_number(state: State) -> int:
    state.next_oid += 1
    return state.next_oid


def values_of(relation: Relation, row: Row) -> dict[str, Value]:
    """The row by column names."""
    return {column.name: row[column.number].value if column.number in row else None for column in relation.columns}


def stored_values(table: Relation, stored: Stored, row: Row) -> dict[str, Value]:
    """The row by the names that a stored expression writes: its columns may have other names now."""
    found = values_of(table, row)
    for bound in stored.bindings.columns.values():
        if bound.entry == 0 and bound.number >= 0 and stored.bindings.entries:
            numbers = stored.bindings.entries[0].numbers
            if bound.number < len(numbers):
                cell = row.get(numbers[bound.number])
                found[bound.name] = cell.value if cell is not None else None
    return found


def require_not_null(state: State, table: Relation, column: Column, node: Node) -> None:
    """Raises where a row has no value in a column that gets NOT NULL.

    Raises:
        Rejected: with 23502.
    """
    for row in rows_of(state, table.oid).values():
        cell = row.get(column.number)
        if cell is None or cell.value is None:
            message = f'column "{column.name}" of relation "{table.name}" contains null values'
            raise Rejected("23502", message, node, subject=column.name)


def check_value(state: State, table: Relation, stored: Stored, row: Row) -> Value:
    """The value of a stored condition for a row."""
    from analyzer.database.evaluate import Frame, evaluate, truth

    frame = Frame(state, [(table.name, stored_values(table, stored, row))])
    try:
        return truth(evaluate(stored.node, frame))  # type: ignore[arg-type]
    except Rejected:
        return UNSET


def require_check(state: State, table: Relation, constraint: Constraint, node: Node) -> None:
    """Raises where a row violates a new check.

    Raises:
        Rejected: with 23514.
    """
    assert constraint.expression is not None
    for row in rows_of(state, table.oid).values():
        if check_value(state, table, constraint.expression, row) is False:
            message = f'check constraint "{constraint.name}" of relation "{table.name}" is violated by some row'
            raise Rejected("23514", message, node, subject=constraint.name)


def key_of(state: State, table: Relation, index: Index, row: Row) -> tuple[str, ...] | None:
    """The row's key in a unique index; None: it has none, or it is not known."""
    if index.predicate is not None and check_value(state, table, index.predicate, row) is not True:
        return None
    parts: list[str] = []
    for key in index.keys:
        if key.column:
            cell = row.get(key.column)
            value = cell.value if cell is not None else None
        elif key.expression is not None:
            from analyzer.database.evaluate import Frame, evaluate

            try:
                frame = Frame(state, [(table.name, stored_values(table, key.expression, row))])
                value = evaluate(key.expression.node, frame)  # type: ignore[arg-type]
            except Rejected:
                return None
        if isinstance(value, Unknown) and value.distinct:  # a random value equals itself alone
            parts.append(f"random {id(value)}")
            continue
        if isinstance(value, Unknown) or (value is None and not index.nulls_not_distinct):
            return None
        parts.append(repr(to_json(value)))
    return tuple(parts)


def require_unique(state: State, table: Relation, index: Index, node: Node) -> None:
    """Raises where two rows have the same key.

    Raises:
        Rejected: with 23505.
    """
    seen: set[tuple[str, ...]] = set()
    for row in rows_of(state, table.oid).values():
        key = key_of(state, table, index, row)
        if key is not None:
            if key in seen:
                raise Rejected("23505", f'could not create unique index "{index.name}"', node, subject=index.name)
            seen.add(key)


def build_index(state: State, table: Relation, index: Index) -> None:
    """Enters all rows into a new unique index."""
    found: dict[tuple[str, ...], int] = {}
    for number, row in rows_of(state, table.oid).items():
        key = key_of(state, table, index, row)
        if key is not None:
            found[key] = number
    state.put(state.keys, index.oid, found)


def rebuild_indexes(state: State, table: Relation) -> None:
    """Enters all rows anew after many changed."""
    for index in state.indexes_of(table.oid):
        if index.unique:
            build_index(state, table, index)


def enter(state: State, table: Relation, number: int, row: Row) -> None:
    """Enters a row into the unique indexes."""
    for index in state.indexes_of(table.oid):
        if index.unique:
            key = key_of(state, table, index, row)
            if key is not None:
                inner = state.keys.get(index.oid)
                if inner is None:
                    inner = {}
                    state.put(state.keys, index.oid, inner)
                state.put(inner, key, number)


def leave(state: State, table: Relation, number: int, row: Row) -> None:
    """Takes a row out of the unique indexes."""
    for index in state.indexes_of(table.oid):
        if index.unique and index.oid in state.keys:
            key = key_of(state, table, index, row)
            if key is not None and state.keys[index.oid].get(key) == number:
                state.remove(state.keys[index.oid], key)


def conflicting(state: State, table: Relation, index: Index, row: Row) -> int | None:
    """The number of the row that has the same key."""
    key = key_of(state, table, index, row)
    return state.keys.get(index.oid, {}).get(key) if key is not None else None


def refers(state: State, constraint: Constraint, row: Row) -> bool | None:
    """Whether a row's foreign key has a match; None: that is not known."""
    values = [row[number].value if number in row else None for number in constraint.columns]
    if any(value is None for value in values):
        return True
    if any(isinstance(value, Unknown) and not value.distinct for value in values):
        return None
    referenced = state.relation(constraint.referenced)
    if referenced.partition_of or state.members_of("child", referenced.oid):
        return None
    index = state.objects.get(constraint.index)
    order = [key.column for key in index.keys] if isinstance(index, Index) else []
    if isinstance(index, Index) and set(order) == set(constraint.referenced_columns):
        by_number = dict(zip(constraint.referenced_columns, values, strict=True))
        types = {column.number: column.type for column in referenced.columns}
        if any(isinstance(value, Unknown) for value in values):
            return _refers_to_random(state, constraint, values)
        try:
            key = tuple(repr(to_json(convert(state, by_number[number], types[number]))) for number in order)
        except Rejected:
            return None
        if key in state.keys.get(index.oid, {}):
            return True
    if referenced.oid in state.rows_unknown:
        return None
    for other in rows_of(state, referenced.oid).values():
        cells = [other.get(number) for number in constraint.referenced_columns]
        if any(cell is not None and isinstance(cell.value, Unknown) and not cell.value.distinct for cell in cells):
            return None
    return False


def _refers_to_random(state: State, constraint: Constraint, values: list[Value]) -> bool | None:
    """Whether a random key was copied from a row of the other table."""
    for other in rows_of(state, constraint.referenced).values():
        cells = [other[number].value if number in other else None for number in constraint.referenced_columns]
        if all(
            one is two or (not isinstance(one, Unknown) and one == two) for one, two in zip(cells, values, strict=True)
        ):
            return True
    if constraint.referenced in state.rows_unknown:
        return None
    for other in rows_of(state, constraint.referenced).values():
        cells = [other[number].value if number in other else None for number in constraint.referenced_columns]
        if any(isinstance(cell, Unknown) and not cell.distinct for cell in cells):
            return None
    return False


def require_references(state: State, table: Relation, constraint: Constraint, node: Node) -> None:
    """Raises where a row's new foreign key refers to nothing.

    Raises:
        Rejected: with 23503.
    """
    for row in rows_of(state, table.oid).values():
        if refers(state, constraint, row) is False:
            raise violated(table, constraint, node)


def violated(table: Relation, constraint: Constraint, node: Node) -> Rejected:
    """That a foreign key refers to nothing."""
    message = f'insert or update on table "{table.name}" violates foreign key constraint "{constraint.name}"'
    return Rejected("23503", message, node, subject=constraint.name)


def default_value(state: State, column: Column, node: Node | None) -> Value:
    """What a column gets where nothing is given."""
    from analyzer.database.evaluate import Frame, evaluate

    if column.sequence:
        following = advance(state, column.sequence)
        return following if following is not None else Unknown("the sequence's value is not known")
    stored = column.default
    type_ = column.type
    if stored is None:
        from analyzer.database.types import own_type

        own = own_type(state, type_) if not type_.array else None
        if own is None or own.default is None:
            return None
        stored = own.default
    return convert(state, evaluate(stored.node, Frame(state)), type_, node)  # type: ignore[arg-type]


def generated_value(state: State, table: Relation, column: Column, row: Row) -> Value:
    """The value of a generated column."""
    from analyzer.database.evaluate import Frame, evaluate

    assert column.generated is not None
    frame = Frame(state, [(table.name, stored_values(table, column.generated, row))])
    try:
        return convert(state, evaluate(column.generated.node, frame), column.type)  # type: ignore[arg-type]
    except Rejected:
        return UNSET


def add_column(state: State, table: Relation, name: str, node: Node | None) -> None:
    """Gives all rows the value of a new column.

    Raises:
        Rejected: it may not be NULL and has no default (23502).
    """
    column = table.column(name)
    rows = rows_of(state, table.oid)
    if column is None or not rows:
        return
    same = None if column.sequence or column.generated is not None else default_value(state, column, node)
    for number, row in list(rows.items()):
        if column.generated is not None:
            value = generated_value(state, table, column, row)
        else:
            value = default_value(state, column, node) if column.sequence else same
        if value is None:
            if column.not_null and node is not None:
                message = f'column "{name}" of relation "{table.name}" contains null values'
                raise Rejected("23502", message, node, subject=name)
            continue
        put_row(state, table.oid, number, {**row, column.number: Cell(value, state.place)})


def retype(state: State, old: Relation, new: Relation, number: int, using: Expression | None) -> None:
    """Changes the type of a column's values."""
    from analyzer.database.evaluate import Frame, evaluate

    column = new.numbered(number)
    rows = rows_of(state, old.oid)
    for key, row in list(rows.items()):
        cell = row.get(number)
        if using is None and (cell is None or cell.value is None):
            continue
        value = cell.value if cell is not None else None
        if using is not None:
            value = evaluate(using, Frame(state, [(old.name, values_of(old, row))]))
        changed = convert(state, value, column.type, using)
        place = cell.place if cell is not None else state.place
        put_row(state, old.oid, key, {**row, number: Cell(changed, place)})
    if rows:
        rebuild_indexes(state, new)


def rename_label(state: State, enum: int, old: str, new: str) -> None:
    """Changes the value of cells whose enum label has another name."""
    for edge in state.dependents.get(enum, {}):
        table = state.objects.get(edge.oid)
        if isinstance(table, Relation) and edge.sub > 0:
            for number, row in list(rows_of(state, table.oid).items()):
                cell = row.get(edge.sub)
                if cell is not None and cell.value == old:
                    put_row(state, table.oid, number, {**row, edge.sub: Cell(new, cell.place)})


def fill_from_query(state: State, table: Relation, query: Query, frame: Frame) -> None:
    """The rows of CREATE TABLE AS."""
    from analyzer.database.run_query import run_query

    try:
        result = run_query(query, frame)
    except Unfollowed as unfollowed:
        forget(state, table.oid, unfollowed.why)
        return
    for values in result.rows[:MOST_ROWS]:
        row = {
            column.number: Cell(convert(state, value, column.type), state.place)
            for column, value in zip(table.columns, values, strict=False)
            if value is not None
        }
        put_row(state, table.oid, new_row_number(state), row)
