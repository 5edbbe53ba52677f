"""Where a module reads the environment."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

from analyzer.facts.typescript import (
    Await,
    Binary,
    Call,
    Cast,
    Conditional,
    Constant,
    Declarator,
    Expression,
    Index,
    Member,
    Module,
    Name,
    Node,
    PatternElement,
    PatternProperty,
    Unary,
)
from analyzer.typescript.index import ModuleIndex
from analyzer.typescript.meaning import ENVIRONMENTS
from analyzer.typescript.program import Program
from analyzer.typescript.summaries import callers, returned
from analyzer.typescript.values import (
    Environment,
    EnvironmentReader,
    FunctionValue,
    Global,
    Parameter,
    Site,
    Value,
    options,
    origins,
)


@dataclass(frozen=True, slots=True)
class Fallback:
    """What stands in where a variable is not set: `|| ''`, `?? other`, a default of a pattern or of a helper."""

    operator: str  # `||`, `??`, `default`
    value: Value
    node: Node


@dataclass(frozen=True, slots=True)
class EnvironmentRead:
    """A place that reads a variable of the environment.

    Through a helper (`getEnv("KEY")`) the place is the helper's call. `name` is `None` where it is computed.
    `guarded`: the module tests the value and leaves, throws or chooses otherwise where it is missing; or asserts it
    with a helper that throws.
    """

    name: str | None
    site: Site
    how: EnvironmentReader
    fallback: Fallback | None
    guarded: bool
    function: int  # that reads, or MODULE_LEVEL
    through: FunctionValue | None = None
    asserted: bool = False  # `!` behind it


def environment_reads(program: Program, path: str) -> Iterator[EnvironmentRead]:
    """All reads of a module, in the order of the text."""
    if _may_read(program, path):
        yield from sorted(_reads(program, path), key=lambda read: (read.site.node.start, read.site.node.end))


def _may_read(program: Program, path: str) -> bool:
    """Whether a module names the environment, or imports from one that hands it on: all others read nothing of it."""
    module = program.modules[path]
    return (
        "env" in module.mentions
        or path in _given_to(program)
        or any(one.specifier.startswith("$env/") for one in module.imports)
    )


def _given_to(program: Program) -> Set[str]:
    """The modules that import, directly or through others, from one that hands the environment on."""
    key = "environment", ""
    found = program.answers.get(key)
    if found is None:
        handing = [path for path, module in program.modules.items() if _hands_on(program, path, module)]
        found = program.answers[key] = frozenset().union(*map(program.importing, handing))
    return found  # type: ignore[return-value]


def _hands_on(program: Program, path: str, module: Module) -> bool:
    """Whether a module does more with the environment than to read variables whose names stand there."""
    if "env" not in module.mentions:
        return False
    index = program.index(path)
    named = [node for node in index.nodes.get(Member, ()) if isinstance(node, Member) and node.name == "env"]
    return not named or not all(_reads_by_name(index, node) for node in named)


def _reads_by_name(index: ModuleIndex, environment: Member) -> bool:
    """Whether this is `environment.NAME`, `environment["NAME"]` or `environment.get("NAME")`."""
    parent = index.parents.get(environment)
    while isinstance(parent, Cast):
        parent = index.parents.get(parent)
    match parent:
        case Member(name="get" | "has"):
            call = index.parents.get(parent)
            return isinstance(call, Call) and bool(call.arguments) and isinstance(call.arguments[0], Constant)
        case Index(index=Constant()):
            return True
        case Member(name=name):
            return name not in ("toObject", "set", "delete")
        case _:
            return False


def _reads(program: Program, path: str) -> Iterator[EnvironmentRead]:
    from analyzer.typescript.evaluate import value

    found = program.index(path)
    for call in found.calls:
        callee = call.callee
        if isinstance(callee, Member) and callee.name == "get":
            read = value(program, path, call)
            if isinstance(read, Environment) and _begins_at(read, call):
                if not (isinstance(read.computed, Parameter) and _is_helper(program, read.computed)):
                    yield _read(program, path, call, read, None)
                continue
        if isinstance(callee, Name | Member) and call.arguments:
            yield from _through_helper(program, path, call)
    for node in found.nodes.get(Member, ()):
        if isinstance(node, Member) and _may_be_environment(node.object):
            read = value(program, path, node)
            if isinstance(read, Environment) and _begins_at(read, node):
                yield _read(program, path, node, read, None)
    yield from _indexed(program, path, found)
    yield from _destructured(program, path, found)
    yield from _imported(program, path)


def _begins_at(read: Environment, node: Node) -> bool:
    """Whether a value is read at this node, and does not just pass through it."""
    return read.at is not None and read.at.node is node


def _may_be_environment(node: Expression) -> bool:
    while isinstance(node, Cast):
        node = node.value
    if isinstance(node, Member):
        return node.name == "env"
    return isinstance(node, Name | Call | Await)


def _is_helper(program: Program, parameter: Parameter) -> bool:
    return bool(callers(program, parameter.path, parameter.function))


def _through_helper(program: Program, path: str, call: Node) -> Iterator[EnvironmentRead]:
    """`requireEnv("KEY")`: the read is the call, since only there the name is known."""
    from analyzer.typescript.evaluate import value

    if not isinstance(call, Call):
        return
    callee = value(program, path, call.callee)
    for one in options(callee):
        if not isinstance(one, FunctionValue):
            continue
        places = set(_sites_by_parameter(program, one))
        if not places:
            continue
        seen: set[str | None] = set()
        for origin in origins(value(program, path, call)):
            if isinstance(origin, Environment) and origin.at in places and origin.name not in seen:
                seen.add(origin.name)
                yield _read(program, path, call, origin, one)
        return


def _sites_by_parameter(program: Program, function: FunctionValue) -> Iterator[Site]:
    """The reads of a helper whose name is (made from) one of its parameters."""
    for one in origins(returned(program, function.path, function.function)):
        if isinstance(one, Environment) and one.computed is not None and one.at is not None:
            for part in origins(one.computed):
                if isinstance(part, Parameter) and (part.path, part.function) == (function.path, function.function):
                    yield one.at
                    break


def _indexed(program: Program, path: str, found: ModuleIndex) -> Iterator[EnvironmentRead]:
    from analyzer.typescript.evaluate import value

    for node in found.nodes.get(Index, ()):
        if isinstance(node, Index) and _may_be_environment(node.object):
            read = value(program, path, node)
            if isinstance(read, Environment) and _begins_at(read, node):
                computed = read.computed
                if isinstance(computed, Parameter) and _is_helper(program, computed):
                    continue
                yield _read(program, path, node, read, None)


def _destructured(program: Program, path: str, found: ModuleIndex) -> Iterator[EnvironmentRead]:
    """`const { A, B: b = "x" } = process.env`."""
    from analyzer.facts.typescript import ObjectPattern
    from analyzer.typescript.evaluate import value

    for node in found.nodes.get(Declarator, ()):
        if not (isinstance(node, Declarator) and isinstance(node.target, ObjectPattern) and node.value is not None):
            continue
        source = value(program, path, node.value)
        if isinstance(source, Global) and source.name in ENVIRONMENTS:
            for part in node.target.properties:
                how: EnvironmentReader = ENVIRONMENTS[source.name]  # type: ignore[assignment]
                fallback = None
                if part.default is not None:
                    fallback = Fallback("default", value(program, path, part.default), part.default)
                guarded, number = _tested(program, path, part, None), program.function_of(path, node)
                yield EnvironmentRead(part.key, Site(path, part), how, fallback, guarded, number)


def _imported(program: Program, path: str) -> Iterator[EnvironmentRead]:
    for one in program.modules[path].imports:
        if one.specifier.startswith("$env/static"):
            for name in one.names:
                yield EnvironmentRead(name.imported, Site(path, name), "import", None, True, -1)


def _read(
    program: Program, path: str, node: Expression, read: Environment, through: FunctionValue | None
) -> EnvironmentRead:
    asserted = isinstance(cast := program.parent(path, node), Cast) and cast.kind == "!"
    outer = _outermost(program, path, node)
    fallback = _fallback(program, path, outer)
    if fallback is None and through is not None:
        fallback = _fallback_of_helper(program, path, node, through)
    guarded = _tested(program, path, outer, fallback)
    if through is not None and not guarded:
        guarded = _throws(program, through)
    number = program.function_of(path, node)
    return EnvironmentRead(read.name, Site(path, node), read.how, fallback, guarded, number, through, asserted)


def _outermost(program: Program, path: str, node: Node) -> Node:
    """The node with its casts, `await` and string methods: `Deno.env.get("X")!.trim()`."""
    current = node
    while True:
        parent = program.parent(path, current)
        if isinstance(parent, Cast | Await):
            current = parent
        elif isinstance(parent, Member) and isinstance(call := program.parent(path, parent), Call):
            current = call
        else:
            return current


def _fallback(program: Program, path: str, node: Node) -> Fallback | None:
    from analyzer.typescript.evaluate import value

    parent = program.parent(path, node)
    if isinstance(parent, Binary) and parent.operator in ("||", "??") and parent.left is node:
        return Fallback(parent.operator, value(program, path, parent.right), parent.right)
    if isinstance(parent, Binary) and parent.operator in ("||", "??"):
        return _fallback(program, path, parent)
    if isinstance(parent, PatternProperty | PatternElement) and parent.default is not None:
        return Fallback("default", value(program, path, parent.default), parent.default)
    return None


def _fallback_of_helper(program: Program, path: str, node: Node, through: FunctionValue) -> Fallback | None:
    """The second argument of `getEnv("KEY", "fallback")`."""
    from analyzer.typescript.evaluate import value
    from analyzer.typescript.values import Known

    if isinstance(node, Call) and len(node.arguments) > 1:
        given = node.arguments[1]
        return Fallback("default", value(program, path, given), given)
    for one in options(returned(program, through.path, through.function)):
        if isinstance(one, Known) and isinstance(one.value, str):
            return Fallback("||", one, node)
    return None


def _throws(program: Program, through: FunctionValue) -> bool:
    from analyzer.facts.typescript import Throw
    from analyzer.typescript.walk import inside

    body = program.modules[through.path].functions[through.function].body
    return any(isinstance(node, Throw) for statement in body for node in inside(statement))


def _tested(program: Program, path: str, node: Node, fallback: Fallback | None) -> bool:
    """Whether the module looks whether the value is there."""
    if _is_test(program, path, node):
        return True
    outer = node
    while isinstance(parent := program.parent(path, outer), Binary) and parent.operator in ("||", "??"):
        outer = parent
    if _is_test(program, path, outer):
        return True
    if isinstance(parent := program.parent(path, outer), Binary) and parent.operator == "??" and fallback is None:
        return True
    bindings = _bindings_of(program, path, outer)
    references = program.index(path).references
    return any(_is_test(program, path, reference) for binding in bindings for reference in references.get(binding, ()))


def _bindings_of(program: Program, path: str, node: Node) -> list[int]:
    from analyzer.facts.typescript import Bound

    if isinstance(node, PatternProperty) and isinstance(node.target, Bound):
        return [node.target.binding]
    parent = program.parent(path, node)
    if isinstance(parent, Declarator) and isinstance(parent.target, Bound):
        return [parent.target.binding]
    return []


def _is_test(program: Program, path: str, node: Node) -> bool:
    """Whether something is decided by the truth of a node: `if (!key)`, `key ? a : b`, `Boolean(key)`."""
    from analyzer.facts.typescript import If, While

    current = node
    while (parent := program.parent(path, current)) is not None:
        match parent:
            case If(test=test) | Conditional(test=test) | While(test=test):
                return test is current
            case Unary(operator="!"):
                current = parent
                if isinstance(program.parent(path, parent), Declarator | Unary):
                    return True
            case Binary(operator="&&" | "||" | "==" | "!=" | "===" | "!==" | "<" | ">"):
                if parent.operator == "&&" and parent.left is current:
                    return True
                current = parent
            case Cast():
                current = parent
            case Call(callee=Name(name="Boolean" | "assert" | "invariant")):
                return True
            case Member() | Index():
                return False
            case _:
                return False
    return False
