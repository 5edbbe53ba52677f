"""Window functions over known rows: numbering and neighbours."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.database.aggregates import AGGREGATES, aggregate, ordered
from analyzer.database.evaluate import Frame, evaluate
from analyzer.database.rejected import Unfollowed
from analyzer.database.values import Unknown, Value, to_json
from analyzer.facts.sql_query import FunctionCall, Node

_Numbered = Callable[[list[Frame], list[list[str]], FunctionCall], list[Value]]


def compute(call: FunctionCall, frames: list[Frame]) -> None:
    """Gives each frame the value of a window function's call.

    Raises:
        Unfollowed: the function, its window or its order is not followed.
    """
    window = call.over
    make = _FUNCTIONS.get(call.name.name)
    plain_aggregate = call.name.name in AGGREGATES and window is not None and not window.order_by
    if (
        window is None
        or window.reference is not None
        or window.frame is not None
        or (make is None and not plain_aggregate)
    ):
        raise Unfollowed("window functions are not followed", call)
    groups: dict[tuple[str, ...], list[Frame]] = {}
    for frame in frames:
        groups.setdefault(tuple(_key(each, frame) for each in window.partition_by), []).append(frame)
    for members in groups.values():
        rows = ordered(members, [(item.expression, item.direction == "desc", item.nulls) for item in window.order_by])
        if make is None:
            whole = Frame(rows[0].state, rows[0].sources, rows[0].parent, group=rows)
            values = [aggregate(call, whole)] * len(rows)
        else:
            keys = [[_key(item.expression, row) for item in window.order_by] for row in rows]
            values = make(rows, keys, call)
        for row, value in zip(rows, values, strict=True):
            row.windows[id(call)] = value


def _key(node: Node, frame: Frame) -> str:
    value = evaluate(node, frame)  # type: ignore[arg-type]
    if isinstance(value, Unknown):
        raise Unfollowed(value.why, node)
    return repr(to_json(value))


def _row_number(rows: list[Frame], keys: list[list[str]], call: FunctionCall) -> list[Value]:
    return list(range(1, len(rows) + 1))


def _rank(rows: list[Frame], keys: list[list[str]], call: FunctionCall) -> list[Value]:
    found: list[Value] = []
    for index, key in enumerate(keys):
        found.append(found[-1] if index and key == keys[index - 1] else index + 1)
    return found


def _dense_rank(rows: list[Frame], keys: list[list[str]], call: FunctionCall) -> list[Value]:
    found: list[Value] = []
    rank = 0
    for index, key in enumerate(keys):
        rank += not index or key != keys[index - 1]
        found.append(rank)
    return found


def _neighbour(step: int) -> _Numbered:
    def read(rows: list[Frame], keys: list[list[str]], call: FunctionCall) -> list[Value]:
        if len(call.arguments) != 1:
            raise Unfollowed("window functions are not followed", call)
        values = [evaluate(call.arguments[0], row) for row in rows]
        return [values[index + step] if 0 <= index + step < len(values) else None for index in range(len(values))]

    return read


_FUNCTIONS: dict[str, _Numbered] = {
    "row_number": _row_number,
    "rank": _rank,
    "dense_rank": _dense_rank,
    "lag": _neighbour(-1),
    "lead": _neighbour(1),
}
