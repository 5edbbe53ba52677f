"""Who has been let in where a node is reached: the authentication checks that stand before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.facts.typescript import (
    MODULE_LEVEL,
    Assign,
    Await,
    Binary,
    Bound,
    Call,
    Class,
    Closure,
    Conditional,
    Constant,
    DeclareEnum,
    Expression,
    ForEach,
    Function,
    If,
    Name,
    Node,
    Return,
    Try,
)
from analyzer.typescript.calls import dotted, package_call
from analyzer.typescript.credentials import (
    found_by_caller,
    from_caller,
    has,
    is_decoded,
    is_digest,
    is_paid_for,
    is_role,
    is_user_id,
    may_be_empty,
    names_of,
)
from analyzer.typescript.flow import conditions, executed_before, exits, split
from analyzer.typescript.handlers import auth_modes, is_with_supabase
from analyzer.typescript.program import Program, argument_of
from analyzer.typescript.summaries import callers, resolved
from analyzer.typescript.values import (
    Called,
    Either,
    Environment,
    FunctionValue,
    Global,
    Known,
    MemberOf,
    ObjectValue,
    Operation,
    Outcome,
    Request,
    Row,
    Site,
    Undefined,
    User,
    Value,
    options,
    text_of,
)
from analyzer.typescript.walk import inside

CheckKind = Literal["user", "session", "secret", "signature", "jwt", "role", "mode", "key", "decoded", "owner"]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that has succeeded before a node is reached.

    `user`: Supabase Auth has verified the caller's token (`getUser`, `getClaims`, `withSupabase`). `session`:
    `getSession`, which verifies nothing on a server. `secret`: something of the request equals a secret of the
    environment. `signature`: a provider's signature was verified. `jwt`: a token was verified with a library.
    `role`: a column or row that says what the verified user may do, or its app metadata, was tested. `owner`:
    something that the request or a row names was compared with the verified user. `key`: something of the request
    found a row, as an API key does, or what Stripe says is paid for. `decoded`: a claim of a token was compared
    that only the platform, with `verify_jwt`, has verified. `mode`: `withSupabase` with a mode that wants a key
    (`detail` is the mode). `weak` where an unset or empty secret lets everyone in.
    """

    kind: CheckKind
    site: Site
    detail: str = ""
    weak: bool = False


# The functions that throw, or resolve to a falsy value, where a signature or a token is wrong.
_SIGNATURES = re.compile(r"(?:^|\.)(?:constructEvent(?:Async)?|verifyHeader(?:Async)?|unwrap|verifyWebhook\w*)$")
_WEBHOOK_PACKAGES = frozenset(
    """svix standardwebhooks @octokit/webhooks @octokit/webhooks-methods resend tweetnacl
    discord-interactions""".split()
)
_ANSWERS_ONLY = frozenset({"tweetnacl", "discord-interactions", "@octokit/webhooks-methods"})  # they do not throw
_TOKEN_VERIFIERS = {
    "jose": ("jwtVerify", "compactVerify"),
    "djwt": ("verify",),
    "jsonwebtoken": ("verify",),
    "hono": ("verify", "jwt", "bearerAuth", "basicAuth"),
    "firebase-admin": ("verifyIdToken",),
    "@clerk/backend": ("verifyToken",),
}
_IDENTIFYING = ("user", "jwt", "role")
_EQUALS = re.compile(r"(?:timing_?safe|constant_?time|safe)_?(?:equals?|compare)|secureCompare", re.I)
_COMPARES = re.compile(r"equal|same|match|compare|verif|valid", re.I)  # what a project may call its own
_MAX_DEPTH = 5


def checks_before(program: Program, path: str, node: Node) -> tuple[Check, ...]:
    """The checks that have succeeded wherever a node is reached, in its own and the surrounding functions.

    A check that some callers skip, or that only runs if a header is there, is none.
    """
    found = program.checked_before.get(node)
    if found is None:
        found = program.checked_before[node] = tuple(dict.fromkeys(_before(program, path, node, 0)))
    return found  # type: ignore[return-value]


def checks_of_function(program: Program, function: FunctionValue) -> tuple[Check, ...]:
    """The checks that have succeeded when a function returns at all: what a helper that throws guarantees."""
    return tuple(_guaranteed(program, function.path, function.function, 0))


