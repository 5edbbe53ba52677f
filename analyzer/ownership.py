"""Whether what a function changes is compared with who calls it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from analyzer.access import OWNER_NAMES
from analyzer.facts.typescript import Binary, Call, Constant, Expression, Member, Name, Node
from analyzer.privileged import Operation, is_sent, privileged_operations
from analyzer.project import EdgeFunction, Project
from analyzer.typescript.calls import dotted
from analyzer.typescript.checks import Check, checks_before
from analyzer.typescript.evaluate import value
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Query, queries
from analyzer.typescript.reach import around_and_callers, reached
from analyzer.typescript.services import service_calls
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import Request, Row, User, Value, origins

# Names of functions that decide who may do something.
_DECIDES = re.compile(
    r"(?i:admin|role|permission|member|owner|owns|access|authori[sz]|allowed|staff)|(?:^|[a-z])[cC]an[A-Z_]"
    r"|is[A-Z]\w*(?:Of|For)|require|assert|guard|verify|validate|check|has_|is_",
)
# The same of functions of the database, of which `is_` and `has_` say too little: `is_in_quiet_hours`.
_DECIDES_IN_DATABASE = re.compile(
    r"admin|role|permission|manage|member|owner|owns|access|authori[sz]|allowed|staff|editor|(?:^|_)can_", re.IGNORECASE
)
# Names of what answers those who may not, of the service role, of clients that have it, and of what is checked beside
# the caller: `requireEnv`, `validateBody`.
_DECIDES_NOTHING = re.compile(
    r"^un[aA]uth|^forbidden|^deny|response$|error$|service_?role|service_?key|client$|supabase|^admin(?:_?(?:db|sb))?$"
    r"|(?:env|method|body|input|payload|schema|params?|query|json|fields?|config|url|e?mail|uuid|format|number|string"
    r"|variables?|content|length|type|date|amount|phone|limit|quota|credit|balance|stock|availability)s?$",
    re.IGNORECASE,
)
# Names of functions that ask who calls; whether that is enough is not theirs to say.
_ASKS_WHO = re.compile(
    r"^(?:validate|verify|require|check|ensure|assert|get)_?(?:supabase)?_?(?:auth|authentication|user|session|token|jwt"
    r"|login|signed_?in)(?:_?(?:user|token|header|request|result|async))?$",
    re.IGNORECASE,
)
_IDENTIFY = frozenset({"user", "jwt"})
_CREDENTIALS = frozenset({"secret", "mode", "key", "signature"})  # which the caller has instead of a session
_COMPARES = frozenset({"===", "!==", "==", "!="})
_ROLES = re.compile(r"role|admin|permission|member|staff|owner", re.IGNORECASE)


@lru_cache(maxsize=8)
def for_any_user(project: Project) -> tuple[tuple[EdgeFunction, Operation, Check | None], ...]:
    """What functions do with the service role for whoever is signed in, whoever that is.

    With each operation comes the check that says who calls; None where only the platform's `verify_jwt` asks. Those
    that are limited to the caller's rows, or that a check which is not understood may stand before, are left out.
    """
    return tuple(_for_any_user(project))


def _for_any_user(project: Project) -> Iterator[tuple[EdgeFunction, Operation, Check | None]]:
    program = project.program
    for function in project.functions.values():
        if function.entry is None or not function.enabled:
            continue
        places = reached(program, function.entry)
        for module in function.modules:
            for operation in privileged_operations(project, module.path):
                if operation.by_secret or (operation.path, operation.function) not in places:
                    continue
                checks = checks_before(program, module.path, operation.node)
                identified = {check.site.key for check in checks if check.kind in _IDENTIFY}
                if any(_asks_for_more(check, identified) for check in checks):
                    continue
                known = next((check for check in checks if check.kind in _IDENTIFY), None)
                if known is None and (checks or not function.verify_jwt.value):
                    continue
                if not ties_to_caller(project, operation) and not seems_authorized(project, operation):
                    yield function, operation, known


def _asks_for_more(check: Check, identified: Collection[tuple[str, int, int]]) -> bool:
    """Whether it is not enough to be signed in. Where one place asks for a user or a secret, a user has no secret."""
    if check.kind in _CREDENTIALS and check.site.key in identified:
        return False
    return check.kind not in (*_IDENTIFY, "session", "decoded")


def ties_to_caller(project: Project, operation: Operation) -> bool:
    """Whether the operation, or a query before it that names the same, is limited to the caller's rows."""
    program = project.program
    for path, node in around_and_callers(program, operation.path, operation.node):
        number = program.function_of(path, node)
        for query in queries(program, path):
            before = query.function == number and query.begin.node.start < node.end
            if (before or query.site.node is operation.node) and _is_limited(program, query):
                return True
    return False


