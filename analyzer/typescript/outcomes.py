"""How a request is answered from a place on: every answer, error or silence that may follow it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from analyzer.facts.typescript import (
    MODULE_LEVEL,
    Await,
    Call,
    Case,
    Cast,
    Closure,
    Conditional,
    Expression,
    For,
    ForEach,
    Function,
    Jump,
    New,
    Node,
    Return,
    Switch,
    Throw,
    Try,
    While,
)
from analyzer.typescript.flow import around, blocks_of, exits, statement_of
from analyzer.typescript.handlers import Handler
from analyzer.typescript.program import Program, argument_of
from analyzer.typescript.responses import ResponseFact, response_at
from analyzer.typescript.summaries import callers
from analyzer.typescript.values import FunctionValue, Site, options
from analyzer.typescript.walk import inside

_MOST_CALLS = 6  # functions left on the way to the answer, or entered for what they return
_MOST_PLACES = 400  # statements looked at for one question


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way in which a request ends.

    `answers`: with `response`, at `site`. `throws`: an error leaves the handler, which the runtime answers with 500.
    `silent`: the handler ends without returning anything. `unknown`: it could not be followed.
    """

    kind: Literal["answers", "throws", "silent", "unknown"]
    site: Site
    response: ResponseFact | None = None

    @property
    def status(self) -> int | None:
        """The status of the answer, where it is certain."""
        if self.kind == "throws":
            return 500
        return self.response.status_code if self.response is not None else None


def outcomes_after(program: Program, path: str, node: Node, handlers: Sequence[Handler]) -> tuple[Outcome, ...]:
    """What may follow where a statement has come to its end; `handlers` are those that answer the request."""
    return tuple(_unique(_Way(program, handlers).after(path, node, 0)))


def outcomes_of(program: Program, path: str, block: Sequence[Node], handlers: Sequence[Handler]) -> tuple[Outcome, ...]:
    """What may follow where a block is entered: a catch clause, the branch of an `if`."""
    if not block:
        return ()
    way = _Way(program, handlers)
    return tuple(_unique(way.block(path, block, 0)))


def _unique(found: Iterator[Outcome]) -> Iterator[Outcome]:
    seen: set[tuple[str, object]] = set()
    for one in found:
        key = one.kind, one.site.key
        if key not in seen:
            seen.add(key)
            yield one


