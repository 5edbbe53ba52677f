"""Going through the facts of a module."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import get_type_hints

from analyzer.facts.typescript import Array, ArrayPattern, Node

_WITH_HOLES = frozenset({Array, ArrayPattern})  # `[a, , b]`: the tuple of these may hold None


@cache
def _child_fields(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a node class that hold nodes, in the order of the text."""
    plain = {"start", "end"}
    fields = []
    for name, hint in get_type_hints(kind).items():
        if name not in plain and _holds_nodes(hint):
            fields.append(name)
    return tuple(fields)


def _holds_nodes(hint: object) -> bool:
    if isinstance(hint, type) and issubclass(hint, Node):
        return True
    return any(_holds_nodes(argument) for argument in getattr(hint, "__args__", ()))


def children(node: Node) -> list[Node]:
    """The nodes directly inside a node. The body of a function is not inside its Closure."""
    found: list[Node] = []
    kind = type(node)
    for name in _child_fields(kind):
        value = getattr(node, name)
        if type(value) is tuple:
            found += value
        elif value is not None:
            found.append(value)
    if kind in _WITH_HOLES:
        return [child for child in found if child is not None]
    return found


def inside(node: Node) -> Iterator[Node]:
    """The node and all nodes inside it, outer ones first, in the order of the text."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        inner = children(current)
        inner.reverse()
        waiting += inner
