"""The parts of a syntax node."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from analyzer.facts.sql_query import Node

_FIELDS: dict[type, tuple[str, ...]] = {}


def fields_of(kind: type) -> tuple[str, ...]:
    """The names of a node's fields that are not its place."""
    found = _FIELDS.get(kind)
    if found is None:
        found = tuple(name for name in kind.__struct_fields__ if name not in ("start", "end"))  # type: ignore[attr-defined]
        _FIELDS[kind] = found
    return found


def children(node: Node) -> list[Node]:
    """The nodes directly below a node, in the order of the fields."""
    found: list[Node] = []
    for name in fields_of(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            _gather(value, found)
    return found


def _gather(values: tuple[object, ...], found: list[Node]) -> None:
    for value in values:
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            _gather(value, found)


def descendants(node: Node) -> Iterator[Node]:
    """The node and all nodes below it."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack += children(current)


def moved(node: object) -> object:
    """A node without its places: two that are written alike are equal."""
    if isinstance(node, msgspec.Struct):
        return (type(node).__name__, *(moved(getattr(node, name)) for name in fields_of(type(node))))
    if isinstance(node, tuple):
        return tuple(moved(each) for each in node)
    return node
