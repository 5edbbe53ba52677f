"""The request says in whose name a row is written.

The function knows who calls, and writes a row with the service role whose `user_id` (or owner, customer ...) is what
the request says. Whoever sends another id acts in that user's name: orders on their account, messages from them,
credits for them.

Take the id of the verified user: `user.id`.

## Bad

```ts supabase/functions/post-review/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data: { user } } = await db.auth.getUser(req.headers.get("Authorization")!.replace("Bearer ", ""));
  if (!user) return new Response("who are you?", { status: 401 });
  const { user_id, text } = await req.json();
  await db.from("reviews").insert({ user_id, text });
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `user_id` is what the request says, though it is known who calls: every signed-in user may insert into `reviews` in another's name
  return new Response("ok");
});
```

## Good

```ts supabase/functions/post-review/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data: { user } } = await db.auth.getUser(req.headers.get("Authorization")!.replace("Bearer ", ""));
  if (!user) return new Response("who are you?", { status: 401 });
  const { text } = await req.json();
  await db.from("reviews").insert({ user_id: user.id, text });
  return new Response("ok");
});
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result
from analyzer.ownership import for_any_user

_WHO = re.compile(
    r"^(?:(?:new_)?(?:user|owner|author|customer|sender|creator|profile|account|buyer|created_by|requester))(?:_?id)?$",
    re.IGNORECASE,
)


class FnIdentityFromRequest(ProjectRule):
    severity = "error"
    precision = "medium"
    security_severity = 8.1
    cwe = (639,)

    def check(self, project: Project) -> Result:
        program = project.program
        for function, operation, known in for_any_user(project):
            named = sorted(one for one in operation.given if _WHO.match(one))
            if operation.kind not in ("insert", "change", "call") or not named:
                continue
            who = "though it is known who calls" if known is not None else "and nothing asks who calls"
            yield self.finding(
                program.span(operation.path, operation.node),
                f"`{named[0]}` is what the request says, {who}: every signed-in user may {operation.what} in another's"
                " name",
                subject=f"{function.slug} {operation.what}",
                related=(Place(program.place(known.site), "here it is known who calls"),) if known else (),
            )