def identifies_user(checks: tuple[Check, ...]) -> bool:
    """Whether one of the checks says who the caller is."""
    return any(check.kind in _IDENTIFYING for check in checks)


def _before(program: Program, path: str, node: Node, depth: int) -> Iterator[Check]:
    if depth > _MAX_DEPTH:
        program.cuts += 1
        return
    current: Node | None = node
    while current is not None:
        yield from _in_function(program, path, current, depth)
        number = program.function_of(path, current)
        if number == MODULE_LEVEL:
            return
        closure = program.index(path).closures.get(number)
        if closure is None:
            return
        yield from _by_registration(program, path, number, depth)
        if isinstance(closure, Closure) and argument_of(program, path, closure) is not None:
            current = closure  # a callback runs, if at all, after what stands before the call
            continue
        yield from _of_all_callers(program, path, number, depth)
        return


def _in_function(program: Program, path: str, node: Node, depth: int) -> Iterator[Check]:
    """Checks between the start of the innermost function and a node."""
    for condition in conditions(program, path, node):
        found = _of_test(program, path, condition.test, condition.holds, depth)
        yield from _kept(program, (condition.test, condition.holds), found)
    for statement in executed_before(program, path, node):
        yield from _kept(program, (statement, True), _of_statement(program, path, statement, depth))


def _kept(program: Program, key: tuple[Node, bool], found: Iterator[Check]) -> tuple[Check, ...]:
    """What `found` gives, remembered if it is the whole answer: every node that comes after asks for it again."""
    known = program.checked_by.get(key)
    if known is None:
        cuts = program.cuts
        known = tuple(found)
        if program.cuts == cuts:
            program.checked_by[key] = known
    return known  # type: ignore[return-value]


def _of_statement(program: Program, path: str, statement: Node, depth: int) -> Iterator[Check]:
    """What the calls guarantee that a statement makes whenever it runs, on whichever way."""
    for inner in inside(statement):
        if isinstance(inner, Call | Conditional | If) and not _is_conditional(program, path, inner, statement):
            if isinstance(inner, Call):
                yield from _of_call(program, path, inner, depth)
            else:
                yield from _of_ways(program, path, inner, depth)


def _of_ways(program: Program, path: str, choice: Conditional | If, depth: int) -> Iterator[Check]:
    """What is certain behind `internal ? null : await requireUser(req)`, whichever way was taken."""
    sides = (choice.then, True), (choice.otherwise, False)
    called = [
        [
            check
            for part in (side if isinstance(side, tuple) else (side,))
            for check in _of_statement(program, path, part, depth)
        ]
        for side, _ in sides
    ]
    if any(called):
        tested = [
            [check for one in _split(choice.test, holds) for check in _of_test(program, path, *one, depth)]
            for _, holds in sides
        ]
        yield from _one_of([[*one, *other] for one, other in zip(tested, called, strict=True)])


def _is_conditional(program: Program, path: str, node: Node, within: Node) -> bool:
    """Whether a part of a statement may be left out: behind `&&`, `||`, `?.` or in a conditional expression."""
    current: Node | None = node
    while current is not None and current is not within:
        parent = program.parent(path, current)
        if isinstance(parent, Binary) and parent.operator in ("&&", "||", "??") and current is parent.right:
            return True
        if isinstance(parent, Conditional | If) and current is not parent.test:
            return True
        current = parent
    return False


def _of_call(program: Program, path: str, call: Call, depth: int) -> Iterator[Check]:
    """What a call guarantees by coming back: verifiers that throw, and helpers that do."""
    from analyzer.typescript.evaluate import value

    callee = value(program, path, call.callee)
    site = Site(path, call)
    for one in options(callee):
        if isinstance(one, FunctionValue):
            yield from _guaranteed(program, one.path, one.function, depth + 1)
        elif (package_call(one) or ("",))[0] not in _ANSWERS_ONLY:
            yield from _thrower(one, site)


def _thrower(callee: Value, site: Site) -> Iterator[Check]:
    found = package_call(callee)
    name = found[1] if found is not None else ""
    last = name.rpartition(".")[2]
    if found is None:
        if isinstance(callee, MemberOf) and callee.key is not None and _SIGNATURES.search(callee.key):
            yield Check("signature", site, callee.key)
        return
    package = found[0]
    if _SIGNATURES.search(name) or (
        package in _WEBHOOK_PACKAGES and last in ("verify", "verifyAndReceive", "verifyKey")
    ):
        yield Check("signature", site, f"{package}.{last}")
    elif last in _TOKEN_VERIFIERS.get(package, ()):
        yield Check("jwt", site, f"{package}.{last}")


