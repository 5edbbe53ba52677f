"""Anybody can make a function use the service role.

With `verify_jwt = false` the platform lets every request through, and nothing in the code asks who is calling before
it writes with the service-role key, which no policy holds back. Anybody who knows the address can do what the
function does, as often as they like, with the values they choose.

Verify the caller first: `getUser()` with the token of the request and a look at its result, the signature of the
provider whose webhook it is, or a secret that is compared in constant time. If only signed-in users call the
function, delete `verify_jwt = false` as well.

A check that only runs when a header is there, or that compares with a secret that may be unset, is no check. A row
that is found by a secret of the request (a token, a code) is one. Functions that only read are left to the rules on
what they give away.

Source: [securing functions](https://supabase.com/docs/guides/functions/auth)

## Bad

```ts supabase/functions/grant-credits/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { user_id, amount } = await req.json();
  await db.from("credits").insert({ user_id, amount });
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any request to `grant-credits` gets here and may insert into `credits` with the service role: it has `verify_jwt = false` and checks nothing before
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
from dataclasses import dataclass

from analyzer import EdgeFunction, Place, Project, ProjectRule, Result, opened_by
from analyzer.facts.typescript import Node
from analyzer.typescript.checks import checks_before
from analyzer.typescript.queries import Query, queries
from analyzer.typescript.reach import reached
from analyzer.typescript.services import service_calls
from analyzer.typescript.values import Request, origins

_WRITES = frozenset({"insert", "update", "upsert", "delete"})
_STORAGE_WRITES = frozenset(
    {"upload", "update", "remove", "move", "copy", "createSignedUploadUrl", "uploadToSignedUrl"}
)
# A row that is found by one of these was found by somebody who knows a secret.
_SECRET_COLUMN = re.compile(
    r"(?:^|_)(?:token|secret|code|otp|nonce|hash|signature|api_?key|key|pin|invite|state|session_id|checkout_id|payment_id|intent_id)(?:$|_)|(?:token|secret|code|hash)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Operation:
    path: str
    node: Node
    what: str


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
            first, *others = operations
            open_place = entry.span if entry is not None else opened
            how = "has `verify_jwt = false`" if opened is None else "is deployed with `--no-verify-jwt`"
            related = [Place(open_place, "the platform lets every request through")] if open_place is not None else []
            related += [Place(project.program.span(one.path, one.node), f"and may {one.what}") for one in others[:20]]
            yield self.finding(
                project.program.span(first.path, first.node),
                f"any request to `{slug}` gets here and may {first.what} with the service role: it {how} and checks nothing before",
                subject=slug,
                related=tuple(related),
            )


def _unchecked(project: Project, function: EdgeFunction) -> Iterator[Operation]:
    """What the function does with the service role before anything has been checked, in the order of the text."""
    places = reached(project.program, function.entry or "")
    for module in function.modules:
        for operation, number in _privileged(project, module.path):
            if (module.path, number) in places and not any(
                not check.weak and check.kind not in ("session", "decoded")
                for check in checks_before(project.program, module.path, operation.node)
            ):
                yield operation


def _privileged(project: Project, path: str) -> Iterator[tuple[Operation, int]]:
    for query in queries(project.program, path):
        if (
            query.key == "service"
            and query.operation in _WRITES
            and not _found_by_secret(query)
            and query.run != "never"
        ):
            preposition = {
                "insert": "insert into",
                "upsert": "upsert into",
                "update": "update",
                "delete": "delete from",
            }[query.operation]
            table = f"`{query.table}`" if query.table else "a table"
            yield Operation(path, query.site.node, f"{preposition} {table}"), query.function
    for call in service_calls(project.program, path):
        if call.key != "service":
            continue
        if call.area == "auth" and call.method.startswith("admin."):
            yield Operation(path, call.site.node, f"call `auth.{call.method}`"), call.function
        elif call.area == "storage" and call.method in _STORAGE_WRITES:
            bucket = f"the bucket `{call.target}`" if call.target else "a bucket"
            yield Operation(path, call.site.node, f"call `{call.method}` on {bucket}"), call.function


def _found_by_secret(query: Query) -> bool:
    """Whether only somebody who knows a secret can reach the row that is written."""
    return any(
        one.column is not None
        and _SECRET_COLUMN.search(one.column)
        and any(isinstance(origin, Request) for origin in origins(one.value))
        for one in query.filters
    )
