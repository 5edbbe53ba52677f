"""INSERT, UPDATE, DELETE, TRUNCATE and COPY over known rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from analyzer.database import rows as table_rows
from analyzer.database.evaluate import Frame, evaluate, truth
from analyzer.database.lookup import find_class, relation
from analyzer.database.members import children_of
from analyzer.database.model import Column, Constraint, Index, Relation, Rule
from analyzer.database.pairing import Pairing
from analyzer.database.query_analysis import QueryAnalysis
from analyzer.database.rejected import Rejected, Unfollowed
from analyzer.database.row_analysis import arbiter
from analyzer.database.run_query import run_query
from analyzer.database.state import State
from analyzer.database.types import own_type
from analyzer.database.values import Cell, Record, Row, Unknown, Value, convert
from analyzer.facts.sql import Copy
from analyzer.facts.sql_ddl import Truncate
from analyzer.facts.sql_query import (
    Assignment,
    Default,
    Delete,
    Expression,
    Insert,
    Merge,
    Node,
    OnConflict,
    SubSelect,
    Update,
    Values,
)
from analyzer.facts.sql_query import (
    Row as RowExpression,
)
from analyzer.source import Lines

RunTriggers = Callable[[Relation, str, str, "Row | None", "Row | None"], "tuple[bool, Row | None]"]
_BY_ROW = "a row of it may or may not match"


class Changed:
    """The rows that a statement wrote, for RETURNING and for its size."""

    def __init__(self) -> None:
        self.rows: list[Mapping[str, Value]] = []
        self.known = True


def change_rows(state: State, node: Insert | Update | Delete | Merge, frame: Frame, triggers: RunTriggers) -> Changed:
    """Carries out a change of rows that has been checked already.

    Raises:
        Rejected: a row violates a constraint.
    """
    inner = frame
    changed = Changed()
    if node.with_ is not None:
        inner = Frame(state, parent=frame)
        for common in node.with_.tables:
            try:
                if isinstance(common.query, Insert | Update | Delete | Merge):
                    written = change_rows(state, common.query, inner, triggers)
                    if not written.known:
                        raise Unfollowed("the rows that it changes are not known")
                    names = tuple(written.rows[0]) if written.rows else ()
                    from analyzer.database.evaluate import Result

                    inner.common[common.name.text] = Result(names, [tuple(row.values()) for row in written.rows])
                else:
                    inner.common[common.name.text] = run_query(common.query, inner)
            except Unfollowed as unfollowed:
                _forget_target(state, node, unfollowed.why)
                changed.known = False
                return changed
    found = find_class(state, node.table.name)
    if not isinstance(found, Relation):
        return changed
    target = _underlying(state, found)
    if target is None:
        changed.known = False
        return changed
    event = type(node).__name__.lower()
    for oid in state.members_of("rule", found.oid).values():
        rule = state.get(oid, Rule)
        if rule.event == event and rule.instead:
            return changed
    match node:
        case Insert():
            _insert(state, target, node, inner, triggers, changed)
        case Update():
            _update(state, target, node, inner, triggers, changed)
        case Delete():
            _delete(state, target, node, inner, triggers, changed)
        case Merge():
            table_rows.forget(state, target.oid, "MERGE is not followed")
            changed.known = False
    return changed


def _underlying(state: State, found: Relation) -> Relation | None:
    """The table behind a simple view; None where rows cannot be followed."""
    if found.kind in ("table", "partitioned"):
        return found
    for edge in state.dependencies.get(found.oid, {}):
        table = state.objects.get(edge.oid)
        if isinstance(table, Relation) and table.kind in ("table", "partitioned"):
            table_rows.forget(state, table.oid, f"rows are written through `{found.name}`")
    return None


def _forget_target(state: State, node: Insert | Update | Delete | Merge, why: str) -> None:
    found = find_class(state, node.table.name)
    if isinstance(found, Relation):
        table_rows.forget(state, found.oid, why)


# INSERT


def _insert(state: State, table: Relation, node: Insert, frame: Frame, triggers: RunTriggers, changed: Changed) -> None:
    columns = [table.column(target.name.text) for target in node.columns] if node.columns else list(table.columns)
    targets = [column for column in columns if column is not None]
    index = None
    if node.on_conflict is not None:
        analysis = QueryAnalysis(state)
        index = arbiter(analysis, table, node.on_conflict)
    fresh: list[tuple[int, Row]] = []
    try:
        for given in _given_rows(state, targets, node, frame):
            row = complete_row(state, table, given, node)
            _insert_row(state, table, row, node, index, frame, triggers, changed, fresh)
    except Unfollowed as unfollowed:
        table_rows.forget(state, table.oid, unfollowed.why)
        changed.known = False
    require_all_references(state, table, fresh, node)
    for _, row in fresh:
        triggers(table, "after", "insert", None, row)
    if any(path for target in node.columns for path in target.path):
        table_rows.forget(state, table.oid, "parts of values are assigned")


def _given_rows(
    state: State, columns: Sequence[Column], node: Insert, frame: Frame
) -> Iterator[dict[int, tuple[Value, Node] | None]]:
    """For each row what each column is given; None is DEFAULT."""
    query = node.query
    if query is None:
        yield {}
        return
    if isinstance(query, Values) and query.with_ is None:
        for values in query.rows:
            given: dict[int, tuple[Value, Node] | None] = {}
            for column, value in zip(columns, values, strict=False):
                given[column.number] = None if isinstance(value, Default) else (evaluate(value, frame), value)
            yield given
        return
    result = run_query(query, frame)
    nodes = [target.expression for target in getattr(query, "targets", ())]
    for position, values_ in enumerate(result.rows):
        if position >= table_rows.MOST_ROWS:
            raise Unfollowed("it has too many rows")
        yield {
            column.number: (value, nodes[index] if len(nodes) == len(values_) else query)
            for index, (column, value) in enumerate(zip(columns, values_, strict=False))
        }


def complete_row(state: State, table: Relation, given: Mapping[int, tuple[Value, Node] | None], node: Node) -> Row:
    """A new row: what is given in the columns' types, defaults elsewhere."""
    row: Row = {}
    file = state.place.file
    from analyzer.database.model import Place

    for column in table.columns:
        pair = given.get(column.number)
        if column.generated is not None:
            continue
        if pair is not None:
            value, written = pair
            place = Place(file, written.start, written.end)
            converted = convert(state, value, column.type, written)
        else:
            place = Place(file, node.start, node.end)
            converted = table_rows.default_value(state, column, node)
        if converted is not None:
            row[column.number] = Cell(converted, place)
    for column in table.columns:
        if column.generated is not None:
            value = table_rows.generated_value(state, table, column, row)
            if value is not None:
                row[column.number] = Cell(value, Place(file, node.start, node.end))
    return row


