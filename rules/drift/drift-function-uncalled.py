"""Nothing calls an edge function.

It is deployed all the same, with its secrets and its open address. What nobody calls nobody looks after: it keeps old
checks and old column names, and stays a way in.

Delete it, at Supabase too: `supabase functions delete <name>`. Where somebody else calls it, name it in `entrypoints`
of `supalint.toml`.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/reassign-servers/index.ts
Deno.serve(() => new Response("ok"));
^ nothing in the repository calls `reassign-servers`
```

```ts src/checkout.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const checkout = () => supabase.functions.invoke("checkout");
```

```ts supabase/functions/checkout/index.ts
Deno.serve(() => new Response("ok"));
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/reassign-servers/index.ts
Deno.serve(() => new Response("ok"));
```

```ts src/servers.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const reassign = () => supabase.functions.invoke("reassign-servers");
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.function_callers import uncalled_functions
from analyzer.privileged import privileged_operations


class DriftFunctionUncalled(ProjectRule):
    severity = "note"
    precision = "medium"
    security_severity = 3.1
    cwe = (1164,)

    def check(self, project: Project) -> Result:
        for function in uncalled_functions(project):
            open_ = not function.verify_jwt.value and any(
                True for module in function.modules for _ in privileged_operations(project, module.path)
            )
            more = ", and it works with the service role for whoever finds its address" if open_ else ""
            yield self.finding(
                function.span,
                f"nothing in the repository calls `{function.slug}`{more}",
                subject=function.slug,
                severity="warning" if open_ else "note",
            )
