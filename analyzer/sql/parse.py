"""A file of SQL to its statements; it never fails, and an error stays inside its statement."""

from __future__ import annotations

import re

from analyzer.facts.sql import SqlFile, SqlSyntaxError, Statement
from analyzer.facts.sql_ddl import MetaCommand, Other
from analyzer.source import Lines, Source
from analyzer.sql.cursor import Cursor, RejectedError, TooDeepError
from analyzer.sql.keywords import words
from analyzer.sql.statement import statement
from analyzer.sql.tokens import BAD, END, PADDING, Seen, Tokens, tokenize


def parse(source: Source) -> SqlFile:
    """The statements of a file, and what PostgreSQL's parser rejects in it."""
    errors: list[SqlSyntaxError] = []
    seen = Seen.words()
    tokens, copies = _tokens_around_copied_rows(source.text, seen)
    p = Cursor(source.text, tokens, errors, seen)
    p.copies = copies
    statements = _statements(p, errors)
    errors.sort(key=lambda error: error.start)
    return SqlFile(source.path, Lines.of(source), tuple(statements), tuple(errors))


def _statements(p: Cursor, errors: list[SqlSyntaxError]) -> list[Statement]:
    found: list[Statement] = []
    keys = p.keys
    whole = (0, 0)
    while True:
        while keys[p.i] == ";":
            p.i += 1
        start = p.i
        if p.classes[start] == END:
            return found
        p.depth = p.chain = 0
        mark = len(errors)
        try:
            found.append(statement(p))
            if keys[p.i] not in (";", ""):
                raise p.rejected()
        except RejectedError as rejected:
            if p.starts[start] >= whole[1]:
                whole = _whole(p, start)
            errors.append(p.error(rejected, whole))
            if not _meta_command(p, start, found):
                _recover(p, start, rejected.index)
        except (TooDeepError, RecursionError):
            del errors[mark:]
            _skip(p, start)
            found.append(Other(p.starts[start], p.ends[p.i - 1], " ".join(keys[start : start + 2])))


def _whole(p: Cursor, index: int) -> tuple[int, int]:
    """From the token at `index` to the semicolon at which PostgreSQL's client ends the statement."""
    keys = p.keys
    first = index
    parentheses = atomic = 0
    while p.classes[index] != END:
        match keys[index]:
            case ";" if parentheses <= 0 and not atomic:
                break
            case "(":
                parentheses += 1
            case ")":
                parentheses -= 1
            case "atomic" if keys[index - 1] == "begin":
                atomic = 1
            case "case" if atomic:
                atomic += 1
            case "end" if atomic:
                atomic -= 1
            case command if command[0] == "\\" and ";" in command:  # a command of psql to us only
                return p.starts[first], p.starts[index] + command.index(";")
        index += 1
    return p.starts[first], p.ends[index - 1]


def _recover(p: Cursor, start: int, index: int) -> None:
    """Moves behind the statement with the error at `index`: to its semicolon, or to a statement that starts a line."""
    keys = p.keys
    if keys[index].startswith("\\"):
        p.i = index + 1  # `\gset` and its like end a statement for psql
        return
    while keys[index] != ";" and p.classes[index] != END:
        if index > start and keys[index] in _STARTS and _starts_line(p, index):
            break
        index += 1
    p.i = index


_STARTS = words(
    """
    create alter drop insert grant revoke comment do begin commit
    """
)


def _starts_line(p: Cursor, index: int) -> bool:
    start = p.starts[index]
    return start == 0 or p.text[start - 1] in "\n\r"


def _skip(p: Cursor, index: int) -> None:
    while p.keys[index] != ";" and p.classes[index] != END:
        index += 1
    p.i = index


_META_COMMAND = re.compile(r"\\(\S*)[ \t]*(.*)")


def _meta_command(p: Cursor, index: int, found: list[Statement]) -> bool:
    """Reads a command of psql, which takes the rest of its line."""
    piece = p.keys[index]
    if p.classes[index] != BAD or not piece.startswith("\\"):
        return False
    match = _META_COMMAND.match(piece)
    if match:
        found.append(MetaCommand(p.starts[index], p.ends[index], match[1], match[2].rstrip()))
    p.i = index + 1
    return True


# The rows that pg_dump writes behind COPY ... FROM stdin, which are no SQL

_COPY = re.compile(r"^copy\b[^;']*\bfrom\s+stdin\b[^;]*;[^\S\n]*\n", re.IGNORECASE | re.MULTILINE)
_END_OF_ROWS = re.compile(r"^\\\.[^\S\n]*$", re.MULTILINE)


def _tokens_around_copied_rows(text: str, seen: Seen) -> tuple[Tokens, dict[int, tuple[int, int]]]:
    if "\\." not in text:
        return tokenize(text, 0, None, seen), {}
    copies: dict[int, tuple[int, int]] = {}
    whole = Tokens([], [], [], [])
    position = 0
    for match in _COPY.finditer(text):
        end = _END_OF_ROWS.search(text, match.end())
        if match.start() < position or end is None:
            continue
        part = tokenize(text, position, match.end(), seen)
        if match.start() not in part.starts:
            continue  # inside a string or a comment
        _append(whole, part)
        copies[part.starts[-PADDING - 1]] = (match.end(), end.start())
        position = end.end()
    part = tokenize(text, position, None, seen)
    _append(whole, part)
    whole.keys += [""] * PADDING
    whole.classes += [END] * PADDING
    whole.starts += [len(text)] * PADDING
    whole.ends += [len(text)] * PADDING
    return whole, copies


def _append(whole: Tokens, part: Tokens) -> None:
    whole.keys += part.keys[:-PADDING]
    whole.classes += part.classes[:-PADDING]
    whole.starts += part.starts[:-PADDING]
    whole.ends += part.ends[:-PADDING]
