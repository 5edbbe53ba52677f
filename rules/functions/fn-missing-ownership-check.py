"""A signed-in user may change what belongs to others.

The function knows who calls, and then changes with the service role, for which there is no row level security, the
rows that the request names. Nothing compares them with the caller: whoever sends the id of somebody else's order
changes that.

Add the caller to the filter, `.eq("user_id", user.id)`, look up the row with the caller's own client first, or test a
role.

Source: [Supabase: securing functions](https://supabase.com/docs/guides/functions/auth)

## Bad

```ts supabase/functions/cancel-order/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data: { user } } = await db.auth.getUser(req.headers.get("Authorization")!.replace("Bearer ", ""));
  if (!user) return new Response("who are you?", { status: 401 });
  const { order_id } = await req.json();
  await db.from("orders").update({ status: "canceled" }).eq("id", order_id);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every signed-in user may update `orders` of others: the request names the row, and nothing compares it with the caller
  return new Response("ok");
});
```

## Good

```ts supabase/functions/cancel-order/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data: { user } } = await db.auth.getUser(req.headers.get("Authorization")!.replace("Bearer ", ""));
  if (!user) return new Response("who are you?", { status: 401 });
  const { order_id } = await req.json();
  await db.from("orders").update({ status: "canceled" }).eq("id", order_id).eq("user_id", user.id);
  return new Response("ok");
});
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result
from analyzer.ownership import seems_authorized, ties_to_caller
from analyzer.privileged import privileged_operations
from analyzer.typescript.checks import checks_before
from analyzer.typescript.reach import reached

_IDENTIFIES = frozenset({"user", "jwt"})
_STATISTICS = re.compile(r"analytic|`(?:\w*_)?(?:events?|logs?|views?|clicks?|metrics?|notifications?|rate_limits?)`")


class FnMissingOwnershipCheck(ProjectRule):
    severity = "error"
    precision = "medium"
    security_severity = 8.1
    cwe = (639,)

    def check(self, project: Project) -> Result:
        program = project.program
        for slug, function in project.functions.items():
            if function.entry is None or not function.enabled:
                continue
            places = reached(program, function.entry)
            for module in function.modules:
                for operation in privileged_operations(project, module.path):
                    if operation.kind not in ("change", "user", "file") or not (
                        operation.chosen or (operation.kind == "user" and operation.given)
                    ):
                        continue
                    if (operation.path, operation.function) not in places or operation.by_secret:
                        continue
                    if _STATISTICS.search(operation.what):
                        continue
                    checks = checks_before(program, module.path, operation.node)
                    kinds = {check.kind for check in checks}
                    if not kinds & _IDENTIFIES or kinds - _IDENTIFIES - {"session", "decoded"}:
                        continue
                    if ties_to_caller(project, operation) or seems_authorized(project, operation):
                        continue
                    known = next(check for check in checks if check.kind in _IDENTIFIES)
                    yield self.finding(
                        program.span(operation.path, operation.node),
                        f"every signed-in user may {operation.what} of others: the request names the row, and nothing"
                        " compares it with the caller",
                        subject=f"{slug} {operation.what}",
                        related=(Place(program.place(known.site), "here it is known who calls"),),
                    )
