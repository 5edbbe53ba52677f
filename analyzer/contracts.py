"""What an edge function takes from the body of a request, and what it gives back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analyzer.facts.typescript import (
    Await,
    Binary,
    Call,
    Case,
    Cast,
    Conditional,
    Constant,
    Declarator,
    Expression,
    If,
    Index,
    Member,
    Name,
    New,
    Node,
    ObjectPattern,
    Return,
    Statement,
    Target,
    Throw,
    Unary,
)
from analyzer.project import EdgeFunction, Project
from analyzer.typescript.calls import dotted
from analyzer.typescript.flow import around, conditions
from analyzer.typescript.handlers import Handler, handlers
from analyzer.typescript.program import Program
from analyzer.typescript.reach import reached
from analyzer.typescript.responses import ResponseFact, response_at, responses
from analyzer.typescript.schemas import Schema, schema_of
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import (
    FunctionValue,
    Known,
    ObjectValue,
    Operation,
    Request,
    Site,
    Value,
    options,
    text_of,
)
from analyzer.typescript.walk import inside

_FAILURE = 400
_REQUEST_PARTS = frozenset({"body", "query", "header", "url", "form", "parameter", "cookie"})
# Methods of a schema that take what is to be checked. https://zod.dev/basics
_PARSERS = frozenset({"parse", "safeParse", "parseAsync", "safeParseAsync", "validate", "validateSync"})
_TEXT_METHODS = frozenset({"trim", "toString", "toLowerCase", "toUpperCase", "length"})
_READING = frozenset({"then", "catch", "finally"})
_FAILING_KEYS = ("error", "errors")


@dataclass(frozen=True, slots=True)
class MethodTest:
    """A test of the request's method that a requirement stands behind."""

    method: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Requirement:
    """A key of the body without which the function answers with an error; one of `keys` is enough."""

    keys: tuple[str, ...]
    site: Site  # the test, or the key of a schema
    methods: tuple[MethodTest, ...] = ()

    def applies_to(self, method: str) -> bool:
        """Whether a request with that method gets as far as the requirement."""
        return all((method == one.method) == one.holds for one in self.methods)


@dataclass(frozen=True, slots=True)
class Contract:
    """What a function does with a request.

    `keys` are those of the body that it reads, with the first place; `open` where it may read others, because the
    body as a whole goes elsewhere. `gives` are the keys of its successful JSON answers, absent where one of those is
    not known.
    """

    slug: str
    keys: dict[str, Site]
    open: bool
    required: tuple[Requirement, ...]
    methods: tuple[str, ...]  # that it takes; nothing where it refuses none
    method_site: Site | None
    gives: dict[str, Site] | None
    answers: tuple[ResponseFact, ...]  # the successful ones


@lru_cache(maxsize=512)
def contract(project: Project, slug: str) -> Contract | None:
    """The contract of a function; nothing where its handler is not known, or where it has several routes."""
    function = project.functions.get(slug)
    handler = _handler(project.program, function) if function is not None else None
    if function is None or function.entry is None or handler is None or handler.function is None:
        return None
    places = reached(project.program, function.entry)
    keys: dict[str, Site] = {}
    is_open = False
    required: list[Requirement] = []
    for module in function.modules:
        for use in _body_uses(project.program, module.path):
            if (use.site.path, project.program.function_of(use.site.path, use.site.node)) not in places:
                continue
            if use.key is not None:
                keys.setdefault(use.key, use.site)
            elif use.schema is not None:
                is_open = is_open or not use.schema.closed
                for key, entry in use.schema.keys.items():
                    keys.setdefault(key, entry.site)
                    if entry.required and _is_main_line(project.program, handler, use.site):
                        tests = _methods_before(project.program, use.site)
                        if tests is not None:
                            required.append(Requirement((key,), entry.site, tests))
            else:
                is_open = True
    required += _guards(project.program, handler.function)
    methods, method_site = _methods(project.program, handler.function)
    gives, answers = _gives(project, function)
    return Contract(slug, keys, is_open, tuple(required), methods, method_site, gives, answers)


