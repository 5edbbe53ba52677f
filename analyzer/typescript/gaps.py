"""What the grammar does not know although TypeScript does, put into a form that it knows.

Only the bytes that the parser sees change, never their number: names and strings are taken from the text itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

# `value: import("./types").Row`, `<typeof import("./types")>`, `as import("./types").Row`: a type, not a call
_IMPORT_TYPE = re.compile(
    rb"""(?:(?<=typeof)|(?<=[:<|&,\[(=])|(?<=\bas)|(?<==>))(\s*)(import\(\s*(?:'[^'\n]*'|"[^"\n]*")\s*\))"""
    rb"""(?=\s*\.\s*[A-Z]|\s*>)"""
)
# A property whose name begins like an operator, at the start of a line: `in_stock: number`
_NAME_LIKE_OPERATOR = re.compile(rb"(?m)^(\s*)(in)(?!terface\b|stanceof\b)(?=\w)")
_ABSTRACT_NAME = re.compile(rb"\babstract(?=\??\s*:)")
_AMPERSAND = ord("&")
_EXPORT_TYPE_ALL = re.compile(rb"(?m)^(\s*export\s+)type(?=\s*\*)")


def mended(data: bytes, root: Node) -> bytes:
    """The bytes with every such place rewritten; the same bytes where there is none."""
    data = _IMPORT_TYPE.sub(lambda match: match[1] + b"x" * len(match[2]), data)
    data = _NAME_LIKE_OPERATOR.sub(rb"\1xx", data)
    data = _ABSTRACT_NAME.sub(b"xbstract", data)
    data = _EXPORT_TYPE_ALL.sub(rb"\1    ", data)
    ampersands = [
        position
        for start, end in _errors(root)
        if data[start : start + 1] == b"&"
        for position in range(start, end)
        if data[position] == _AMPERSAND
    ]
    if ampersands:  # text between tags or in an attribute, where an `&` needs no escape
        changed = bytearray(data)
        for position in ampersands:
            changed[position] = ord("x")
        data = bytes(changed)
    return data


def _errors(root: Node) -> Iterator[tuple[int, int]]:
    open_nodes = [root]
    while open_nodes:
        node = open_nodes.pop()
        if node.is_error:
            yield node.start_byte, node.end_byte
        if node.has_error:
            open_nodes.extend(node.children)