def _guaranteed(program: Program, path: str, number: int, depth: int) -> Iterator[Check]:
    """The checks common to all ways in which a function returns."""
    if depth > _MAX_DEPTH or ("guaranteed", path, number) in program.running:
        program.cuts += 1
        return
    key = "guaranteed", f"{path}:{number}"
    known = program.answers.get(key)
    if known is None:
        program.running.add(("guaranteed", path, number))
        try:
            known = program.answers[key] = tuple(_common(program, path, number, depth))
        finally:
            program.running.discard(("guaranteed", path, number))
    yield from known  # type: ignore[misc]


def _common(program: Program, path: str, number: int, depth: int) -> Iterator[Check]:
    function = program.modules[path].functions[number]
    returns = [node for statement in function.body for node in inside(statement) if isinstance(node, Return)]
    ends: list[Node] = list(returns)
    if not exits(program, path, function.body):
        if not function.body:
            return
        ends.append(function.body[-1])
    per_end: list[list[Check]] = []
    for end in ends:
        found = list(_in_function(program, path, end, depth))
        if isinstance(end, Return) and end.value is not None:
            found += [
                check
                for inner in inside(end.value)
                if isinstance(inner, Call) and not _is_conditional(program, path, inner, end)
                for check in _of_call(program, path, inner, depth)
            ]
        elif end is function.body[-1] and not isinstance(end, Return):
            found += [
                check
                for inner in inside(end)
                if isinstance(inner, Call)
                for check in _of_call(program, path, inner, depth)
            ]
        per_end.append(found)
    if not per_end:
        return
    yield from _one_of(per_end)


def _of_all_callers(program: Program, path: str, number: int, depth: int) -> Iterator[Check]:
    """The checks that every known caller of a function has made."""
    known = program.checked_by_callers.get((path, number))
    if known is not None:
        yield from known  # type: ignore[misc]
        return
    sites = callers(program, path, number)
    if not sites:
        return
    if depth >= _MAX_DEPTH or ("callers checked", path, number) in program.running:
        program.cuts += 1
        return
    cuts = program.cuts
    program.running.add(("callers checked", path, number))
    try:
        per_site = [list(_before(program, site.path, site.node, depth + 1)) for site in sites[:12]]
    finally:
        program.running.discard(("callers checked", path, number))
    found = tuple(_one_of(per_site))
    if program.cuts == cuts:
        program.checked_by_callers[path, number] = found
    yield from found


def _one_of(ways: list[list[Check]]) -> Iterator[Check]:
    """What is certain if one of several ways was taken: what all have checked, or else that each has checked something.

    `isInternal || user`: the caller need not be a user, but is not just anybody.
    """
    common = [
        check for check in ways[0] if all(any(other.kind == check.kind for other in others) for others in ways[1:])
    ]
    if common or not all(ways):
        yield from common
    elif all(identifies_user(tuple(way)) for way in ways):
        user = next(check for way in ways for check in way if check.kind in _IDENTIFYING)
        yield Check("user", user.site, user.detail)
    else:
        yield from (check for way in ways for check in way if check.kind not in _IDENTIFYING)


def _by_registration(program: Program, path: str, number: int, depth: int) -> Iterator[Check]:
    """What the wrappers check that a function is passed to: `withAuth(handler)`, `withSupabase({ auth }, handler)`."""
    from analyzer.typescript.evaluate import value

    closure = program.index(path).closures.get(number)
    passed: list[Expression] = []
    if isinstance(closure, Closure):
        passed.append(closure)
    binding = program.binding_of_function(path, number)
    if binding >= 0:
        passed.extend(program.index(path).references.get(binding, ()))
    for one in passed:
        placed = argument_of(program, path, one)
        if placed is None:
            continue
        call, position = placed
        callee = value(program, path, call.callee)
        if is_with_supabase(callee):
            yield from _of_with_supabase(program, path, call, position)  # type: ignore[arg-type]
        for option in options(callee):
            if isinstance(option, FunctionValue):
                yield from _of_wrapper(program, option, position, depth)


