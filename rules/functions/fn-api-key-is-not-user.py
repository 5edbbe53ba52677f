"""The public key is all that a caller needs for work with the service role.

`verify_jwt = true` lets only requests with a valid JWT through, and the public `anon` key is one: it stands in every
page of the front end. The function checks nothing more, and does with the service role what the request says. Anybody
who has opened the page once can send that request.

Ask who calls, `auth.getUser(token)`, and whether they may do this; or compare a secret, where a job calls.

It warns rather than fails a pipeline: that a form, or a cache of public data, is open to everybody may be meant.

Source: [Supabase: authorization headers](https://supabase.com/docs/guides/functions/auth-headers)

## Bad

```ts supabase/functions/set-plan/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { user_id, plan } = await req.json();
  await db.from("profiles").update({ plan }).eq("id", user_id);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any request with the public key may update `profiles` with the service role: `set-plan` checks no more than `verify_jwt` does
  return new Response("ok");
});
```

## Good

```ts supabase/functions/set-plan/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data: { user } } = await db.auth.getUser(req.headers.get("Authorization")!.replace("Bearer ", ""));
  if (!user) return new Response("who are you?", { status: 401 });
  const { plan } = await req.json();
  await db.from("profiles").update({ plan }).eq("id", user.id);
  return new Response("ok");
});
```
"""

from analyzer import Place, Project, ProjectRule, Result, opened_by
from analyzer.unchecked import unchecked_operations


class FnApiKeyIsNotUser(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 8.6
    cwe = (306, 862)

    def check(self, project: Project) -> Result:
        for slug, function in project.functions.items():
            if function.entry is None or not function.enabled or not function.verify_jwt.value:
                continue
            if function.verify_jwt.entry is None and opened_by(project, slug) is not None:
                continue  # the platform lets every request through
            operations = [one for one, _ in unchecked_operations(project, function)]
            if not operations:
                continue
            first, *others = operations
            yield self.finding(
                project.program.span(first.path, first.node),
                f"any request with the public key may {first.what} with the service role: `{slug}` checks no more than"
                " `verify_jwt` does",
                subject=slug,
                related=tuple(
                    Place(project.program.span(one.path, one.node), f"and may {one.what}") for one in others[:20]
                ),
            )