def _handler(program: Program, function: EdgeFunction) -> Handler | None:
    """The only handler of a function."""
    if function.entry is None or function.entry not in program.modules:
        return None
    found = handlers(program, function.entry)
    known = [one for one in found if one.function is not None]
    if len(known) != 1 or known[0].way in ("route", "listen", "route export") or known[0].route is not None:
        return None
    return known[0]


@dataclass(frozen=True, slots=True)
class _BodyUse:
    """One use of the body: a key that is read, a schema that checks it, or neither: it goes elsewhere as a whole."""

    site: Site
    key: str | None = None
    schema: Schema | None = None


def _body_uses(program: Program, path: str) -> tuple[_BodyUse, ...]:
    key = "body uses", path
    found = program.answers.get(key)
    if found is None:
        found = program.answers[key] = tuple(_find_body_uses(program, path))
    return found  # type: ignore[return-value]


def _find_body_uses(program: Program, path: str) -> Iterator[_BodyUse]:
    from analyzer.typescript.evaluate import binding_value

    index = program.index(path)
    for node in index.nodes.get(Member, ()):
        if isinstance(node, Member):
            for key in _body_keys(program, path, node):
                if key is not None:
                    yield _BodyUse(Site(path, node), key)
    for binding, definitions in index.definitions.items():
        if binding < 0 or not any(take.key or take.rest for one in definitions for take in one.takes):
            continue
        for one in options(resolved(program, binding_value(program, path, binding, None))):
            if isinstance(one, Request) and one.part == "body" and one.path and one.path[0] is not None:
                yield _BodyUse(Site(path, definitions[0].node), one.path[0])
    whole: list[Node] = [one for found in index.references.values() for one in found if one.binding >= 0]
    whole += index.calls
    for kind in (Index, Member):
        whole += index.nodes.get(kind, ())
    for node in whole:
        if _is_whole_body(program, path, node):  # type: ignore[arg-type]
            use = _whole_use(program, path, node)
            if use is not None:
                yield use


def _body_keys(program: Program, path: str, node: Expression) -> Iterator[str | None]:
    """The keys of the body that a node may be or lie below."""
    from analyzer.typescript.evaluate import value

    for one in options(resolved(program, value(program, path, node))):
        if isinstance(one, Request) and one.part == "body" and one.path and one.path[0] not in _READING:
            yield one.path[0]


def _is_whole_body(program: Program, path: str, node: Expression) -> bool:
    from analyzer.typescript.evaluate import value

    return any(
        isinstance(one, Request) and one.part == "body" and not one.path
        for one in options(resolved(program, value(program, path, node)))
    )


def _whole_use(program: Program, path: str, node: Node) -> _BodyUse | None:
    """What is done with the whole body at a node, where that is more than to give it a name or to read a key."""
    parent = program.parent(path, node)
    match parent:
        case Cast() | Await() | Conditional() | Return() | Target() | If() | None:
            return _whole_use(program, path, parent) if isinstance(parent, Cast | Await) else None
        case Member() | Unary():
            return None
        case Index(object=target, index=position) if target is node:
            return None if isinstance(position, Constant) else _BodyUse(Site(path, node))
        case Declarator(target=pattern) if not (isinstance(pattern, ObjectPattern) and pattern.rest is not None):
            return None
        case Binary(operator="||" | "??"):
            return _whole_use(program, path, parent)
        case Binary():
            return None
        case Call() | New():
            return _use_as_argument(program, path, node, parent)
    if type(parent).__name__ in ("Assign", "Parameter", "Function", "PatternProperty", "PatternElement", "Evaluate"):
        return None
    return _BodyUse(Site(path, node))


