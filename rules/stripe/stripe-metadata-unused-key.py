"""A key of Stripe metadata is written, and nothing reads it.

The checkout writes what the webhook is to know: which user, which plan, which region. A key that nothing reads is a
wish that was forgotten, or has another name where it is read: the order is then made without it.

Read it in the webhook, or leave it out.

This is off unless it is selected: about half of what it finds is meant for people who look at the Stripe Dashboard, or
for another service that reads the account, which no file shows.

Looked at are the metadata that edge functions give to what they create, in projects whose webhook reads metadata of its
own. Where a metadata object goes somewhere as a whole (into a row, into a function), nothing is said.

## Bad

```ts supabase/functions/create-checkout/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const { user, region } = await req.json();
  const metadata = { user_id: user, region };
                                    ^^^^^^ nothing reads `region` of the checkout session's metadata
  const session = await stripe.checkout.sessions.create({ mode: "payment", line_items: [], metadata });
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

## Good

```ts supabase/functions/create-checkout/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const { user, region } = await req.json();
  const metadata = { user_id: user, region };
  const session = await stripe.checkout.sessions.create({ mode: "payment", line_items: [], metadata });
  return Response.json({ url: session.url });
});
```

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
  const { user_id, region } = event.data.object.metadata;
  console.log(user_id, region);
  return new Response("ok");
});
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.stripe_flow import stripe_webhooks
from analyzer.stripe_metadata import keys_used, metadata_objects

_HANDED_BACK = ("checkout session", "subscription", "payment intent")  # what the events of a purchase carry


class StripeMetadataUnusedKey(ProjectRule):
    severity = "note"
    precision = "low"
    default = False

    def check(self, project: Project) -> Result:
        used = keys_used(project) if stripe_webhooks(project) else None
        for given in metadata_objects(project) if used else ():
            # The others are for people who look at the Dashboard.
            if given.owner not in _HANDED_BACK or given.creation.method != "create":
                continue
            unused = [entry for entry in given.entries if used and entry.key not in used]
            if unused:
                first, *others = unused
                names = " and ".join(f"`{entry.key}`" for entry in unused)
                yield self.finding(
                    first.span,
                    f"nothing reads {names} of the {given.owner}'s metadata",
                    subject=f"{given.span.path} {given.owner} {names}",
                    related=tuple(Place(entry.span, "nor this") for entry in others),
                )
