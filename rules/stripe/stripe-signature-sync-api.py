"""A webhook's signature is checked with the API that cannot work in Deno.

In Deno the Stripe SDK uses `SubtleCrypto`, which only works asynchronously. `constructEvent` throws
`SubtleCryptoProvider cannot be used in a synchronous context` for every event, so no payment is ever recorded.

Use `await stripe.webhooks.constructEventAsync(body, signature, secret)`.

Sources: [Stripe webhooks in edge functions](https://supabase.com/docs/guides/functions/examples/stripe-webhooks),
`SubtleCryptoProvider.ts` and the `deno` condition in the `exports` of the npm package `stripe`

## Bad

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const event = stripe.webhooks.constructEvent(await req.text(), req.headers.get("stripe-signature")!, Deno.env.get("WEBHOOK_SECRET")!);
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `constructEvent` throws in Deno, for every event: it needs `constructEventAsync`
  return new Response(event.type);
});
```

```ts supabase/functions/stripe-webhook/index.ts fixed
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const event = await stripe.webhooks.constructEventAsync(await req.text(), req.headers.get("stripe-signature")!, Deno.env.get("WEBHOOK_SECRET")!);
  return new Response(event.type);
});
```

## Good

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
  return new Response(event.type);
});
```

```ts server/webhook.ts
import Stripe from "stripe";
const stripe = new Stripe(process.env.STRIPE_SECRET_KEY!);
export const read = (body: string, signature: string) =>
  stripe.webhooks.constructEvent(body, signature, process.env.STRIPE_WEBHOOK_SECRET!);
```
"""

from analyzer import Edit, Fix, Project, ProjectRule, Result, Span
from analyzer.facts.typescript import Await, Call, Member
from analyzer.typescript.calls import calls, package_call


class StripeSignatureSyncApi(ProjectRule):
    severity = "error"
    precision = "very-high"

    def check(self, project: Project) -> Result:
        for module in project.function_modules:
            for call in calls(project.program, module.path):
                node = call.site.node
                if (
                    not isinstance(node, Call)
                    or not isinstance(node.callee, Member)
                    or node.callee.name != "constructEvent"
                ):
                    continue
                package, name = package_call(call.callee) or ("", "")
                if package != "stripe" or not name.endswith("webhooks.constructEvent"):
                    continue
                span = module.lines.span(node.callee.start, node.callee.end)
                awaited = isinstance(project.program.parent(module.path, node), Await)
                asynchronous = call.function < 0 or module.functions[call.function].asynchronous
                yield self.finding(
                    span,
                    "`constructEvent` throws in Deno, for every event: it needs `constructEventAsync`",
                    subject=module.path,
                    fix=_fix(module.lines.span(node.callee.name_start, node.callee.end), span, awaited=awaited)
                    if asynchronous
                    else None,
                )


def _fix(name: Span, call: Span, *, awaited: bool) -> Fix:
    before = Span(call.path, call.line, call.column, call.line, call.column)
    edits = (
        (Edit(name, "constructEventAsync"),) if awaited else (Edit(before, "await "), Edit(name, "constructEventAsync"))
    )
    return Fix("use `constructEventAsync`", safe=True, changes=edits)