def _insert_row(
    state: State,
    table: Relation,
    row: Row,
    node: Insert,
    index: Index | None,
    frame: Frame,
    triggers: RunTriggers,
    changed: Changed,
    fresh: list[tuple[int, Row]],
) -> None:
    keep, replaced = triggers(table, "before", "insert", None, row)
    if not keep:
        return
    row = replaced if replaced is not None else row
    require_valid(state, table, row, node)
    conflict = node.on_conflict
    if conflict is not None:
        number = _conflict(state, table, index, row)
        if number is not None:
            if conflict.action == "update":
                if any(number == own for own, _ in fresh):
                    message = "ON CONFLICT DO UPDATE command cannot affect row a second time"
                    raise Rejected("21000", message, node)
                _update_on_conflict(state, table, number, row, conflict, frame, triggers, changed)
            return
    _require_free_keys(state, table, row, node, None)
    number = table_rows.new_row_number(state)
    table_rows.put_row(state, table.oid, number, row)
    table_rows.enter(state, table, number, row)
    fresh.append((number, row))
    changed.rows.append(table_rows.values_of(table, row))
    if len(table_rows.rows_of(state, table.oid)) > table_rows.MOST_ROWS:
        raise Unfollowed("it has too many rows")


def _conflict(state: State, table: Relation, index: Index | None, row: Row) -> int | None:
    indexes: Iterable[Index] = (
        [index] if index is not None else [each for each in state.indexes_of(table.oid) if each.unique]
    )
    for each in indexes:
        number = table_rows.conflicting(state, table, each, row)
        if number is not None:
            return number
    return None


