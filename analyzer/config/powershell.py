"""PowerShell and batch files -> the Supabase commands and variables in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from analyzer.config.commands import function_request, supabase_call
from analyzer.config.places import Places
from analyzer.facts.config import Assignment, FunctionRequest, NameRead, Script, SupabaseCall, Word
from analyzer.source import Source


class _Dialect(NamedTuple):
    """How a shell separates and reads words."""

    escape: str  # before a line break, it continues the line
    quotes: str
    comment: re.Pattern[str]
    separator: re.Pattern[str]
    read: re.Pattern[str]
    assignment: re.Pattern[str]
    variable: re.Pattern[str]


_POWERSHELL = _Dialect(
    "`",
    "\"'",
    re.compile(r"<#.*?#>|(?:(?<=\s)|^)#[^\n]*", re.DOTALL | re.MULTILINE),
    re.compile(r"\n|;|\|\||\||&&|[{}()]"),
    re.compile(r"\$env:(\w+)|\$\{env:(\w+)\}", re.IGNORECASE),
    re.compile(r"""\$env:(?P<name>\w+)[ \t]*=[ \t]*(?P<value>"[^"\n]*"|'[^'\n]*'|[^\n;]+)""", re.IGNORECASE),
    re.compile(r"\$[\w{(]"),
)
_BATCH = _Dialect(
    "^",
    '"',
    re.compile(r"^[ \t]*(?:@?rem\b|::)[^\n]*", re.IGNORECASE | re.MULTILINE),
    re.compile(r"\n|\|\||\||&&|&|[()]"),
    re.compile(r"%(\w+)%|!(\w+)!"),
    re.compile(r"""\bset[ \t]+"?(?P<name>[A-Za-z_]\w*)=(?P<value>[^"\r\n&]*)""", re.IGNORECASE),
    re.compile(r"%\w+%|%~?\d|!\w+!"),
)
_CALL = re.compile(r"^@?(?:&|call|start|cmd|/c|/k|powershell|\.)$", re.IGNORECASE)
_TEMPLATE = re.compile(r"\$\{\{.*?\}\}")


def powershell_file(source: Source) -> Script:
    """The facts of a `.ps1` file."""
    return powershell_script(Places.of(source))


def powershell_script(places: Places) -> Script:
    """The facts of PowerShell text."""
    return _script(places, "powershell", _POWERSHELL)


def batch_file(source: Source) -> Script:
    """The facts of a `.bat` or `.cmd` file."""
    return _script(Places.of(source), "batch", _BATCH)


def _script(places: Places, shell: str, dialect: _Dialect) -> Script:
    text = dialect.comment.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), places.text)
    calls: list[SupabaseCall] = []
    requests: list[FunctionRequest] = []
    for words in _commands(text, places, dialect):
        start, end = words[0][1], words[-1][2]
        row = [word for word, _, _ in words]
        if call := supabase_call(row, places, start, end):
            calls.append(call)
        elif request := function_request(row, places, start, end):
            requests.append(request)
    return Script(
        places.lines.path,
        "batch" if shell == "batch" else "powershell",
        places.characters(0, len(places.text)),
        tuple(calls),
        tuple(_assignments(text, places, dialect)),
        tuple(_reads(text, places, dialect)),
        tuple(requests),
    )


def _commands(text: str, places: Places, dialect: _Dialect) -> Iterator[list[tuple[Word, int, int]]]:
    """The words of each command with their offsets."""
    words: list[tuple[Word, int, int]] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character == dialect.escape and text[position + 1 : position + 3].lstrip("\r")[:1] == "\n":
            position = text.index("\n", position) + 1
        elif character in " \t\r,":
            position += 1
        elif (separator := dialect.separator.match(text, position)) is not None:
            if words:
                yield words
            words = []
            position = separator.end()
        else:
            start = position
            written, position = _word(text, start, dialect)
            literal = not dialect.variable.search(text, start, position) and not _TEMPLATE.search(text, start, position)
            position = max(position, start + 1)
            if words or not _CALL.match(written):
                words.append((Word(written, literal, places.characters(start, position)), start, position))
    if words:
        yield words


def _word(text: str, position: int, dialect: _Dialect) -> tuple[str, int]:
    """The word at `position` without its quotes, and where it ends."""
    parts: list[str] = []
    while position < len(text) and text[position] not in " \t\r\n,":
        character = text[position]
        template = _TEMPLATE.match(text, position)
        if template is not None:
            parts.append(template[0])
            position = template.end()
        elif character in dialect.quotes:
            end = text.find(character, position + 1)
            line_end = text.find("\n", position)
            if end == -1 or -1 < line_end < end:
                end = len(text) if line_end == -1 else line_end
            parts.append(text[position + 1 : end])
            position = min(end + 1, len(text)) if text[end : end + 1] == character else end
        elif character == dialect.escape and position + 1 < len(text) and text[position + 1] not in "\r\n":
            parts.append(text[position + 1])
            position += 2
        elif (dialect.separator.match(text, position) and parts) or character == dialect.escape:
            break
        else:
            parts.append(character)
            position += 1
    return "".join(parts), position


def _assignments(text: str, places: Places, dialect: _Dialect) -> Iterator[Assignment]:
    for match in dialect.assignment.finditer(text):
        start, end = match.span("value")
        value = text[start:end].rstrip()
        end = start + len(value)
        literal = not dialect.variable.search(value)
        word = Word(value.strip("\"'"), literal, places.characters(start, end))
        yield Assignment(match["name"], word, True, places.characters(match.start(), end))


def _reads(text: str, places: Places, dialect: _Dialect) -> Iterator[NameRead]:
    for match in dialect.read.finditer(text):
        group = 1 if match[1] else 2
        if not re.match(r"[ \t]*=[^=]", text[match.end() : match.end() + 3]) or dialect is _BATCH:
            yield NameRead(match[group], "shell", places.characters(*match.span(group)))
