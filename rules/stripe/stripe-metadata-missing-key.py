"""A webhook reads a metadata key that nothing writes.

The key is `undefined` whenever an event comes: the order is not found, the user stays without what was paid for. Usual
cause: checkout writes `userId`, and the webhook reads `user_id`.

Give the key where the checkout session, subscription or payment is created, or read the one that is written.

Where the code does not create the object at all (Payment Links, the Dashboard), or gives metadata that is computed,
nothing is said.

Source: [Stripe: metadata](https://docs.stripe.com/metadata)

## Bad

```ts supabase/functions/create-checkout/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const { user } = await req.json();
  const session = await stripe.checkout.sessions.create({ mode: "payment", line_items: [], metadata: { userId: user } });
  return Response.json({ url: session.url });
});
```

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
  if (event.type === "checkout.session.completed") {
    const session = event.data.object;
    console.log(session.metadata?.user_id);
                                  ^^^^^^^ no checkout session gets the metadata key `user_id`, so that this is `undefined`; written are `userId`
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
  const session = await stripe.checkout.sessions.create({ mode: "payment", line_items: [], metadata: { user_id: user } });
  return Response.json({ url: session.url });
});
```

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
  if (event.type === "checkout.session.completed") console.log(event.data.object.metadata.user_id);
  return new Response("ok");
});
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.stripe_flow import SHOWN, metadata_reads, metadata_written


class StripeMetadataMissingKey(ProjectRule):
    severity = "error"
    precision = "medium"

    def check(self, project: Project) -> Result:
        every = metadata_written(project)
        for read in metadata_reads(project):
            writers = [one for one in every if one.kind == read.kind and one.keys]
            anywhere = {key for one in every for key in one.keys}
            if not writers or read.key in anywhere or not all(one.complete for one in every if one.kind == read.kind):
                continue
            keys = ", ".join(f"`{key}`" for key in sorted(frozenset().union(*(one.keys for one in writers))))
            yield self.finding(
                read.span,
                f"no {SHOWN[read.kind]} gets the metadata key `{read.key}`, so that this is `undefined`; written are {keys}",
                subject=f"{read.path} {read.kind} {read.key}",
                related=tuple(Place(one.creation.span, "it is created here") for one in writers[:4]),
            )
