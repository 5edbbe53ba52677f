"""Planned changes as a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator

from analyzer.fix import Change
from analyzer.report.display import visible
from analyzer.report.style import Ink, Style, guarded, paint

_CONTEXT = 3  # lines around a change, as `diff -u` shows
_INKS: dict[str, Ink] = {"+": "added", "-": "removed", "@": "place"}


def render(changes: Iterable[Change], style: Style, masked: Callable[[str, str], str]) -> Iterator[str]:
    """The lines of the diff. `masked(path, text)` is the text without the values of secrets, as long as before."""
    for change in changes:
        old = "/dev/null" if change.content is None else f"a/{visible(change.path)}"
        yield paint(f"--- {old}", "strong", style)
        yield paint(f"+++ b/{visible(change.new_path)}", "strong", style)
        for line in _hunks(masked(change.path, change.text), masked(change.new_path, change.new_text)):
            ink = _INKS.get(line[0])
            shown = line[0] + visible(line[1:].replace("\t", "    ")) if line[0] in "+- " else line
            yield guarded(paint(shown, ink, style) if ink else shown, style)


def _hunks(before: str, after: str) -> Iterator[str]:
    old, new = _rows(before), _rows(after)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    first = max(start - _CONTEXT, 0)
    last = max(end - _CONTEXT, 0)
    part = difflib.unified_diff(old[first : len(old) - last], new[first : len(new) - last], n=_CONTEXT, lineterm="")
    for line in list(part)[2:]:
        yield _moved(line, first) if line.startswith("@@") else line


def _rows(text: str) -> list[str]:
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return rows[:-1] if rows[-1] == "" else rows


def _moved(header: str, by: int) -> str:
    """The header of a hunk, its line numbers `by` lines further down."""
    parts = header.split(" ")
    for index in (1, 2):
        sign, numbers = parts[index][0], parts[index][1:]
        line, _, length = numbers.partition(",")
        parts[index] = f"{sign}{int(line) + by}{',' + length if length else ''}"
    return " ".join(parts)
