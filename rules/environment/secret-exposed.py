"""A secret is written to the log or sent in a response.

Function logs are kept, shown in the Dashboard to everybody with access to the project, and forwarded to other
services; a response reaches whoever asked. A key that has been in either has to be replaced.

Log whether a secret is there (`!!key`), or at most its first six characters, never the value; log the name of a header
rather than all headers.

Source: [API keys](https://supabase.com/docs/guides/api/api-keys): "log no more than the first 6 characters".

## Bad

```ts supabase/functions/sync/index.ts
const key = Deno.env.get("PANEL_API_KEY");
Deno.serve((req) => {
  console.log("calling the panel with", key);
                                        ^^^ this writes the value of `PANEL_API_KEY` to the log
  console.log(`token: ${req.headers.get("Authorization")}`);
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this writes the caller's `authorization` header to the log
  return new Response(JSON.stringify({ ok: true, key }));
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this sends the value of `PANEL_API_KEY` in a response
});
```

## Good

```ts supabase/functions/sync/index.ts
const key = Deno.env.get("PANEL_API_KEY");
Deno.serve(async (req) => {
  console.log("panel key set:", !!key, key?.length, key?.slice(0, 4));
  const answer = await fetch("https://panel.example.com", { headers: { Authorization: `Bearer ${key}` } });
  console.log("the panel answered", answer.status, req.headers.get("x-request-id"));
  return new Response(await answer.text());
});
```
"""

import re
from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import (
    Call,
    Cast,
    Expression,
    Member,
    Module,
    Name,
    New,
    Node,
    Object,
    Property,
    Spread,
    Template,
)
from analyzer.platform import ADMIN_VARIABLES, FUNCTION_VARIABLES
from analyzer.secrets.names import is_secret_name
from analyzer.typescript.evaluate import value
from analyzer.typescript.values import (
    ArrayValue,
    Called,
    Concatenation,
    Either,
    Environment,
    Global,
    Known,
    MemberOf,
    ObjectValue,
    Request,
    Value,
)
from analyzer.typescript.walk import children

_LOGS = frozenset({"log", "info", "warn", "error", "debug", "trace", "dir", "table"})
_SECRET_HEADERS = frozenset({"authorization", "cookie", "x-api-key", "x-webhook-secret", "x-cron-secret"})
# What a variable with a password is called; not what only says that there is one, or which rules it has to meet.
_PASSWORD = re.compile(r"^(?:[a-z]+_)*(?:[a-z]*P|p)ass(?:word|wd|phrase)$")
_PASSWORDS = frozenset({"password", "new_password", "newPassword", "currentPassword", "current_password"})
_MOST_CHARACTERS = 6  # of a secret that may be logged
_DEEPEST = 6  # objects and strings inside one another that are looked into


class SecretExposed(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 7.5
    cwe = (532, 200)

    def check(self, project: Project) -> Result:
        for module in project.function_modules:
            for sink, argument in _sinks(project, module):
                what = next(_secrets(value(project.program, module.path, argument), 0), None)
                if what is None and sink == "log":
                    what = next((f"`{name}`" for name in _named(argument) if _PASSWORD.search(name)), None)
                if what is not None:
                    verb = "sends" if sink == "response" else "writes"
                    where = "in a response" if sink == "response" else "to the log"
                    yield self.finding(
                        module.lines.span(argument.start, argument.end),
                        f"this {verb} {what} {where}",
                        subject=f"{what} {sink} {module.path}",
                    )


def _sinks(project: Project, module: Module) -> Iterator[tuple[str, Expression]]:
    """What is logged, and the bodies of responses."""
    index = project.program.index(module.path)
    for call in index.calls:
        callee = call.callee
        if isinstance(call, Call) and isinstance(callee, Member) and isinstance(callee.object, Name):
            if callee.object.name == "console" and callee.name in _LOGS:
                for argument in call.arguments:
                    yield "log", argument.value if isinstance(argument, Spread) else argument
            elif callee.object.name == "Response" and callee.name == "json" and call.arguments:
                yield "response", call.arguments[0]
    for node in index.nodes.get(New, ()):
        if (
            isinstance(node, New)
            and isinstance(node.callee, Name)
            and node.callee.name == "Response"
            and node.arguments
        ):
            yield "response", node.arguments[0]


def _named(argument: Node) -> Iterator[str]:
    """The variables and fields that are written out as they are, by name."""
    match argument:
        case Name(name=name) | Member(name=str(name)):
            yield name
        case Cast(value=inner):
            yield from _named(inner)
        case Template() | Object() | Property():
            for child in children(argument):
                yield from _named(child)


def _secrets(content: Value, depth: int) -> Iterator[str]:
    """The secrets that are there to be read in a value, in words. What only depends on a secret is not one."""
    if depth > _DEEPEST:
        return
    match content:
        case Environment(name=str(name)) if _is_secret(name):
            yield f"the value of `{name}`"
        case Request(part="header", path=(str(header),)) if header in _SECRET_HEADERS:
            yield f"the caller's `{header}` header"
        case Request(part="headers", path=()):
            yield "all headers of the caller, `authorization` among them,"
        case Request(part="body", path=(*_, str(field))) if field in _PASSWORDS:
            yield f"the caller's `{field}`"
        case Concatenation(parts=inner) | Either(options=inner) | ArrayValue(elements=inner):
            for part in inner:
                yield from _secrets(part, depth + 1)
        case ObjectValue(entries=entries, rest=rest):
            for part in (*entries.values(), *rest):
                yield from _secrets(part, depth + 1)
        case Called(callee=Global(name="JSON.stringify" | "Object.fromEntries" | "String"), arguments=(first, *_)):
            yield from _secrets(first, depth + 1)
        case Called(
            callee=MemberOf(object=source, key="slice" | "substring" | "substr"), arguments=(_, Known(value=int(end)))
        ) if end > _MOST_CHARACTERS:
            yield from (f"{end} characters of {what}" for what in _secrets(source, depth + 1))
        case Called(callee=MemberOf(object=source, key="trim" | "toString" | "entries"), arguments=()):
            yield from _secrets(source, depth + 1)


def _is_secret(name: str) -> bool:
    return is_secret_name(name) and (name not in FUNCTION_VARIABLES or name in ADMIN_VARIABLES)
