"""A function that the browser calls answers without the headers that let the page read the answer.

Without `Access-Control-Allow-Origin` the browser keeps an answer from the page: an error reply turns into "Failed to
fetch", and nobody reads the message in it. And where `Access-Control-Allow-Headers` leaves out a header that
supabase-js sends, the browser does not send the call at all.

Give every answer the shared headers, errors too, and allow `authorization, x-client-info, apikey, content-type`.

Source: [Supabase: CORS](https://supabase.com/docs/guides/functions/cors)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts src/pay.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const pay = () => supabase.functions.invoke("pay");
```

```ts supabase/functions/pay/index.ts
const cors = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "authorization, content-type",
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ supabase-js also sends `apikey` and `x-client-info`: the browser does not send the call
};
Deno.serve(async (req) => {
  if (req.method === "OPTIONS") return new Response("ok", { headers: cors });
  const { id } = await req.json();
  if (!id) {
    return new Response(JSON.stringify({ error: "no id" }), { status: 400 });
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the browser cannot read this answer: it lacks the CORS headers that others of `pay` have
  }
  return new Response(JSON.stringify({ id }), { headers: cors });
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts src/pay.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const pay = () => supabase.functions.invoke("pay");
```

```ts supabase/functions/pay/index.ts
const cors = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "authorization, x-client-info, apikey, content-type",
};
Deno.serve(async (req) => {
  if (req.method === "OPTIONS") return new Response("ok", { headers: cors });
  const { id } = await req.json();
  if (!id) return new Response(JSON.stringify({ error: "no id" }), { status: 400, headers: cors });
  return new Response(JSON.stringify({ id }), { headers: cors });
});
```
"""

import re

from analyzer import EdgeFunction, Finding, Place, Project, ProjectRule, Result, Span, function_calls
from analyzer.facts.typescript import Binary, Constant, Member, Name, Property, Return
from analyzer.frontend import browser_modules
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import conditions
from analyzer.typescript.program import Program
from analyzer.typescript.reach import reached
from analyzer.typescript.responses import ResponseFact, responses
from analyzer.typescript.values import Request, text_of
from analyzer.typescript.walk import inside

_ORIGIN = "access-control-allow-origin"
# https://supabase.com/docs/guides/functions/cors
_SENT = ("authorization", "apikey", "content-type", "x-client-info")
_MOST_RELATED = 20
_COMPARES = ("===", "==", "!==", "!=")


class FnCorsHeadersIncomplete(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        browser = {module.path for module in browser_modules(project)}
        called: dict[str, Span] = {}
        methods: dict[str, set[str | None]] = {}
        invoked: set[str] = set()
        for call in function_calls(project):
            if call.path in browser and not call.is_set_aside:
                called.setdefault(call.slug, call.span)
                methods.setdefault(call.slug, set()).add(call.method)
                if call.how == "invoke":
                    invoked.add(call.slug)
        told: set[Span] = set()
        for slug, caller in called.items():
            function = project.functions.get(slug)
            if function is None or function.entry is None:
                continue
            if slug in invoked:
                yield from self._of_lists(project, function, caller, told)
            yield from self._of_answers(project, function, caller, methods[slug], told)

    def _of_lists(self, project: Project, function: EdgeFunction, caller: Span, told: set[Span]) -> Result:
        """The lists of allowed headers that leave out what supabase-js sends."""
        for module in function.modules:
            for node in project.program.index(module.path).nodes.get(Property, ()):
                if not isinstance(node, Property) or (node.key or "").lower() != "access-control-allow-headers":
                    continue
                if not isinstance(node.value, Constant) or not isinstance(node.value.value, str):
                    continue
                allowed = {part.lower() for part in re.split(r"[,\s]+", node.value.value) if part}
                missing = [f"`{name}`" for name in _SENT if name not in allowed]
                span = project.program.span(module.path, node.value)
                if missing and "*" not in allowed and span not in told:
                    told.add(span)
                    yield self.finding(
                        span,
                        f"supabase-js also sends {' and '.join(missing)}: the browser does not send the call",
                        subject=f"{module.path} headers",
                        severity="error",
                        related=(Place(caller, f"the browser calls `{function.slug}` here"),),
                    )

    def _of_answers(
        self, project: Project, function: EdgeFunction, caller: Span, methods: set[str | None], told: set[Span]
    ) -> list[Finding]:
        """The answers without the header that others of the function have; one finding for all of them."""
        places = reached(project.program, function.entry or "")
        given = [
            one
            for path in sorted({path for path, _ in places})
            for one in responses(project.program, path)
            if (path, one.function) in places
        ]
        without = [
            one
            for one in given
            if one.complete
            and _ORIGIN not in one.headers
            and _is_answer(project.program, one)
            and not _is_for_others(project.program, one, methods)
        ]
        if not any(_ORIGIN in one.headers for one in given) or not all(one.complete for one in given):
            return []
        if not without or project.program.place(without[0].site) in told:
            return []
        first, *others = without
        told.add(project.program.place(first.site))
        return [
            self.finding(
                project.program.place(first.site),
                f"the browser cannot read this answer: it lacks the CORS headers that others of `{function.slug}` have",
                subject=f"{function.slug} answers",
                related=(
                    Place(caller, "the browser calls it here"),
                    *(Place(project.program.place(one.site), "nor this one") for one in others[:_MOST_RELATED]),
                ),
            )
        ]


def _is_answer(program: Program, one: ResponseFact) -> bool:
    """Whether a response is returned where it is made, and is no redirection, which the browser follows."""
    redirects = one.status_code is not None and 300 <= one.status_code < 400
    return not redirects and isinstance(program.parent(one.site.path, one.site.node), Return)


def _is_for_others(program: Program, one: ResponseFact, methods: set[str | None]) -> bool:
    """Whether a response refuses an origin, or answers a method that the browser does not use here."""
    for condition in conditions(program, one.site.path, one.site.node):
        test = condition.test
        within = condition.by.start <= one.site.node.start < condition.by.end
        if within and any(isinstance(part, Name | Member) and "origin" in part.name.lower() for part in inside(test)):
            return True
        if not isinstance(test, Binary) or test.operator not in _COMPARES or None in methods:
            continue
        sides = [value(program, one.site.path, side) for side in (test.left, test.right)]
        named = next(filter(None, map(text_of, sides)), None)
        if named is None or not any(isinstance(side, Request) and side.part == "method" for side in sides):
            continue
        is_named = condition.holds == (test.operator in ("===", "=="))
        if (is_named and named not in methods | {"OPTIONS"}) or (not is_named and methods == {named}):
            return True
    return False
