"""A function registers no handler.

The module is loaded and ends without anything that answers: every request waits and then fails with a boot error or
a timeout.

Call `Deno.serve(handler)` in the entry, or export an object with a `fetch` method as the default.

Source: [writing functions](https://supabase.com/docs/guides/functions)

## Bad

```ts supabase/functions/hello/index.ts
export async function handler(req: Request) {
^ `hello` registers no handler: nothing calls `Deno.serve`
  return new Response("hello");
}
```

## Good

```ts supabase/functions/hello/index.ts
import { handler } from "./handler.ts";
Deno.serve(handler);
```

```ts supabase/functions/hello/handler.ts
export async function handler(req: Request) {
  return new Response("hello");
}
```

```ts supabase/functions/greet/index.ts
export default { fetch: () => new Response("hello") };
```
"""

from analyzer import Project, ProjectRule, Result, Span
from analyzer.typescript.handlers import registers_none


class FunctionNoHandler(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for slug, function in project.functions.items():
            module = function.module
            if module is None or module.problems or not module.lines.end or not function.enabled:
                continue
            if registers_none(project.program, module.path):
                yield self.finding(
                    Span(module.path, 1, 1, 1, 2),
                    f"`{slug}` registers no handler: nothing calls `Deno.serve`",
                    subject=slug,
                )
