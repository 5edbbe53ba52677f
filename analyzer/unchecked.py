"""What an edge function does with the service role for a request that has passed no check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from analyzer.facts.typescript import Binary, Call, Constant, Expression, Name, New, Node, Switch
from analyzer.invocations import function_calls
from analyzer.privileged import Operation, found_by_secret, privileged_operations
from analyzer.project import EdgeFunction, Project
from analyzer.typescript.calls import dotted
from analyzer.typescript.checks import checks_before
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import conditions
from analyzer.typescript.reach import around_and_callers, reached
from analyzer.typescript.responses import responses
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import Environment, Outcome, Request, options, origins
from analyzer.webhooks import ProviderCheck, provider_checks

# Functions that make users or send them links without asking who calls, because that is what they are for.
_INVITING = re.compile(
    r"sign-?_?(?:up|in)|register|registration|trial|onboard|join|invit|accept|magic|log-?_?in|auth|otp|link|passw|reset|"
    r"verif|confirm|guest|checkout|claim",
    re.IGNORECASE,
)
# What a row is, or grants, for a user: a request that anybody can send must not choose it.
_GRANTS = re.compile(
    r"(?:^|_)(?:user|owner|account|customer|profile|member|org|organi[sz]ation|tenant|team|workspace|merchant)_?id$|^id$|"
    r"role|admin|credit|balance|(?:^|_)amount|quota|status$|(?:^|_)paid|approved|permission|(?:^|_)(?:plan|tier)(?:_|$)|^\*$",
    re.IGNORECASE,
)
# A function of the database that runs whatever statement it is given.
_RUNS_SQL = re.compile(r"`(?:\w*_)?(?:exec|execute|run)_?(?:raw_?)?(?:sql|query|ddl|statement)`", re.IGNORECASE)
_COUNTS = re.compile(r"count|views?$|clicks?$|hits?$|likes?$|opens?$|plays?$|last_\w+|\w+_at$", re.IGNORECASE)
_HELD_BACK = re.compile(r"captcha|turnstile|rate_?limit|throttle|honeypot", re.IGNORECASE)
_CHECKS = re.compile(
    r"^(?:verify|validate|check|assert|require|ensure|guard|is|has|can)\w*(?:token|secret|sign|auth|user|admin|role|session"
    r"|key|permission|access|cron|internal|caller|origin|member|owner|hmac|jwt|client|webhook|staff|service|equal)"
    r"|authenticat|authori[sz]e|^auth\w*(?:match|valid|ok)|getUser(?!By|s$|Profile|Preferences|Settings)|getClaims|(?:secure|safe|constant)\w*(?:equal|compare)|allow_?list|whitelist",
    re.IGNORECASE,
)
_READS = re.compile(r"^(?:read|parse|get|log|json|to|handle|cors|build|detect|extract|create)", re.IGNORECASE)
_WEBHOOK = re.compile(r"webhook|(?:^|[-_])(?:ipn|hook)(?:[-_]|$)", re.IGNORECASE)
_EVENT = re.compile(r"^[a-z]+(?:_[a-z]+)*(?:\.[a-z_]+)+$")
_STATISTICS = re.compile(
    r"analytic|search|(?:`|_)(?:events?|logs?|visits?|views?|impressions?|clicks?|metrics?|tracking|quer(?:y|ies))(?:`|_)",
    re.IGNORECASE,
)
# What holds strangers back, and is written before it is known who they are.
_HOLDS_BACK = re.compile(
    r"`(?:\w*_)?(?:rate_limits?|lockouts?|login_attempts?|(?:otps?|otp_codes?|(?:verification|login)_codes?))`"
)
_SECRET_FIELD = re.compile(r"secret|token|key|passw|pin$", re.IGNORECASE)
_LEAST_SECRET = 6  # characters


@lru_cache(maxsize=512)
def unchecked_operations(project: Project, function: EdgeFunction) -> tuple[tuple[Operation, str], ...]:
    """What the function does with the service role unchecked, in the order of the text, with what is wrong there."""
    return tuple(_unchecked_operations(project, function))


def _unchecked_operations(project: Project, function: EdgeFunction) -> Iterator[tuple[Operation, str]]:
    places = reached(project.program, function.entry or "")
    held_back = is_held_back(project, function)
    for module in function.modules:
        for operation in privileged_operations(project, module.path):
            if (operation.path, operation.function) not in places or operation.by_secret:
                continue
            shown = _answers_link(project, function, operation)
            if held_back and not shown and operation.kind in ("insert", "invite", "upload"):
                continue
            if is_checked(project, operation.path, operation.node):
                continue
            if _asks_for_literal(project, operation):
                yield operation, "the secret that it asks for stands in its code"
            elif (shown or matters(operation, function.slug)) and not seems_checked(
                project, function, operation.path, operation.node
            ):
                yield operation, "a request can get here without passing any check"


def _answers_link(project: Project, function: EdgeFunction, operation: Operation) -> bool:
    """Whether whoever asks gets the link that signs a user in, which is meant for the user's mailbox."""
    if operation.what != "call `auth.admin.generateLink`" or not operation.given:
        return False
    program = project.program
    return any(
        isinstance(one, Outcome) and one.method == "admin.generateLink" and "properties" in one.path
        for module in function.modules
        for response in responses(program, module.path)
        for one in origins(resolved(program, response.body))
    )


def is_checked(project: Project, path: str, node: Node) -> bool:
    """Whether a request that gets here has passed a check; that it holds some session is none."""
    return any(check.kind not in ("session", "decoded") for check in checks_before(project.program, path, node))


