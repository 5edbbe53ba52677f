"""Offsets of a syntax tree -> spans of the file, also for text that stands inside another file."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.source import Lines, Source, Span


class Places:
    """Turns the offsets of a parser (bytes of UTF-8, or characters) into spans.

    `origin` gives, for text that was cut out of a file (a `run:` block, a string of package.json), the offset in
    the file of each of its characters.
    """

    __slots__ = ("_characters", "data", "lines", "origin", "text")

    def __init__(self, text: str, lines: Lines, origin: Sequence[int] | None = None) -> None:
        self.text = text
        self.lines = lines
        self.origin = origin
        self.data = text.encode("utf-8", "replace")
        self._characters: list[int] | None = None
        if len(self.data) != len(text):
            self._characters = _character_of_byte(self.data)

    @classmethod
    def of(cls, source: Source) -> Places:
        return cls(source.text, Lines.of(source))

    def character(self, byte: int) -> int:
        """The offset in characters of the offset `byte`."""
        return byte if self._characters is None else self._characters[byte]

    def span(self, start_byte: int, end_byte: int) -> Span:
        return self.characters(self.character(start_byte), self.character(end_byte))

    def characters(self, start: int, end: int) -> Span:
        """The span between two offsets in characters of `text`."""
        if self.origin is None:
            return self.lines.span(start, end)
        if not self.origin:
            return self.lines.span(0, 0)
        if end <= start:
            at = self.origin[start] if start < len(self.origin) else self.origin[-1] + 1
            return self.lines.span(at, at)
        return self.lines.span(self.origin[start], self.origin[end - 1] + 1)

    def within(self, text: str, offsets: Sequence[int]) -> Places:
        """Places for `text`, whose characters stand at `offsets` of this text."""
        origin = self.origin
        return Places(text, self.lines, offsets if origin is None else [origin[offset] for offset in offsets])

    def slice(self, start: int, end: int) -> Places:
        """Places for a stretch of this text, in characters."""
        return self.within(self.text[start:end], range(start, end))


def _character_of_byte(data: bytes) -> list[int]:
    characters = []
    count = -1
    for byte in data:
        if byte & 0xC0 != 0x80:  # not a continuation byte
            count += 1
        characters.append(count)
    characters.append(count + 1)
    return characters
