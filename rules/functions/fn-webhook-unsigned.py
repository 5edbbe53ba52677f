"""A webhook believes whoever sends it something.

The function handles events of another service, runs without `verify_jwt`, and looks at neither a signature nor a
secret: whoever knows its address can report a payment, a delivery or a cancellation that never happened.

Verify the provider's signature over the raw body before anything else. Where the provider signs nothing, put a secret
into the address or a header, and compare it.

Source: [Supabase: securing functions](https://supabase.com/docs/guides/functions/auth)

## Bad

```toml supabase/config.toml
project_id = "shop"
[functions.panel-webhook]
verify_jwt = false
```

```ts supabase/functions/panel-webhook/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
^^^^^^^^^^ `panel-webhook` takes events from anybody: it looks at no signature and no secret before it may update `orders`
  const event = await req.json();
  if (event.type === "server.installed") {
    await db.from("orders").update({ status: "active" }).eq("server_id", event.server.id);
  }
  return new Response("ok");
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
[functions.panel-webhook]
verify_jwt = false
```

```ts supabase/functions/panel-webhook/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const secret = Deno.env.get("PANEL_WEBHOOK_SECRET");
  if (!secret || req.headers.get("x-webhook-secret") !== secret) return new Response("no", { status: 401 });
  const event = await req.json();
  if (event.type === "server.installed") {
    await db.from("orders").update({ status: "active" }).eq("server_id", event.server.id);
  }
  return new Response("ok");
});
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.facts.typescript import Call
from analyzer.typescript.handlers import handlers
from analyzer.unchecked import unsigned_webhook


class FnWebhookUnsigned(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 9.1
    cwe = (306, 345)

    def check(self, project: Project) -> Result:
        for slug, function in project.functions.items():
            operations = unsigned_webhook(project, function)
            found = next(iter(handlers(project.program, function.entry or "")), None) if operations else None
            if found is None:
                continue
            node = found.site.node
            yield self.finding(
                project.program.span(found.site.path, node.callee if isinstance(node, Call) else node),
                f"`{slug}` takes events from anybody: it looks at no signature and no secret before it may "
                f"{operations[0].what}",
                subject=slug,
                related=tuple(
                    Place(project.program.span(one.path, one.node), f"it may {one.what}") for one in operations[:20]
                ),
            )
