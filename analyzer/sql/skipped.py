"""Statements whose parts nobody asks for."""

from __future__ import annotations

from analyzer.facts.sql_ddl import Other
from analyzer.sql.cursor import Cursor
from analyzer.sql.tokens import END


def other(p: Cursor, start: int, kind: str) -> Other:
    """A statement whose parts are not read: everything up to its semicolon."""
    depth = 0
    while p.classes[p.i] < END:
        key = p.keys[p.i]
        if key == ";" and depth == 0:
            break
        depth += (key == "(") - (key == ")")
        p.i += 1
    return Other(start, p.end, kind)
