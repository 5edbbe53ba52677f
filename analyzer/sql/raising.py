"""The grammar of PL/pgSQL's RAISE."""

from __future__ import annotations

from typing import Literal

from analyzer.facts.sql import Raise, RaiseOption
from analyzer.facts.sql_query import Expression
from analyzer.sql import embedded
from analyzer.sql.cursor import Cursor
from analyzer.sql.keywords import words
from analyzer.sql.tokens import STRING

Level = Literal["debug", "log", "info", "notice", "warning", "exception"]
_OPTIONS = words(
    """
    message detail hint errcode column constraint datatype table schema
    """
)


def raise_statement(p: Cursor, start: int) -> Raise:
    """RAISE."""
    p.i += 1
    level = _level(p)
    if p.keys[p.i] == ";":
        p.i += 1
        return Raise(start, p.ends[p.i - 2], level, None)
    text: str | None = None
    arguments: list[Expression] = []
    condition = sqlstate = ""
    if p.classes[p.i] == STRING:
        mark = p.i
        text = p.string()
        while p.accept(","):
            arguments.append(embedded.sql_expression(p, ",", ";", "using"))
        _check_placeholders(p, mark, text, len(arguments))
    elif p.keys[p.i] == "sqlstate":
        p.i += 1
        sqlstate = p.string()
    elif p.keys[p.i] != "using":
        condition = p.label().text
    options: tuple[RaiseOption, ...] = ()
    if p.accept("using"):
        options = p.listed(_option)
    p.expect(";")
    return Raise(start, p.ends[p.i - 2], level, text, tuple(arguments), condition, sqlstate, options)


def _level(p: Cursor) -> Level:
    key = p.keys[p.i]
    levels: tuple[Level, ...] = ("debug", "log", "info", "notice", "warning", "exception")
    for level in levels:
        if key == level:
            p.i += 1
            return level
    return "exception"


def _check_placeholders(p: Cursor, index: int, text: str, count: int) -> None:
    placeholders = text.replace("%%", "").count("%")
    if placeholders == count:
        return
    p.i = index
    few = count < placeholders
    raise p.rejected(f"too {'few' if few else 'many'} parameters specified for RAISE")


def _option(p: Cursor) -> RaiseOption:
    start = p.start
    name = p.accept_any(_OPTIONS)
    if not name:
        raise p.rejected()
    if not p.accept("="):
        p.expect(":=")
    value = embedded.sql_expression(p, ",", ";")
    return RaiseOption(start, p.end, name, value)
