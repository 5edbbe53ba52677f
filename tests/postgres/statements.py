"""The statements of a migration, as PostgreSQL's own scanner divides them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import postgast

_COMMENTS = frozenset(("SQL_COMMENT", "C_COMMENT"))


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement without its semicolon; `line` is that of its first token, from 1."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    start: int  # in bytes
    end: int


def split(sql: str) -> Iterator[Statement]:
    """Every statement of a script, in order; a part that cannot be scanned belongs to its last statement."""
    text = sql.encode()
    first: int | None = None
    last = counted = 0
    line = 1
    parentheses = atomic = 0
    before = ""
    for token in _tokens(sql, text):
        match token.kind:
            case "ASCII_40":
                parentheses += 1
            case "ASCII_41":
                parentheses -= 1
            case "ATOMIC" if before == "BEGIN_P":
                atomic = 1
            case "CASE" if atomic:
                atomic += 1
            case "END_P" if atomic:
                atomic -= 1
            case "ASCII_59" if parentheses <= 0 and not atomic:
                if first is not None:
                    yield Statement(text[first:last].decode(), line)
                first, parentheses, before = None, 0, ""
                continue
        if first is None:
            first = token.start
            line += text.count(b"\n", counted, first)
            counted = first
        before, last = token.kind, token.end
    if first is not None:
        yield Statement(text[first:last].decode(), line)


def _tokens(sql: str, text: bytes) -> Iterator[_Token]:
    try:
        scanned, broken = postgast.scan(sql), None
    except postgast.PgQueryError as error:
        # A literal or comment without an end: all before it is sound.
        broken = len(sql[: max(error.cursorpos - 1, 0)].encode())
        scanned = postgast.scan(text[:broken].decode())
    names = {value: name for name, value in postgast.pg_query_pb2.Token.items()}
    for token in scanned.tokens:
        kind = names.get(token.token, "")
        if kind not in _COMMENTS:
            yield _Token(kind, token.start, token.end)
    if broken is not None and not text.startswith(b"/*", broken):
        yield _Token("BROKEN", broken, len(text.rstrip()))
