"""The rows of a query over known rows, the catalogue included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cmp_to_key
from itertools import islice

from analyzer.database import calls
from analyzer.database.aggregates import AGGREGATES, sort
from analyzer.database.catalogue_relations import catalogue_rows
from analyzer.database.datatypes import DataType
from analyzer.database.evaluate import Frame, Result, ScalarRow, evaluate, truth
from analyzer.database.lookup import find_class
from analyzer.database.model import Index, Relation
from analyzer.database.pairing import Pairing
from analyzer.database.query_analysis import column_name
from analyzer.database.rejected import Rejected, Unfollowed
from analyzer.database.values import AclItem, AclItems, Json, Record, Unknown, Value, convert, to_json
from analyzer.database.walk import children, descendants
from analyzer.database.windows import compute
from analyzer.facts.sql_query import (
    BinaryOperation,
    BooleanExpression,
    Cast,
    ColumnReference,
    Constant,
    Expression,
    FieldSelection,
    FromItem,
    FunctionCall,
    FunctionItem,
    In,
    Join,
    Node,
    Query,
    Select,
    SetOperation,
    SubQuery,
    SubSelect,
    TableQuery,
    TableReference,
    Target,
    Values,
    With,
)

_MOST_ROWS = 20_000  # a query over more is not followed
_MOST_SERIES = 2_000
_MOST_PAIRS = 300_000  # of rows that a join tries

Source = tuple[str, Mapping[str, Value]]


def run_query(query: Query, frame: Frame, *, limit: int | None = None) -> Result:
    """The rows of a query; with `limit` no more than so many are needed.

    Raises:
        Unfollowed: they cannot be known.
        Rejected: PostgreSQL would stop with an error.
    """
    match query:
        case Select():
            return _select(query, frame, limit)
        case Values():
            inner = _common(query.with_, frame)
            rows = [tuple(evaluate(value, inner) for value in row) for row in query.rows]
            width = len(rows[0]) if rows else 0
            return _limited(query, Result(tuple(f"column{index + 1}" for index in range(width)), rows), inner)
        case TableQuery():
            inner = _common(query.with_, frame)
            frames = _from(TableReference(query.start, query.end, query.name), [inner], {})
            names = tuple(frames[0].sources[-1][1]) if frames else ()
            return Result(names, [tuple(each.sources[-1][1].values()) for each in frames])
        case SetOperation():
            return _set_operation(query, frame)
    raise Unfollowed("the query is not modelled", query)


def _common(clause: With | None, frame: Frame) -> Frame:
    inner = Frame(frame.state, parent=frame)
    if clause is None:
        return inner
    for table in clause.tables:
        if clause.recursive and isinstance(table.query, SetOperation):
            raise Unfollowed("recursive queries are not followed", table)
        if not isinstance(table.query, Select | Values | TableQuery | SetOperation):
            raise Unfollowed("changes of rows inside WITH are not followed", table)
        result = run_query(table.query, inner)
        names = tuple(column.text for column in table.columns) + result.names[len(table.columns) :]
        inner.common[table.name.text] = Result(names, result.rows)
    return inner


def _select(query: Select, frame: Frame, limit: int | None) -> Result:
    outer = _common(query.with_, frame)
    hints = _hints(query.where, outer) if query.where is not None else {}
    frames = [outer]
    for item in query.from_:
        frames = _from(item, frames, hints)
        if len(frames) > _MOST_ROWS:
            raise Unfollowed("it has too many rows", query)
    if query.where is not None:
        frames = _filtered(query.where, frames)
    grouped = bool(query.group_by) or query.having is not None or any(map(_holds_aggregate, query.targets))
    if grouped:
        frames = _groups(query, frames, outer)
    if query.windows:
        raise Unfollowed("window functions are not followed", query)
    for call in _window_calls(query):
        compute(call, frames)
    plain_limit = limit is not None and not (query.distinct or query.distinct_on or query.order_by or query.offset)
    names: tuple[str, ...] = ()
    pairs: list[tuple[Frame, tuple[Value, ...]]] = []
    for each in islice(frames, limit) if plain_limit else frames:
        names, values = _targets(query.targets, each)
        pairs += [(each, row) for row in _expanded(query.targets, values, each)]
    if not frames:
        names = _names_without_rows(query, outer)
    if query.distinct_on:
        pairs = _distinct_on(query, pairs, names)
    elif query.order_by:
        pairs = _sorted(query, pairs, names)
    rows = [row for _, row in pairs]
    if query.distinct:
        rows = _distinct(rows)
    return _limited(query, Result(names, rows), outer)


def _names_without_rows(query: Select, outer: Frame) -> tuple[str, ...]:
    found: list[str] = []
    for target in query.targets:
        if isinstance(target.expression, ColumnReference) and target.expression.star:
            return ()
        found.append(target.alias.text if target.alias is not None else column_name(target.expression))
    del outer
    return tuple(found)


def _limited(query: Select | SetOperation | Values, result: Result, frame: Frame) -> Result:
    rows = result.rows
    if query.offset is not None:
        offset = evaluate(query.offset, frame)
        if not isinstance(offset, int):
            raise Unfollowed("the offset is not known", query.offset)
        rows = rows[offset:]
    if query.limit is not None:
        most = evaluate(query.limit, frame)
        if isinstance(most, Unknown):
            raise Unfollowed("the limit is not known", query.limit)
        if isinstance(most, int):
            rows = rows[:most]
    return Result(result.names, rows)


def _set_operation(query: SetOperation, frame: Frame) -> Result:
    inner = _common(query.with_, frame)
    results = [run_query(each, inner) for each in query.queries]
    rows = results[0].rows
    for result in results[1:]:
        if query.operator == "union":
            rows = rows + result.rows
            continue
        other = [_key(row) for row in result.rows]
        if query.operator == "intersect":
            rows = [row for row in rows if _key(row) in other]
        else:
            rows = [row for row in rows if _key(row) not in other]
    if not query.all:
        rows = _distinct(rows)
    names = results[0].names
    for item in reversed(query.order_by):
        match item.expression:
            case Constant(value=int(position)):
                index = position - 1
            case ColumnReference(parts=(name,)) if name.text in names:
                index = names.index(name.text)
            case _:
                raise Unfollowed("the order of the rows is not known", item)
        rows = _sorted_rows(rows, index, descending=item.direction == "desc", nulls=item.nulls)
    return _limited(query, Result(names, rows), inner)


def _sorted_rows(rows: list[tuple[Value, ...]], index: int, *, descending: bool, nulls: str) -> list[tuple[Value, ...]]:
    nulls_first = nulls == "first" or (not nulls and descending)

    def order(left: tuple[Value, ...], right: tuple[Value, ...]) -> int:
        one, two = left[index], right[index]
        if one is None or two is None:
            found = (one is None) - (two is None)
            return -found if nulls_first else found
        found = calls.compare(one, two)
        return -found if descending else found

    return sorted(rows, key=cmp_to_key(order))


def _key(row: Sequence[Value]) -> tuple[str, ...]:
    if any(isinstance(each, Unknown) for each in row):
        raise Unfollowed("some values are not known")
    return tuple(repr(to_json(each)) for each in row)


def _distinct(rows: list[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    if len(rows) < 2:
        return rows
    found: dict[tuple[str, ...], tuple[Value, ...]] = {}
    for row in rows:
        found.setdefault(_key(row), row)
    return list(found.values())


def _sorted(
    query: Select, pairs: list[tuple[Frame, tuple[Value, ...]]], names: tuple[str, ...]
) -> list[tuple[Frame, tuple[Value, ...]]]:
    if len(pairs) < 2:
        return pairs
    holders = [Frame(frame.state, parent=frame) for frame, _ in pairs]
    rows = {id(holder): pair for holder, pair in zip(holders, pairs, strict=True)}
    for item in reversed(query.order_by):
        values = [_order_value(item.expression, rows[id(holder)], names) for holder in holders]
        if any(isinstance(each, Unknown) for each in values):
            raise Unfollowed("the order of the rows is not known", item)
        holders = sort(holders, values, descending=item.direction == "desc", nulls=item.nulls)
    return [rows[id(holder)] for holder in holders]


def _order_value(node: Expression, pair: tuple[Frame, tuple[Value, ...]], names: tuple[str, ...]) -> Value:
    frame, row = pair
    match node:
        case Constant(value=int(position)) if not isinstance(position, bool):
            return row[position - 1]
        case ColumnReference(parts=(name,)) if name.text in names:
            return row[names.index(name.text)]
        case _:
            return evaluate(node, frame)


def _distinct_on(
    query: Select, pairs: list[tuple[Frame, tuple[Value, ...]]], names: tuple[str, ...]
) -> list[tuple[Frame, tuple[Value, ...]]]:
    found: dict[tuple[str, ...], tuple[Frame, tuple[Value, ...]]] = {}
    for pair in _sorted(query, pairs, names) if query.order_by else pairs:
        key = _key([_order_value(each, pair, names) for each in query.distinct_on])
        found.setdefault(key, pair)
    return list(found.values())


def _holds_aggregate(target: Target) -> bool:
    """Whether a target has an aggregate of its own: one in a sub-query belongs to that."""
    pending: list[Node] = [target.expression]
    while pending:
        node = pending.pop()
        if isinstance(node, FunctionCall) and node.over is None and node.name.name in AGGREGATES:
            return True
        if not isinstance(node, SubSelect):
            pending += children(node)
    return False


def _window_calls(query: Select) -> list[FunctionCall]:
    """The calls of window functions in the select list and in ORDER BY."""
    holders = [*(target.expression for target in query.targets), *(item.expression for item in query.order_by)]
    return [
        node
        for holder in holders
        for node in descendants(holder)
        if isinstance(node, FunctionCall) and node.over is not None
    ]


def _groups(query: Select, frames: list[Frame], outer: Frame) -> list[Frame]:
    if not query.group_by:
        base = frames[0] if frames else outer
        whole = Frame(outer.state, base.sources, base.parent if frames else outer, group=frames)
        found = [whole]
    else:
        groups: dict[tuple[str, ...], list[Frame]] = {}
        aliases = {target.alias.text: target.expression for target in query.targets if target.alias is not None}
        for each in frames:
            values = []
            for item in query.group_by:
                node: object = item
                if isinstance(item, Constant) and isinstance(item.value, int):
                    node = query.targets[item.value - 1].expression
                elif (
                    isinstance(item, ColumnReference) and len(item.parts) == 1 and not each.find(item.parts[0].text)[0]
                ):
                    node = aliases.get(item.parts[0].text, item)
                values.append(evaluate(node, each))  # type: ignore[arg-type]
            groups.setdefault(_key(values), []).append(each)
        found = [Frame(outer.state, rows[0].sources, rows[0].parent, group=rows) for rows in groups.values()]
    return _filtered(query.having, found) if query.having is not None else found


def _filtered(condition: Expression, frames: list[Frame]) -> list[Frame]:
    found = []
    for each in frames:
        value = truth(evaluate(condition, each))
        if isinstance(value, Unknown):
            raise Unfollowed(value.why, condition)
        if value is True:
            found.append(each)
    return found


def _targets(targets: Sequence[Target], frame: Frame) -> tuple[tuple[str, ...], list[Value]]:
    names: list[str] = []
    values: list[Value] = []
    for target in targets:
        node = target.expression
        if isinstance(node, ColumnReference) and node.star:
            for alias, row in frame.sources:
                if not node.parts or alias == node.parts[-1].text:
                    names += row
                    values += row.values()
            if node.parts and not any(alias == node.parts[-1].text for alias, _ in frame.sources):
                record = evaluate(ColumnReference(node.start, node.end, node.parts), frame)
                if not isinstance(record, Record):
                    raise Unfollowed("the columns are not known", node)
                names += record.names
                values += record.values
            continue
        if isinstance(node, FieldSelection) and node.field is None:
            record = evaluate(node.operand, frame)
            if not isinstance(record, Record):
                raise Unfollowed("the columns are not known", node)
            names += record.names
            values += record.values
            continue
        names.append(target.alias.text if target.alias is not None else column_name(node))
        values.append(_Set(node) if _is_set(node) else evaluate(node, frame))
    return tuple(names), values


class _Set:
    """A function in the select list that gives several rows."""

    def __init__(self, node: Expression) -> None:
        self.node = node


_SETS = frozenset(
    {"unnest", "generate_series", "jsonb_array_elements", "json_array_elements", "jsonb_array_elements_text",
     "json_array_elements_text", "regexp_split_to_table", "string_to_table", "jsonb_object_keys", "generate_subscripts"}
)  # fmt: skip


def _is_set(node: Expression) -> bool:
    return isinstance(node, FunctionCall) and node.name.name in _SETS


def _expanded(targets: Sequence[Target], values: list[Value], frame: Frame) -> list[tuple[Value, ...]]:
    sets = [index for index, value in enumerate(values) if isinstance(value, _Set)]
    if not sets:
        return [tuple(values)]
    lists = {}
    for index in sets:
        each = values[index]
        assert isinstance(each, _Set)
        assert isinstance(each.node, FunctionCall)
        lists[index] = [row[0] for row in _function_rows(each.node, frame).rows]
    longest = max(len(each) for each in lists.values())
    return [
        tuple(
            (lists[index][position] if position < len(lists[index]) else None) if index in lists else value
            for index, value in enumerate(values)
        )
        for position in range(longest)
    ]


# FROM


def _from(item: FromItem, frames: list[Frame], hints: Mapping[str, Value]) -> list[Frame]:
    """Each frame with each row of the item."""
    match item:
        case Join():
            return _join(item, frames, hints)
        case TableReference():
            alias = _alias_of(item)
            renamed = [column.name.text for column in item.alias.columns] if item.alias is not None else []
            rows = _table_rows(item, frames[0] if frames else None, hints, alias)
            return [_with(frame, alias, _renamed(row, renamed)) for frame in frames for row in rows]
        case SubQuery():
            alias = item.alias.name.text if item.alias is not None and item.alias.name is not None else ""
            found = []
            for frame in frames:
                result = run_query(item.query, frame)
                names = _alias_names(item.alias, result.names)
                found += [_with(frame, alias, dict(zip(names, row, strict=False))) for row in result.rows]
            return found
        case FunctionItem():
            return [each for frame in frames for each in _function_frames(item, frame)]
        case _:
            raise Unfollowed("XMLTABLE and JSON_TABLE are not followed", item)


def _with(frame: Frame, alias: str, row: Mapping[str, Value]) -> Frame:
    return Frame(
        frame.state, [*frame.sources, (alias, row)], frame.parent, frame.variables, frame.common, caller=frame.caller
    )


def _alias_of(item: TableReference) -> str:
    return item.alias.name.text if item.alias is not None and item.alias.name is not None else item.name.name


def _alias_names(alias: object, names: tuple[str, ...]) -> tuple[str, ...]:
    columns = [column.name.text for column in getattr(alias, "columns", ())]
    return (*columns, *names[len(columns) :])


def _renamed(row: Mapping[str, Value], names: Sequence[str]) -> Mapping[str, Value]:
    if not names:
        return row
    keys = list(row)
    return {names[index] if index < len(names) else key: row[key] for index, key in enumerate(keys)}


def _table_rows(
    item: TableReference, frame: Frame | None, hints: Mapping[str, Value], alias: str
) -> list[Mapping[str, Value]]:
    if frame is None:
        return []
    state = frame.state
    if item.name.schema is None:
        common = frame.result(item.name.name)
        if common is not None:
            return [dict(zip(common.names, row, strict=False)) for row in common.rows]
    found = find_class(state, item.name)
    wanted = {
        name.rpartition(".")[2]: value
        for name, value in hints.items()
        if "." not in name or name.partition(".")[0] == alias
    }
    catalogue = catalogue_rows(state, item.name.schema, item.name.name, wanted) if found is None else None
    if catalogue is not None:
        return catalogue
    if isinstance(found, Relation):
        return relation_rows(state, found, frame)
    if isinstance(found, Index):
        raise Unfollowed("an index has no rows to read", item)
    raise Unfollowed(f"`{item.name}` is not modelled", item)


def relation_rows(state: object, relation: Relation, frame: Frame) -> list[Mapping[str, Value]]:
    """The rows of a table or view by column name."""
    if relation.kind in ("view", "materialized view"):
        if relation.kind == "materialized view" and not relation.populated:
            raise Rejected(
                "55000", f'materialized view "{relation.name}" has not been populated', subject=relation.name
            )
        if relation.query is None:
            raise Unfollowed(f"the rows of `{relation.name}` are not known")
        result = run_query(relation.query.node, Frame(frame.state, caller=frame.calls_own))  # type: ignore[arg-type]
        names = [column.name for column in relation.columns]
        return [dict(zip(names, row, strict=False)) for row in result.rows]
    if relation.kind in ("foreign", "sequence"):
        raise Unfollowed(f"the rows of `{relation.name}` are not known")
    found: list[Mapping[str, Value]] = []
    pending = [relation]
    while pending:
        table = pending.pop(0)
        why = frame.state.rows_unknown.get(table.oid)
        if why is not None:
            raise Unfollowed(f"the rows of `{table.name}` are not known: {why}")
        columns = [(column.name, column.number) for column in table.columns]
        found += [
            {name: row[number].value if number in row else None for name, number in columns}
            for row in frame.state.rows.get(table.oid, {}).values()
        ]
        pending += [frame.state.relation(oid) for oid in frame.state.members_of("child", table.oid).values()]
    del state
    return found


def _join(item: Join, frames: list[Frame], hints: Mapping[str, Value]) -> list[Frame]:
    if item.kind in ("right", "full"):
        raise Unfollowed("right and full joins are not followed", item)
    left = _from(item.left, frames, hints)
    found: list[Frame] = []
    tried = 0
    inner_hints = hints if item.kind in ("inner", "cross") else {}
    pairing: Pairing | None = None
    for each in left:
        if pairing is None or not _is_independent(item.right, each):
            pairing = Pairing(item.on, each.sources, _right_rows(item, each, inner_hints))
        any_match = False
        for _, other in pairing.candidates(each):
            tried += 1
            joined = Frame(
                each.state,
                [*each.sources, *other.sources],
                each.parent,
                each.variables,
                each.common,
                caller=each.caller,
            )
            if not _joins(item, joined, each, other):
                continue
            any_match = True
            found.append(joined)
        if not any_match and item.kind == "left":
            width = _empty_sources(item.right, each)
            found.append(
                Frame(each.state, [*each.sources, *width], each.parent, each.variables, each.common, caller=each.caller)
            )
        if len(found) > _MOST_ROWS or tried > _MOST_PAIRS:
            raise Unfollowed("it has too many rows", item)
    return found


def _right_rows(item: Join, left: Frame, hints: Mapping[str, Value]) -> list[Frame]:
    lateral = isinstance(item.right, FunctionItem) or (isinstance(item.right, SubQuery) and item.right.lateral)
    if lateral:
        base = Frame(left.state, [], left, left.variables)
    else:
        base = Frame(left.state, [], left.parent, left.variables, left.common, caller=left.caller)
    more = dict(hints)
    if item.on is not None and isinstance(item.right, TableReference):
        more.update(_hints(item.on, left))
    return _from(item.right, [base], more)


def _is_independent(item: FromItem, frame: Frame) -> bool:
    """Whether the rows are the same for each row on the left; those of the catalogue are read by what is sought."""
    match item:
        case TableReference():
            return frame.result(item.name.name) is not None or find_class(frame.state, item.name) is not None
        case SubQuery():
            return not item.lateral
        case _:
            return False


def _joins(item: Join, joined: Frame, left: Frame, right: Frame) -> bool:
    if item.natural:
        raise Unfollowed("natural joins are not followed", item)
    for name in item.using:
        one = next((row[name.text] for _, row in left.sources if name.text in row), None)
        two = next((row[name.text] for _, row in right.sources if name.text in row), None)
        if one is None or two is None:
            return False
        if isinstance(one, Unknown) or isinstance(two, Unknown):
            raise Unfollowed("some values are not known", item)
        if calls.compare(one, two) != 0:
            return False
    if item.on is None:
        return True
    value = truth(evaluate(item.on, joined))
    if isinstance(value, Unknown):
        raise Unfollowed(value.why, item.on)
    return value is True


def _empty_sources(item: FromItem, frame: Frame) -> list[Source]:
    """The item's columns, all NULL."""
    match item:
        case TableReference():
            found = find_class(frame.state, item.name)
            if isinstance(found, Relation):
                return [(_alias_of(item), {column.name: None for column in found.columns})]
            from analyzer.database.builtin import builtin

            row = builtin().relations.get((item.name.schema or "pg_catalog", item.name.name))
            if row is not None:
                return [(_alias_of(item), {name: None for name, _ in row.columns})]
        case Join():
            return [*_empty_sources(item.left, frame), *_empty_sources(item.right, frame)]
        case _:
            pass
    raise Unfollowed("the columns of an outer join are not known", item)


