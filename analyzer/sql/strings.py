"""What the string constants and quoted names of PostgreSQL say."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SEGMENT = re.compile(r"'((?:[^']|'')*)'")
_ESCAPED_SEGMENT = re.compile(r"'((?:[^'\\]|''|\\[\s\S])*)'")
_ESCAPE = re.compile(r"''|\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))")
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_UESCAPE = re.compile(r"uescape\s*'(.)'\Z", re.IGNORECASE | re.DOTALL)


def string_value(raw: str) -> str:
    """The value of a string constant as written: plain, `E''`, `U&''`, dollar-quoted, continued on the next line."""
    first = raw[0]
    if first == "'":
        inner = raw[1:-1]
        return inner if "'" not in inner else "".join(_plain_segments(raw))
    if first == "$":
        tag = raw.index("$", 1) + 1
        return raw[tag:-tag]
    if first in "eE":
        return "".join(_ESCAPE.sub(_unescaped, segment) for segment in _ESCAPED_SEGMENT.findall(raw))
    if first in "uU":
        escape, raw = _uescape(raw)
        return _unicode("".join(_plain_segments(raw)), escape)
    return "".join(_plain_segments(raw))


def name_value(raw: str) -> str:
    """The name that a quoted identifier as written stands for, before truncation."""
    if raw[0] == '"':
        return raw[1:-1].replace('""', '"')
    escape, raw = _uescape(raw)
    return _unicode(raw[3:-1].replace('""', '"'), escape)


def bits_value(raw: str) -> str:
    """The digits of `B'01'` behind `b`, those of `X'1F'` behind `x`, as PostgreSQL's parser keeps them."""
    return raw[0].lower() + "".join(_plain_segments(raw))


def string_places(raw: str, start: int) -> tuple[str, list[int] | int]:
    """The value of a string constant that starts at the offset `start`, and where its characters stand.

    The places are one offset where the value is a verbatim slice of the text, else the offset of each character and of
    the end.
    """
    value = string_value(raw)
    if raw[0] == "$":
        return value, start + raw.index("$", 1) + 1
    if raw[0] == "'" and len(value) == len(raw) - 2:
        return value, start + 1
    places: list[int] = []
    escapes = raw[0] in "eE"
    for segment in (_ESCAPED_SEGMENT if escapes else _SEGMENT).finditer(raw):
        position = segment.start(1)
        while position < segment.end(1):
            escape = _ESCAPE.match(raw, position, segment.end(1)) if escapes or raw[position] == "'" else None
            places.append(start + position)
            position = escape.end() if escape else position + 1
    places.append(start + len(raw) - 1)
    if len(places) != len(value) + 1:  # a surrogate pair or U&: the offsets after it are near, not exact
        places = [places[min(index, len(places) - 1)] for index in range(len(value) + 1)]
    return value, places


def _plain_segments(raw: str) -> Iterator[str]:
    return (segment.replace("''", "'") for segment in _SEGMENT.findall(raw))


def _unescaped(match: re.Match[str]) -> str:
    octal, hexadecimal, short, long, other = match.groups()
    if other:
        return _CONTROLS.get(other, other)
    digits = hexadecimal or short or long
    code = int(digits, 16) if digits else int(octal, 8) & 0xFF if octal else ord("'")
    return _character(code)


def _uescape(raw: str) -> tuple[str, str]:
    clause = _UESCAPE.search(raw)
    return (clause[1], raw[: clause.start()].rstrip()) if clause else ("\\", raw)


def _unicode(text: str, escape: str) -> str:
    mark = re.escape(escape)
    pattern = rf"{mark}(?:({mark})|([0-9a-fA-F]{{4}})|\+([0-9a-fA-F]{{6}}))"
    return re.sub(pattern, lambda match: match[1] or _character(int(match[2] or match[3], 16)), text)


def _character(code: int) -> str:
    is_character = code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_character else "\N{REPLACEMENT CHARACTER}"
