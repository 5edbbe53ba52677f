"""SQL inside PL/pgSQL: expressions, which are queries without SELECT, and statements with INTO."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from analyzer.facts.sql import RunSql
from analyzer.facts.sql_query import (
    ColumnReference,
    Expression,
    Identifier,
    SubSelect,
)
from analyzer.sql import call, expression, primary, query, statement
from analyzer.sql.cursor import Cursor, RejectedError
from analyzer.sql.tokens import END, PADDING, RESERVED_WORD, Tokens

T = TypeVar("T")


def sql_expression(p: Cursor, *terminators: str) -> Expression:
    """An expression up to one of the terminators, which stays. `count(*) FROM t` is a sub-select."""
    mark = p.i
    depth = p.depth
    found = expression.expression(p)
    if p.keys[p.i] in terminators:
        return found
    p.i = mark
    p.depth = depth
    stop = find(p, mark, terminators)
    return bounded(p, stop, _select_without_word)


def _select_without_word(p: Cursor) -> Expression:
    start = p.start
    of = query.select_without_word(p)
    return SubSelect(start, p.end, "scalar", of)


def find(p: Cursor, index: int, words: tuple[str, ...]) -> int:
    """The index of the first of `words` outside parentheses from `index` on, or of the semicolon or end before it."""
    depth = 0
    keys = p.keys
    while True:
        key = keys[index]
        if depth <= 0 and key in words:
            return index
        if key == ";" or p.classes[index] == END:
            return index
        if key in ("(", "["):
            depth += 1
        elif key in (")", "]"):
            depth -= 1
        index += 1


def bounded(p: Cursor, stop: int, parse: Callable[[Cursor], T]) -> T:
    """What `parse` reads where the text ends at the token `stop`.

    Raises:
        RejectedError: where it does not read all tokens up to there.
    """
    key, kind = p.keys[stop], p.classes[stop]
    p.keys[stop], p.classes[stop] = "", END
    try:
        found = parse(p)
        if p.i != stop:
            raise p.rejected()
    finally:
        p.keys[stop], p.classes[stop] = key, kind
    return found


def using(p: Cursor) -> tuple[Expression, ...]:
    """`USING a, b`, or nothing."""
    if not p.accept("using"):
        return ()
    return p.listed(_using_value)


def _using_value(p: Cursor) -> Expression:
    return sql_expression(p, ",", ";", "into", "loop")


def cursor_arguments(p: Cursor) -> tuple[Expression, ...]:
    """The arguments of a bound cursor in parentheses."""
    return call.arguments(p)


# Variables


def variable(p: Cursor, *, subscripts: bool) -> Expression:
    """A variable with its fields, and subscripts where they may be."""
    i = p.i
    if p.classes[i] > RESERVED_WORD:
        if p.keys[i] == "$":
            return primary.primary(p)
        raise p.rejected()
    parts: list[Identifier] = [p.label()]
    while p.keys[p.i] == ".":
        p.i += 1
        parts.append(p.label())
    found: Expression = ColumnReference(parts[0].start, p.end, tuple(parts))
    while subscripts and p.keys[p.i] in ("[", "."):
        found = primary.indirection(p, found)
    return found


def targets(p: Cursor) -> tuple[Expression, ...]:
    """The variables behind INTO."""
    return p.listed(_target)


def _target(p: Cursor) -> Expression:
    return variable(p, subscripts=True)


# Statements


def run_sql(p: Cursor, start: int) -> RunSql:
    """An SQL statement up to its semicolon, with the INTO that PL/pgSQL takes out of it."""
    into = _find_into(p)
    if into is None:
        found = statement.statement(p)
        end = p.end
        p.expect(";")
        return RunSql(start, end, found)
    mark = p.i
    p.i = into + 1
    strict = p.accept("strict")
    variables = targets(p)
    rest = p.i
    stop = _statement_end(p, rest)
    cut = Tokens(
        p.keys[mark:into] + p.keys[rest:stop] + [""] * PADDING,
        p.classes[mark:into] + p.classes[rest:stop] + [END] * PADDING,
        p.starts[mark:into] + p.starts[rest:stop] + [p.starts[stop]] * PADDING,
        p.ends[mark:into] + p.ends[rest:stop] + [p.ends[stop]] * PADDING,
    )
    inner = Cursor(p.text, cut, p.sink, p.seen)
    inner.depth = p.depth
    try:
        found = statement.statement(inner)
        if inner.classes[inner.i] != END:
            raise inner.rejected()
    except RejectedError as rejected:
        before = into - mark
        index = rejected.index
        raise RejectedError(mark + index if index < before else rest + index - before, rejected.message) from None
    p.i = stop
    p.expect(";")
    return RunSql(start, p.ends[stop - 1], found, variables, strict)


def _find_into(p: Cursor) -> int | None:
    keys = p.keys
    index = p.i
    if keys[index] in ("import", "create", "alter", "drop", "grant", "revoke", "comment"):
        return None
    while True:
        key = keys[index]
        if key == "into" and keys[index - 1] not in ("insert", "merge"):
            return index
        if key == ";" or p.classes[index] == END:
            return None
        index += 1


def _statement_end(p: Cursor, index: int) -> int:
    while p.keys[index] != ";" and p.classes[index] != END:
        index += 1
    return index