def _function_frames(item: FunctionItem, frame: Frame) -> list[Frame]:
    if len(item.functions) != 1 or not isinstance(item.functions[0], FunctionCall):
        raise Unfollowed("ROWS FROM is not followed", item)
    call = item.functions[0]
    if call.name.name in _RECORDSETS and item.alias is not None and item.alias.columns:
        result = _recordset(item, call, frame)
    else:
        result = _function_rows(call, frame)
    alias = item.alias.name.text if item.alias is not None and item.alias.name is not None else call.name.name
    names = result.names
    scalar = len(names) == 1
    if scalar and names == (call.name.name,) and item.alias is not None and item.alias.name is not None:
        names = (alias,)
    if item.ordinality:
        names = (*names, "ordinality")
    names = _alias_names(item.alias, names)
    found = []
    for position, row in enumerate(result.rows, 1):
        values = (*row, position) if item.ordinality else row
        cells = zip(names, values, strict=False)
        found.append(_with(frame, alias, ScalarRow(cells) if scalar else dict(cells)))
    return found


_RECORDSETS = frozenset({"jsonb_to_recordset", "json_to_recordset", "jsonb_to_record", "json_to_record"})


def _recordset(item: FunctionItem, call: FunctionCall, frame: Frame) -> Result:
    """`jsonb_to_recordset(value) AS x(a integer, b text)`."""
    from analyzer.database.types import data_type

    assert item.alias is not None
    value = evaluate(call.arguments[0], frame)
    if isinstance(value, Unknown):
        raise Unfollowed(value.why, call)
    inner = value.value if isinstance(value, Json) else None
    objects = inner if isinstance(inner, list) else [inner] if isinstance(inner, dict) else []
    columns = [
        (column.name.text, data_type(frame.state, column.type) if column.type is not None else None)
        for column in item.alias.columns
    ]
    rows = []
    for each in objects:
        cells = []
        for name, type_ in columns:
            member = each.get(name) if isinstance(each, dict) else None
            cells.append(_from_json(frame, member, type_))
        rows.append(tuple(cells))
    return Result(tuple(name for name, _ in columns), rows)


