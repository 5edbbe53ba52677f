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
from analyzer.access import belongs_to_users
from analyzer.ownership import for_any_user
from analyzer.privileged import Operation
from analyzer.unchecked import matters

# Beside statistics, what belongs to nobody in particular, or harms nobody.
_HARMLESS = re.compile(r"`(?:\w*_)?(?:notifications?|rate_limits?)`")


class FnMissingOwnershipCheck(ProjectRule):
    severity = "error"
    precision = "medium"
    security_severity = 8.1
    cwe = (639,)

    def check(self, project: Project) -> Result:
        program = project.program
        for function, operation, known in for_any_user(project):
            if known is None or operation.kind not in ("change", "user", "file") or not operation.chosen:
                continue
            if (
                not matters(operation, function.slug)
                or _HARMLESS.search(operation.what)
                or _is_shared(project, operation)
            ):
                continue
            yield self.finding(
                program.span(operation.path, operation.node),
                f"every signed-in user may {operation.what} of others: the request names the row, and nothing compares"
                " it with the caller",
                subject=f"{function.slug} {operation.what}",
                related=(Place(program.place(known.site), "here it is known who calls"),),
            )


def _is_shared(project: Project, operation: Operation) -> bool:
    """Whether the rows are nobody's: the table is known, and nothing ties its rows to users."""
    database = project.hosted_database
    table = database.relation("public", operation.table) if operation.table is not None else None
    return table is not None and bool(table.columns) and not belongs_to_users(database, table)
