"""Where a file could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.facts.typescript import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_SHOWN = 40  # characters of the code that a message quotes


def not_understood(root: Node, text: str) -> Iterator[Skipped]:
    """The outermost stretches that the parser did not understand, in order: broken, or newer than the grammar."""
    if not root.has_error:
        return
    open_nodes = [root]
    while open_nodes:
        node = open_nodes.pop()
        if node.is_missing:
            yield Skipped(node.start_byte, node.end_byte, f"`{node.type}` is missing here")
        elif node.is_error:
            start, end = node.start_byte, node.end_byte
            code = " ".join(text[start:end].split())
            shown = code if len(code) <= _SHOWN else code[:_SHOWN] + "..."
            yield Skipped(start, end, f"`{shown}` was not understood")
        elif node.has_error:
            open_nodes.extend(reversed(node.children))