def _from_json(frame: Frame, member: object, type_: DataType | None) -> Value:
    if member is None or type_ is None:
        return None
    if type_.oid in (114, 3802) and not type_.array:
        return Json(member)
    if isinstance(member, list) and type_.array:
        return convert(frame.state, [_from_json(frame, each, type_.element) for each in member], type_)
    if isinstance(member, dict | list):
        return Unknown("its type is not modelled") if type_.oid != 25 else _json_as_text(member)
    return convert(frame.state, _json_as_text(member), type_)


def _function_rows(call: FunctionCall, frame: Frame) -> Result:
    name = call.name.name
    given = frame.result(name) if not call.arguments else None
    if given is not None:  # what an event trigger may ask for
        return given
    arguments = [evaluate(argument, frame) for argument in call.arguments]
    unknown = next((each for each in arguments if isinstance(each, Unknown)), None)
    if unknown is not None:
        raise Unfollowed(unknown.why, call)
    match name, arguments:
        case "aclexplode", [AclItems() | None as items]:
            return Result(AclItem._fields, list(items or ()))
        case "unnest", [list() as values]:
            return Result(("unnest",), [(each,) for each in values])
        case "unnest", [*lists] if all(isinstance(each, list) for each in lists):
            longest = max(len(each) for each in lists)  # type: ignore[arg-type]
            rows = [tuple(each[i] if i < len(each) else None for each in lists) for i in range(longest)]  # type: ignore[arg-type, index]
            return Result(tuple("unnest" for _ in lists), rows)
        case "generate_series", [int() as first, int() as last, *rest]:
            step = rest[0] if rest else 1
            if not isinstance(step, int) or step == 0:
                raise Unfollowed("the series is not known", call)
            numbers = range(first, last + (1 if step > 0 else -1), step)
            if len(numbers) > _MOST_SERIES:
                raise Unfollowed("it has too many rows", call)
            return Result(("generate_series",), [(each,) for each in numbers])
        case (("jsonb_array_elements" | "json_array_elements"), [Json(value=list() as values)]):
            return Result(("value",), [(Json(each),) for each in values])
        case (("jsonb_array_elements_text" | "json_array_elements_text"), [Json(value=list() as values)]):
            return Result(("value",), [(None if each is None else _json_as_text(each),) for each in values])
        case (("jsonb_each_text" | "json_each_text"), [Json(value=dict() as pairs)]):
            return Result(
                ("key", "value"), [(key, None if each is None else _json_as_text(each)) for key, each in pairs.items()]
            )
        case (("jsonb_each" | "json_each"), [Json(value=dict() as pairs)]):
            return Result(("key", "value"), [(key, Json(each)) for key, each in pairs.items()])
        case "jsonb_object_keys", [Json(value=dict() as pairs)]:
            return Result(("jsonb_object_keys",), [(key,) for key in pairs])
        case "string_to_table", [str() as text, str() as separator]:
            return Result(("string_to_table",), [(part,) for part in text.split(separator)])
        case _, _ if name not in _SETS:
            value = evaluate(call, frame)
            if isinstance(value, Unknown):
                raise Unfollowed(value.why, call)
            if isinstance(value, Record):
                return Result(value.names, [value.values])
            return Result((name,), [(value,)])
    raise Unfollowed("the function is not followed", call)


