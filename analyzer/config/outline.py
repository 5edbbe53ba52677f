"""The text of a Markdown document -> its statements, each below what introduces it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from analyzer.facts.config import Statement, StatementKind

_HEADING = re.compile(r"(?P<level>#{1,6})\s+\S")
_FENCE = re.compile(r"[ \t>]*(?P<fence>`{3,}|~{3,})")
_ITEM = re.compile(r"(?P<indent>\s*)(?:[-*+]|\d{1,3}[.)])\s+\S")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_RULE = re.compile(r"[\s|:-]+$")  # the line below the head of a table, which needs a hyphen
_SECTION = re.compile(r"\s*\[[^\]]+\]\s*(?:#.*)?$")  # of a TOML block
_INTRODUCES = re.compile(r".*(?::\**|\*\*)\s*$", re.DOTALL)
_OPENS = re.compile(r".*[({\[]\s*$")
_TELLS = re.compile(r"\d|`|verif|create\s+table", re.IGNORECASE)  # what may state a value, or that all below it does
_LONGEST = 2_000  # characters of a paragraph: longer ones are generated


def statements(text: str) -> tuple[Statement, ...]:
    """What may state a value (a digit, code, `verify`, a table's column), and all that such statements stand below."""
    found = _Outline()
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        found.read(number, line)
    return tuple(_needed(found.lines))


@dataclass(slots=True)
class _Line:
    kind: StatementKind
    line: int
    text: str
    above: int


@dataclass(slots=True)
class _Outline:
    """The statements read so far, with what the next line may stand below."""

    lines: list[_Line] = field(default_factory=list)
    headings: list[tuple[int, int]] = field(default_factory=list)  # level, position
    items: list[tuple[int, int]] = field(default_factory=list)  # indentation, position
    lead: int = -1  # the paragraph that introduces a list, a table or a block
    head: int = -1  # of a table; of the block's part that is open
    fence: str = ""
    open: bool = False  # whether the next line may continue the last statement

    def read(self, number: int, line: str) -> None:
        fence = _FENCE.match(line)
        if self.fence or fence:
            self._in_block(number, line, fence["fence"] if fence else "")
        elif not line.strip():
            self.open, self.head = False, -1
        elif (heading := _HEADING.match(line)) is not None:
            level = len(heading["level"])
            self.headings = [one for one in self.headings if one[0] < level]
            self.headings.append((level, self._add("heading", number, line, self._heading())))
            self.items, self.lead, self.head, self.open = [], -1, -1, False
        elif _ROW.match(line):
            self._row(number, line)
        elif (item := _ITEM.match(line)) is not None:
            indent = len(item["indent"].expandtabs(4))
            self.items = [one for one in self.items if one[0] < indent]
            self.items.append((indent, self._add("item", number, line, self._introduced())))
            self.open, self.head = True, -1
        elif self.open and self.lines and len(self.lines[-1].text) < _LONGEST:
            self.lines[-1].text += "\n" + line
            if self.lines[-1].kind == "text" and _INTRODUCES.match(line):
                self.lead = len(self.lines) - 1
        else:
            self._paragraph(number, line)

    def _paragraph(self, number: int, line: str) -> None:
        if not line.startswith((" ", "\t")):
            self.items, self.lead = [], -1
        place = self._add("text", number, line, self._heading())
        if _INTRODUCES.match(line):
            self.lead = place
        self.open, self.head = True, -1

    def _in_block(self, number: int, line: str, fence: str) -> None:
        if not self.fence:
            self.fence, self.head, self.open = fence, -1, False
            self._end_list(line)
        elif fence.startswith(self.fence):
            self.fence, self.head = "", -1
        elif line.strip():
            opens = _SECTION.match(line) or _OPENS.match(line)
            place = self._add("code", number, line, self.head if self.head >= 0 and not opens else self._introduced())
            if opens:
                self.head = place

    def _row(self, number: int, line: str) -> None:
        if "-" in line and _RULE.match(line):
            if self.lines and self.lines[-1].line == number - 1:
                self.lines[-1].kind = "head"
                self.head = len(self.lines) - 1
        else:
            self._end_list(line)
            self._add("row", number, line, self.head if self.head >= 0 else self._introduced())
        self.open = False

    def _end_list(self, line: str) -> None:
        """A table or block that is not indented ends the list before it."""
        if not line.startswith((" ", "\t")):
            self.items = []

    def _heading(self) -> int:
        return self.headings[-1][1] if self.headings else -1

    def _introduced(self) -> int:
        if self.items:
            return self.items[-1][1]
        return self.lead if self.lead >= 0 else self._heading()

    def _add(self, kind: StatementKind, line: int, text: str, above: int) -> int:
        self.lines.append(_Line(kind, line, text, above))
        return len(self.lines) - 1


def _needed(lines: list[_Line]) -> Iterator[Statement]:
    wanted: set[int] = set()
    for place, line in enumerate(lines):
        title = lines[line.above].text if line.kind in ("row", "code") and line.above >= 0 else ""
        if line.kind != "heading" and (_TELLS.search(line.text) or _TELLS.search(title)):
            wanted.update(_chain(lines, place))
    position = {place: index for index, place in enumerate(sorted(wanted))}
    for place in sorted(wanted):
        line = lines[place]
        yield Statement(line.kind, line.line, line.text, position.get(line.above, -1))


def _chain(lines: list[_Line], place: int) -> Iterable[int]:
    while place >= 0:
        yield place
        place = lines[place].above
