"""A call that is expected is not there, or comes too late.

`[[expectations.calls]]` of `supalint.toml` says that a file, or an edge function, calls one of some edge functions, itself
or in what it imports; `before` names another one that may only follow.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.calls]]
from = "src/signup.ts"
any-of = ["create-account"]
[[expectations.calls]]
from = "src/order.ts"
any-of = ["create-account"]
before = "checkout"
```

```ts src/signup.ts
import { createClient } from "@supabase/supabase-js";
^ this calls none of `create-account`, which is expected
export const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
```

```ts src/order.ts
import { supabase } from "./signup";
export async function order() {
  await supabase.functions.invoke("checkout");
                                  ^^^^^^^^^^ `checkout` is called before `create-account`, and afterwards is expected
  await supabase.functions.invoke("create-account");
}
```

```ts supabase/functions/create-account/index.ts
Deno.serve(() => new Response("ok"));
```

```ts supabase/functions/checkout/index.ts
Deno.serve(() => new Response("ok"));
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.calls]]
from = "src/order.ts"
any-of = ["create-account", "sync-account"]
before = "checkout"
```

```ts src/order.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function order() {
  await supabase.functions.invoke("create-account");
  await supabase.functions.invoke("checkout");
}
```

```ts supabase/functions/create-account/index.ts
Deno.serve(() => new Response("ok"));
```

```ts supabase/functions/sync-account/index.ts
Deno.serve(() => new Response("ok"));
```

```ts supabase/functions/checkout/index.ts
Deno.serve(() => new Response("ok"));
```
"""

from collections.abc import Collection

from analyzer import FunctionCall, Project, ProjectRule, Result, Span, function_calls
from analyzer.expected import expectation_span, expected_at, like


class ExpectCall(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for wanted in project.declared.expectations.calls:
            span = expectation_span(project, wanted.line)
            subject = f"{wanted.caller} {' '.join(wanted.any_of)}"
            unknown = next(
                (slug for slug in (*wanted.any_of, wanted.before) if slug and slug not in project.functions), None
            )
            if unknown is not None:
                message = f"there is no function `{unknown}`{like(unknown, project.functions)}"
                yield self.finding(span, message, subject=subject)
                continue
            start, paths = _code(project, wanted.caller)
            if start is None:
                known = [*project.modules, *project.functions]
                message = f"there is neither a file nor a function `{wanted.caller}`{like(wanted.caller, known)}"
                yield self.finding(span, message, subject=subject)
                continue
            calls = [call for call in function_calls(project) if call.path in paths]
            there = [call for call in calls if call.slug in wanted.any_of]
            related = (expected_at(project, wanted.line),)
            if not there:
                named = ", ".join(f"`{slug}`" for slug in wanted.any_of)
                yield self.finding(
                    start, f"this calls none of {named}, which is expected", subject=subject, related=related
                )
                continue
            early = _too_early(project, [call for call in calls if call.slug == wanted.before], there)
            if early is not None:
                first, later = early
                yield self.finding(
                    first.span,
                    f"`{first.slug}` is called before `{later.slug}`, and afterwards is expected",
                    subject=subject,
                    related=related,
                )


def _code(project: Project, caller: str) -> tuple[Span | None, Collection[str]]:
    """Where the code of a caller begins, and the files that it is made of."""
    function = project.functions.get(caller)
    if function is not None and function.entry is not None:
        return function.span, {module.path for module in function.modules}
    module = project.modules.get(caller)
    if module is None:
        return None, ()
    return Span(caller, 1, 1, 1, 1), {one.path for one in project.reachable(module)}


def _too_early(
    project: Project, early: Collection[FunctionCall], wanted: Collection[FunctionCall]
) -> tuple[FunctionCall, FunctionCall] | None:
    """A call that stands in front of each of those that have to come first, in the same function."""
    for call in early:
        same = [
            one
            for one in wanted
            if one.path == call.path
            and project.program.function_of(one.path, one.site.node)
            == project.program.function_of(call.path, call.site.node)
        ]
        if same and all(call.span < one.span for one in same):
            return call, same[0]
    return None
