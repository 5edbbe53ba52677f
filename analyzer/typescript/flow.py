"""What has certainly happened, and what certainly holds, where a node is reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analyzer.facts.typescript import (
    MODULE_LEVEL,
    Await,
    Binary,
    Block,
    Call,
    Case,
    Class,
    Closure,
    Conditional,
    Debugger,
    Declare,
    DeclareClass,
    DeclareEnum,
    DeclareFunction,
    DeclareType,
    Evaluate,
    ExportDefault,
    Expression,
    For,
    ForEach,
    Function,
    If,
    Jump,
    Node,
    Return,
    Statement,
    Switch,
    Throw,
    Try,
    Unary,
    While,
)
from analyzer.typescript.program import Program
from analyzer.typescript.values import FunctionValue, Global, Site

_STATEMENTS = (
    Declare, Evaluate, If, For, ForEach, While, Switch, Try, Return, Throw, Jump, Block, DeclareFunction, DeclareClass,
    DeclareEnum, DeclareType, ExportDefault, Debugger,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """A test that has come out as `holds` wherever the node in question is reached."""

    test: Expression
    holds: bool
    by: Node  # the If, Conditional, Binary ... that tests


def around(program: Program, path: str, node: Node) -> Iterator[tuple[Node, Node]]:
    """Each node around a node, inner ones first, with the child of it that leads down to the node."""
    parents = program.index(path).parents
    current = node
    while (parent := parents.get(current)) is not None:
        yield parent, current
        current = parent


def blocks_of(node: Node) -> Iterator[Sequence[Node]]:
    """The sequences of statements directly inside a node."""
    match node:
        case If(then=then, otherwise=otherwise):
            yield then
            yield otherwise
        case For(body=body) | ForEach(body=body) | While(body=body) | Block(body=body) | Case(body=body):
            yield body
        case Function(body=body):
            yield body
        case Try(body=body, handler=handler, finalizer=finalizer):
            yield body
            if handler is not None:
                yield handler
            if finalizer is not None:
                yield finalizer


def exclude(program: Program, path: str, one: Node, other: Node, begin: Node) -> bool:
    """Whether two nodes lie on the two sides of an `if`, so that after `begin` only one of them is reached."""
    sides: dict[Node, Node] = dict(around(program, path, other))
    for parent, child in around(program, path, one):
        side = sides.get(parent)
        if isinstance(parent, If) and side is not None:
            split_up = any(at is child for at in parent.then) != any(at is side for at in parent.then)
            return (
                split_up
                and parent.test is not child
                and parent.test is not side
                and all(
                    loop.start <= begin.start < loop.end
                    for loop, _ in around(program, path, parent)
                    if isinstance(loop, For | ForEach | While)
                )
            )
    return False


def conditions(program: Program, path: str, node: Node) -> Iterator[Condition]:
    """Everything that is tested before a node is reached, in the functions around it too, inner tests first."""
    for parent, child in around(program, path, node):
        match parent:
            case If(test=test, then=then) if child is not test:
                yield from split(test, any(one is child for one in then), parent)
            case Conditional(test=test, then=chosen) if child is not test:
                yield from split(test, child is chosen, parent)
            case Binary(operator="&&", left=left, right=right) if child is right:
                yield from split(left, True, parent)
            case Binary(operator="||" | "??", left=left, right=right) if child is right:
                yield from split(left, False, parent)
            case While(test=test, first=False) if child is not test:
                yield from split(test, True, parent)
        if isinstance(parent, Function | If | For | ForEach | While | Block | Case | Try):
            for block in blocks_of(parent):
                yield from _exits_before(program, path, block, child)
    top = node
    for parent, _ in around(program, path, node):
        top = parent
    yield from _exits_before(program, path, program.modules[path].body, top)


def _exits_before(program: Program, path: str, block: Sequence[Node], child: Node) -> Iterator[Condition]:
    """What the tests of a block say that leave it before `child` is reached."""
    position = next((index for index, one in enumerate(block) if one is child), None)
    if position is None:
        return
    for statement in block[:position]:
        yield from _after(program, path, statement)


def _after(program: Program, path: str, statement: Node) -> Iterator[Condition]:
    """What holds behind a statement because it leaves otherwise."""
    match statement:
        case If(test=test, then=then, otherwise=otherwise):
            if exits(program, path, then):
                yield from split(test, False, statement)
                for inner in otherwise:
                    yield from _after(program, path, inner)
            elif otherwise and exits(program, path, otherwise):
                yield from split(test, True, statement)
                for inner in then:
                    yield from _after(program, path, inner)
        case Block(body=body):
            for inner in body:
                yield from _after(program, path, inner)
        case Try(body=body, handler=handler) if handler is None or exits(program, path, handler):
            for inner in body:
                yield from _after(program, path, inner)


def split(test: Expression, holds: bool, by: Node) -> Iterator[Condition]:
    """A test that `by` makes as the single tests that it is made of, as far as their outcome follows."""
    match test:
        case Unary(operator="!", value=inner):
            yield from split(inner, not holds, by)
        case Binary(operator="&&", left=left, right=right) if holds:
            yield from split(left, True, by)
            yield from split(right, True, by)
        case Binary(operator="||", left=left, right=right) if not holds:
            yield from split(left, False, by)
            yield from split(right, False, by)
        case _:
            yield Condition(test, holds, by)


def exits(program: Program, path: str, statements: Sequence[Node]) -> bool:
    """Whether statements never go on to what follows them: they return, throw, break or end the process."""
    return any(_exits(program, path, statement) for statement in statements)


def _exits(program: Program, path: str, statement: Node) -> bool:
    match statement:
        case Return() | Throw() | Jump():
            return True
        case If(then=then, otherwise=otherwise):
            return bool(otherwise) and exits(program, path, then) and exits(program, path, otherwise)
        case Block(body=body):
            return exits(program, path, body)
        case Try(body=body, handler=handler, finalizer=finalizer):
            if finalizer is not None and exits(program, path, finalizer):
                return True
            return exits(program, path, body) and (handler is None or exits(program, path, handler))
        case Switch(cases=cases):
            has_default = any(case.test is None for case in cases)
            return has_default and bool(cases) and all(not case.body or _leaves(program, path, case) for case in cases)
        case Evaluate(value=Await(value=Call() as call)) | Evaluate(value=Call() as call):
            return never_returns(program, path, call)
    return False


def _leaves(program: Program, path: str, case: Case) -> bool:
    return exits(program, path, case.body) and not any(isinstance(one, Jump) for one in case.body)


def never_returns(program: Program, path: str, call: Call) -> bool:
    """Whether a call certainly throws or ends the process."""
    from analyzer.typescript.evaluate import value

    callee = value(program, path, call.callee)
    if isinstance(callee, Global):
        return callee.name in ("Deno.exit", "process.exit")
    if not isinstance(callee, FunctionValue):
        return False
    key = ("never", callee.path, callee.function)
    if key in program.running:
        return False
    program.running.add(key)
    try:
        body = program.modules[callee.path].functions[callee.function].body
        return any(isinstance(one, Throw) for one in body) and not any(isinstance(one, Return) for one in body)
    finally:
        program.running.discard(key)


def executed_before(program: Program, path: str, node: Node) -> Iterator[Node]:
    """The statements that have run completely wherever a node is reached, nearest first, in its own function.

    What stands in the same statement, before the node, is not among them.
    """
    for parent, child in around(program, path, node):
        if isinstance(parent, Function):
            yield from _completed(program, path, parent.body, child)
            return
        for block in blocks_of(parent):
            yield from _completed(program, path, block, child)
        if isinstance(parent, If) and child is not parent.test:
            yield Evaluate(parent.test.start, parent.test.end, parent.test)
        if isinstance(parent, Try) and parent.finalizer is not None and any(one is child for one in parent.finalizer):
            continue
        if isinstance(parent, Class):
            return
    top = node
    for parent, _ in around(program, path, node):
        top = parent
    yield from _completed(program, path, program.modules[path].body, top)


def _completed(program: Program, path: str, block: Sequence[Node], child: Node) -> Iterator[Node]:
    position = next((index for index, one in enumerate(block) if one is child), None)
    if position is None:
        return
    for statement in reversed(block[:position]):
        yield from _surely(program, path, statement)


def _surely(program: Program, path: str, statement: Node) -> Iterator[Node]:
    """The statement, and those inside it that ran if it came to its end."""
    match statement:
        case Block(body=body):
            for inner in reversed(body):
                yield from _surely(program, path, inner)
        case Try(body=body, handler=handler, finalizer=finalizer):
            if finalizer is not None:
                for inner in reversed(finalizer):
                    yield from _surely(program, path, inner)
            if handler is None or exits(program, path, handler):
                for inner in reversed(body):
                    yield from _surely(program, path, inner)
        case If(test=test, then=then, otherwise=otherwise):
            yield Evaluate(test.start, test.end, test)
            if exits(program, path, then):
                for inner in reversed(otherwise):
                    yield from _surely(program, path, inner)
            elif otherwise and exits(program, path, otherwise):
                for inner in reversed(then):
                    yield from _surely(program, path, inner)
        case For() | ForEach() | While() | Switch():
            return
        case _:
            yield statement


def covering_try(program: Program, path: str, node: Node) -> Try | None:
    """The innermost try statement whose catch clause gets what a node throws, in the node's own function."""
    for parent, child in around(program, path, node):
        if isinstance(parent, Function):
            return None
        if isinstance(parent, Try) and parent.handler is not None and any(one is child for one in parent.body):
            return parent
    return None


def in_loop(program: Program, path: str, node: Node) -> Node | None:
    """The innermost loop of the same function whose body a node is in."""
    for parent, child in around(program, path, node):
        if isinstance(parent, Function):
            return None
        if isinstance(parent, For | ForEach | While):
            head = getattr(parent, "value", None) or getattr(parent, "initial", None)
            if child is not head:
                return parent
    return None


def owner(program: Program, path: str, node: Node) -> FunctionValue | None:
    """The innermost function around a node."""
    number = program.function_of(path, node)
    if number == MODULE_LEVEL:
        return None
    return FunctionValue(path, number, Site(path, program.modules[path].functions[number]))


def statement_of(program: Program, path: str, node: Node) -> Statement | None:
    """The innermost statement that a node is part of."""
    current: Node | None = node
    while current is not None:
        if isinstance(current, _STATEMENTS):
            return current
        if isinstance(current, Closure | DeclareFunction):
            return None
        current = program.parent(path, current)
    return None
