"""A call of an edge function leaves out what the function requires.

The function answers with an error unless the body has a certain key, and this call does not send it; or the key has
another spelling here (`userId`) than there (`user_id`); or the function refuses the method that the call uses. The
feature behind the call fails each time, or goes on without the value.

Send what the function reads. Types that both sides import (`type Body = z.infer<typeof Body>` in `_shared/`) keep them
together.

Required is what the function's handler tests with an answer of 400 or more, or a `throw`, before anything in the request
decides where it goes on (`if (!order_id) return json({ error: "..." }, 400)`), and every key of a schema that `parse`
is called with (`z.object({ order_id: z.string() })`). Keys that only one branch (`action === "create"`) asks for are left
alone, and so are bodies that a call builds elsewhere.

## Bad

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const cancel = (id: string) => supabase.functions.invoke("cancel-order", { body: { orderId: id } });
                                                                ^^^^^^^^^^^^^^ `cancel-order` requires `order_id`, and this call sends `orderId`
```

```ts supabase/functions/cancel-order/index.ts
Deno.serve(async (req) => {
  const { order_id } = await req.json();
  if (!order_id) return Response.json({ error: "which order?" }, { status: 400 });
      ~~~~~~~~~ without it, the answer is an error
  return Response.json({ ok: true });
});
```

## Bad: another method

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const orders = () => supabase.functions.invoke("orders", { method: "GET" });
                                                      ^^^^^^^^ `orders` takes only `POST`, and this call sends `GET`
```

```ts supabase/functions/orders/index.ts
Deno.serve(async (req) => {
  if (req.method !== "POST") return new Response("use POST", { status: 405 });
      ~~~~~~~~~~~~~~~~~~~~~ other methods are refused here
  return Response.json({ orders: [] });
});
```

## Good

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const cancel = (id: string) => supabase.functions.invoke("cancel-order", { body: { order_id: id } });
```

```ts supabase/functions/cancel-order/index.ts
Deno.serve(async (req) => {
  const { order_id } = await req.json();
  if (!order_id) return Response.json({ error: "which order?" }, { status: 400 });
  return Response.json({ ok: true });
});
```
"""

from collections.abc import Iterator

from analyzer import Contract, FunctionCall, Place, Project, ProjectRule, Requirement, Result, contract, function_calls
from analyzer.typescript.values import ObjectValue, Site, Undefined, options


class DriftFunctionContract(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for call in function_calls(project):
            known = contract(project, call.slug)
            if known is None or call.tail.startswith("/") or call.is_set_aside:
                continue
            for message, subject, site, meaning in _broken(call, known):
                yield self.finding(
                    call.span,
                    f"`{call.slug}` {message}",
                    subject=f"{call.slug} {subject} {call.path}",
                    related=(Place(project.program.place(site), meaning),),
                )
                break


def _broken(call: FunctionCall, known: Contract) -> Iterator[tuple[str, str, Site, str]]:
    """What of the contract a call breaks: the message, what it is about, where the function says so, and what."""
    method = call.method
    if method is not None and known.method_site is not None and method not in (*known.methods, "OPTIONS"):
        takes = " and ".join(f"`{one}`" for one in known.methods)
        yield (
            f"takes only {takes}, and this call sends `{method}`",
            method,
            known.method_site,
            "other methods are refused here",
        )
    bodies = [_sent(body) for body in options(call.body)]
    if None in bodies:
        return
    sent = frozenset(key for body in bodies if body is not None for key in body)
    for requirement in known.required:
        if sent.isdisjoint(requirement.keys) and (method is None or requirement.applies_to(method)):
            yield (
                f"requires {_named(requirement)}, and {_instead(sent, known, requirement.keys)}",
                requirement.keys[0],
                requirement.site,
                "without it, the answer is an error",
            )
    for key, site in known.keys.items():
        other = _misspelled(key, sent - known.keys.keys()) if key not in sent and not known.open else None
        if other is not None:
            yield f"reads `{key}`, and this call sends `{other}`", key, site, "it is read here"


def _sent(body: object) -> frozenset[str] | None:
    """The keys of a body; nothing where there may be others."""
    if isinstance(body, Undefined):
        return frozenset()
    return frozenset(body.entries) if isinstance(body, ObjectValue) and body.complete else None


def _named(requirement: Requirement) -> str:
    return " or ".join(f"`{key}`" for key in requirement.keys)


def _instead(sent: frozenset[str], known: Contract, keys: tuple[str, ...]) -> str:
    """What is sent in place of a key: the same in another spelling, or all that the function does not know."""
    unread = sorted(sent - known.keys.keys())
    for key in keys:
        other = _misspelled(key, frozenset(unread))
        if other is not None:
            return f"this call sends `{other}`"
    if not sent:
        return "this call sends nothing"
    return f"this call sends only {', '.join(f'`{one}`' for one in sorted(sent)[:6])}"


def _misspelled(key: str, among: frozenset[str]) -> str | None:
    """A key that differs in case and underscores only."""
    plain = key.replace("_", "").lower()
    return next((one for one in sorted(among) if one.replace("_", "").lower() == plain), None)
