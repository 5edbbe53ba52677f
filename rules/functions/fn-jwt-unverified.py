"""Who the user is comes from a token that nobody has verified.

`atob(token.split(".")[1])` and `decodeJwt` only read a token; they do not look at its signature. With
`verify_jwt = false` the platform does not either, so that anybody can write a token with somebody else's `sub` and act
as that user.

Ask Supabase Auth: `supabase.auth.getUser(token)` or `getClaims(token)`.

Source: [Supabase: JSON web tokens](https://supabase.com/docs/guides/auth/jwts)

## Bad

```toml supabase/config.toml
project_id = "shop"
[functions.link]
verify_jwt = false
```

```ts supabase/functions/link/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
Deno.serve(async (req) => {
  const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
  const token = req.headers.get("Authorization")!.split(" ")[1];
  const claims = JSON.parse(atob(token.split(".")[1]));
  await db.from("accounts").update({ linked: true }).eq("user_id", claims.sub);
                                                                   ^^^^^^^^^^ this is read from a token that nothing has verified: `link` has `verify_jwt = false`
  return new Response("ok");
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
[functions.link]
verify_jwt = false
```

```ts supabase/functions/link/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
Deno.serve(async (req) => {
  const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
  const token = req.headers.get("Authorization")!.split(" ")[1];
  const { data: { user } } = await db.auth.getUser(token);
  if (!user) return new Response("Unauthorized", { status: 401 });
  await db.from("accounts").update({ linked: true }).eq("user_id", user.id);
  return new Response("ok");
});
```
"""

import re
from collections.abc import Iterator

from analyzer import EdgeFunction, Place, Project, ProjectRule, Result
from analyzer.facts.typescript import Node
from analyzer.typescript.checks import checks_before
from analyzer.typescript.credentials import every, is_decoded
from analyzer.typescript.queries import Query, queries
from analyzer.typescript.reach import reached
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import Called, External, Global, MemberOf, Request, Value

_JWT = re.compile(r"jwt|jose|jsonwebtoken", re.IGNORECASE)
_TOKEN = re.compile(r"auth|token|jwt|bearer|session", re.IGNORECASE)
_IDENTITIES = frozenset({"sub", "user_id", "userId", "id", "email", "role", "uid"})


class FnJwtUnverified(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 8.8
    cwe = (345, 347)

    def check(self, project: Project) -> Result:
        for slug, function in project.functions.items():
            if function.entry is None or not function.enabled or function.verify_jwt.value:
                continue
            found = next(_trusted(project, function), None)
            if found is not None:
                path, node = found
                entry = function.verify_jwt.entry
                yield self.finding(
                    project.program.span(path, node),
                    f"this is read from a token that nothing has verified: `{slug}` has `verify_jwt = false`",
                    subject=slug,
                    related=(Place(entry.span, "the platform verifies nothing"),) if entry is not None else (),
                )


def _trusted(project: Project, function: EdgeFunction) -> Iterator[tuple[str, Node]]:
    """Where the service role works with what an unverified token says."""
    program = project.program
    places = reached(program, function.entry or "")
    for module in function.modules:
        for query in queries(program, module.path):
            if query.key != "service" or (module.path, query.function) not in places:
                continue
            node = next((node for given, node in _given(query) if _is_claim(resolved(program, given))), None)
            if node is not None and not any(
                check.kind in ("user", "jwt", "signature", "secret")
                for check in checks_before(program, module.path, query.begin.node)
            ):
                yield module.path, node


def _given(query: Query) -> Iterator[tuple[Value, Node]]:
    for one in query.filters:
        node = getattr(one.site.node, "arguments", ())
        yield one.value, node[-1] if node else one.site.node
    if query.payload is not None:
        for content in query.payload.columns.values():
            yield content, query.begin.node


def _is_claim(content: Value) -> bool:
    """Whether a value is a claim of a token whose parts were only decoded."""
    if not is_decoded(content) or not any(
        isinstance(one, MemberOf) and one.key in _IDENTITIES for one in every(content)
    ):
        return False
    return any(
        (isinstance(one, MemberOf) and one.key == "split" and _is_callers(one.object))
        or (isinstance(one, Called) and _is_decoder(one.callee) and any(map(_is_callers, one.arguments)))
        for one in every(content)
    )


def _is_callers(token: Value) -> bool:
    """Whether a text is a token of the caller's, and neither a state nor what another service has answered."""
    parts = list(every(token))
    return any(
        isinstance(one, Request) and one.path and _TOKEN.search(one.path[-1] or "") for one in parts
    ) and not any(isinstance(one, Global) and one.name == "fetch" for one in parts)


def _is_decoder(callee: Value) -> bool:
    return any(
        (isinstance(one, External) and _JWT.search(one.package))
        or (isinstance(one, MemberOf) and one.key == "decodeJwt")
        for one in every(callee)
    )