def _update_on_conflict(
    state: State,
    table: Relation,
    number: int,
    row: Row,
    node: OnConflict,
    frame: Frame,
    triggers: RunTriggers,
    changed: Changed,
) -> None:
    old = table_rows.rows_of(state, table.oid)[number]
    inner = Frame(
        state,
        [(table.name, table_rows.values_of(table, old)), ("excluded", _Hidden(table_rows.values_of(table, row)))],
        frame,
    )
    condition = truth(evaluate(node.where, inner)) if node.where is not None else True
    if condition is False or condition is None:
        return
    _write(state, table, number, node.assignments, inner, condition, node, triggers, changed)


class _Hidden(dict[str, Value]):
    """A row whose columns are found only with its name before them."""

    def __contains__(self, key: object) -> bool:
        return False


# UPDATE


def _alias(node: Update | Delete, table: Relation) -> str:
    alias = node.table.alias
    return alias.name.text if alias is not None and alias.name is not None else table.name


def _update(state: State, table: Relation, node: Update, frame: Frame, triggers: RunTriggers, changed: Changed) -> None:
    alias = _alias(node, table)
    written: list[tuple[int, Row]] = []
    for target in [table, *_descendants(state, table)]:
        if target.oid in state.rows_unknown:
            changed.known = False
        matches = _matching(state, target, alias, node.from_, node.where, frame)
        for number, inner, condition in matches:
            row = _write(state, target, number, node.assignments, inner, condition, node, triggers, changed)
            if row is not None:
                written.append((number, row))
        require_all_references(state, target, written, node)


def _descendants(state: State, table: Relation) -> list[Relation]:
    found = []
    for child in children_of(state, table.oid):
        found += [child, *_descendants(state, child)]
    return found


def _matching(
    state: State, table: Relation, alias: str, items: Sequence[object], where: Expression | None, frame: Frame
) -> list[tuple[int, Frame, Value]]:
    """The rows that a condition may choose, each with a frame and with the condition's value."""
    from analyzer.database.run_query import _from

    found: list[tuple[int, Frame, Value]] = []
    unknown: Unknown | None = None
    frames = [Frame(state, [], frame)]  # no item of FROM sees the row that is changed
    try:
        for item in items:
            frames = _from(item, frames, {})  # type: ignore[arg-type]
    except Unfollowed as unfollowed:
        unknown = Unknown(unfollowed.why)
    pairing: Pairing | None = None
    for number, row in list(table_rows.rows_of(state, table.oid).items()):
        base = Frame(state, [(alias, table_rows.values_of(table, row))], frame)
        if unknown is not None:
            found.append((number, base, unknown))
            continue
        pairing = pairing or Pairing(where, base.sources, frames)
        uncertain: Value = None
        for _, other in pairing.candidates(base):
            each = Frame(state, [*base.sources, *other.sources], frame)
            value = truth(evaluate(where, each)) if where is not None else True
            if value is True:
                found.append((number, each, True))
                break
            if isinstance(value, Unknown):
                uncertain = value
        else:
            if uncertain is not None:
                found.append((number, base, uncertain))
    return found


def _write(
    state: State,
    table: Relation,
    number: int,
    assignments: Sequence[Assignment],
    frame: Frame,
    condition: Value,
    node: Node,
    triggers: RunTriggers,
    changed: Changed,
) -> Row | None:
    """Writes assignments into a row; where it is not known whether the row is chosen, its cells become unknown."""
    old = table_rows.rows_of(state, table.oid).get(number)
    if old is None:
        return None
    new = dict(old)
    from analyzer.database.model import Place

    for column, value, written in _assigned(state, table, assignments, frame):
        place = Place(state.place.file, written.start, written.end)
        if isinstance(condition, Unknown):
            new[column.number] = Cell(Unknown(condition.why or _BY_ROW), place)
            continue
        converted = convert(state, value, column.type, written)
        if converted is None:
            new.pop(column.number, None)
        else:
            new[column.number] = Cell(converted, place)
    for column in table.columns:
        if column.generated is not None:
            value = table_rows.generated_value(state, table, column, new)
            if value is None:
                new.pop(column.number, None)
            else:
                new[column.number] = Cell(value, Place(state.place.file, node.start, node.end))
    if not isinstance(condition, Unknown):
        keep, replaced = triggers(table, "before", "update", old, new)
        if not keep:
            return None
        new = replaced if replaced is not None else new
        require_valid(state, table, new, node)
        _require_free_keys(state, table, new, node, number)
    table_rows.leave(state, table, number, old)
    table_rows.put_row(state, table.oid, number, new)
    table_rows.enter(state, table, number, new)
    _cascade_update(state, table, old, new, node)
    triggers(table, "after", "update", old, new)
    changed.rows.append(table_rows.values_of(table, new))
    if isinstance(condition, Unknown):
        changed.known = False
    return new