class _Way:
    """One question: the places that were looked at, so that loops and recursion end."""

    def __init__(self, program: Program, handlers: Sequence[Handler]) -> None:
        self.program = program
        self.handlers = {(one.function.path, one.function.function) for one in handlers if one.function is not None}
        self.seen: set[tuple[int, str]] = set()

    def block(self, path: str, block: Sequence[Node], depth: int) -> Iterator[Outcome]:
        """From the start of a block on."""
        for statement in block:
            yield from self.within(path, statement, depth)
            if exits(self.program, path, (statement,)):
                return
        yield from self.after(path, block[-1], depth)

    def within(self, path: str, statement: Node, depth: int) -> Iterator[Outcome]:
        """What a statement may end the function with, or jump to."""
        for node in inside(statement):
            match node:
                case Return():
                    yield from self.returned(path, node, depth)
                case Throw():
                    yield from self.thrown(path, node, depth)
                case Jump():
                    target = self._target(path, node)
                    if target is not None and not statement.start <= target.start < target.end <= statement.end:
                        yield from self.after(path, target, depth)

    def after(self, path: str, node: Node, depth: int) -> Iterator[Outcome]:
        """Where a statement has ended: what stands behind it, in the blocks around it too."""
        key = (id(node), "after")
        if key in self.seen or len(self.seen) > _MOST_PLACES:
            return
        self.seen.add(key)
        for parent, child in around(self.program, path, node):
            if isinstance(parent, Switch) and isinstance(child, Case):
                position = next((index for index, one in enumerate(parent.cases) if one is child), len(parent.cases))
                for case in parent.cases[position + 1 :]:  # it falls through
                    for inner in case.body:
                        yield from self.within(path, inner, depth)
                        if exits(self.program, path, (inner,)):
                            return
                continue
            for block in blocks_of(parent):
                position = next((index for index, one in enumerate(block) if one is child), -1)
                for statement in block[position + 1 :] if position >= 0 else ():
                    yield from self.within(path, statement, depth)
                    if exits(self.program, path, (statement,)):
                        return
            if isinstance(parent, For | ForEach | While):
                yield from self._again(path, parent, depth)
            if isinstance(parent, Try) and parent.finalizer and not any(one is child for one in parent.finalizer):
                for statement in parent.finalizer:
                    yield from self.within(path, statement, depth)
                    if exits(self.program, path, (statement,)):
                        return
            if isinstance(parent, Function):
                yield from self.left(path, self.program.index(path).number(parent), None, depth)
                return
        yield Outcome("unknown", Site(path, node))

    def _again(self, path: str, loop: For | ForEach | While, depth: int) -> Iterator[Outcome]:
        """What the next round of a loop may end with."""
        key = id(loop), "again"
        if key not in self.seen:
            self.seen.add(key)
            for statement in loop.body:
                yield from self.within(path, statement, depth)

    def _target(self, path: str, jump: Jump) -> Node | None:
        for parent, _ in around(self.program, path, jump):
            if isinstance(parent, Function):
                return None
            if isinstance(parent, For | ForEach | While) or (isinstance(parent, Switch) and jump.kind == "break"):
                return parent
        return None

    def returned(self, path: str, node: Return, depth: int) -> Iterator[Outcome]:
        key = id(node), f"return {depth}"
        if key in self.seen:
            return
        self.seen.add(key)
        yield from self.left(path, self.program.function_of(path, node), Site(path, node), depth)

    def left(self, path: str, number: int, result: Site | None, depth: int) -> Iterator[Outcome]:
        """Where a function has ended, with the `return` that ended it."""
        here = Site(path, self.program.modules[path].functions[number]) if number != MODULE_LEVEL else None
        if here is None or depth > _MOST_CALLS:
            yield Outcome("unknown", result or Site(path, self.program.modules[path].body[0]))
            return
        if (path, number) in self.handlers:
            yield from self._answers(result, depth) if result is not None else [Outcome("silent", here)]
            return
        sites = callers(self.program, path, number)
        closure = self.program.index(path).closures.get(number)
        if not sites or (isinstance(closure, Closure) and argument_of(self.program, path, closure) is not None):
            yield Outcome("unknown", here)
            return
        for site in sites:
            parent = self.program.parent(site.path, site.node)
            while isinstance(parent, Await | Cast):
                parent = self.program.parent(site.path, parent)
            if isinstance(parent, Return):
                outer = self.program.function_of(site.path, parent)
                yield from self.left(site.path, outer, result, depth + 1)
            else:
                statement = statement_of(self.program, site.path, site.node)
                if statement is None:
                    yield Outcome("unknown", site)
                else:
                    yield from self.after(site.path, statement, depth + 1)

    def thrown(self, path: str, node: Node, depth: int) -> Iterator[Outcome]:
        """Where an error is thrown: the catch clause that gets it."""
        if depth > _MOST_CALLS or (id(node), "throw") in self.seen:
            return
        self.seen.add((id(node), "throw"))
        for parent, child in around(self.program, path, node):
            if isinstance(parent, Try) and parent.handler is not None and any(one is child for one in parent.body):
                if parent.handler:
                    yield from self.block(path, parent.handler, depth)
                else:
                    yield from self.after(path, parent, depth)
                return
            if isinstance(parent, Function):
                number = self.program.index(path).number(parent)
                sites = [] if (path, number) in self.handlers else callers(self.program, path, number)
                if (path, number) in self.handlers:
                    yield Outcome("throws", Site(path, node))
                for site in sites:
                    yield from self.thrown(site.path, site.node, depth + 1)
                if not sites and (path, number) not in self.handlers:
                    yield Outcome("unknown", Site(path, node))
                return

    def _answers(self, result: Site, depth: int) -> Iterator[Outcome]:
        """The responses that a `return` of the handler may give."""
        returned = result.node
        if isinstance(returned, Return) and returned.value is not None:
            yield from self._response(result.path, returned.value, result, depth)
        else:
            yield Outcome("silent", result)

    def _response(self, path: str, node: Expression, result: Site, depth: int) -> Iterator[Outcome]:
        from analyzer.typescript.evaluate import value

        while isinstance(node, Await | Cast):
            node = node.value
        if isinstance(node, Conditional):
            yield from self._response(path, node.then, result, depth)
            yield from self._response(path, node.otherwise, result, depth)
            return
        if isinstance(node, Call | New):
            made = list(response_at(self.program, path, node))
            if made:
                yield from (Outcome("answers", one.site, one) for one in made)
                return
            if depth < _MOST_CALLS and (id(node), "enter") not in self.seen:
                self.seen.add((id(node), "enter"))
                for callee in options(value(self.program, path, node.callee)):
                    if isinstance(callee, FunctionValue):
                        yield from self._returns_of(callee, depth + 1)
                        return
        yield Outcome("unknown", result)

    def _returns_of(self, function: FunctionValue, depth: int) -> Iterator[Outcome]:
        body = self.program.modules[function.path].functions[function.function].body
        for statement in body:
            for node in inside(statement):
                if isinstance(node, Return) and node.value is not None:
                    yield from self._response(function.path, node.value, Site(function.path, node), depth)
