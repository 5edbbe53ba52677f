"""A function that the browser calls does not answer the preflight.

Before a request with an `Authorization` header or JSON, the browser sends `OPTIONS` and goes on only if the answer
allows it. A function that treats it like any other request answers without the CORS headers, or fails because there
is no body: the page gets "Failed to fetch", though the function works with curl.

Answer `OPTIONS` first: `if (req.method === "OPTIONS") return new Response("ok", { headers: corsHeaders })`.

Source: [Supabase: CORS](https://supabase.com/docs/guides/functions/cors)

## Bad

```ts src/pay.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const pay = () => supabase.functions.invoke("checkout", { body: { plan: 1 } });
```

```ts supabase/functions/checkout/index.ts
Deno.serve(async (req) => Response.json(await req.json()));
^^^^^^^^^^ `checkout` is called by the browser, and answers no `OPTIONS` request: the browser never sends the call
```

## Good

```ts src/pay.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const pay = () => supabase.functions.invoke("checkout", { body: { plan: 1 } });
```

```ts supabase/functions/checkout/index.ts
const corsHeaders = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "authorization, content-type" };
Deno.serve(async (req) => {
  if (req.method === "OPTIONS") return new Response("ok", { headers: corsHeaders });
  return Response.json(await req.json(), { headers: corsHeaders });
});
```
"""

import re

from analyzer import EdgeFunction, Place, Project, ProjectRule, Result, Span, function_calls
from analyzer.facts.typescript import Call, Constant
from analyzer.frontend import browser_modules
from analyzer.typescript.calls import dotted
from analyzer.typescript.handlers import handlers
from analyzer.typescript.reach import reached

_HELPER = re.compile(r"cors|preflight|options|withSupabase", re.IGNORECASE)


class FnCorsPreflightMissing(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        browser = {module.path for module in browser_modules(project)}
        if not browser:
            return
        called: dict[str, Span] = {}
        for call in function_calls(project):
            if call.path in browser and not call.is_set_aside:
                called.setdefault(call.slug, call.span)
        for slug, caller in called.items():
            function = project.functions.get(slug)
            if function is None or function.module is None or _answers(project, function):
                continue
            found = next(iter(handlers(project.program, function.module.path)), None)
            if found is None:
                continue
            node = found.site.node
            yield self.finding(
                project.program.span(found.site.path, node.callee if isinstance(node, Call) else node),
                f"`{slug}` is called by the browser, and answers no `OPTIONS` request: the browser never sends the call",
                subject=slug,
                related=(Place(caller, "the browser calls it here"),),
            )


def _answers(project: Project, function: EdgeFunction) -> bool:
    """Whether the function's code speaks of OPTIONS, or hands the request to something that may answer it."""
    places = reached(project.program, function.entry or "")
    for module in function.modules:
        index = project.program.index(module.path)
        if any(
            isinstance(node, Constant) and node.value == "OPTIONS" and (module.path, index.function_of(node)) in places
            for node in index.nodes.get(Constant, ())
        ):
            return True
        if any(_HELPER.search(one.specifier) for one in module.imports if not one.specifier.startswith(".")):
            return True
        if module is function.module and any(_HELPER.search(dotted(call.callee)) for call in index.calls):
            return True
        if any(re.search(r"hono|oak|itty-router|express|elysia|h3", one.specifier) for one in module.imports):
            return True  # a router has its own way
    return False