def _assigned(
    state: State, table: Relation, assignments: Sequence[Assignment], frame: Frame
) -> Iterator[tuple[Column, Value, Node]]:
    for assignment in assignments:
        columns = [table.column(target.name.text) for target in assignment.targets]
        value = assignment.value
        values: Sequence[tuple[Value, Node]]
        if not assignment.multiple:
            column = columns[0]
            if column is None:
                continue
            if assignment.targets[0].path:
                yield column, Unknown("parts of values are assigned"), value
            elif isinstance(value, Default):
                yield column, table_rows.default_value(state, column, value), value
            else:
                yield column, evaluate(value, frame), value
            continue
        if isinstance(value, RowExpression):
            values = [(evaluate(each, frame), each) for each in value.elements]
        elif isinstance(value, SubSelect):
            try:
                result = run_query(value.query, frame)
                row = result.rows[0] if result.rows else tuple(None for _ in columns)
                values = [(each, value) for each in row]
            except Unfollowed as unfollowed:
                values = [(Unknown(unfollowed.why), value) for _ in columns]
        else:
            found = evaluate(value, frame)
            row = found.values if isinstance(found, Record) else tuple(Unknown("it is not known") for _ in columns)
            values = [(each, value) for each in row]
        for column, (each, written) in zip(columns, values, strict=False):
            if column is not None:
                yield column, each, written


# DELETE


def _delete(state: State, table: Relation, node: Delete, frame: Frame, triggers: RunTriggers, changed: Changed) -> None:
    alias = _alias(node, table)
    for target in [table, *_descendants(state, table)]:
        if node.where is None and not node.using:
            state.remove(state.rows_unknown, target.oid)
        if target.oid in state.rows_unknown:
            changed.known = False
        for number, inner, condition in _matching(state, target, alias, node.using, node.where, frame):
            if isinstance(condition, Unknown):
                table_rows.forget(state, target.oid, condition.why)
                changed.known = False
                continue
            row = table_rows.rows_of(state, target.oid).get(number)
            if row is None:
                continue
            keep, _ = triggers(target, "before", "delete", row, None)
            if not keep:
                continue
            changed.rows.append(table_rows.values_of(target, row))
            remove_row(state, target, number, node)
            triggers(target, "after", "delete", row, None)
            del inner


def remove_row(state: State, table: Relation, number: int, node: Node) -> None:
    """Removes a row with the rows that refer to it, as their foreign keys say.

    Raises:
        Rejected: a row still refers to it (23503).
    """
    inner = state.rows.get(table.oid, {})
    row = inner.get(number)
    if row is None:
        return
    table_rows.leave(state, table, number, row)
    state.remove(inner, number)
    for constraint in _references_to(state, table.oid):
        other = state.relation(constraint.table)
        for key, referring in _referring(state, constraint, other, row):
            match constraint.on_delete:
                case "CASCADE":
                    remove_row(state, other, key, node)
                case "SET NULL" | "SET DEFAULT":
                    changed = {each: cell for each, cell in referring.items() if each not in constraint.columns}
                    table_rows.leave(state, other, key, referring)
                    table_rows.put_row(state, other.oid, key, changed)
                    table_rows.enter(state, other, key, changed)
                case _ if not constraint.deferred:
                    message = (
                        f'update or delete on table "{table.name}" violates foreign key constraint "{constraint.name}" '
                        f'on table "{other.name}"'
                    )
                    raise Rejected("23503", message, node, subject=constraint.name)
                case _:
                    pass