def unsigned_webhook(project: Project, function: EdgeFunction) -> tuple[Operation, ...]:
    """What a function that takes the events of another service does for whoever sends one; nothing where it is none."""
    if function.entry is None or not function.enabled or function.verify_jwt.value:
        return ()
    if not _WEBHOOK.search(function.slug) and not _tells_events_apart(project, function):
        return ()
    if provider_checks(project, function.slug) or any(call.slug == function.slug for call in function_calls(project)):
        return ()
    return tuple(operation for operation, _ in unchecked_operations(project, function))


def _tells_events_apart(project: Project, function: EdgeFunction) -> bool:
    """Whether the code compares something of the request's body with names of events: `server.installed`."""
    program = project.program
    for module in function.modules:
        index = program.index(module.path)
        asked: list[tuple[Expression, Expression]] = [
            (one.value, case.test)
            for one in index.nodes.get(Switch, ())
            if isinstance(one, Switch)
            for case in one.cases
            if case.test is not None
        ]
        asked += [
            (one.left, one.right)
            for one in index.nodes.get(Binary, ())
            if isinstance(one, Binary) and one.operator in ("===", "==")
        ]
        if any(
            isinstance(event, Constant)
            and isinstance(event.value, str)
            and _EVENT.match(event.value)
            and any(
                isinstance(one, Request) and one.part == "body" for one in origins(value(program, module.path, given))
            )
            for given, event in asked
        ):
            return True
    return False


def matters(operation: Operation, slug: str) -> bool:
    """Whether the request decides about something that not everybody may decide about."""
    match operation.kind:
        case "insert":
            return any(map(_GRANTS.search, operation.given)) and not _STATISTICS.search(operation.what)
        case "call":
            runs = bool(operation.given) and _RUNS_SQL.search(operation.what) is not None
            return runs or any(map(_GRANTS.search, operation.given))
        case "upload":
            return False
        case "change":
            counts = bool(operation.written) and all(map(_COUNTS.search, operation.written))
            harmless = counts or _STATISTICS.search(operation.what) or _HOLDS_BACK.search(operation.what)
            return (operation.chosen or bool(operation.given)) and not harmless
        case "invite":
            return bool(operation.given) and not _INVITING.search(slug)
    return bool(operation.given)


def seems_checked(project: Project, function: EdgeFunction, at: str, what: Node) -> bool:
    """Whether something on the way may be a check that is not understood: better silent than wrong."""
    if any(not _can_be_skipped(project, check) for check in provider_checks(project, function.slug)):
        return True
    for path, node in around_and_callers(project.program, at, what):
        index = project.program.index(path)
        number = index.function_of(node)
        for call in index.calls:
            if call.start < node.start and index.function_of(call) == number and _may_check(project, path, call):
                return True
        for test in index.nodes.get(Binary, ()):
            if test.start < node.start and index.function_of(test) == number and _compares_secret(project, path, test):
                return True
        if any(
            found_by_secret(value(project.program, path, condition.test))
            for condition in conditions(project.program, path, node)
        ):
            return True
    return False


def _can_be_skipped(project: Project, check: ProviderCheck) -> bool:
    """Whether a signature is only read, or verified in a branch that a request can go around."""
    return check.is_header or any(
        condition.by.start <= check.node.start < condition.by.end
        and any(isinstance(one, Request) for one in origins(value(project.program, check.path, condition.test)))
        for condition in conditions(project.program, check.path, check.node)
    )


def _may_check(project: Project, path: str, call: Call | New) -> bool:
    name = dotted(call.callee).rpartition(".")[2]
    if _CHECKS.search(name):
        return True
    if isinstance(call, New) or _READS.search(name):
        return False
    return any(
        isinstance(given, Request) and given.part in ("request", "context")
        for one in call.arguments
        if isinstance(one, Name)
        for given in options(value(project.program, path, one))
    )


def _compares_secret(project: Project, path: str, test: Node) -> bool:
    if not isinstance(test, Binary) or test.operator not in ("===", "==", "!==", "!="):
        return False
    if isinstance(test.left, Constant) or isinstance(test.right, Constant):
        return False
    sides = [list(origins(value(project.program, path, side))) for side in (test.left, test.right)]
    return any(isinstance(one, Request) for side in sides for one in side) and any(
        isinstance(one, Environment) for side in sides for one in side
    )


def is_held_back(project: Project, function: EdgeFunction) -> bool:
    """Whether the function's own code looks whether a human, or too many requests, are at work."""
    if function.module is None:
        return False
    index = project.program.index(function.module.path)
    names = (one.name for found in index.references.values() for one in found if isinstance(one, Name))
    return any(map(_HELD_BACK.search, names)) or any(
        isinstance(one, Constant) and isinstance(one.value, str) and _HELD_BACK.search(one.value)
        for one in index.nodes.get(Constant, ())
    )


def _asks_for_literal(project: Project, operation: Operation) -> bool:
    for condition in conditions(project.program, operation.path, operation.node):
        test = condition.test
        if not isinstance(test, Binary) or condition.holds != (test.operator in ("===", "==")):
            continue
        for given, other in ((test.left, test.right), (test.right, test.left)):
            if isinstance(other, Constant) and isinstance(other.value, str) and len(other.value) >= _LEAST_SECRET:
                asked = value(project.program, operation.path, given)
                if isinstance(asked, Request) and any(_SECRET_FIELD.search(str(part)) for part in asked.path[-1:]):
                    return True
    return False
