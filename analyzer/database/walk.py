"""The parts of a syntax node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import get_annotations

import msgspec

from analyzer.facts.sql_query import Node

_FIELDS: dict[type, tuple[str, ...]] = {}
_HOLDERS: dict[type, tuple[str, ...]] = {}
# An annotation of a field that never holds a node: most fields do not, and walks are most of what rules do with SQL.
_NO_NODE = re.compile(r"""(?:\b(?:str|int|bool|float|None|tuple|Literal)\b|"[^"]*"|'[^']*'|[][|,. ])+""")


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
    kind = type(node)
    names = _HOLDERS.get(kind)
    for name in _holders(kind) if names is None else names:
        value = getattr(node, name)
        if value is None:
            continue
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple) and value:
            _gather(value, found)
    return found


def _holders(kind: type) -> tuple[str, ...]:
    """The names of the fields that can hold nodes."""
    annotations: dict[str, object] = {}
    for base in reversed(kind.__mro__):
        annotations |= get_annotations(base)
    found = tuple(name for name in fields_of(kind) if not _NO_NODE.fullmatch(str(annotations.get(name, name))))
    _HOLDERS[kind] = found
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