def _references_to(state: State, table: int) -> list[Constraint]:
    found: dict[int, Constraint] = {}
    for edge in state.dependents.get(table, {}):
        obj = state.objects.get(edge.oid)
        if isinstance(obj, Constraint) and obj.kind == "foreign key" and obj.referenced == table:
            found[obj.oid] = obj
    return list(found.values())


def _referring(state: State, constraint: Constraint, other: Relation, row: Row) -> list[tuple[int, Row]]:
    wanted = [row[number].value if number in row else None for number in constraint.referenced_columns]
    if any(value is None or (isinstance(value, Unknown) and not value.distinct) for value in wanted):
        return []
    found = []
    for key, each in list(table_rows.rows_of(state, other.oid).items()):
        values = [each[number].value if number in each else None for number in constraint.columns]
        if values == wanted:
            found.append((key, each))
    return found


def _cascade_update(state: State, table: Relation, old: Row, new: Row, node: Node) -> None:
    for constraint in _references_to(state, table.oid):
        numbers = constraint.referenced_columns
        before = [old[number].value if number in old else None for number in numbers]
        after = [new[number].value if number in new else None for number in numbers]
        if before == after or any(isinstance(each, Unknown) for each in (*before, *after)):
            continue
        other = state.relation(constraint.table)
        for key, referring in _referring(state, constraint, other, old):
            if constraint.on_update == "CASCADE":
                changed = dict(referring)
                for number, own in zip(numbers, constraint.columns, strict=True):
                    if number in new:
                        changed[own] = new[number]
                    else:
                        changed.pop(own, None)
                table_rows.leave(state, other, key, referring)
                table_rows.put_row(state, other.oid, key, changed)
                table_rows.enter(state, other, key, changed)
            elif constraint.on_update in ("NO ACTION", "RESTRICT") and not constraint.deferred:
                message = (
                    f'update or delete on table "{table.name}" violates foreign key constraint "{constraint.name}" '
                    f'on table "{other.name}"'
                )
                raise Rejected("23503", message, node, subject=constraint.name)


# What every row has to satisfy


def require_valid(state: State, table: Relation, row: Row, node: Node) -> None:
    """Raises where a row violates NOT NULL, a check or a domain.

    Raises:
        Rejected: with 23502 or 23514.
    """
    for column in table.columns:
        cell = row.get(column.number)
        if cell is None and column.not_null:
            message = f'null value in column "{column.name}" of relation "{table.name}" violates not-null constraint'
            raise Rejected("23502", message, node, subject=column.name)
        own = own_type(state, column.type) if not column.type.array else None
        if own is not None and own.kind == "domain":
            _require_domain(state, own.oid, cell, node)
    for constraint in state.constraints_of(table.oid):
        condition = constraint.expression if constraint.kind == "check" else None
        if condition is not None and table_rows.check_value(state, table, condition, row) is False:
            message = f'new row for relation "{table.name}" violates check constraint "{constraint.name}"'
            raise Rejected("23514", message, node, subject=constraint.name)


def _require_domain(state: State, oid: int, cell: Cell | None, node: Node) -> None:
    from analyzer.database.model import Type

    own = state.get(oid, Type)
    if cell is None:
        if own.not_null:
            raise Rejected("23502", f"domain {own.name} does not allow null values", node, subject=own.name)
        return
    for constraint_oid in state.members_of("domain constraint", oid).values():
        constraint = state.get(constraint_oid, Constraint)
        if constraint.expression is None:
            continue
        try:
            value = truth(evaluate(constraint.expression.node, Frame(state, variables={"value": cell.value})))  # type: ignore[arg-type]
        except Rejected:
            continue
        if value is False:
            message = f'value for domain {own.name} violates check constraint "{constraint.name}"'
            raise Rejected("23514", message, node, subject=constraint.name)


def _require_free_keys(state: State, table: Relation, row: Row, node: Node, own: int | None) -> None:
    for index in state.indexes_of(table.oid):
        if not index.unique or index.deferrable:
            continue
        number = table_rows.conflicting(state, table, index, row)
        if number is not None and number != own:
            message = f'duplicate key value violates unique constraint "{index.name}"'
            raise Rejected("23505", message, node, subject=index.name)


