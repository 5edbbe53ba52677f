"""The grammar of PL/pgSQL's FOR and FOREACH."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.facts.sql import ForCursor, ForeachArray, ForExecute, ForInteger, ForQuery, PlpgsqlStatement
from analyzer.facts.sql_query import ColumnReference, Expression, Identifier
from analyzer.sql import embedded, query
from analyzer.sql.cursor import Cursor
from analyzer.sql.keywords import words
from analyzer.sql.tokens import RESERVED_WORD

Body = Callable[[Cursor], tuple[PlpgsqlStatement, ...]]
_QUERY_STARTS = words(
    """
    select with values table ( insert update delete merge call
    """
)


def for_loop(p: Cursor, start: int, label: str, body: Body) -> PlpgsqlStatement:
    """FOR over integers, a query, a dynamic query or a cursor."""
    p.i += 1
    targets = embedded.targets(p)
    p.expect("in")
    if p.accept("execute"):
        command = embedded.sql_expression(p, "loop", "using")
        arguments = embedded.using(p)
        statements = body(p)
        return ForExecute(start, p.ends[p.i - 2], targets, command, arguments, statements, label)
    stop = embedded.find(p, p.i, ("loop",))
    if p.keys[stop] != "loop":
        p.i = stop
        raise p.rejected()
    mark = p.i
    reverse = p.keys[p.i] == "reverse"
    dots = embedded.find(p, p.i, ("..", "loop"))
    if dots < stop:
        if reverse:
            p.i += 1
        return _integers(p, start, label, body, _variable(p, targets), reverse=reverse)
    if p.keys[mark] in _QUERY_STARTS or (p.keys[mark] == "execute"):
        of = embedded.bounded(p, stop, query.query_or_change)
        statements = body(p)
        return ForQuery(start, p.ends[p.i - 2], targets, of, statements, label)
    if p.classes[mark] > RESERVED_WORD:
        raise p.rejected()
    cursor = p.label()
    values: tuple[Expression, ...] = embedded.cursor_arguments(p) if p.keys[p.i] == "(" else ()
    statements = body(p)
    return ForCursor(start, p.ends[p.i - 2], _variable(p, targets), cursor, values, statements, label)


def _variable(p: Cursor, targets: tuple[Expression, ...]) -> Identifier:
    first = targets[0]
    if len(targets) > 1 or not isinstance(first, ColumnReference):
        raise p.rejected()
    return first.parts[-1]


def _integers(p: Cursor, start: int, label: str, body: Body, variable: Identifier, *, reverse: bool) -> ForInteger:
    lower = embedded.sql_expression(p, "..")
    p.expect("..")
    upper = embedded.sql_expression(p, "loop", "by")
    step = embedded.sql_expression(p, "loop") if p.accept("by") else None
    statements = body(p)
    return ForInteger(start, p.ends[p.i - 2], variable, lower, upper, step, reverse, statements, label)


def foreach(p: Cursor, start: int, label: str, body: Body) -> ForeachArray:
    """FOREACH over an array."""
    p.i += 1
    targets = embedded.targets(p)
    slice_ = p.integer() if p.accept("slice") else 0
    p.expect("in", "array")
    array = embedded.sql_expression(p, "loop")
    statements = body(p)
    return ForeachArray(start, p.ends[p.i - 2], targets, slice_, array, statements, label)
