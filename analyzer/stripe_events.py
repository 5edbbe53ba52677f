"""What webhooks do for an event of Stripe: the branches that take it, and all that those reach."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analyzer.facts.typescript import (
    Assign,
    Await,
    Binary,
    Bound,
    Call,
    Case,
    Cast,
    Conditional,
    Constant,
    Declarator,
    Expression,
    If,
    Member,
    Name,
    Node,
    Switch,
    Target,
)
from analyzer.project import Project
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import around
from analyzer.typescript.program import Program
from analyzer.typescript.values import Environment, FunctionValue, Request, options, origins
from analyzer.typescript.walk import inside
from analyzer.webhooks import provider_checks

_DEEPEST = 3  # calls that are followed into one another


def branches(program: Program, path: str, events: Container[str]) -> Iterator[tuple[str, Sequence[Node]]]:
    """What runs for each of some events; a case without a body runs that of the next one."""
    nodes = program.index(path).nodes
    for switch in nodes.get(Switch, ()):
        if not isinstance(switch, Switch):
            continue
        for position, case in enumerate(switch.cases):
            event = _event(case, events)
            if event is not None:
                rest = switch.cases[position:]
                yield event, next((one.body for one in rest if one.body), ())
    for test in nodes.get(If, ()):
        if isinstance(test, If) and isinstance(test.test, Binary) and test.test.operator in ("===", "=="):
            for side in (test.test.left, test.test.right):
                if isinstance(side, Constant) and side.value in events:
                    yield str(side.value), test.then


def _event(case: Case, events: Container[str]) -> str | None:
    test = case.test
    return str(test.value) if isinstance(test, Constant) and test.value in events else None


def reached_by(
    program: Program,
    path: str,
    body: Sequence[Node],
    depth: int = 0,
    *,
    but: Callable[[Node], Sequence[Node]] = lambda _: (),
) -> Iterator[tuple[str, list[Node]]]:
    """The nodes of a branch and of the functions that it calls, by module; `but` names parts of a node to leave out."""
    nodes = [node for statement in body for node in inside(statement)]
    left_out = {inner for node in nodes for part in but(node) for inner in inside(part)}
    nodes = [node for node in nodes if node not in left_out]
    yield path, nodes
    if depth >= _DEEPEST:
        return
    for node in nodes:
        if isinstance(node, Call):
            for callee in options(value(program, path, node.callee)):
                if isinstance(callee, FunctionValue):
                    function = program.modules[callee.path].functions[callee.function]
                    yield from reached_by(program, callee.path, function.body, depth + 1, but=but)


@dataclass(frozen=True, slots=True)
class UnverifiedEvent:
    """The body of a request that is taken for an event, where elsewhere its signature is verified first.

    `why` is what a request must be like for it.
    """

    path: str
    node: Node
    verified: Node
    why: str


@lru_cache(maxsize=64)
def unverified_events(project: Project, slug: str) -> tuple[UnverifiedEvent, ...]:
    """The ways around the verification of Stripe's signature in a function."""
    return tuple(
        found
        for check in provider_checks(project, slug)
        if not check.is_header
        for found in _ways_around(project.program, check.path, check.node)
    )


def _ways_around(program: Program, path: str, verifier: Node) -> Iterator[UnverifiedEvent]:
    node = program.parent(path, verifier)  # the call
    while node is not None:
        parent = program.parent(path, node)
        match parent:
            case Await() | Cast():
                node = parent
            case Conditional(test=test, then=then, otherwise=otherwise):
                other = otherwise if then is node else then
                if _is_body(program, path, other):
                    yield UnverifiedEvent(path, other, verifier, _why(program, path, test))
                return
            case Assign(target=Target(value=Name(binding=binding))) | Declarator(target=Bound(binding=binding)):
                for definition in program.index(path).definitions.get(binding, ()):
                    source = definition.source
                    if (
                        definition.node is not parent
                        and not definition.takes
                        and isinstance(source, Call | Cast | Name | Member | Await)
                        and _is_body(program, path, source)
                    ):
                        yield UnverifiedEvent(path, source, verifier, _why_there(program, path, definition.node))
                return
            case _:
                return


def _is_body(program: Program, path: str, node: Expression) -> bool:
    """Whether an expression is the body of the request, as it came."""
    found = list(options(value(program, path, node)))
    return bool(found) and all(isinstance(one, Request) and one.part == "body" for one in found)


def _why_there(program: Program, path: str, node: Node) -> str:
    for parent, child in around(program, path, node):
        if isinstance(parent, If) and child is not parent.test:
            return _why(program, path, parent.test)
    return "any request"


def _why(program: Program, path: str, test: Expression) -> str:
    parts = [
        one
        for part in inside(test)
        if isinstance(part, Name | Member | Call)
        for one in origins(value(program, path, part))
    ]
    if any(isinstance(one, Request) and one.part == "header" for one in parts):
        return "a request without the header"
    name = next((one.name for one in parts if isinstance(one, Environment) and one.name), None)
    return f"any request, depending on `{name}`," if name is not None else "a request that passes no check"
