"""Anybody can make a function use the service role.

With `verify_jwt = false` the platform lets every request through, and nothing in the code asks who is calling before
it writes with the service-role key, which no policy holds back. Anybody who knows the address can do what the
function does, as often as they like, with the values they choose.

Verify the caller first: `getUser()` with the token of the request and a look at its result, the signature of the
provider whose webhook it is, or a secret that is compared in constant time. If only signed-in users call the
function, delete `verify_jwt = false` as well.

A check that only runs when a header is there is no check, nor is one against a secret that stands in the code. A row
that is found by a secret of the request (a token, a code) is one.

What counts is what the request decides: which row is changed, or what is written there. A job that does the same
whoever starts it is left alone. So is what is meant for everybody: a row that a contact form, a newsletter or a
statistic adds, as long as the request does not choose whose row it is or what it grants (`user_id`, `role`, `credits`);
a counter of views; sign-ups, links that are sent by mail, uploads; whatever is added behind a captcha or a rate limit.
Nothing is said either where something on the way may be a check: a function that is named like one (`verifyClient`) or
is given the request, a look at the user's token, a secret that is compared. Functions that only read are left to the
rules on what they give away.

Source: [securing functions](https://supabase.com/docs/guides/functions/auth)

## Bad

```ts supabase/functions/grant-credits/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { user_id, amount } = await req.json();
  await db.from("credits").insert({ user_id, amount });
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any request to `grant-credits` may insert into `credits` with the service role: it has `verify_jwt = false`, and a request can get here without passing any check
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

from analyzer import Place, Project, ProjectRule, Result, opened_by
from analyzer.stripe_events import unverified_events
from analyzer.unchecked import unchecked_operations, unsigned_webhook


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
            operations = list(unchecked_operations(project, function))
            if not operations or unsigned_webhook(project, function) or unverified_events(project, slug):
                continue  # there are rules of their own for webhooks
            (first, weak), *others = operations
            open_place = entry.span if entry is not None else opened
            related = [Place(open_place, "the platform lets every request through")] if open_place is not None else []
            related += [
                Place(project.program.span(one.path, one.node), f"and may {one.what}") for one, _ in others[:20]
            ]
            how = "it has `verify_jwt = false`" if opened is None else "it is deployed with `--no-verify-jwt`"
            yield self.finding(
                project.program.span(first.path, first.node),
                f"any request to `{slug}` may {first.what} with the service role: {how}, and {weak}",
                subject=slug,
                related=tuple(related),
            )
