"""Text of a repository as a terminal can show it: harmless, and with a known width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

TAB = 4  # columns of a tab in a code frame

# Ordinary text: printable ASCII and Latin letters, which need no look into the Unicode tables.
_PLAIN = re.compile(r"[\x20-\x7e\xa1-\xac\xae-\u02af]*\Z")
_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"
_SHOWN_FORMATS = frozenset({"\u200c", _JOINER})  # joiners: letters of several scripts and emoji need them


def visible(text: str) -> str:
    """`text` with everything that a terminal would obey, or not show, written out: `\\u{1b}`.

    That is control characters (line ends and tabs too), marks of writing direction, which can make code look like
    other code (https://trojansource.codes), other invisible characters, and halves of surrogate pairs.
    """
    if _PLAIN.match(text):
        return text
    return "".join(map(_visible, text))


@lru_cache(maxsize=4096)
def _visible(character: str) -> str:
    if character in _SHOWN_FORMATS:
        return character
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return f"\\u{{{ord(character):x}}}"
    return character


def width(text: str) -> int:
    """How many columns `text` takes in a terminal; it holds no control characters."""
    return len(text) if _PLAIN.match(text) else sum(widths(text))


def widths(shown: Sequence[str]) -> list[int]:
    """The columns of each of the cells of a line, or of each character of a text."""
    if _PLAIN.match("".join(shown)):
        return [len(cell) for cell in shown]
    found: list[int] = []
    previous = ""
    for cell in shown:
        if previous == _JOINER:
            found.append(0)  # the rest of one picture
        elif cell == _EMOJI_STYLE:
            found.append(1 if found and found[-1] == 1 else 0)  # makes a narrow sign a wide picture
        else:
            found.append(_columns(cell) if len(cell) == 1 else len(cell))
        previous = cell
    return found


@lru_cache(maxsize=4096)
def _columns(character: str) -> int:
    if character in _SHOWN_FORMATS or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    if "\u1160" <= character <= "\u11ff":  # Hangul vowels and final consonants join the letter before them
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cells(line: str) -> list[str]:
    """How each character of a line is shown, one string a character; `widths` tells how wide each is.

    A tab reaches to the next multiple of `TAB`.
    """
    if _PLAIN.match(line):
        return list(line)
    shown: list[str] = []
    column = 0
    for character in line:
        if " " <= character <= "~":
            cell = character
            column += 1
        elif character == "\t":
            cell = " " * (TAB - column % TAB)
            column += len(cell)
        else:
            cell = visible(character)
            column += _columns(cell) if len(cell) == 1 else len(cell)
        shown.append(cell)
    return shown


def wrapped(text: str, columns: int, first: int = 0) -> list[str]:
    """`text` in lines of at most `columns`, of which the first has `first` taken already; long words stay whole."""
    lines: list[list[str]] = [[]]
    used = first
    for word in text.split(" "):
        size = width(word)
        if lines[-1] and used + 1 + size > columns:
            lines.append([])
            used = 0
        used += size + (1 if lines[-1] else 0)
        lines[-1].append(word)
    return [" ".join(line) for line in lines]