def _of_with_supabase(program: Program, path: str, call: Call, position: int) -> Iterator[Check]:
    """https://github.com/supabase/server: `auth` is one mode or several; `user` is the default."""
    from analyzer.typescript.evaluate import value

    site = Site(path, call)
    modes = auth_modes(value(program, path, call.arguments[0])) if position > 0 else ("user",)
    if modes == ("user",):
        yield Check("user", site, "withSupabase")
    elif modes and not {"none", "always", "public", "publishable"} & set(modes):
        yield Check("mode", site, ",".join(modes))


def _of_wrapper(program: Program, wrapper: FunctionValue, position: int, depth: int) -> Iterator[Check]:
    """The checks that stand before the call of the function that a wrapper is given."""
    function = program.modules[wrapper.path].functions[wrapper.function]
    if position >= len(function.parameters):
        return
    if depth >= _MAX_DEPTH:
        program.cuts += 1
        return
    target = function.parameters[position].target
    if not isinstance(target, Bound):
        return
    for reference in program.index(wrapper.path).references.get(target.binding, ()):
        call = program.parent(wrapper.path, reference)
        if isinstance(call, Call) and call.callee is reference:
            yield from _in_function(program, wrapper.path, call, depth + 1)
            return


# Tests -----------------------------------------------------------------------------------------------------------


def _of_test(program: Program, path: str, test: Expression, holds: bool, depth: int) -> Iterator[Check]:
    """What a test says about the caller by how it came out."""
    from analyzer.typescript.evaluate import value

    site = Site(path, test)
    inner: Expression = test
    while isinstance(inner, Await):
        inner = inner.value
    if isinstance(inner, Binary) and inner.operator == ("||" if holds else "&&"):
        yield from _of_either(program, path, inner, holds, depth)
        return
    if isinstance(inner, Binary) and inner.operator in ("===", "==", "!==", "!="):
        left, right = value(program, path, inner.left), value(program, path, inner.right)
        equal = holds == (inner.operator in ("===", "=="))
        yield from _of_comparison(program, left, right, equal, site, depth)
        return
    if holds and isinstance(inner, Call) and _EQUALS.search(dotted(inner.callee)):
        yield from _of_equality(program, tuple(value(program, path, one) for one in inner.arguments), site)
        return
    if holds and isinstance(inner, Call) and len(inner.arguments) == 2 and _COMPARES.search(dotted(inner.callee)):
        yield from _of_secret(program, tuple(value(program, path, one) for one in inner.arguments), site)
    yield from _of_truth(program, value(program, path, inner), holds, site, depth)
    if isinstance(inner, Name) and inner.binding >= 0:
        yield from _of_flag(program, path, inner, holds, depth)
    # A helper that answers whether the caller may go on: `if (!(await isAdmin(req))) return ...`
    yield from _of_result(program, path, inner, site, depth)


def _of_flag(program: Program, path: str, flag: Name, holds: bool, depth: int) -> Iterator[Check]:
    """What it says that a variable came out true or false which is set on the way: `let valid = false; for (...) if
    (equal(each, expected)) valid = true`.
    """
    definitions = program.index(path).definitions.get(flag.binding, [])
    if len(definitions) < 2:
        return
    if depth >= _MAX_DEPTH or ("flag", flag.binding, path) in program.running:
        program.cuts += 1
        return
    ways: list[list[Check]] = []
    program.running.add(("flag", flag.binding, path))
    try:
        for one in definitions:
            source = one.source
            if isinstance(source, Assign) and source.operator in ("||=", "&&=", "|=", "&="):
                source = source.value
            if one.takes or isinstance(source, ForEach | Try | Function | Class | DeclareEnum | None):
                return
            if isinstance(source, Constant):
                if bool(source.value) == holds:
                    ways.append(list(_in_function(program, path, one.node, depth + 1)))
            else:
                ways.append([*_of_test(program, path, source, holds, depth + 1)])
    finally:
        program.running.discard(("flag", flag.binding, path))
    if ways:
        yield from _one_of(ways)


def _of_either(program: Program, path: str, test: Binary, holds: bool, depth: int) -> Iterator[Check]:
    """What it says that `a && b` does not hold, or that `a || b` does: one side alone may be the reason."""
    from analyzer.typescript.evaluate import value

    left = [check for one in _split(test.left, holds) for check in _of_test(program, path, *one, depth)]
    right = [check for one in _split(test.right, holds) for check in _of_test(program, path, *one, depth)]
    if left and right:
        yield from _one_of([left, right])
    elif right and not holds:
        asked = value(program, path, test.left)
        if any(isinstance(one, Request) for one in options(asked)):  # whoever leaves the header out skips it
            return
        weak = any(isinstance(one, Environment) for one in options(asked))
        yield from (Check(check.kind, check.site, check.detail, check.weak or weak) for check in right)


