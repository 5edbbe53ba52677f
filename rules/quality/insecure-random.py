"""A secret is made with `Math.random()`.

`Math.random()` is fast, not secret: who sees a few of its numbers can work out the next ones, and the ones before.
A password, a token or a one-time code that is made with it can be guessed.

Use `crypto.getRandomValues(new Uint8Array(32))`, or `crypto.randomUUID()` where an id is enough.

What it makes is told by the names around it: the variable, the property or the function that it is written in. Colours,
delays, samples and order numbers are left alone.

Source: [CWE-338](https://cwe.mitre.org/data/definitions/338.html)

## Bad

```ts supabase/functions/invite/index.ts
function generatePassword(length = 12) {
  const letters = "abcdefghijkmnpqrstuvwxyz23456789";
  return Array.from({ length }, () => letters[Math.floor(Math.random() * letters.length)]).join("");
                                                         ^^^^^^^^^^^^^ `generatePassword` is made with `Math.random()`, whose numbers can be guessed
}
Deno.serve(() => Response.json({ password: generatePassword() }));
```

## Good

```ts supabase/functions/invite/index.ts
function generatePassword(length = 12) {
  const letters = "abcdefghijkmnpqrstuvwxyz23456789";
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (one) => letters[one % letters.length]).join("");
}
const delay = 100 + Math.random() * 50;
Deno.serve(() => Response.json({ password: generatePassword(), delay }));
```
"""

import re
from collections.abc import Iterator

from analyzer import Module, Project, ProjectRule, Result
from analyzer.facts.typescript import Assign, Bound, Call, Declarator, Function, Member, Name, Node, Property, Target
from analyzer.typescript.calls import dotted
from analyzer.typescript.flow import around

_SECRET = re.compile(
    r"passw(?:or)?d|passphrase|token|secret|(?:^|_)otp|Otp(?:$|[A-Z])|OTP|api_?key|(?:^|_)salt|"
    r"(?:verif\w*|reset|login|access|auth|recovery|backup|confirmation|invit\w*)_?code|(?:^|_)pin(?:_?code)?$",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"tokens$|max_?token|token_?(?:count|usage|limit|id|symbol|name|price)", re.IGNORECASE)
_LONGEST = 1500  # characters of a function whose name says what it makes


class InsecureRandom(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 7.5
    cwe = (338, 330)

    def check(self, project: Project) -> Result:
        for module in project.function_modules:
            seen: set[str] = set()
            for call in project.program.index(module.path).calls:
                if not isinstance(call, Call) or dotted(call.callee) != "Math.random":
                    continue
                name = next((one for one in _names(project, module, call) if _is_secret(one)), None)
                if name is not None and name not in seen:
                    seen.add(name)
                    yield self.finding(
                        project.program.span(module.path, call),
                        f"`{name}` is made with `Math.random()`, whose numbers can be guessed",
                        subject=f"{module.path} {name}",
                    )


def _is_secret(name: str) -> bool:
    return bool(_SECRET.search(name)) and not _COUNTS.search(name)


def _names(project: Project, module: Module, node: Node) -> Iterator[str]:
    """What the value that a node becomes a part of is called, inner names first."""
    for parent, child in around(project.program, module.path, node):
        match parent:
            case Declarator(target=Bound(name=name)) | Assign(target=Target(value=Name(name=name) | Member(name=name))):
                yield name
            case Property(key=str(key)) if child is parent.value:
                yield key
            case Function(name=name) if name:
                if parent.end - parent.start <= _LONGEST:
                    yield name
                return
