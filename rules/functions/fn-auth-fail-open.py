"""A check of the caller is skipped where something is missing.

`if (secret && given !== secret) return 401` lets everybody in while the secret is not set: after a rename, in a new
project, in a preview branch; so does `if (!secret) return true` in a function that verifies signatures.
`if (given && given !== secret)` lets in whoever sends no header at all, today.

Turn it around, so that what is missing is refused: `if (!secret || given !== secret) return 401`.

What the platform always sets (`SUPABASE_SERVICE_ROLE_KEY` and the like) cannot be missing, nor can the `Authorization`
header of a function with `verify_jwt`. Where another check follows, nothing is said.

Source: [CWE-636, not failing securely](https://cwe.mitre.org/data/definitions/636.html)

## Bad

```ts supabase/functions/nightly/index.ts
Deno.serve(async (req) => {
  const secret = Deno.env.get("CRON_SECRET");
  const given = req.headers.get("x-cron-secret");
  if (secret && given !== secret) return new Response("no", { status: 401 });
      ^^^^^^ this check of the caller is skipped while `CRON_SECRET` is not set
  await fetch("https://panel.example.com/suspend", { method: "POST" });
  return new Response("ok");
});
```

```ts supabase/functions/hourly/index.ts
Deno.serve(async (req) => {
  const given = req.headers.get("x-cron-secret");
  if (given) {
      ^^^^^ this check of the caller is skipped for whoever sends no `x-cron-secret` header
    if (given !== Deno.env.get("CRON_SECRET")) return new Response("no", { status: 401 });
  }
  await fetch("https://panel.example.com/suspend", { method: "POST" });
  return new Response("ok");
});
```

## Good

```ts supabase/functions/nightly/index.ts
Deno.serve(async (req) => {
  const secret = Deno.env.get("CRON_SECRET");
  const given = req.headers.get("x-cron-secret");
  if (!secret || given !== secret) return new Response("no", { status: 401 });
  await fetch("https://panel.example.com/suspend", { method: "POST" });
  return new Response("ok");
});
```
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from analyzer import Module, Project, ProjectRule, Result
from analyzer.facts.typescript import (
    MODULE_LEVEL,
    Await,
    Binary,
    Call,
    Cast,
    Constant,
    Expression,
    If,
    Node,
    Return,
    Throw,
    Unary,
)
from analyzer.platform import FUNCTION_VARIABLES, HOSTED_VARIABLES
from analyzer.typescript.calls import dotted
from analyzer.typescript.checks import checks_before
from analyzer.typescript.credentials import every, from_caller, has
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import blocks_of, exits
from analyzer.typescript.program import Program
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import Environment, Known, Request, Row, User, Value, options, origins

_ALWAYS_SET = FUNCTION_VARIABLES | HOSTED_VARIABLES
_COMPARES = ("!==", "!=")
# What a project calls the functions that look whether a request is from whom it seems to be.
_VERIFIES = re.compile(
    r"(?:verif|valid|check|require|ensure|assert|^is|^has)\w*"
    r"(?:sign|secret|token|hmac|auth|webhook|caller|request|key|admin|cron|internal|access)|sign\w*valid|hmac|authori[sz]e",
    re.IGNORECASE,
)
_CAPTCHA = re.compile(r"captcha|turnstile", re.IGNORECASE)  # asks for a human, not for somebody
_SECRET = re.compile(r"secret|token|key|passw", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A test that refuses callers whose secret is another one."""

    node: Expression
    given: Value
    expected: Value


