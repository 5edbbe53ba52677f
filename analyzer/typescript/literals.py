"""The values of literals, from their text."""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{1,3})|(\r\n|[\n\r\u2028\u2029])|(.))",
    re.DOTALL,
)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_OCTAL = frozenset("01234567")
_MAX_INTEGER = 2**53


def unescaped(text: str) -> str:
    """The value of the text between the quotes of a string or template."""
    if "\\" not in text:
        return text
    return without_lone_surrogates(_ESCAPE.sub(_escape, text))


def without_lone_surrogates(text: str) -> str:
    """The text with surrogate pairs joined and lone ones replaced, so that it can be encoded."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _escape(match: re.Match[str]) -> str:
    braced, four, two, octal, line_break, other = match.groups()
    code = braced or four or two
    if code is not None:
        value = int(code, 16)
        return chr(value) if value <= 0x10FFFF else "\ufffd"
    if octal is not None:
        return chr(int(octal, 8))
    if line_break is not None:
        return ""
    return _SIMPLE.get(other, other)


def number(text: str) -> int | float:
    """The value of a number literal; integers too large to be exact become floats."""
    digits = text.replace("_", "").removesuffix("n").lower()
    try:
        if digits[:2] in ("0x", "0o", "0b"):
            value: int | float = int(digits, 0)
        elif digits.isdigit():
            octal = digits[0] == "0" and set(digits) <= _OCTAL
            value = int(digits, 8) if octal else int(digits)
        else:
            value = float(digits)
    except ValueError:  # what the grammar lets pass
        return 0
    if isinstance(value, int):
        if value > _MAX_INTEGER:
            return _float(value)
    elif value.is_integer() and abs(value) <= _MAX_INTEGER:
        return int(value)
    return value


def _float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def without_entities(text: str) -> str:
    """JSX text with its character references replaced."""
    if "&" not in text:
        return text
    from html import unescape

    return without_lone_surrogates(_ENTITY.sub(lambda match: unescape(match.group()), text))


def jsx_text(text: str) -> str:
    """The value of text between JSX tags: lines trimmed, blank ones gone, joined by one space."""
    lines = text.splitlines()
    if len(lines) > 1:
        trimmed = [
            line.strip() if 0 < index < len(lines) - 1 else line.rstrip() if index == 0 else line.lstrip()
            for index, line in enumerate(lines)
        ]
        text = " ".join(line for line in trimmed if line)
    return without_entities(text)
