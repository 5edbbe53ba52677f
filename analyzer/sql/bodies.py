"""The bodies of functions and DO blocks, read in place: their nodes have the places of the file."""

from __future__ import annotations

from typing import TypeVar

from analyzer.facts.sql import Body, PlpgsqlBody, SqlBody, SqlSyntaxError, Statement, Text
from analyzer.facts.sql_query import Node
from analyzer.sql import plpgsql, statement
from analyzer.sql.cursor import Cursor, RejectedError, TooDeepError
from analyzer.sql.strings import string_places
from analyzer.sql.tokens import tokenize

N = TypeVar("N", bound=Node)


def body(p: Cursor, definition: Text, language: str) -> Body | None:
    """The body that a string constant holds, or None for other languages and for bodies with a syntax error.

    An error goes to the cursor's sink, since PostgreSQL's parser itself accepts the statement.
    """
    if language not in ("plpgsql", "sql"):
        return None
    raw = p.text[definition.start : definition.end]
    value, places = string_places(raw, definition.start)
    if isinstance(places, int):
        inner = Cursor(p.text, tokenize(p.text, places, places + len(value), p.seen), p.sink, p.seen)
        return _read(inner, p.depth, definition, language)
    errors: list[SqlSyntaxError] = []
    inner = Cursor(value, tokenize(value, 0, None, p.seen), errors, p.seen)
    found = _read(inner, p.depth, Text(0, len(value), value), language)
    p.sink.extend(moved(error, places) for error in errors)
    return None if found is None else moved(found, places)


def _read(inner: Cursor, depth: int, definition: Text, language: str) -> Body | None:
    inner.depth = depth
    try:
        if language == "sql":
            return SqlBody(definition.start, definition.end, tuple(statements(inner)))
        return PlpgsqlBody(definition.start, definition.end, plpgsql.body(inner))
    except RejectedError as rejected:
        error = inner.error(rejected)
        inner.sink.append(SqlSyntaxError(error.start, error.end, error.message, True))
    except (TooDeepError, RecursionError):
        pass  # a body without a tree is what consumers see of a body that is nested too deeply
    return None


def moved(node: N, places: list[int]) -> N:
    """The node with every offset looked up in `places`."""
    found: N = _moved(node, places)  # type: ignore[assignment]
    return found


def _moved(value: object, places: list[int]) -> object:
    if isinstance(value, Node):
        fields = {name: _moved(getattr(value, name), places) for name in value.__struct_fields__[2:]}
        return type(value)(places[value.start], places[value.end], **fields)
    if isinstance(value, tuple):
        return tuple(_moved(item, places) for item in value)
    return value


def statements(p: Cursor) -> list[Statement]:
    """Statements with semicolons between them, up to the end."""
    found: list[Statement] = []
    while True:
        while p.keys[p.i] == ";":
            p.i += 1
        if not p.keys[p.i]:
            return found
        p.chain = 0
        found.append(statement.statement(p))
        if p.keys[p.i] not in (";", ""):
            raise p.rejected()
