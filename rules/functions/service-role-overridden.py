"""A client has the service-role key and carries the caller's token, so that it acts as the caller.

The `Authorization` header decides which role a request runs as, and the key does not. Such a client does only what its
caller may do: row level security applies, and what was meant for the service role fails or finds nothing. Where the
caller sends another token, it acts as somebody else.

Make two clients: one with the anon key and the caller's token, one with the service-role key and no header.

Source: [Supabase: why is my service role key client getting RLS errors](https://supabase.com/docs/guides/troubleshooting/why-is-my-service-role-key-client-getting-rls-errors-or-not-returning-data-7_1K9z)

## Bad

```ts supabase/functions/orders/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
Deno.serve(async (req) => {
  const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!, {
             ^[1] this client has the service-role key, and acts as the caller, whose token it sends
    global: { headers: { Authorization: req.headers.get("Authorization")! } },
  });
      [1]^
  const { data, error } = await db.from("orders").select();
  return Response.json({ data, error });
});
```

## Good

```ts supabase/functions/orders/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
Deno.serve(async (req) => {
  const caller = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_ANON_KEY")!, {
    global: { headers: { Authorization: req.headers.get("Authorization")! } },
  });
  const admin = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
  const { data, error } = await caller.from("orders").select();
  await admin.from("audit_log").insert({ what: "orders" });
  return Response.json({ data, error });
});
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.typescript.clients import authorization, clients
from analyzer.typescript.queries import queries
from analyzer.typescript.values import Request, origins


class ServiceRoleOverridden(ProjectRule):
    severity = "warning"
    precision = "high"
    cwe = (269,)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for made in clients(program, module.path):
                token = authorization(made.client) if made.key == "service+user" else None
                if token is None or not any(isinstance(one, Request) for one in origins(token)):
                    continue
                if any(query.client.at == made.client.at for query in queries(program, module.path)):
                    yield self.finding(
                        program.place(made.site),
                        "this client has the service-role key, and acts as the caller, whose token it sends",
                        subject=module.path,
                    )