class FnAuthFailOpen(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 9.1
    cwe = (636, 287)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for refusal in program.index(module.path).nodes.get(If, ()):
                if not isinstance(refusal, If) or not exits(program, module.path, refusal.then):
                    continue
                unset = _lets_in(program, module.path, refusal)
                if unset is not None:
                    yield self.finding(
                        program.span(module.path, refusal.test),
                        f"this check of the caller is skipped while `{unset}` is not set",
                        subject=f"{module.path} {unset}",
                    )
                    continue
                if not any(isinstance(one, Return | Throw) for one in refusal.then):
                    continue
                for guard, why in _skipped(project, module, refusal):
                    yield self.finding(
                        program.span(module.path, guard),
                        f"this check of the caller is skipped {why}",
                        subject=f"{module.path} {why}",
                    )
                    break


def _lets_in(program: Program, path: str, test: If) -> str | None:
    """The secret without which a function that verifies the caller answers that all is well: `if (!secret) return true`."""
    answer = test.then[-1]
    if not isinstance(answer, Return) or not isinstance(answer.value, Constant) or answer.value.value is not True:
        return None
    asked = test.test
    if not isinstance(asked, Unary) or asked.operator != "!":
        return None
    number = program.function_of(path, test)
    named = program.modules[path].functions[number].name if number != MODULE_LEVEL else ""
    if not _VERIFIES.search(named) or _CAPTCHA.search(named):
        return None
    names = {
        one.name
        for one in origins(resolved(program, value(program, path, asked.value)))
        if isinstance(one, Environment) and one.name and one.name not in _ALWAYS_SET
    }
    name = names.pop() if len(names) == 1 else ""
    return name if _SECRET.search(name) else None


def _skipped(project: Project, module: Module, refusal: If) -> Iterator[tuple[Expression, str]]:
    """The tests without which a refusal does not take place, with when they fail."""
    program, path = project.program, module.path
    parts = list(_conjuncts(refusal.test))
    for guard, compared in pairwise(parts):
        if _is_of_nobody(project, module, guard, compared):
            yield guard, "for whoever is not signed in"
            return
    comparison = next((found for part in parts if (found := _comparison(program, path, part)) is not None), None)
    if comparison is None:
        return
    outermost = refusal
    guards = [part for part in parts if part is not comparison.node]
    parent = program.parent(path, refusal)
    while isinstance(parent, If) and not parent.otherwise and any(one is outermost for one in parent.then):
        guards += _conjuncts(parent.test)
        outermost = parent
        parent = program.parent(path, parent)
    for guard in guards:
        why = _when(project, module, comparison, guard)
        if why is not None and not _checked_later(program, path, outermost):
            yield guard, why


def _conjuncts(test: Expression) -> Iterator[Expression]:
    if isinstance(test, Binary) and test.operator == "&&":
        yield from _conjuncts(test.left)
        yield from _conjuncts(test.right)
    else:
        yield test


def _comparison(program: Program, path: str, test: Expression) -> _Comparison | None:
    match test:
        case Binary(operator=operator, left=left, right=right) if operator in _COMPARES:
            sides = [left, right]
        case Unary(operator="!", value=Call(arguments=arguments) | Await(value=Call(arguments=arguments))):
            sides = list(arguments)
        case _:
            return None
    values = [value(program, path, one) for one in sides]
    given = next((one for one in values if from_caller(one)), None)
    expected = next((one for one in values if has(one, Environment) and not from_caller(one)), None)
    return _Comparison(test, given, expected) if given is not None and expected is not None else None


def _when(project: Project, module: Module, comparison: _Comparison, guard: Expression) -> str | None:
    """When a guard in front of a comparison fails, where that is what the comparison is about."""
    while isinstance(guard, Cast):
        guard = guard.value
    if isinstance(guard, Binary | Unary | Call) and not (isinstance(guard, Call) and dotted(guard).endswith("get")):
        return None
    asked = value(project.program, module.path, guard)
    settings = {one.name for one in every(asked) if isinstance(one, Environment)}
    compared = {one.name for one in every(comparison.expected) if isinstance(one, Environment)}
    sent = {(one.part, one.path) for one in every(asked) if isinstance(one, Request) and one.part != "request"}
    if settings and not sent:
        names = sorted(name for name in settings & compared if name and name not in _ALWAYS_SET)
        return f"while `{names[0]}` is not set" if names else None
    of_caller = {(one.part, one.path) for one in every(comparison.given) if isinstance(one, Request)}
    for part, way in sorted(sent & of_caller, key=str):
        if part == "header" and way and way[0]:
            if way[0] == "authorization" and _platform_asks(project, module):
                return None
            return f"for whoever sends no `{way[0]}` header"
        if part in ("query", "body", "cookie") and way and way[-1]:
            return f"for whoever sends no `{way[-1]}`"
    return None


def _is_of_nobody(project: Project, module: Module, guard: Expression, compared: Expression) -> bool:
    """Whether a row's owner is compared with the caller only where there is one, and there need not be one."""
    program, path = project.program, module.path
    if not isinstance(compared, Binary) or compared.operator not in _COMPARES or _platform_asks(project, module):
        return False
    sides = [list(origins(value(program, path, side))) for side in (compared.left, compared.right)]
    of_user = [any(isinstance(one, User) for one in side) for side in sides]
    of_row = [any(isinstance(one, Row) for one in side) for side in sides]
    if not any(of_user[this] and of_row[1 - this] and not of_user[1 - this] for this in (0, 1)):
        return False
    asked = list(options(value(program, path, guard)))
    return any(isinstance(one, Known) and one.value is None for one in asked) and any(
        isinstance(one, User) for each in asked for one in origins(each)
    )


def _platform_asks(project: Project, module: Module) -> bool:
    """Whether all functions that run the module get only requests with a JWT."""
    return all(function.verify_jwt.value for function in project.functions.values() if module in function.modules)


def _checked_later(program: Program, path: str, statement: Node) -> bool:
    """Whether what follows a statement is reached by checked callers only, by the last statement of its block."""
    parent = program.parent(path, statement)
    blocks = [program.modules[path].body] if parent is None else list(blocks_of(parent))
    block = next((one for one in blocks if any(inner is statement for inner in one)), ())
    last = block[-1] if block else statement
    return any(
        not check.weak
        and check.kind not in ("session", "decoded")
        and not (check.site.path == path and statement.start <= check.site.node.start < statement.end)
        for check in checks_before(program, path, last)
    )
