"""A signed event is taken long after it was sent.

A signature holds for the time it was made at. The SDK refuses events that are older than five minutes; a longer
tolerance lets whoever has once seen a request send it again for all that time.

Leave the tolerance out. An event that Stripe sends again is signed anew.

Source: [Stripe: prevent replay attacks](https://docs.stripe.com/webhooks#replay-attacks)

## Bad

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const secret = Deno.env.get("WEBHOOK_SECRET")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, secret, 3600);
                                                                                               ^^^^ a request that was seen once can be sent again for 3600 seconds
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
"""

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Call, Member
from analyzer.typescript.calls import dotted
from analyzer.typescript.evaluate import value
from analyzer.typescript.values import Known

_VERIFIERS = frozenset({"constructEvent", "constructEventAsync"})
_TOLERANCE = 3  # position of the argument, in seconds
_LONGEST = 600  # seconds; twice what the SDK takes by itself


class StripeSignatureReplayWindow(ProjectRule):
    severity = "warning"
    precision = "very-high"
    security_severity = 5.3
    cwe = (294,)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for call in program.index(module.path).calls:
                if not isinstance(call, Call) or not isinstance(call.callee, Member):
                    continue
                if call.callee.name not in _VERIFIERS or ".webhooks" not in dotted(call.callee):
                    continue
                given = call.arguments[_TOLERANCE] if len(call.arguments) > _TOLERANCE else None
                found = value(program, module.path, given) if given is not None else None
                if given is None or not isinstance(found, Known):
                    continue
                seconds = found.value
                if isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds > _LONGEST:
                    yield self.finding(
                        program.span(module.path, given),
                        f"a request that was seen once can be sent again for {seconds:g} seconds",
                        subject=module.path,
                    )
