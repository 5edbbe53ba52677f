"""There is a way around the verification of Stripe's signature.

Where the secret is not set, the header is missing or a switch for development is on, the body is believed as it came.
Whoever finds out reports payments that were never made.

Refuse what cannot be verified: answer 400 without a signature, and let the function fail without its secret. For local
work `stripe listen` signs the events too.

Source: [Stripe: webhooks](https://docs.stripe.com/webhooks#verify-events)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/webhook/index.ts
import Stripe from "npm:stripe@18.3.0";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const body = await req.text();
  const secret = Deno.env.get("STRIPE_WEBHOOK_SECRET");
  const signature = req.headers.get("stripe-signature");
  let event: Stripe.Event;
  if (secret && signature) {
    event = await stripe.webhooks.constructEventAsync(body, signature, secret);
  } else {
    event = JSON.parse(body);
            ^^^^^^^^^^^^^^^^ here the event is believed without a signature: a request without the header gets this far
  }
  console.log(event.type);
  return new Response("ok");
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/webhook/index.ts
import Stripe from "npm:stripe@18.3.0";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature");
  if (!signature) return new Response("no signature", { status: 400 });
  const secret = Deno.env.get("STRIPE_WEBHOOK_SECRET")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, secret);
  console.log(event.type);
  return new Response("ok");
});
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.stripe_events import unverified_events


class StripeSignatureBypass(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 9.1
    cwe = (347,)

    def check(self, project: Project) -> Result:
        for slug in project.functions:
            for found in unverified_events(project, slug):
                yield self.finding(
                    project.program.span(found.path, found.node),
                    f"here the event is believed without a signature: {found.why} gets this far",
                    subject=slug,
                    related=(Place(project.program.span(found.path, found.verified), "otherwise it is verified here"),),
                )
                break
