"""The grammar of PostgREST's logical filters: `or=(a.eq.1,and(b.gt.2,c.is.null))`.

https://docs.postgrest.org/en/v13/references/api/tables_views.html#logical-operators
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# https://docs.postgrest.org/en/v13/references/api/tables_views.html#operators
_OPERATORS = frozenset(
    "eq neq gt gte lt lte like ilike match imatch in is isdistinct fts plfts phfts wfts cs cd ov sl sr nxr nxl adj not"
    " ".split()
)
_GROUP = re.compile(r"(?:not\.)?(?:and|or)\(")
_NAME = re.compile(r'"([^"]*)"|([^.,()"]+)')


@dataclass(frozen=True, slots=True)
class Named:
    """A column that a filter names, with the relations on the way to it; the place is that of the column's name."""

    path: tuple[str, ...]
    column: str
    start: int
    end: int


def named(text: str) -> Named | None:
    """The column of `eq("column", ...)`, `eq("relation.column", ...)` or `eq("data->>key", ...)`."""
    path, _, _ = text.partition("->")
    parts = path.strip().split(".")
    if not all(parts):
        return None
    start = len(path.rstrip()) - len(parts[-1])
    return Named(tuple(parts[:-1]), parts[-1].strip('"'), start, start + len(parts[-1]))


def alternatives(text: str) -> Iterator[Named]:
    """The columns that the text of an `or(...)` names. What it cannot read, such as computed parts, it leaves out."""
    position = 0
    while position < len(text):
        if text[position] in " ,)":
            position += 1
            continue
        group = _GROUP.match(text, position)
        if group is not None:
            position = group.end()
            continue
        found = _condition(text, position)
        if found is None:
            return
        name, position = found
        yield name


def _condition(text: str, position: int) -> tuple[Named, int] | None:
    """`a.b.eq.value` from a position, with where it ends."""
    names: list[tuple[str, int, int]] = []
    while (match := _NAME.match(text, position)) is not None:
        position = match.end()
        word = match[1] if match[1] is not None else match[2]
        if names and word in _OPERATORS and match[1] is None:
            column, start, end = names[-1]
            column, arrow, _ = column.partition("->")
            column = column.strip()
            path = tuple(one for one, _, _ in names[:-1])
            return Named(path, column, start, start + len(column) if arrow else end), _end_of_value(text, position)
        names.append((word, match.start(), match.end()))
        if not text.startswith(".", position):
            return None
        position += 1
    return None


def _end_of_value(text: str, position: int) -> int:
    """Behind the value of a condition: at the comma or parenthesis that does not belong to it."""
    depth = 0
    quoted = False
    while position < len(text):
        char = text[position]
        if char == '"':
            quoted = not quoted
        elif not quoted:
            if char in "({":
                depth += 1
            elif char in ")}":
                if depth == 0:
                    return position
                depth -= 1
            elif char == "," and depth == 0:
                return position
        position += 1
    return position
