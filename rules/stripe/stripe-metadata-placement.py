"""Metadata is written to the checkout session and read from another object.

Stripe does not copy it: `metadata` of a session stays with the session. A subscription gets what
`subscription_data.metadata` says, a payment intent what `payment_intent_data.metadata` says, an invoice nothing at all
(`invoice.parent.subscription_details.metadata` holds the subscription's). A webhook that reads the key elsewhere has
`undefined`, and whoever paid gets nothing.

Write the key where it is read.

Source: [Stripe: metadata](https://docs.stripe.com/metadata#subscriptions-metadata)

## Bad

```ts supabase/functions/create-checkout/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const { user } = await req.json();
  const session = await stripe.checkout.sessions.create({ mode: "subscription", metadata: { user_id: user } });
  return Response.json({ url: session.url });
});
```

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
  if (event.type === "customer.subscription.deleted") {
    const subscription = event.data.object as Stripe.Subscription;
    console.log(subscription.metadata.user_id);
                                      ^^^^^^^ `user_id` is metadata of the checkout session, which no subscription gets: write it to `subscription_data.metadata`, too
  }
  return new Response("ok");
});
```

## Good

```ts supabase/functions/create-checkout/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const { user } = await req.json();
  const metadata = { user_id: user };
  const session = await stripe.checkout.sessions.create({ mode: "subscription", metadata, subscription_data: { metadata } });
  return Response.json({ url: session.url });
});
```

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
  const subscription = event.data.object as Stripe.Subscription;
  console.log(subscription.metadata.user_id);
  return new Response("ok");
});
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.stripe_flow import SHOWN, metadata_reads, metadata_written

_WHERE = {
    "subscription": "write it to `subscription_data.metadata`, too",
    "payment_intent": "write it to `payment_intent_data.metadata`, too",
    "invoice": "an invoice has the subscription's in `parent.subscription_details.metadata`",
    "session": "write it to the session's `metadata`, too",
    "customer": "write it to the customer, too",
}


class StripeMetadataPlacement(ProjectRule):
    severity = "error"
    precision = "medium"

    def check(self, project: Project) -> Result:
        every = metadata_written(project)
        for read in metadata_reads(project):
            own = [one for one in every if one.kind == read.kind]
            if any(read.key in one.keys or not one.complete for one in own):
                continue
            sources = [one for one in every if one.kind != read.kind and read.key in one.keys]
            if not sources or not any(one.kind in ("session", "subscription", "payment_intent") for one in sources):
                continue
            first = sources[0]
            yield self.finding(
                read.span,
                f"`{read.key}` is metadata of the {SHOWN[first.kind]}, which no {SHOWN[read.kind]} gets: {_WHERE[read.kind]}",
                subject=f"{read.path} {read.kind} {read.key}",
                related=tuple(Place(one.creation.span, f"`{read.key}` is written here") for one in sources[:4]),
            )
