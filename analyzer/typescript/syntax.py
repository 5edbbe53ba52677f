"""Where a file could not be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analyzer.facts.typescript import Skipped, SyntaxProblem
from analyzer.typescript.tokens import certain_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_JSX = re.compile(r"</|/>")
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


def confirmed(skipped: tuple[Skipped, ...], text: str, jsx: bool) -> Iterator[SyntaxProblem]:
    """The problems of a file that the grammar does not understand and that no TypeScript parser accepts either.

    The grammar alone is no witness, since it does not know all of TypeScript. In files with JSX only the grammar can
    read the text between the tags, so that nothing is certain there.
    """
    if not skipped or (jsx and _JSX.search(text)):
        return
    for start, end, message in certain_problems(text):
        yield SyntaxProblem(start, end, message)
