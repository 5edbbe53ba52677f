"""A function calls another one with a key that the other does not accept.

The called function looks for a signed-in user, and the call brings the public key: `getUser` finds nobody, and the
answer is 401. Where the call brings no `Authorization` at all, the platform answers 401 before the function runs.

Call with the service role key and let the function compare it, or hand on the user's own `Authorization` header.

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
from analyzer.typescript.credentials import every
from analyzer.typescript.reach import reached
from analyzer.typescript.services import service_calls
from analyzer.typescript.values import Environment, Request

_PUBLIC = re.compile(r"ANON|PUBLISHABLE")


class FnInternalCallCredential(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        deployed = {module.path for function in project.functions.values() for module in function.modules}
        for call in function_calls(project):
            function = project.functions.get(call.slug)
            if call.path not in deployed or function is None or function.entry is None or call.is_set_aside:
                continue
            key = _key(call)
            asks = _asks(project, function)
            if key == "public" and asks is not None:
                yield self.finding(
                    call.span,
                    f"`{call.slug}` asks for a signed-in user, and this call brings the public key: it is answered 401",
                    subject=f"{call.path} {call.slug}",
                    related=(Place(asks, "the user is asked for here"),),
                )
            elif key == "none" and function.verify_jwt.value and not may_be_opened(project, call.slug):
                yield self.finding(
                    call.span,
                    f"`{call.slug}` has `verify_jwt = true`, and this call brings no `Authorization`: it is answered 401",
                    subject=f"{call.path} {call.slug}",
                )


def _key(call: FunctionCall) -> str:
    """What the call brings: `public` for the public key alone, `none`, or `other`."""
    given = call.headers.get("authorization")
    if given is None:
        return "none" if call.how == "fetch" and call.headers_known else "other"
    parts = list(every(given))
    if any(isinstance(one, Request) for one in parts):
        return "other"
    names = [one.name for one in parts if isinstance(one, Environment) and one.name]
    return "public" if names and all(map(_PUBLIC.search, names)) else "other"


def _asks(project: Project, function: EdgeFunction) -> Span | None:
    """Where the function asks Supabase Auth for the user, in code that runs."""
    places = reached(project.program, function.entry or "")
    for module in function.modules:
        for call in service_calls(project.program, module.path):
            if (
                call.area == "auth"
                and call.method in ("getUser", "getClaims")
                and call.run == "await"
                and (module.path, call.function) in places
            ):
                return project.program.place(call.site)
    return None
