"""The webhook leaves out events that the checkout leads to.

A subscription that ends, or whose card is refused, shows only in events: without them people keep what they no longer
pay for. A payment by bank transfer or SEPA is not paid when checkout completes: `async_payment_succeeded` comes days
later.

Handle the event that is named, and add it to the endpoint in the Stripe Dashboard.

Projects whose subscriptions are read from Stripe each time are left alone.

Source: [Stripe: subscription webhooks](https://docs.stripe.com/billing/subscriptions/webhooks),
[fulfilment](https://docs.stripe.com/checkout/fulfillment)

## Bad

```ts supabase/functions/create-checkout/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async () => {
  const session = await stripe.checkout.sessions.create({ mode: "subscription", line_items: [] });
  return Response.json({ url: session.url });
});
```

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
  if (event.type === "checkout.session.completed") console.log("paid");
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ checkout sells subscriptions, and no webhook handles that one ends (`customer.subscription.deleted`)
  return new Response("ok");
});
```

## Good

```ts supabase/functions/create-checkout/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async () => {
  const session = await stripe.checkout.sessions.create({ mode: "subscription", line_items: [] });
  return Response.json({ url: session.url });
});
```

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
  if (event.type === "checkout.session.completed") console.log("paid");
  if (event.type === "customer.subscription.deleted") console.log("ended");
  if (event.type === "invoice.payment_failed") console.log("not paid");
  return new Response("ok");
});
```
"""

from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result
from analyzer.facts.typescript import Member, Name
from analyzer.stripe_flow import Creation, creations, events_named, payment_methods, stripe_webhooks

# Payment methods that are not paid when checkout completes: https://docs.stripe.com/payments/payment-methods
_DELAYED = frozenset({
    "sepa_debit", "bacs_debit", "au_becs_debit", "us_bank_account", "acss_debit", "boleto", "oxxo", "konbini",
    "customer_balance", "multibanco", "sofort", "pay_by_bank",
})  # fmt: skip
_COMPLETED = "checkout.session.completed"
# A subscription that ends shows in each of these.
_ENDS = ("customer.subscription.deleted", "customer.subscription.updated")
# So does a payment that fails: the subscription becomes `past_due`, for a webhook that looks at its status.
_FAILS = ("invoice.payment_failed", "customer.subscription.updated", "invoice.payment_action_required")
_PAYS = (
    _COMPLETED,
    "invoice.paid",
    "invoice.payment_succeeded",
    "customer.subscription.created",
    "payment_intent.succeeded",
)


class StripeWebhookEventGap(ProjectRule):
    severity = "warning"
    precision = "medium"

    def check(self, project: Project) -> Result:
        named = {
            event: span for slug in stripe_webhooks(project) for event, span in events_named(project, slug).items()
        }
        sessions = [one for one in creations(project) if one.resource == "checkout.sessions" and one.method == "create"]
        place = next((named[event] for event in _PAYS if event in named), None)
        if not sessions or place is None:
            return
        handled = set(named)
        if not _reads_status(project):
            handled.discard("customer.subscription.updated")
        for session, message in self._gaps(sessions, handled):
            yield self.finding(
                place,
                message,
                subject=message.rpartition("(`")[2].rstrip("`)"),
                related=(Place(session.span, "the checkout session is created here"),),
            )

    def _gaps(self, sessions: list[Creation], events: set[str]) -> Iterator[tuple[Creation, str]]:
        subscription = next((one for one in sessions if "subscription" in one.modes), None)
        if subscription is not None and not events.intersection(_ENDS):
            yield (
                subscription,
                "checkout sells subscriptions, and no webhook handles that one ends (`customer.subscription.deleted`)",
            )
        elif subscription is not None and not events.intersection(_FAILS):
            yield (
                subscription,
                "checkout sells subscriptions, and no webhook handles that a payment fails (`invoice.payment_failed`)",
            )
        for one in sessions:
            delayed = (payment_methods(one) or frozenset()) & _DELAYED
            if delayed and "checkout.session.async_payment_succeeded" not in events:
                yield (
                    one,
                    f"`{min(delayed)}` is paid after checkout completes, and no webhook handles it"
                    " (`checkout.session.async_payment_succeeded`)",
                )
                break


def _reads_status(project: Project) -> bool:
    """Whether a webhook looks at the status of a subscription."""
    return any(
        isinstance(node, Member)
        and node.name == "status"
        and isinstance(node.object, Member | Name)
        and any(word in node.object.name.lower() for word in ("sub", "object", "data"))
        for slug in stripe_webhooks(project)
        for module in project.functions[slug].modules
        for node in project.program.index(module.path).nodes.get(Member, ())
    )