def _json_as_text(value: object) -> str:
    from analyzer.database.values import json_text, text_of

    return json_text(value) if isinstance(value, dict | list) else text_of(value)


# Which rows of the catalogue are asked for


def _hints(condition: Expression, frame: Frame) -> dict[str, Value]:
    """`column = value` among the parts of a condition: it saves looking at all of the catalogue."""
    found: dict[str, Value] = {}
    parts = (
        condition.arguments
        if isinstance(condition, BooleanExpression) and condition.operator == "and"
        else (condition,)
    )
    for part in parts:
        match part:
            case BinaryOperation(operator="=", left=left, right=right):
                for one, two in ((left, right), (right, left)):
                    while isinstance(one, Cast):
                        one = one.operand
                    if isinstance(one, ColumnReference) and not one.star and _is_plain(two, frame):
                        value = evaluate(two, frame)
                        if value is not None and not isinstance(value, Unknown):
                            found.setdefault(".".join(each.text for each in one.parts[-2:]), value)
            case In(operand=ColumnReference() as operand, items=(single,), negated=False) if _is_plain(single, frame):
                found.setdefault(".".join(each.text for each in operand.parts[-2:]), evaluate(single, frame))
            case BooleanExpression(operator="and"):
                found.update(_hints(part, frame))
            case _:
                pass
    return found


def _is_plain(node: Expression, frame: Frame) -> bool:
    """Whether the value can be told before any row is read."""
    match node:
        case Constant():
            return True
        case Cast(operand=operand):
            return _is_plain(operand, frame)
        case ColumnReference(parts=parts, star=False):
            if len(parts) == 1:
                return frame.find(parts[0].text)[0]
            return frame.source(parts[-2].text) is not None or frame.find(parts[0].text)[0]
        case FunctionCall(arguments=arguments, name=name):
            return name.name in ("format", "lower", "concat", "to_regclass") and all(
                _is_plain(each, frame) for each in arguments
            )
        case BinaryOperation(operator="||", left=left, right=right):
            return _is_plain(left, frame) and _is_plain(right, frame)
        case _:
            return False