def _use_as_argument(program: Program, path: str, node: Node, call: Call | New) -> _BodyUse | None:
    from analyzer.typescript.evaluate import value

    if call.callee is node:
        return None
    name = dotted(call.callee)
    if name == "JSON.parse" or name.startswith("console."):
        return None
    if name == "JSON.stringify":
        outer = program.parent(path, call)
        if isinstance(outer, Call) and dotted(outer.callee).startswith("console."):
            return None
        return _BodyUse(Site(path, node))
    if isinstance(call.callee, Member) and call.callee.name in _PARSERS:
        schema = schema_of(value(program, path, call.callee.object))
        return _BodyUse(Site(path, call), schema=schema) if schema is not None else _BodyUse(Site(path, node))
    callee = value(program, path, call.callee)
    if isinstance(callee, FunctionValue) and isinstance(call, Call):
        return None  # what it reads of its parameter is seen there
    return _BodyUse(Site(path, node))


# Requirements ----------------------------------------------------------------------------------------------------


def _guards(program: Program, handler: FunctionValue) -> Iterator[Requirement]:
    """The keys that the handler's own code tests before it goes on."""
    path = handler.path
    index = program.index(path)
    for node in index.nodes.get(If, ()):
        if isinstance(node, If) and index.function_of(node) == handler.function and _fails(program, path, node.then):
            groups = list(_missing(program, path, node.test))
            tests = _methods_before(program, Site(path, node)) if groups else None
            if tests is not None:
                for keys in groups:
                    yield Requirement(keys, Site(path, node.test), tests)


def _is_main_line(program: Program, handler: Handler, site: Site) -> bool:
    """Whether a place is in the handler's own code."""
    function = handler.function
    return function is not None and (site.path, program.function_of(site.path, site.node)) == (
        function.path,
        function.function,
    )


def _missing(program: Program, path: str, test: Expression) -> Iterator[tuple[str, ...]]:
    """The keys of which a test holds when they are missing: each group by itself, within a group all together."""
    match test:
        case Binary(operator="||", left=left, right=right):
            yield from _missing(program, path, left)
            yield from _missing(program, path, right)
        case Binary(operator="&&", left=left, right=right):
            one, other = list(_missing(program, path, left)), list(_missing(program, path, right))
            if len(one) == 1 and len(other) == 1:
                yield (*one[0], *other[0])
        case Unary(operator="!", value=inner):
            keys = _tested(program, path, inner)
            if keys:
                yield keys
        case Binary(operator="===" | "==", left=left, right=right) if _is_nothing(right):
            keys = _tested(program, path, left)
            if keys:
                yield keys
        case Binary(operator="!==" | "!=", left=Unary(operator="typeof", value=inner), right=Constant()):
            keys = _tested(program, path, inner)
            if keys:
                yield keys


def _is_nothing(node: Expression) -> bool:
    return (isinstance(node, Constant) and node.value is None) or (isinstance(node, Name) and node.name == "undefined")


def _tested(program: Program, path: str, node: Expression) -> tuple[str, ...]:
    """The keys of the body that a node certainly comes from, one or the other; nothing where it may be else."""
    from analyzer.typescript.evaluate import value

    while isinstance(node, Cast):
        node = node.value
    if isinstance(node, Call) and isinstance(node.callee, Member) and node.callee.name in _TEXT_METHODS:
        node = node.callee.object
    elif isinstance(node, Call) and dotted(node.callee) in ("Array.isArray", "Object.keys") and node.arguments:
        node = node.arguments[0]
    elif isinstance(node, Member) and node.name in _TEXT_METHODS:
        node = node.object
    keys: list[str] = []
    for one in options(resolved(program, value(program, path, node))):
        if not (isinstance(one, Request) and one.part == "body" and len(one.path) == 1 and one.path[0] is not None):
            return ()
        keys.append(one.path[0])
    return tuple(dict.fromkeys(keys))


def _methods_before(program: Program, site: Site) -> tuple[MethodTest, ...] | None:
    """The tests of the method that come before a place; absent where something else may lead around it."""
    from analyzer.typescript.evaluate import value

    found: list[MethodTest] = []
    if any(isinstance(parent, Case) for parent, _ in around(program, site.path, site.node)):
        return None
    for condition in conditions(program, site.path, site.node):
        by = condition.by
        if isinstance(by, If) and not by.start <= site.node.start < by.end and _fails(program, site.path, by.then):
            continue
        test = value(program, site.path, condition.test)
        method = _method_in(test)
        if method is not None:
            operator, name = method
            found.append(MethodTest(name, condition.holds == (operator in ("===", "=="))))
            continue
        if by.start <= site.node.start < by.end or _asks_request(program, site.path, condition.test):
            return None
    return tuple(found)


