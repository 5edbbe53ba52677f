"""A function believes a session that nobody has verified.

`auth.getSession()` reads what the client was given; on a server it does not ask Supabase Auth. Whoever sends a made-up
session is taken for the user in it.

Use `auth.getUser(token)` or `auth.getClaims(token)`, which verify.

Source: [Supabase: getSession](https://supabase.com/docs/reference/javascript/auth-getsession)

## Bad

```ts supabase/functions/me/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
Deno.serve(async (req) => {
  const supabase = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_ANON_KEY")!, {
    global: { headers: { Authorization: req.headers.get("Authorization")! } },
  });
  const { data } = await supabase.auth.getSession();
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^ `getSession` verifies nothing on a server, and here it has no session at all: use `getUser(token)`
  return Response.json(data.session?.user);
});
```

## Good

```ts supabase/functions/me/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
Deno.serve(async (req) => {
  const supabase = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_ANON_KEY")!);
  const { data } = await supabase.auth.getUser(req.headers.get("Authorization")!.replace("Bearer ", ""));
  return Response.json(data.user);
});
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.typescript.services import service_calls


class FnGetsessionOnServer(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 6.5

    def check(self, project: Project) -> Result:
        deployed = {module.path for function in project.functions.values() for module in function.modules}
        for path in sorted(deployed):
            for call in service_calls(project.program, path):
                if call.area == "auth" and call.method == "getSession" and call.run != "never":
                    yield self.finding(
                        project.program.place(call.site),
                        "`getSession` verifies nothing on a server, and here it has no session at all: use `getUser(token)`",
                        subject=path,
                    )
