"""A secret that is not set is compared all the same.

`given === (Deno.env.get("CRON_SECRET") ?? "")` holds for an empty header while the secret is not set, and
`` given === `Bearer ${Deno.env.get("CRON_SECRET")}` `` holds for the text `Bearer undefined`. Whoever tries that gets
in, after a rename, in a new project, in a preview branch.

Ask for the secret first: `if (!secret || given !== secret) return 401`.

What the platform always sets (`SUPABASE_SERVICE_ROLE_KEY` and the like) is left alone, and so is a secret about which the
file asks anything.

Source: [CWE-1188, insecure default](https://cwe.mitre.org/data/definitions/1188.html)

## Bad

```ts supabase/functions/nightly/index.ts
const secret = Deno.env.get("CRON_SECRET") ?? "";
Deno.serve(async (req) => {
  if (req.headers.get("x-cron-secret") !== secret) return new Response("no", { status: 401 });
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ while `CRON_SECRET` is not set, an empty header passes this check
  await fetch("https://panel.example.com/suspend", { method: "POST" });
  return new Response("ok");
});
```

```ts supabase/functions/hourly/index.ts
Deno.serve(async (req) => {
  const given = req.headers.get("Authorization");
  if (given !== `Bearer ${Deno.env.get("CRON_SECRET")}`) return new Response("no", { status: 401 });
      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ while `CRON_SECRET` is not set, the text `Bearer undefined` passes this check
  await fetch("https://panel.example.com/suspend", { method: "POST" });
  return new Response("ok");
});
```

## Good

```ts supabase/functions/nightly/index.ts
const secret = Deno.env.get("CRON_SECRET");
Deno.serve(async (req) => {
  if (!secret || req.headers.get("x-cron-secret") !== secret) return new Response("no", { status: 401 });
  await fetch("https://panel.example.com/suspend", { method: "POST" });
  return new Response("ok");
});
```
"""

from collections.abc import Iterator
from typing import cast

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Binary, Call, Cast, Conditional, Constant, If, Member, Name, Node, Template, Unary
from analyzer.platform import FUNCTION_VARIABLES, HOSTED_VARIABLES
from analyzer.typescript.credentials import every, from_caller
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import around, conditions
from analyzer.typescript.program import Program
from analyzer.typescript.values import (
    Concatenation,
    Either,
    Environment,
    Known,
    Request,
    Value,
    options,
)
from analyzer.typescript.walk import inside

_ALWAYS_SET = FUNCTION_VARIABLES | HOSTED_VARIABLES
_EQUALITIES = ("===", "==", "!==", "!=")
_HOLDS = frozenset({"includes", "startsWith", "endsWith"})


class FnAuthEmptySecretCompare(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 9.1
    cwe = (1188, 287)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for node in _tests(program, module.path):
                for name, passes in _passing(program, module.path, node):
                    if not _is_asked(program, module.path, node, name) and not _is_there(program, module.path, node):
                        yield self.finding(
                            program.span(module.path, node),
                            f"while `{name}` is not set, {passes} passes this check",
                            subject=f"{module.path} {name}",
                        )
                        break


def _tests(program: Program, path: str) -> Iterator[Binary | Call]:
    """The comparisons of a module, those with constants left aside, and its questions whether a text holds another."""
    nodes = program.index(path).nodes
    for node in (*nodes.get(Binary, ()), *nodes.get(Call, ())):
        match node:
            case Binary(operator=operator, left=left, right=right) if operator in _EQUALITIES:
                if not isinstance(left, Constant) and not isinstance(right, Constant):
                    yield node
            case Call(callee=Member(name=name), arguments=(_,)) if name in _HOLDS:
                yield node


def _passing(program: Program, path: str, node: Binary | Call) -> Iterator[tuple[str, str]]:
    """The settings that a comparison with the request asks for, with what equals them where they are not set."""
    if isinstance(node, Call):
        held, text = value(program, path, node.arguments[0]), value(program, path, cast("Member", node.callee).object)
        name = _or_empty(held)
        if name is not None and from_caller(text):
            yield name, "any text"  # every text holds the empty one
        return
    for given, expected in ((node.left, node.right), (node.right, node.left)):
        sent, wanted = value(program, path, given), value(program, path, expected)
        if not from_caller(sent) or from_caller(wanted):
            continue
        match wanted:
            case Either() if (name := _or_empty(wanted)) is not None:
                if any(isinstance(one, Request) and one.part == "header" for one in options(sent)):
                    yield name, "an empty header"
                elif any(isinstance(one, Request) and one.part in ("body", "query") for one in options(sent)):
                    yield name, "an empty text"
            case Concatenation(parts=(Known(value=str(prefix)), Environment(name=str(name)))) if (
                name not in _ALWAYS_SET
            ):
                yield name, f"the text `{prefix}undefined`"
            case Environment(name=str(name)) if name not in _ALWAYS_SET:
                if isinstance(sent, Request) and sent.part == "body" and sent.path:
                    yield name, "a request that leaves it out"


def _or_empty(wanted: Value) -> str | None:
    """The setting that a value is, where it is the empty text without that."""
    choices = list(options(wanted))
    names = [one.name for one in choices if isinstance(one, Environment) and one.name]
    empty = any(isinstance(one, Known) and one.value == "" for one in choices)
    return names[0] if len(names) == 1 and empty and len(choices) == 2 and names[0] not in _ALWAYS_SET else None


def _is_asked(program: Program, path: str, node: Binary | Call, name: str) -> bool:
    """Whether anything asks whether the secret is there: before the comparison, or elsewhere in the file."""
    tests = [one.test for one in conditions(program, path, node)]
    nodes = program.index(path).nodes
    for kind in (If, Conditional, Unary, Binary):
        for one in nodes.get(kind, ()):
            match one:
                case If(test=test) | Conditional(test=test) | Unary(operator="!", value=test):
                    tests.append(test)
                case Binary(operator="&&", left=left) | Binary(operator="||", left=left, right=Binary() | Unary()):
                    tests.append(left)
    return any(
        _mentions(value(program, path, one), name)
        for test in tests
        for one in inside(test)
        if isinstance(one, Name | Member | Call) and _stands_alone(program, path, one, node)
    )


def _is_there(program: Program, path: str, node: Binary | Call) -> bool:
    """Whether what the request holds is compared only where it is there, and no empty text: `token && token === ...`."""
    sides = (node.left, node.right) if isinstance(node, Binary) else node.arguments
    sent = {
        (one.part, one.path)
        for side in sides
        for one in options(value(program, path, side))
        if isinstance(one, Request) and one.path
    }
    return any(
        isinstance(one, Request) and (one.part, one.path) in sent
        for condition in conditions(program, path, node)
        if condition.holds and not isinstance(condition.test, Binary)
        for one in options(value(program, path, condition.test))
    )


def _stands_alone(program: Program, path: str, node: Node, comparison: Node) -> bool:
    """Whether a value is looked at for itself, not compared with what the request holds."""
    for parent, _ in around(program, path, node):
        if parent is comparison:
            return False
        match parent:
            case Binary(operator=operator) if operator in _EQUALITIES:
                return isinstance(parent.left, Constant) or isinstance(parent.right, Constant)
            case Member() | Cast() | Binary(operator="||" | "??"):
                pass
            case _:
                return not isinstance(parent, Template | Call)
    return True


def _mentions(asked: Value, name: str) -> bool:
    return not from_caller(asked) and any(isinstance(one, Environment) and one.name == name for one in every(asked))
