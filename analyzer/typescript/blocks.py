"""The script of a Vue, Svelte or Astro component, at the places where it stands in the file."""

from __future__ import annotations

import re

from analyzer.source import Source

COMPONENT_SUFFIXES = (".vue", ".svelte", ".astro")

_SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<code>.*?)(?:</script\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\r?\n(?P<code>.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_OTHER_LANGUAGE = re.compile(
    r"""\b(?:type\s*=\s*["']?(?!module|text/javascript|text/typescript|application/javascript)[\w+/.-]+|src\s*=)"""
)
_NOT_LINE_END = re.compile(r"[^\r\n]")


def script(source: Source) -> Source:
    """`source` with all that is not script replaced by blanks, so that every place stays what it was."""
    text = source.text
    pieces: list[str] = []
    position = 0
    for start, end in _code(source):
        blank = _blank(text[position:start])
        if pieces and "\n" not in blank:  # two scripts in one line: they must not run into each other
            blank = ";" + blank[1:]
        pieces += [blank, text[start:end]]
        position = end
    return Source(source.path, "".join([*pieces, _blank(text[position:])]))


def _code(source: Source) -> list[tuple[int, int]]:
    found = []
    start = 0
    if source.path.endswith(".astro") and (front_matter := _FRONT_MATTER.search(source.text)):
        found.append(front_matter.span("code"))
        start = front_matter.end()
    found.extend(
        match.span("code")
        for match in _SCRIPT.finditer(source.text, start)
        if not _OTHER_LANGUAGE.search(match["attributes"])
    )
    return found


def _blank(text: str) -> str:
    return _NOT_LINE_END.sub(" ", text)
