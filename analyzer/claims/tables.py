"""Which table a passage of a document is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from analyzer.claims.passages import Passage
from analyzer.facts.config import Statement

_LONG = 8  # words of a heading that names something in passing


def table_of(passage: Passage, tables: Iterable[str]) -> str | None:
    """The one table that the statement, or else the nearest above it that names any, names."""
    known = tuple(sorted(tables))
    for statement in (passage.statement, *passage.above()):
        named = _named(statement, known)
        if named:
            return next(iter(named)) if len(named) == 1 else None
    return None


@lru_cache(maxsize=100_000)
def _named(statement: Statement, tables: tuple[str, ...]) -> frozenset[str]:
    if statement.kind == "heading":
        found = _NAME.findall(statement.text.lower()) if len(statement.text.split()) <= _LONG else []
    elif statement.kind == "row":
        found = []  # its columns say what it is about
    else:
        found = [next(filter(None, groups)).lower() for groups in _IN_CODE.findall(statement.text)]
    return frozenset(found) & frozenset(tables)


_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_IN_CODE = re.compile(
    r"`(?:public\.)?([A-Za-z_]\w*)(?:\.\w+)?`"
    r"|\bTABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:ONLY\s+)?(?:public\.)?\"?([A-Za-z_]\w*)"
    r"|\b(?!create\b|alter\b|drop\b)([A-Za-z_]\w*)\s+table\b",
    re.IGNORECASE,
)