def _split(test: Expression, holds: bool) -> Iterator[tuple[Expression, bool]]:
    return ((one.test, one.holds) for one in split(test, holds, test))


def _of_comparison(program: Program, left: Value, right: Value, equal: bool, site: Site, depth: int) -> Iterator[Check]:
    for one, other in ((left, right), (right, left)):
        if isinstance(other, Undefined) or (isinstance(other, Known) and other.value in (None, False)):
            yield from _of_truth(program, one, not equal, site, depth)
            return
        if isinstance(other, Known) and other.value is True:
            yield from _of_truth(program, one, equal, site, depth)
            return
    if not equal:
        return
    for one, other in ((left, right), (right, left)):
        if from_caller(one) and has(other, Environment):
            yield Check("secret", site, names_of(other), may_be_empty(other))
            return
        if is_role(one) and isinstance(other, Known):
            yield Check("role", site, str(other.value))
            return
        if is_paid_for(one) and isinstance(other, Known):
            yield Check("key", site, "Stripe")
            return
        if is_user_id(one) and (from_caller(other) or has(other, Row)):
            yield Check("owner", site, "")
            return
        if isinstance(one, MemberOf) and isinstance(other, Known) and is_decoded(one):
            yield Check("decoded", site, f"{one.key} {other.value}")
            return
        if isinstance(one, Called) and isinstance(other, Called | Request) and from_caller(other) and is_digest(one):
            yield Check("signature", site, "computed")
            return


def _of_truth(program: Program, value: Value, holds: bool, site: Site, depth: int) -> Iterator[Check]:
    present = [one for one in options(value) if _can_be(one, holds)]
    if not present:
        return
    found: list[list[Check]] = [list(_of_one(program, one, holds, site, depth)) for one in present]
    yield from _one_of(found)


def _can_be(value: Value, holds: bool) -> bool:
    match value:
        case Known(value=constant):
            return bool(constant) == holds
        case Undefined():
            return not holds
        case ObjectValue() | FunctionValue():
            return holds
    return True


def _of_one(program: Program, value: Value, holds: bool, site: Site, depth: int) -> Iterator[Check]:
    match value:
        case User(how="getSession") if holds:
            yield Check("session", site, "getSession")
        case User(how=how, path=path) if holds:
            if path and path[0] == "app_metadata":
                yield Check("role", site, ".".join(path))
            yield Check("user", site, how)
        case Outcome(area="auth", method=("getUser" | "getClaims") as method, path=path):
            if (path == ("error",) and not holds) or (path and path[0] == "data" and holds and len(path) > 1):
                yield Check("user", site, method)
        case Outcome(area="auth", method="getSession", path=path) if path[:2] == ("data", "session") and holds:
            yield Check("session", site, "getSession")
        case Row(part="data", query=query) if holds:
            if is_role(value):
                yield Check("role", site, ".".join(part or "*" for part in value.path))
            elif found_by_caller(query):
                yield Check("key", site, text_of(query.target) or "")
        case Operation(operator=("===" | "=="), operands=(left, right)):
            yield from _of_comparison(program, left, right, holds, site, depth)
        case Operation(operator=("!==" | "!="), operands=(left, right)):
            yield from _of_comparison(program, left, right, not holds, site, depth)
        case Operation(operator="!", operands=(inner,)):
            yield from _of_truth(program, inner, not holds, site, depth)
        case Called() if holds:
            yield from _of_called(program, value, site, depth)


def _of_equality(program: Program, arguments: tuple[Value, ...], site: Site) -> Iterator[Check]:
    """What it says that a comparison in constant time came out true."""
    settled = [resolved(program, one) for one in arguments]
    if any(is_digest(one) for one in settled):
        yield Check("signature", site, "computed")
    elif any(has(one, Environment) for one in settled):
        yield from _of_secret(program, arguments, site)
    elif any(from_caller(one) for one in settled):
        yield Check("signature", site, "compared")


