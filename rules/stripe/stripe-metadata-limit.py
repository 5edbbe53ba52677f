"""Stripe metadata may become larger than Stripe takes.

A metadata object has at most 50 keys, a key 40 characters, a value 500. Beyond that Stripe refuses the whole call: the
customer with the long basket, who would have paid most, gets an error instead of the checkout.

Keep what has no limit in a table of your own, and give Stripe its id; or look at the length before the call.

A value counts as unlimited where it is JSON of what the request sends, of the rows of a table, or of what `map` and
`filter` make of these.

https://docs.stripe.com/metadata

## Bad

```ts supabase/functions/create-checkout/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const { items } = await req.json();
  const session = await stripe.checkout.sessions.create({
    mode: "payment",
    metadata: { cart: JSON.stringify(items) },
                      ^^^^^^^^^^^^^^^^^^^^^ `cart` grows with `body.items`: from 501 characters on Stripe refuses the call
  });
  return Response.json({ url: session.url });
});
```

## Good

```ts supabase/functions/create-checkout/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const { items, order_id } = await req.json();
  const metadata: Record<string, string> = { order_id };
  const cart = JSON.stringify(items);
  if (cart.length <= 500) metadata.cart = cart;
  const session = await stripe.checkout.sessions.create({ mode: "payment", metadata });
  return Response.json({ url: session.url });
});
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.stripe_metadata import LONGEST_KEY, LONGEST_VALUE, MOST_KEYS, grows_with, metadata_objects
from analyzer.typescript.values import text_of


class StripeMetadataLimit(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        for given in metadata_objects(project):
            if len(given.entries) > MOST_KEYS:
                message = f"this metadata has {len(given.entries)} keys, and Stripe takes {MOST_KEYS}"
                yield self.finding(given.span, message, subject=f"{given.span.path} keys")
            for entry in given.entries:
                text = text_of(entry.value)
                if len(entry.key) > LONGEST_KEY:
                    message = f"this key has {len(entry.key)} characters, and Stripe takes {LONGEST_KEY}"
                    yield self.finding(entry.span, message, subject=f"{given.span.path} {entry.key}")
                if text is not None and len(text) > LONGEST_VALUE:
                    message = f"`{entry.key}` has {len(text)} characters, and Stripe takes {LONGEST_VALUE}"
                    yield self.finding(entry.span, message, subject=f"{given.span.path} {entry.key}")
                found = grows_with(project, entry)
                if found is not None:
                    site, what = found
                    yield self.finding(
                        project.program.place(site),
                        f"`{entry.key}` grows with `{what}`: from {LONGEST_VALUE + 1} characters on Stripe refuses the call",
                        subject=f"{given.span.path} {entry.key}",
                    )
