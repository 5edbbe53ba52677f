"""A function calls another one with a key that the other does not accept.

The called function looks for a signed-in user, and the call brings the public key or the service role key: neither is
a user's token, so `getUser` finds nobody, and the answer is 401. Where the call brings no `Authorization` at all, the
platform answers 401 before the function runs.

Hand on the user's own `Authorization` header; or call with the service role key, and let the function compare it
before it asks for a user.

Source: [Supabase: securing functions](https://supabase.com/docs/guides/functions/auth)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/webhook/index.ts
Deno.serve(async () => {
  await fetch(`${Deno.env.get("SUPABASE_URL")}/functions/v1/provision`, {
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `provision` asks for a signed-in user, and this call brings the public key: it is answered 401
    method: "POST",
    headers: { Authorization: `Bearer ${Deno.env.get("SUPABASE_ANON_KEY")}` },
  });
  return new Response("ok");
});
```

```ts supabase/functions/provision/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data } = await db.auth.getUser(req.headers.get("Authorization")!.replace("Bearer ", ""));
  if (!data.user) return new Response("Unauthorized", { status: 401 });
  await db.from("servers").insert({ user_id: data.user.id });
  return new Response("ok");
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/start/index.ts
Deno.serve(async (req) => {
  await fetch(`${Deno.env.get("SUPABASE_URL")}/functions/v1/provision`, {
    method: "POST",
    headers: { Authorization: req.headers.get("Authorization")! },
  });
  return new Response("ok");
});
```

```ts supabase/functions/provision/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data } = await db.auth.getUser(req.headers.get("Authorization")!.replace("Bearer ", ""));
  if (!data.user) return new Response("Unauthorized", { status: 401 });
  await db.from("servers").insert({ user_id: data.user.id });
  return new Response("ok");
});
```
"""

import re
from collections.abc import Iterator

from analyzer import (
    EdgeFunction,
    FunctionCall,
    Place,
    Project,
    ProjectRule,
    Result,
    Span,
    function_calls,
    may_be_opened,
)
from analyzer.facts.typescript import Member
from analyzer.typescript.checks import Check, checks_before
from analyzer.typescript.clients import key_class
from analyzer.typescript.credentials import every
from analyzer.typescript.evaluate import value
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Query, queries
from analyzer.typescript.reach import around_and_callers, reached
from analyzer.typescript.services import service_calls
from analyzer.typescript.values import Client, Environment, Request, options

_PUBLIC = re.compile(r"ANON|PUBLISHABLE")
_SERVICE = re.compile(r"SERVICE_ROLE|SUPABASE_SECRET_KEY")
_OF_USERS = ("user", "session", "role", "owner")
_CALLED = {"public": "the public key", "service": "the service role key, which is no user's token"}


class FnInternalCallCredential(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        deployed = {module.path for function in project.functions.values() for module in function.modules}
        for call in function_calls(project):
            function = project.functions.get(call.slug)
            if call.path not in deployed or function is None or function.entry is None or call.is_set_aside:
                continue
            if call.method == "OPTIONS":  # a preflight carries no credentials, and none are asked for
                continue
            key = _key(project.program, call)
            if key in _CALLED and (asks := _asks(project, function, key)) is not None:
                yield self.finding(
                    call.span,
                    f"`{call.slug}` asks for a signed-in user, and this call brings {_CALLED[key]}: it is answered 401",
                    subject=f"{call.path} {call.slug}",
                    related=(Place(asks, "the user is asked for here"),),
                )
            elif key == "none" and function.verify_jwt.value and not may_be_opened(project, call.slug):
                yield self.finding(
                    call.span,
                    f"`{call.slug}` has `verify_jwt = true`, and this call brings no `Authorization`: it is answered 401",
                    subject=f"{call.path} {call.slug}",
                )


def _key(program: Program, call: FunctionCall) -> str:
    """What the call brings: `public` or `service` for that key alone, `none`, or `other`."""
    given = call.headers.get("authorization")
    if given is None:
        if call.how == "invoke":
            return _key_of_client(program, call) if call.headers_known else "other"
        return "none" if call.headers_known else "other"
    parts = list(every(given))
    if any(isinstance(one, Request) for one in parts):
        return "other"
    names = [one.name for one in parts if isinstance(one, Environment) and one.name]
    if names and all(map(_PUBLIC.search, names)):
        return "public"
    return "service" if names and all(map(_SERVICE.search, names)) else "other"


def _key_of_client(program: Program, call: FunctionCall) -> str:
    callee = getattr(call.site.node, "callee", None)
    if not (isinstance(callee, Member) and isinstance(callee.object, Member)):
        return "other"
    clients = list(options(value(program, call.site.path, callee.object.object)))
    return (
        "service"
        if clients and all(isinstance(one, Client) and key_class(one) == "service" for one in clients)
        else "other"
    )


def _keeps_out(checks: tuple[Check, ...], key: str) -> bool:
    """Whether what is checked cannot be got past with this key: it is no user's token, nor the secret that is asked for."""
    return all(
        check.kind in _OF_USERS or (key == "public" and check.kind == "secret" and not _PUBLIC.search(check.detail))
        for check in checks
    )


def _checked(program: Program, function: EdgeFunction, query: Query) -> Iterator[tuple[Check, ...]]:
    """What the function has checked before a query, by each way that leads from its own module to a shared one.

    What another function that shares the query asks for, or does not, says nothing about this one.
    """
    path, node = query.begin.path, query.begin.node
    before = checks_before(program, path, node)
    ways = [at for one, at in around_and_callers(program, path, node) if one == function.entry != path]
    if not ways or function.entry is None:
        yield before
        return
    for way in ways:
        if not any(way.start <= other.start and other.end <= way.end for other in ways if other is not way):
            yield (*before, *checks_before(program, function.entry, way))


def _asks(project: Project, function: EdgeFunction, key: str) -> Span | None:
    """Where the function asks Supabase Auth for the user, if with this key it does not get to any of its queries."""
    program = project.program
    places = reached(program, function.entry or "")
    sent = [
        query
        for module in function.modules
        for query in queries(program, module.path)
        if (module.path, query.function) in places
    ]
    checked = [checks for query in sent for checks in _checked(program, function, query)]
    if not sent or not all(checks and _keeps_out(checks, key) for checks in checked):
        return None
    for module in function.modules:
        for call in service_calls(program, module.path):
            if (
                call.area == "auth"
                and call.method in ("getUser", "getClaims")
                and call.run == "await"
                and (module.path, call.function) in places
            ):
                return program.place(call.site)
    return None
