"""A `.env` file -> its variables."""

from __future__ import annotations

import re

from analyzer.config.env_value import value_kind
from analyzer.config.places import Places
from analyzer.facts.config import EnvEntry, EnvFile, Problem
from analyzer.source import Source

# What godotenv and dotenv both take: https://github.com/joho/godotenv, https://github.com/motdotla/dotenv
_LINE = re.compile(
    r"""[ \t]*(?P<comment>\#+[ \t]*)?(?P<export>export[ \t]+)?(?P<name>[A-Za-z_][\w.-]*)[ \t]*(?:=|:[ \t])[ \t]*
        (?:(?P<quote>["'`])(?P<quoted>(?:\\.|(?!(?P=quote))[^\\])*)(?P=quote)|(?P<bare>[^\r\n]*))""",
    re.VERBOSE,
)
_INLINE_COMMENT = re.compile(r"(?:^|\s)\#.*$")
_EXAMPLE = re.compile(
    r"(?:^|[._-])(?:example|sample|template|tpl|dist|defaults?|schema|tmpl|ex)(?:$|[._-])", re.IGNORECASE
)
_COMMENTED_NAME = re.compile(r"^[A-Z][A-Z0-9_]*$")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def env_file(source: Source) -> EnvFile:
    """The facts of a `.env` file."""
    places = Places.of(source)
    text = source.text
    entries: list[EnvEntry] = []
    problems: list[Problem] = []
    position = 0
    while position < len(text):
        line_end = _line_end(text, position)
        match = _LINE.match(text, position)
        if match is None:
            line = text[position:line_end]
            if line.strip() and not line.lstrip().startswith("#"):
                problems.append(Problem(places.characters(position, line_end), "expected `NAME=value`"))
            position = _next_line(text, line_end)
            continue
        entry = _entry(match, places)
        if entry is not None:
            entries.append(entry)
        end = match.end() if match["quote"] and not match["comment"] else line_end
        position = _next_line(text, _line_end(text, end))
    name = source.path.rpartition("/")[2]
    return EnvFile(source.path, tuple(entries), _environment(name), bool(_EXAMPLE.search(name)), tuple(problems))


def _entry(match: re.Match[str], places: Places) -> EnvEntry | None:
    commented = match["comment"] is not None
    if commented and (not _COMMENTED_NAME.match(match["name"]) or "\n" in match[0]):
        return None
    if match["quote"]:
        start, end = match.span("quoted")
        value = match["quoted"]
        if match["quote"] == '"':
            value = _ESCAPE.sub(lambda escape: _ESCAPES.get(escape[1], escape[1]), value)
    else:
        start, end = match.span("bare")
        bare = _INLINE_COMMENT.sub("", match["bare"])
        value = bare.rstrip()
        end = start + len(value)
    return EnvEntry(
        match["name"],
        value,
        value_kind(match["name"], value),
        places.characters(*match.span("name")),
        places.characters(start, end),
        exported=match["export"] is not None,
        commented=commented,
    )


def _line_end(text: str, position: int) -> int:
    for index in (text.find("\n", position), text.find("\r", position)):
        if index != -1:
            other = text.find("\r", position, index) if text[index] == "\n" else -1
            return other if other != -1 else index
    return len(text)


def _next_line(text: str, line_end: int) -> int:
    return line_end + 2 if text[line_end : line_end + 2] == "\r\n" else line_end + 1


def _environment(name: str) -> str:
    """`production` of `.env.production.local`."""
    parts = [part for part in name.removeprefix(".").split(".") if part not in ("env", "local", "")]
    return next((part for part in parts if not _EXAMPLE.search(part)), "")
