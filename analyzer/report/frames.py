"""Code frames: the lines that a finding speaks of, with the places underlined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzer.report.display import cells, visible, width, widths, wrapped
from analyzer.report.style import Ink, Style, paint
from analyzer.source import Span

_LONGEST_ROW = 4_000  # characters of a line that are looked at, around the mark
_LONGEST_MARK = 400  # characters that are underlined at most
_NEAR = 2  # lines between two marked lines that are shown rather than left out


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to underline, with what is to be seen there."""

    span: Span
    label: str
    sign: str  # the character that underlines
    ink: Ink


class Rows:
    """The lines of the texts that frames quote, split once a file."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._rows: dict[str, list[str]] = {}

    def line(self, path: str, number: int) -> str | None:
        """The line `number` (from 1) of `path`, without its end; None if the text is not there."""
        if path not in self._rows:
            text = self._texts.get(path)
            self._rows[path] = [] if text is None else text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        rows = self._rows[path]
        return rows[number - 1] if 0 < number <= len(rows) else None


def frame(marks: Sequence[Mark], rows: Rows, gutter: int, style: Style) -> Iterator[str]:
    """The marked lines of one file, in order, each with its underlines below; `gutter` is the width of line numbers."""
    by_line: dict[int, list[Mark]] = {}
    for mark in marks:
        by_line.setdefault(mark.span.line, []).append(mark)
    previous = 0
    for number in sorted(by_line):
        row = rows.line(marks[0].span.path, number)
        if row is None:
            continue
        if previous and number - previous > _NEAR:
            yield paint("...", "place", style)
        elif previous:
            for between in range(previous + 1, number):
                middle = rows.line(marks[0].span.path, between) or ""
                shown, _, _ = _window(middle, 0, 0, style.width - gutter - 3)
                yield _numbered(str(between), shown, gutter, style)
        previous = number
        yield from _marked(number, row, by_line[number], gutter, style)


def _marked(number: int, row: str, marks: Sequence[Mark], gutter: int, style: Style) -> Iterator[str]:
    ordered = sorted(marks, key=lambda mark: (mark.span.column, mark.span.end_line, mark.span.end_column))
    focus = next((mark for mark in ordered if mark.sign == "^"), ordered[0])
    room = max(style.width - gutter - 3, 20)
    start, end = _columns(focus.span, row)
    base = max(start - _LONGEST_ROW // 4, 0) if len(row) > _LONGEST_ROW else 0
    part = row[base : base + _LONGEST_ROW]
    shown, offset, shift = _window(part, start - base, end - base, room)
    yield _numbered(str(number), shown, gutter, style)
    sizes = widths(cells(part))
    for mark in ordered:
        start, end = (max(column - base, 0) for column in _columns(mark.span, row))
        before = sum(sizes[offset:start]) + shift
        size = max(sum(sizes[max(start, offset) : end]), 1)
        before = min(before, max(width(shown) - 1, 0))
        size = min(size, max(width(shown) - before, 1))
        more = f"(to line {mark.span.end_line})" if mark.span.end_line > mark.span.line else ""
        label = " ".join(part for part in (mark.label, more) if part)
        yield from _underline(before, mark.sign * size, label, mark.ink, gutter, style)


def _underline(before: int, signs: str, label: str, ink: Ink, gutter: int, style: Style) -> Iterator[str]:
    indent = " " * before
    lead = _numbered("", indent, gutter, style)
    if not style.wrap:
        yield lead + paint(f"{signs} {label}".rstrip(), ink, style)
        return
    room = style.width - gutter - 3
    if before + len(signs) + 1 + width(label) <= room or not label:
        yield lead + paint(f"{signs} {label}".rstrip(), ink, style)
        return
    yield lead + paint(signs, ink, style)
    indent = " " * min(before, room // 2)
    for line in wrapped(label, max(room - len(indent), 20)):
        yield _numbered("", indent, gutter, style) + paint(line, ink, style)


def _columns(span: Span, row: str) -> tuple[int, int]:
    """The first character of the span's first line that is marked, from 0, and the one behind the last."""
    start = min(span.column - 1, len(row))
    end = span.end_column - 1 if span.end_line == span.line else len(row.rstrip())
    return start, min(max(end, start + 1), start + _LONGEST_MARK)


def _window(row: str, start: int, end: int, room: int) -> tuple[str, int, int]:
    """The part of a line that fits into `room` columns and shows `start` to `end`.

    Also the position of its first character in the line, and the columns that a sign of omission takes before it.
    """
    shown = cells(row.rstrip())
    sizes = widths(shown)
    if sum(sizes) <= room:
        return "".join(shown), 0, 0
    room -= 2  # a sign of omission at each end
    first = max(0, min(start, len(sizes)))
    used = sum(sizes[first : min(end, first + room)])
    wanted = max((room - min(used, room)) // 3, room // 8)  # of the free columns, a third goes before the mark
    while first > 0 and wanted >= sizes[first - 1]:
        first -= 1
        wanted -= sizes[first]
    last, used = first, 0
    while last < len(sizes) and used + sizes[last] <= room:
        used += sizes[last]
        last += 1
    lead = "…" if first else ""
    return lead + "".join(shown[first:last]) + ("…" if last < len(sizes) else ""), first, len(lead)


def _numbered(number: str, text: str, gutter: int, style: Style) -> str:
    bar = paint(f"{number:>{gutter}} |", "place", style)
    return f"{bar} {text}" if text else bar + (" " if not number else "")


def location(span: Span) -> str:
    """`path:line:column`, as editors and terminals open it."""
    return f"{visible(span.path)}:{span.line}:{span.column}"