def _of_secret(program: Program, arguments: tuple[Value, ...], site: Site) -> Iterator[Check]:
    """What it says that something of the request was compared with a secret of the environment."""
    settled = [resolved(program, one) for one in arguments]
    if any(has(one, Environment) for one in settled) and any(from_caller(one) for one in settled):
        names = ", ".join(filter(None, (names_of(one) for one in settled)))
        yield Check("secret", site, names, any(may_be_empty(one) for one in settled))


def _of_called(program: Program, value: Called, site: Site, depth: int) -> Iterator[Check]:
    callee = value.callee
    name = callee.key if isinstance(callee, MemberOf) else callee.name if isinstance(callee, Global) else ""
    found = package_call(callee)
    if found is not None:
        name = found[1].rpartition(".")[2]
    if name and name.endswith("subtle.verify"):
        yield Check("signature", site, name)
        return
    if name and _EQUALS.search(name):
        yield from _of_equality(program, value.arguments, site)
        return
    if name in ("some", "every", "find"):
        for argument in value.arguments:
            if isinstance(argument, FunctionValue):
                yield from _possible(program, argument, depth + 1)
        return
    yield from _thrower(callee, site)
    if name == "includes" and any(is_paid_for(one) for one in value.arguments):
        yield Check("key", site, "Stripe")
    if (
        name in ("startsWith", "includes", "endsWith")
        and isinstance(callee, MemberOf)
        and from_caller(callee.object)
        and value.arguments
        and has(value.arguments[0], Environment)
    ):
        yield Check("secret", site, name, True)


def _of_result(program: Program, path: str, test: Expression, site: Site, depth: int) -> Iterator[Check]:
    """A test of what a helper gives back, where the helper checks somewhere inside and says so by its result."""
    call = _call_behind(program, path, test)
    if call is None:
        return
    if depth > _MAX_DEPTH:
        program.cuts += 1
        return
    call_path, node = call
    from analyzer.typescript.evaluate import value

    for one in options(value(program, call_path, node.callee)):
        if not isinstance(one, FunctionValue):
            continue
        key = ("inside", one.path, one.function)
        if key in program.running:
            program.cuts += 1
            continue
        program.running.add(key)
        try:
            for check in _possible(program, one, depth + 1):
                yield Check(check.kind, site, check.detail, check.weak)
        finally:
            program.running.discard(key)


def _call_behind(program: Program, path: str, test: Expression) -> tuple[str, Call] | None:
    """The call of a local helper whose result, or a part of it, is tested."""
    from analyzer.facts.typescript import Cast, Member

    node: Expression = test
    for _ in range(10):
        match node:
            case Await(value=inner) | Cast(value=inner) | Member(object=inner):
                node = inner
            case Binary(operator="instanceof", left=inner):
                node = inner
            case Call():
                return path, node
            case Name(binding=binding) if binding >= 0:
                definitions = program.index(path).definitions.get(binding, [])
                sources = [one.source for one in definitions if one.source is not None]
                if not sources or isinstance(sources[-1], Assign):
                    return None
                source = sources[-1]
                if not isinstance(source, Await | Cast | Member | Call | Name):
                    return None
                node = source
            case _:
                return None
    return None


def _possible(program: Program, function: FunctionValue, depth: int) -> Iterator[Check]:
    """The checks on the way to any return of a function."""
    key = "possible", f"{function.path}:{function.function}"
    known = program.answers.get(key)
    if known is None:
        body = program.modules[function.path].functions[function.function]
        found: list[Check] = []
        for statement in body.body:
            for node in inside(statement):
                if isinstance(node, Return):
                    found += _in_function(program, function.path, node, depth)
                    if node.value is not None:
                        found += _of_returned(program, function.path, node.value, depth)
        known = program.answers[key] = tuple(dict.fromkeys(found))
    yield from known  # type: ignore[misc]


def _of_returned(program: Program, path: str, node: Expression, depth: int) -> Iterator[Check]:
    from analyzer.typescript.evaluate import value

    while isinstance(node, Await):
        node = node.value
    if isinstance(node, Call | Binary):
        yield from _of_test(program, path, node, True, depth)
        return
    if isinstance(node, Name) and node.binding >= 0:
        yield from _of_flag(program, path, node, True, depth)
    returned = value(program, path, node)
    for one in options(returned):
        parts = one.entries.values() if isinstance(one, ObjectValue) else (one,)
        for part in parts:
            if isinstance(part, User | Operation | Called | Either):
                yield from _of_truth(program, part, True, Site(path, node), depth)
