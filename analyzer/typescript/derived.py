"""The variables of a module that hold what a call has given, or something made of it."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.facts.typescript import (
    ArrayPattern,
    Assign,
    Bound,
    Declarator,
    ForEach,
    Member,
    Name,
    Node,
    ObjectPattern,
    Target,
)
from analyzer.typescript.program import Program
from analyzer.typescript.walk import inside

_MOST_ROUNDS = 6  # variables made of one another


def derived(program: Program, path: str, node: Node) -> frozenset[int]:
    """The bindings that are declared or assigned from an expression, directly or through others; not its `error`."""
    index = program.index(path)
    given = [
        (one.target, one.value)
        for kind in (Declarator, Assign, ForEach)
        for one in index.nodes.get(kind, ())
        if isinstance(one, Declarator | Assign | ForEach) and one.value is not None
    ]
    found: set[int] = set()
    for target, value in given:
        if value.start <= node.start and node.end <= value.end and index.function_of(value) == index.function_of(node):
            found.update(_bound(target))
    for _ in range(_MOST_ROUNDS if found else 0):
        before = len(found)
        for target, value in given:
            if uses_any(value, found):
                found.update(_bound(target))
        if len(found) == before:
            break
    return frozenset(found)


def uses_any(node: Node, bindings: frozenset[int] | set[int]) -> bool:
    """Whether an expression reads one of the variables."""
    return any(isinstance(one, Name) and one.binding in bindings for one in inside(node))


def _bound(target: Node) -> Iterator[int]:
    match target:
        case Bound(binding=binding) | Target(value=Name(binding=binding)) | Name(binding=binding):
            if binding >= 0:
                yield binding
        case Target(value=Member(object=Name(binding=binding))):
            if binding >= 0:
                yield binding
        case ObjectPattern(properties=properties, rest=rest):
            for one in properties:
                if one.key != "error":
                    yield from _bound(one.target)
            if rest is not None:
                yield from _bound(rest)
        case ArrayPattern(elements=elements, rest=rest):
            for element in elements:
                if element is not None:
                    yield from _bound(element.target)
            if rest is not None:
                yield from _bound(rest)
