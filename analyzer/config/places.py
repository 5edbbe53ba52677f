"""Offsets of a syntax tree -> spans of the file, also for text that stands inside another file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate, chain

from analyzer.source import Lines, Source, Span


class Places:
    """Turns the offsets of a parser (bytes of UTF-8, or characters) into spans.

    `origin` gives, for text that was cut out of a file (a `run:` block, a string of package.json), the offset in
    the file of each of its characters.
    """

    def __init__(self, text: str, lines: Lines, origin: Sequence[int] | None = None) -> None:
        self.text = text
        self.lines = lines
        self.origin = origin

    @cached_property
    def data(self) -> bytes:
        """The text as UTF-8, as a parser takes it."""
        return self.text.encode("utf-8", "replace")

    @cached_property
    def _characters(self) -> list[int] | None:
        """The offset in characters of each byte; None where they are the same."""
        return None if len(self.data) == len(self.text) else _character_of_byte(self.data)

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


# 1 for a byte that begins a character of UTF-8, 0 for one that continues it.
_BEGINS = bytes(byte & 0xC0 != 0x80 for byte in range(256))


def _character_of_byte(data: bytes) -> list[int]:
    return list(accumulate(chain(data.translate(_BEGINS), (1,)), initial=-1))[1:]
