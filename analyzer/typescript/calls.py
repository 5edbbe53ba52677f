"""The calls of a module: where they go, whether they are waited for, who catches what they throw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.facts.typescript import (
    Array,
    Assign,
    Await,
    Bound,
    Call,
    Cast,
    Closure,
    Conditional,
    Declarator,
    Evaluate,
    Expression,
    Member,
    Name,
    New,
    Node,
    Return,
    Spread,
    Throw,
    Try,
    Unary,
)
from analyzer.typescript.flow import covering_try
from analyzer.typescript.program import Program, argument_of
from analyzer.typescript.values import Called, External, FunctionValue, Global, MemberOf, Site, Value, options
from analyzer.typescript.walk import inside

Waited = Literal["await", "then", "return", "passed", "stored", "no"]


@dataclass(frozen=True, slots=True)
class CallFact:
    """One call. `name` is the dotted path of the callee: `stripe.checkout.sessions.create`, `console.log`, `notify`."""

    site: Site
    callee: Value
    name: str
    function: int
    waited: Waited


def calls(program: Program, path: str) -> Iterator[CallFact]:
    """The calls of a module, `new` included, in the order of the text."""
    from analyzer.typescript.evaluate import value

    for call in sorted(program.index(path).calls, key=lambda one: (one.start, one.end)):
        callee = value(program, path, call.callee)
        number = program.function_of(path, call)
        yield CallFact(Site(path, call), callee, dotted(call.callee), number, waited(program, path, call))


def dotted(node: Expression) -> str:
    """The callee as it is written, names only: `a?.b!.c` is `a.b.c`; nothing where it is no plain path."""
    names: list[str] = []
    while True:
        match node:
            case Cast(value=inner) | Await(value=inner):
                node = inner
            case Member(object=inner, name=name):
                names.append(name)
                node = inner
            case Call(callee=inner):
                names.append("()")
                node = inner
            case Name(name=name):
                names.append(name)
                return ".".join(reversed(names)).replace(".()", "()")
            case _:
                return ".".join(["", *reversed(names)]).replace(".()", "()") if names else ""


def package_call(callee: Value) -> tuple[str, str] | None:
    """The package of a callee with the path inside it: `("stripe", "default.checkout.sessions.create")`.

    An instance counts as its class: `new Stripe(key).checkout` is `default.checkout`.
    """
    names: list[str] = []
    for _ in range(40):
        match callee:
            case External(package=package, name=name):
                return package, ".".join([name, *reversed(names)])
            case MemberOf(object=inner, key=key):
                names.append(key or "*")
                callee = inner
            case Called(callee=inner):
                callee = inner
            case _:
                found = [one for one in options(callee) if one is not callee]
                if not found:
                    return None
                callee = found[0]
    return None


def waited(program: Program, path: str, node: Node, depth: int = 0) -> Waited:
    """How the promise at a node is waited for; `no` where it is let go (or is no promise at all)."""
    parent = program.parent(path, node)
    match parent:
        case Await():
            return "await"
        case Return():
            return "return"
        case Cast() | Conditional() | Array() | Spread():
            return waited(program, path, parent, depth)
        case Member(name="then" | "catch" | "finally"):
            call = program.parent(path, parent)
            outer = waited(program, path, call, depth) if call is not None else "no"
            return "then" if outer == "no" else outer
        case Member():
            return "stored"
        case Declarator(target=Bound(binding=binding)) | Assign(target=Bound(binding=binding)):
            return _variable_waited(program, path, binding, depth)
        case Evaluate() | Unary(operator="void") | None:
            return "no"
        case Declarator() | Assign():
            return "stored"
        case Call() | New():
            outer = waited(program, path, parent, depth)
            callee = dotted(parent.callee)
            return outer if callee.startswith("Promise.") else "passed"
    return "passed"


def _variable_waited(program: Program, path: str, binding: int, depth: int) -> Waited:
    if depth > 4:
        return "stored"
    best: Waited = "stored"
    for reference in program.index(path).references.get(binding, ()):
        found = waited(program, path, reference, depth + 1)
        if found in ("await", "then", "return", "passed"):
            return found
    return best


CatchKind = Literal["empty", "logs", "rethrows", "responds", "returns", "handles"]


@dataclass(frozen=True, slots=True)
class CatchFact:
    """A catch clause: what it does with the error.

    `empty`: nothing; `logs`: only writes to the console; `rethrows`; `responds`: answers the request; `returns`: gives
    back something else; `handles`: anything else, such as setting a state.
    """

    site: Site  # the try statement
    kind: CatchKind
    function: int


def catches(program: Program, path: str) -> Iterator[CatchFact]:
    """The catch clauses of a module, `.catch(...)` not included."""
    for node in program.index(path).nodes.get(Try, ()):
        if isinstance(node, Try) and node.handler is not None:
            yield CatchFact(Site(path, node), catch_kind(program, path, node), program.function_of(path, node))


def catch_kind(program: Program, path: str, node: Try) -> CatchKind:
    """What a catch clause does with the error."""
    from analyzer.typescript.responses import responds

    handler = node.handler or ()
    if not handler:
        return "empty"
    nodes = [inner for statement in handler for inner in inside(statement)]
    if any(isinstance(one, Throw) for one in nodes):
        return "rethrows"
    if any(isinstance(one, Call | New) and responds(program, path, one) for one in nodes):
        return "responds"
    if any(isinstance(one, Return) for one in nodes):
        return "returns"
    if all(
        isinstance(one, Evaluate) and isinstance(one.value, Call) and dotted(one.value.callee).startswith("console.")
        for one in handler
    ):
        return "logs"
    return "handles"


def error_boundary(program: Program, path: str, node: Node) -> Site | None:
    """What catches an error that a node throws: the try statement, or the `.catch` of a promise, around it.

    It looks through the functions around the node, and through calls of the function that are all known. A `try` whose
    catch clause throws again does not count. Absent: the error leaves the handler.
    """
    return _boundary(program, path, node, 0)


def _boundary(program: Program, path: str, node: Node, depth: int) -> Site | None:
    if depth > 5:
        return None
    current = node
    while (found := covering_try(program, path, current)) is not None:
        if catch_kind(program, path, found) != "rethrows":
            return Site(path, found)
        current = found
    number = program.function_of(path, node)
    closure = program.index(path).closures.get(number)
    if closure is None:
        return None
    if isinstance(closure, Closure):
        placed = argument_of(program, path, closure)
        if placed is not None:  # a callback: what it throws comes out of the call, or of the promise that it makes
            call, _ = placed
            around = program.parent(path, call)
            if isinstance(around, Member) and around.name == "catch":
                return Site(path, around)
            from analyzer.typescript.evaluate import value

            callee = value(program, path, call.callee)
            if isinstance(callee, FunctionValue):
                inner = _boundary_in_wrapper(program, callee, call, closure, depth)
                if inner is not None:
                    return inner
            if isinstance(callee, Global) and callee.name == "Deno.serve":
                return None
            return _boundary(program, path, call, depth + 1)
    return _boundary_of_callers(program, path, number, depth)


def _boundary_in_wrapper(
    program: Program, wrapper: FunctionValue, call: Call | New, closure: Closure, depth: int
) -> Site | None:
    position = next((index for index, one in enumerate(call.arguments) if one is closure), 0)
    function = program.modules[wrapper.path].functions[wrapper.function]
    if position >= len(function.parameters):
        return None
    target = function.parameters[position].target
    if not isinstance(target, Bound):
        return None
    for reference in program.index(wrapper.path).references.get(target.binding, ()):
        inner = program.parent(wrapper.path, reference)
        if isinstance(inner, Call) and inner.callee is reference:
            return _boundary(program, wrapper.path, inner, depth + 1)
    return None


def _boundary_of_callers(program: Program, path: str, number: int, depth: int) -> Site | None:
    from analyzer.typescript.summaries import callers

    sites = callers(program, path, number)
    if not sites:
        return _boundary_of_registration(program, path, number, depth)
    found = [_boundary(program, site.path, site.node, depth + 1) for site in sites[:8]]
    return found[0] if all(one is not None for one in found) else None


def _boundary_of_registration(program: Program, path: str, number: int, depth: int) -> Site | None:
    """A named handler that is passed on: `serve(withErrors(handler))`."""
    binding = program.binding_of_function(path, number)
    if binding < 0:
        return None
    from analyzer.typescript.evaluate import value

    for reference in program.index(path).references.get(binding, ()):
        placed = argument_of(program, path, reference)
        if placed is None:
            continue
        call, position = placed
        callee = value(program, path, call.callee)
        if not isinstance(callee, FunctionValue):
            continue
        function = program.modules[callee.path].functions[callee.function]
        if position < len(function.parameters) and isinstance(target := function.parameters[position].target, Bound):
            for inner in program.index(callee.path).references.get(target.binding, ()):
                parent = program.parent(callee.path, inner)
                if isinstance(parent, Call) and parent.callee is inner:
                    return _boundary(program, callee.path, parent, depth + 1)
    return None