def require_all_references(state: State, table: Relation, written: Sequence[tuple[int, Row]], node: Node) -> None:
    """Raises where a written row refers to nothing.

    Raises:
        Rejected: with 23503.
    """
    if not written:
        return
    if (state.setting("session_replication_role") or ("origin",))[0] == "replica":
        return
    for constraint in state.constraints_of(table.oid):
        if constraint.kind == "foreign key" and not constraint.deferred:
            for _, row in written:
                if table_rows.refers(state, constraint, row) is False:
                    raise table_rows.violated(table, constraint, node)


def truncate(state: State, node: Truncate) -> None:
    """TRUNCATE.

    Raises:
        Rejected: another table refers to one of them, and CASCADE is not said (0A000).
    """
    tables = [relation(state, item.name, ("table", "partitioned", "foreign")) for item in node.tables]
    oids = {table.oid for table in tables}
    queue = list(tables)
    while queue:
        table = queue.pop()
        for constraint in _references_to(state, table.oid):
            if constraint.table not in oids:
                if node.behavior != "cascade":
                    message = "cannot truncate a table referenced in a foreign key constraint"
                    raise Rejected("0A000", message, node.tables[0], subject=table.name)
                oids.add(constraint.table)
                queue.append(state.relation(constraint.table))
        for child in children_of(state, table.oid):
            if child.oid not in oids:
                oids.add(child.oid)
                queue.append(child)
    from analyzer.database.sequences import Counter

    for oid in oids:
        table = state.relation(oid)
        state.remove(state.rows, oid)
        state.remove(state.rows_unknown, oid)
        table_rows.rebuild_indexes(state, table)
        if node.restart_identity:
            for column in table.columns:
                if column.sequence:
                    state.put(state.sequences, column.sequence, Counter(1))


def copy(state: State, node: Copy, text: str | None, lines: Lines | None, triggers: RunTriggers) -> None:
    """COPY ... FROM stdin with the lines that follow it; from elsewhere nobody knows the rows."""
    del lines
    if node.table is None or node.to:
        return
    table = relation(state, node.table, ("table", "partitioned", "foreign", "view"))
    columns: list[Column] = []
    for name in node.columns:
        column = table.column(name.text)
        if column is None:
            message = f'column "{name.text}" of relation "{table.name}" does not exist'
            raise Rejected("42703", message, name, subject=name.text)
        columns.append(column)
    columns = columns or [column for column in table.columns if column.generated is None]
    options = {option.name.lower(): option.value for option in node.options}
    plain = (options.get("format") or "text").lower() == "text" and not {"delimiter", "null", "header"} & options.keys()
    if node.data is None or text is None or not plain:
        table_rows.forget(state, table.oid, "COPY reads data from elsewhere")
        return
    fresh: list[tuple[int, Row]] = []
    for line in text.split("\n"):
        line = line.rstrip("\r")
        if line == "\\." or not line:
            continue
        fields = line.split("\t")
        if len(fields) != len(columns):
            missing = columns[len(fields)].name if len(fields) < len(columns) else ""
            message = f'missing data for column "{missing}"' if missing else "extra data after last expected column"
            raise Rejected("22P04", message, node)
        given: dict[int, tuple[Value, Node] | None] = {
            column.number: (None if field == "\\N" else _unescaped(field), node)
            for column, field in zip(columns, fields, strict=True)
        }
        row = complete_row(state, table, given, node)
        require_valid(state, table, row, node)
        _require_free_keys(state, table, row, node, None)
        number = table_rows.new_row_number(state)
        table_rows.put_row(state, table.oid, number, row)
        table_rows.enter(state, table, number, row)
        fresh.append((number, row))
    require_all_references(state, table, fresh, node)
    for _, row in fresh:
        triggers(table, "after", "insert", None, row)


_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    found = []
    position = 0
    while position < len(text):
        each = text[position]
        position += 1
        if each == "\\" and position < len(text):
            following = text[position]
            position += 1
            found.append(_ESCAPES.get(following, following))
        else:
            found.append(each)
    return "".join(found)