def _is_limited(program: Program, query: Query) -> bool:
    """Whether row level security, or a filter or value that is the caller's, limits a query."""
    if query.key in ("user", "anon") and query.operation != "rpc":
        return any(isinstance(one, Request) for item in query.filters for one in origins(item.value))
    if any(item.column in OWNER_NAMES and not is_sent(program, item.value) for item in query.filters):
        return True  # by what is known of the caller, though not how
    values = [item.value for item in query.filters]
    values += list(query.payload.columns.values()) if query.payload is not None else []
    return any(_is_callers(program, value) for value in values) or bool(query.table and _ROLES.search(query.table))


def _is_callers(program: Program, value: Value) -> bool:
    """Whether a value is the verified user's, or of a row that was found by one that is."""
    for one in origins(resolved(program, value)):
        if isinstance(one, User):
            return True
        if isinstance(one, Row) and any(
            isinstance(origin, User)
            for step in one.query.steps
            for given in step.arguments
            for origin in origins(given)
        ):
            return True
    return False


def seems_authorized(project: Project, operation: Operation) -> bool:
    """Whether something on the way may decide about the caller that is not understood: better silent than wrong."""
    program = project.program
    for path, node in around_and_callers(program, operation.path, operation.node):
        number = program.function_of(path, node)
        names = _names(program, path, number, node.start)
        if any(_DECIDES.search(name) and not _DECIDES_NOTHING.search(name) for name in names):
            return True
        if any(True for _ in _comparisons(program, path, number, node.start)):
            return True
        for call in service_calls(program, path):
            if call.function == number and call.site.node.start < node.start and call.method == "getUserById":
                return True
    return False


def _comparisons(program: Program, path: str, number: int, before: int) -> Iterator[Node]:
    """Where the verified user is compared with something: `row.owner !== user.id`, `ids.includes(user.id)`."""
    index = program.index(path)
    for test in index.nodes.get(Binary, ()):
        if not isinstance(test, Binary) or test.operator not in _COMPARES or test.start >= before:
            continue
        sides = (test.left, test.right)
        nothing = any(isinstance(side, Constant) and not side.value for side in sides)
        if index.function_of(test) == number and not nothing and any(_is_users(program, path, side) for side in sides):
            yield test
    for call in index.of_function(number)[0]:
        callee = call.callee
        asks = isinstance(callee, Member) and callee.name in ("includes", "has", "some", "indexOf")
        if asks and call.start < before and any(_is_users(program, path, given) for given in call.arguments):
            yield call


def _is_users(program: Program, path: str, node: Expression) -> bool:
    return any(isinstance(one, User) and one.path for one in origins(value(program, path, node)))


def _names(program: Program, path: str, number: int, before: int) -> Iterator[str]:
    """The functions that are called, and the members that are read, in a function before a place.

    Those that only ask who calls are left out.
    """
    index = program.index(path)
    for call in index.of_function(number)[0]:
        if call.start < before and isinstance(call, Call):
            name = dotted(call.callee).rpartition(".")[2]
            says_what = any(isinstance(one, Constant) and isinstance(one.value, str) for one in call.arguments)
            if name == "rpc":  # `rpc("is_event_manager")`: the database's function decides
                asked = [one.value for one in call.arguments[:1] if isinstance(one, Constant)]
                yield from (one for one in asked if isinstance(one, str) and _DECIDES_IN_DATABASE.search(one))
            elif name not in ("verify", "check") and (says_what or not _ASKS_WHO.search(name)):
                yield name
    for kind in (Member, Name):
        for node in index.nodes.get(kind, ()):
            if node.start < before and index.function_of(node) == number:
                name = getattr(node, "name", "")
                if re.search(r"role|admin|permission|owner", name, re.IGNORECASE):
                    yield name
