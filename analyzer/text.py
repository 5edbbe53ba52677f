"""The bytes of a file -> its text."""

from __future__ import annotations

import codecs
from typing import NamedTuple

_SNIFFED = 8192  # bytes looked at for NULs, as git does


class Decoded(NamedTuple):
    text: str | None  # None: not text
    note: str | None = None  # what to tell the user about the encoding


def decode(content: bytes, expects_text: bool) -> Decoded:
    """The text of `content`, without a byte order mark.

    UTF-8, UTF-16 with a mark, else Windows-1252 with a note. A file with NUL bytes is binary, unless its name
    says that it is text.
    """
    if content.startswith(codecs.BOM_UTF8):
        content = content[len(codecs.BOM_UTF8) :]
    elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Decoded(content.decode("utf-16", "replace"))
    note = None
    if b"\0" in content[:_SNIFFED]:
        if not expects_text:
            return Decoded(None, "binary")
        if encoding := _unmarked_utf16(content):
            return Decoded(content.decode(encoding, "replace"), "UTF-16 without a byte order mark")
        note = "it contains NUL bytes"
    try:
        return Decoded(content.decode(), note)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Decoded(content.decode("cp1252", "replace"), f"not UTF-8 (line {line}): read as Windows-1252")


def _unmarked_utf16(content: bytes) -> str | None:
    """The byte order of text whose every other byte is NUL, as Latin letters have it in UTF-16."""
    sample = content[:_SNIFFED]
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.8 * half and 0 not in sample[0::2]:
        return "utf-16-le"
    if half and sample[0::2].count(0) > 0.8 * half and 0 not in sample[1::2]:
        return "utf-16-be"
    return None
