"""A secret is looked for in a text, instead of being compared.

`header.includes(secret)` is also true for a header that holds the secret among other things, and for every header where
the secret is empty; `secret.includes(token)` is true for a single letter of it.

Compare the whole value, in constant time: `timingSafeEqual` of `jsr:@std/crypto`.

Source: [OWASP: authentication](https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/cron/index.ts
Deno.serve((req) => {
  const secret = Deno.env.get("CRON_SECRET")!;
  if (!req.headers.get("authorization")!.includes(secret)) return new Response("no", { status: 401 });
                                         ^^^^^^^^ `CRON_SECRET` is looked for in the request with `includes`, and not compared with it
  return new Response("ok");
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/cron/index.ts
import { timingSafeEqual } from "jsr:@std/crypto@1.0.5/timing-safe-equal";
const bytes = (text: string) => new TextEncoder().encode(text);
Deno.serve((req) => {
  const secret = Deno.env.get("CRON_SECRET");
  if (!secret) return new Response("not configured", { status: 500 });
  const given = req.headers.get("authorization") ?? "";
  if (!timingSafeEqual(bytes(given), bytes(`Bearer ${secret}`))) return new Response("no", { status: 401 });
  return new Response("ok");
});
```
"""

import re

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Call, Expression, Member
from analyzer.typescript.credentials import from_caller, names_of
from analyzer.typescript.evaluate import value
from analyzer.typescript.program import Program
from analyzer.typescript.values import Builder, options

_METHODS = frozenset({"includes", "startsWith", "endsWith", "indexOf", "search", "match"})
_SECRET = re.compile(r"secret|token|key|passw|credential", re.IGNORECASE)
_PUBLIC = re.compile(r"publishable|anon|public", re.IGNORECASE)


class FnAuthWeakCompare(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 5.9
    cwe = (697, 208)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for call in program.index(module.path).calls:
                if not isinstance(call, Call) or not isinstance(call.callee, Member) or len(call.arguments) != 1:
                    continue
                callee = call.callee
                name = (
                    _secret(program, module.path, callee.object, call.arguments[0]) if callee.name in _METHODS else None
                )
                if name is not None:
                    end = callee.name_start + len(callee.name)
                    yield self.finding(
                        module.lines.span(callee.name_start, end),
                        f"`{name}` is looked for in the request with `{callee.name}`, and not compared with it",
                        subject=f"{module.path} {name}",
                    )


def _secret(program: Program, path: str, text: Expression, part: Expression) -> str | None:
    """The secret on one side of a search, where the other side is the request's."""
    held, given = value(program, path, text), value(program, path, part)
    if any(isinstance(one, Builder) for one in options(held)):  # `.match({ user_id })` filters the rows of a query
        return None
    for one, other in ((held, given), (given, held)):
        name = names_of(one)
        if name and _SECRET.search(name) and not _PUBLIC.search(name) and not from_caller(one) and from_caller(other):
            return name
    return None
