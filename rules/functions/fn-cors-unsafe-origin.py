"""Cookies and credentials are let through for every origin.

`Access-Control-Allow-Credentials: true` together with the origin of the request, whatever it is, lets any site that a
signed-in user visits send requests with the user's cookies and read the answers. Together with `*` browsers refuse the
answer.

Leave the header out: functions are called with a bearer token, not with cookies, and then `*` is what Supabase
documents. Where cookies are needed, send back only origins of a list.

Source: [Supabase: CORS](https://supabase.com/docs/guides/functions/cors)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/me/index.ts
Deno.serve((req) => {
  const headers = {
    "Access-Control-Allow-Origin": req.headers.get("Origin") ?? "*",
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any site may send requests with the user's credentials: the origin is sent back whatever it is
    "Access-Control-Allow-Credentials": "true",
  };
  return new Response("ok", { headers });
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/me/index.ts
const ORIGINS = ["https://shop.example"];
Deno.serve((req) => {
  const origin = req.headers.get("Origin") ?? "";
  const headers = {
    "Access-Control-Allow-Origin": ORIGINS.includes(origin) ? origin : ORIGINS[0],
    "Access-Control-Allow-Credentials": "true",
  };
  return new Response("ok", { headers });
});
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Binary, Call, Constant, Expression, Member, Name, Object, Opaque, Property
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import conditions
from analyzer.typescript.program import Program
from analyzer.typescript.values import Known, Request, options, text_of

_ORIGIN = "access-control-allow-origin"
_CREDENTIALS = "access-control-allow-credentials"


class FnCorsUnsafeOrigin(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 5.3
    cwe = (942,)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for node in program.index(module.path).nodes.get(Object, ()):
                named = _headers(node) if isinstance(node, Object) else {}
                if _ORIGIN not in named or _CREDENTIALS not in named:
                    continue
                if text_of(value(program, module.path, named[_CREDENTIALS])) != "true":
                    continue
                wrong = _wrong(program, module.path, named[_ORIGIN])
                if wrong is not None:
                    yield self.finding(program.span(module.path, named[_ORIGIN]), wrong, subject=module.path)


def _headers(node: Object) -> dict[str, Expression]:
    return {
        entry.key.lower(): entry.value
        for entry in node.properties
        if isinstance(entry, Property) and entry.key is not None
    }


def _wrong(program: Program, path: str, node: Expression) -> str | None:
    written = _written(program, path, node)
    found = list(options(value(program, path, written)))
    sent_back = any(isinstance(one, Request) and one.path[-1:] == ("origin",) for one in found)
    if sent_back and isinstance(written, Call | Binary):
        return "any site may send requests with the user's credentials: the origin is sent back whatever it is"
    if found and all(isinstance(one, Known) and one.value == "*" for one in found):
        return "browsers refuse `*` together with credentials: requests that send cookies fail"
    return None


def _written(program: Program, path: str, node: Expression) -> Expression | Opaque:
    """The expression behind a name that is given a value once, without anything being asked; else nothing."""
    if any(True for _ in conditions(program, path, node)):
        return Opaque(node.start, node.end, ())
    if isinstance(node, Name):
        definitions = program.index(path).definitions.get(node.binding, ())
        only = definitions[0] if len(definitions) == 1 and not definitions[0].takes else None
        if only is not None and only.parameter < 0 and isinstance(only.source, Call | Binary | Constant):
            return _written(program, path, only.source)
    if isinstance(node, Call) and not (isinstance(node.callee, Member) and node.callee.name == "get"):
        return Opaque(node.start, node.end, ())
    return node
