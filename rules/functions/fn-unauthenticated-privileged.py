"""Anybody can make a function use the service role.

With `verify_jwt = false` the platform lets every request through, and nothing in the code asks who is calling before
it writes with the service-role key, which no policy holds back. Anybody who knows the address can do what the
function does, as often as they like, with the values they choose.

Verify the caller first: `getUser()` with the token of the request and a look at its result, the signature of the
provider whose webhook it is, or a secret that is compared in constant time. If only signed-in users call the
function, delete `verify_jwt = false` as well.

A check that only runs when a header is there is no check, nor is one against a secret that stands in the code. A row
that is found by a secret of the request (a token, a code) is one.

What counts is what the request decides: which row is changed, or what is written there. A job that does the same
whoever starts it is left alone. So is what is meant for everybody: a row that a contact form, a newsletter or a
statistic adds, as long as the request does not choose whose row it is or what it grants (`user_id`, `role`, `credits`);
a counter of views; sign-ups, links that are sent by mail, uploads; whatever is added behind a captcha or a rate limit.
Nothing is said either where something on the way may be a check: a function that is named like one (`verifyClient`) or
is given the request, a look at the user's token, a secret that is compared. Functions that only read are left to the
rules on what they give away.

Source: [securing functions](https://supabase.com/docs/guides/functions/auth)

## Bad

```ts supabase/functions/grant-credits/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { user_id, amount } = await req.json();
  await db.from("credits").insert({ user_id, amount });
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any request to `grant-credits` may insert into `credits` with the service role: it has `verify_jwt = false`, and a request can get here without passing any check
  return Response.json({ ok: true });
});
```

```toml supabase/config.toml
[functions.grant-credits]
verify_jwt = false
~~~~~~~~~~~~~~~~~~ the platform lets every request through
```

## Good

```ts supabase/functions/grant-credits/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const token = (req.headers.get("Authorization") ?? "").replace("Bearer ", "");
  const { data: { user }, error } = await db.auth.getUser(token);
  if (error || !user) return Response.json({ error: "sign in first" }, { status: 401 });
  const { amount } = await req.json();
  await db.from("credits").insert({ user_id: user.id, amount });
  return Response.json({ ok: true });
});
```

```toml supabase/config.toml
[functions.grant-credits]
verify_jwt = false
```
"""

import re
from collections.abc import Iterator

from analyzer import (
    EdgeFunction,
    Place,
    Project,
    ProjectRule,
    ProviderCheck,
    Result,
    opened_by,
    provider_checks,
)
from analyzer.facts.typescript import Binary, Call, Constant, Name, New, Node
from analyzer.privileged import Operation, found_by_secret, privileged_operations
from analyzer.typescript.calls import dotted
from analyzer.typescript.checks import checks_before
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import conditions
from analyzer.typescript.reach import around_and_callers, reached
from analyzer.typescript.values import Environment, Request, options, origins

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
_COUNTS = re.compile(r"count|views?$|clicks?$|hits?$|likes?$|opens?$|plays?$|last_\w+|\w+_at$", re.IGNORECASE)
_HELD_BACK = re.compile(r"captcha|turnstile|rate_?limit|throttle|honeypot", re.IGNORECASE)
_CHECKS = re.compile(
    r"^(?:verify|validate|check|assert|require|ensure|guard|is|has|can)\w*(?:token|secret|sign|auth|user|admin|role|session"
    r"|key|permission|access|cron|internal|caller|origin|member|owner|hmac|jwt|client|webhook|staff|service|equal)"
    r"|authenticat|authori[sz]e|^auth\w*(?:match|valid|ok)|getUser|getClaims|(?:secure|safe|constant)\w*(?:equal|compare)|allow_?list|whitelist",
    re.IGNORECASE,
)
_READS = re.compile(r"^(?:read|parse|get|log|json|to|handle|cors|build|detect|extract|create)", re.IGNORECASE)
_STATISTICS = re.compile(
    r"analytic|search|(?:`|_)(?:events?|logs?|visits?|views?|impressions?|clicks?|metrics?|tracking|quer(?:y|ies))(?:`|_)",
    re.IGNORECASE,
)
_SECRET_FIELD = re.compile(r"secret|token|key|passw|pin$", re.IGNORECASE)
_LEAST_SECRET = 6  # characters


class FnUnauthenticatedPrivileged(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 9.3
    cwe = (306, 862)

    def check(self, project: Project) -> Result:
        for slug, function in project.functions.items():
            entry = function.verify_jwt.entry
            opened = opened_by(project, slug) if function.verify_jwt.value and entry is None else None
            if function.entry is None or not function.enabled or (function.verify_jwt.value and opened is None):
                continue
            operations = list(_unchecked(project, function))
            if not operations:
                continue
            (first, weak), *others = operations
            open_place = entry.span if entry is not None else opened
            related = [Place(open_place, "the platform lets every request through")] if open_place is not None else []
            related += [
                Place(project.program.span(one.path, one.node), f"and may {one.what}") for one, _ in others[:20]
            ]
            how = "it has `verify_jwt = false`" if opened is None else "it is deployed with `--no-verify-jwt`"
            yield self.finding(
                project.program.span(first.path, first.node),
                f"any request to `{slug}` may {first.what} with the service role: {how}, and {weak}",
                subject=slug,
                related=tuple(related),
            )


def _unchecked(project: Project, function: EdgeFunction) -> Iterator[tuple[Operation, str]]:
    """What the function does with the service role unchecked, in the order of the text, with what is wrong there."""
    places = reached(project.program, function.entry or "")
    held_back = _is_held_back(project, function)
    for module in function.modules:
        for operation in privileged_operations(project, module.path):
            if (operation.path, operation.function) not in places or operation.by_secret:
                continue
            if held_back and operation.kind in ("insert", "invite", "upload"):
                continue
            if any(
                check.kind not in ("session", "decoded")
                for check in checks_before(project.program, module.path, operation.node)
            ):
                continue
            if _asks_for_literal(project, operation):
                yield operation, "the secret that it asks for stands in its code"
            elif _matters(operation, function.slug) and not _seems_checked(project, function, operation):
                yield operation, "a request can get here without passing any check"


def _matters(operation: Operation, slug: str) -> bool:
    """Whether the request decides about something that not everybody may decide about."""
    match operation.kind:
        case "insert":
            return any(map(_GRANTS.search, operation.given)) and not _STATISTICS.search(operation.what)
        case "call":
            return any(map(_GRANTS.search, operation.given))
        case "upload":
            return False
        case "change":
            counts = bool(operation.written) and all(map(_COUNTS.search, operation.written))
            return (operation.chosen or bool(operation.given)) and not counts and not _STATISTICS.search(operation.what)
        case "invite":
            return bool(operation.given) and not _INVITING.search(slug)
    return bool(operation.given)


def _seems_checked(project: Project, function: EdgeFunction, operation: Operation) -> bool:
    """Whether something on the way may be a check that is not understood: better silent than wrong."""
    if any(not _can_be_skipped(project, check) for check in provider_checks(project, function.slug)):
        return True
    for path, node in around_and_callers(project.program, operation.path, operation.node):
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


def _is_held_back(project: Project, function: EdgeFunction) -> bool:
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
