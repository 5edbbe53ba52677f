"""The branches that code takes because a Supabase call gave an `error`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.facts.typescript import (
    Assign,
    Await,
    Bound,
    Cast,
    Declarator,
    Function,
    If,
    Member,
    Name,
    Node,
    ObjectPattern,
    Statement,
    Target,
    Unary,
)
from analyzer.typescript.flow import around
from analyzer.typescript.program import Program


def error_branches(program: Program, path: str, call: Node) -> Iterator[tuple[If, Sequence[Statement]]]:
    """Each `if` that tests the `error` of an awaited call, with the statements that run where there is one."""
    for read in _error_reads(program, path, call):
        for parent, child in around(program, path, read):
            if isinstance(parent, If):
                if parent.test is child:
                    yield parent, parent.otherwise if _is_negated(program, path, read) else parent.then
                break
            if isinstance(parent, Function):
                break


def _error_reads(program: Program, path: str, call: Node) -> Iterator[Node]:
    """Where the error of what a call resolves to is read."""
    index = program.index(path)
    waiting = program.parent(path, call)
    while isinstance(waiting, Await | Cast):
        call, waiting = waiting, program.parent(path, waiting)
    match waiting:
        case Member(name="error"):
            yield waiting
        case Declarator(target=ObjectPattern() as pattern) | Assign(target=ObjectPattern() as pattern):
            for part in pattern.properties:
                if part.key == "error" and (binding := _bound(part.target)) is not None:
                    yield from index.references.get(binding, ())
        case Declarator(target=Bound(binding=binding)) | Assign(target=Target(value=Name(binding=binding))):
            for reference in index.references.get(binding, ()):
                parent = program.parent(path, reference)
                if isinstance(parent, Member) and parent.name == "error" and parent.object is reference:
                    yield parent


def _bound(target: Node) -> int | None:
    match target:
        case Bound(binding=binding) | Target(value=Name(binding=binding)):
            return binding
    return None


def _is_negated(program: Program, path: str, read: Node) -> bool:
    parent = program.parent(path, read)
    return isinstance(parent, Unary) and parent.operator == "!"