def _method_in(test: Value) -> tuple[str, str] | None:
    if not isinstance(test, Operation) or len(test.operands) != 2 or test.operator not in ("===", "==", "!==", "!="):
        return None
    left, right = test.operands
    text = text_of(right)
    if isinstance(left, Request) and left.part == "method" and text is not None:
        return test.operator, text.upper()
    return None


def _asks_request(program: Program, path: str, test: Expression) -> bool:
    """Whether a test looks at what the caller sends, the method apart."""
    from analyzer.typescript.evaluate import value

    for node in inside(test):
        if isinstance(node, Name | Member):
            for one in options(resolved(program, value(program, path, node))):
                if isinstance(one, Request) and one.part in _REQUEST_PARTS:
                    return True
    return False


def _fails(program: Program, path: str, statements: Sequence[Statement]) -> bool:
    """Whether a branch ends with an error: it throws, or answers with a status of failure."""
    last = statements[-1] if statements else None
    if isinstance(last, Throw):
        return True
    if not isinstance(last, Return) or last.value is None:
        return False
    return any(
        _is_failure(answer)
        for node in inside(last)
        if isinstance(node, Call | New)
        for answer in response_at(program, path, node)
    )


def _is_failure(answer: ResponseFact) -> bool:
    code = answer.status_code
    if code is not None and code >= _FAILURE:
        return True
    body = answer.body
    return isinstance(body, ObjectValue) and any(key in body.entries for key in _FAILING_KEYS) and code != 200


def _methods(program: Program, handler: FunctionValue) -> tuple[tuple[str, ...], Site | None]:
    """The methods that the handler takes, where it refuses all others before anything else."""
    index = program.index(handler.path)
    for node in index.nodes.get(If, ()):
        if (
            isinstance(node, If)
            and index.function_of(node) == handler.function
            and _fails(program, handler.path, node.then)
        ):
            names = _refused_unless(program, handler.path, node.test)
            if names and _methods_before(program, Site(handler.path, node)) is not None:
                return tuple(names), Site(handler.path, node.test)
    return (), None


def _refused_unless(program: Program, path: str, test: Expression) -> list[str]:
    from analyzer.typescript.evaluate import value

    match test:
        case Binary(operator="&&", left=left, right=right):
            one, other = _refused_unless(program, path, left), _refused_unless(program, path, right)
            return [*one, *other] if one and other else []
        case Binary(operator="!==" | "!="):
            found = _method_in(value(program, path, test))
            return [found[1]] if found is not None else []
    return []


# Answers ---------------------------------------------------------------------------------------------------------


def _gives(project: Project, function: EdgeFunction) -> tuple[dict[str, Site] | None, tuple[ResponseFact, ...]]:
    """The keys of the successful JSON answers, and those answers; no keys where one of them is not known."""
    places = reached(project.program, function.entry or "")
    answers = [
        answer
        for module in function.modules
        for answer in responses(project.program, module.path)
        if (module.path, answer.function) in places
    ]
    helpers = {(one.through.path, one.through.function) for one in answers if one.through is not None}
    successes = [
        answer
        for answer in answers
        if (answer.site.path, answer.function) not in helpers
        and (answer.status_code is None or answer.status_code < _FAILURE)
    ]
    keys: dict[str, Site] = {}
    for answer in successes:
        if answer.kind in ("redirect", "empty") or (answer.kind == "text" and isinstance(answer.body, Known)):
            continue  # "ok" to a preflight
        for body in options(resolved(project.program, answer.body)):
            if isinstance(body, ObjectValue) and answer.kind == "json" and body.complete:
                for key in body.entries:
                    keys.setdefault(key, answer.site)
            elif not (isinstance(body, Known) and body.value in (None, "ok")):
                return None, tuple(successes)
    return keys or None, tuple(successes)
