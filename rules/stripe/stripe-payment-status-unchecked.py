"""A finished checkout is taken for a paid one.

`checkout.session.completed` is sent when the customer has gone through the page. With delayed methods (SEPA debit, bank
transfer, Boleto ...) the money comes days later, or never: then `payment_status` is `unpaid`.

Deliver only where `session.payment_status` is not `unpaid`, and handle `checkout.session.async_payment_succeeded` and
`_failed`.

Source: [Stripe: fulfilment](https://docs.stripe.com/checkout/fulfillment)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/checkout/index.ts
import Stripe from "npm:stripe@18.3.0";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async () => {
  const session = await stripe.checkout.sessions.create({ mode: "payment", line_items: [], success_url: "https://shop.example" });
  return Response.json({ url: session.url });
});
```

```ts supabase/functions/webhook/index.ts
import Stripe from "npm:stripe@18.3.0";
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const secret = Deno.env.get("STRIPE_WEBHOOK_SECRET")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), req.headers.get("stripe-signature")!, secret);
  if (event.type === "checkout.session.completed") {
    await db.from("orders").update({ status: "paid" }).eq("session_id", event.data.object.id);
          ^^^^^^^^^^^^^^^^^ `orders` is written on `checkout.session.completed` whatever `payment_status` is: with a delayed method nothing is paid yet
  }
  return new Response("ok");
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/checkout/index.ts
import Stripe from "npm:stripe@18.3.0";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async () => {
  const session = await stripe.checkout.sessions.create({ mode: "payment", line_items: [], success_url: "https://shop.example" });
  return Response.json({ url: session.url });
});
```

```ts supabase/functions/webhook/index.ts
import Stripe from "npm:stripe@18.3.0";
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const secret = Deno.env.get("STRIPE_WEBHOOK_SECRET")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), req.headers.get("stripe-signature")!, secret);
  if (event.type === "checkout.session.completed" || event.type === "checkout.session.async_payment_succeeded") {
    if (event.data.object.payment_status !== "unpaid") {
      await db.from("orders").update({ status: "paid" }).eq("session_id", event.data.object.id);
    }
  }
  return new Response("ok");
});
```
"""

import re
from collections.abc import Sequence

from analyzer import Place, Project, ProjectRule, Result
from analyzer.facts.typescript import Binary, Case, Constant, If, Member, Node, PatternProperty
from analyzer.stripe_events import branches, reached_by
from analyzer.stripe_flow import Creation, creations, payment_methods, stripe_webhooks
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Query, queries

_COMPLETED = "checkout.session.completed"
# Methods whose outcome is known when the session is completed.
_IMMEDIATE = frozenset("card link paypal cashapp amazon_pay klarna afterpay_clearpay affirm ideal p24".split())
_TELLS = re.compile(
    r"log|event|audit|webhook|analytic|notif|e?mail|message|alert|queue|metric|milestone|_stats", re.IGNORECASE
)
_SUBSCRIPTION = re.compile(r"subscri|current_period|renew", re.IGNORECASE)
_ASKED = ("payment_status", "async_payment_succeeded")


class StripePaymentStatusUnchecked(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        program = project.program
        webhooks = stripe_webhooks(project)
        delayed = next((one for one in creations(project) if _may_be_delayed(one)), None) if webhooks else None
        if delayed is None:
            return
        told: set[Node] = set()
        for slug in webhooks:
            for module in project.functions[slug].modules:
                for _, body in branches(program, module.path, (_COMPLETED,)):
                    places = list(reached_by(program, module.path, body, but=_of_other_modes))
                    if any(_asks(node) for _, nodes in places for node in nodes):
                        continue
                    found = next((one for path, nodes in places for one in _writes(program, path, nodes)), None)
                    if found is not None and found.begin.node not in told:
                        told.add(found.begin.node)
                        yield self.finding(
                            program.place(found.begin),
                            f"`{found.table}` is written on `{_COMPLETED}` whatever `payment_status` is: with a delayed "
                            "method nothing is paid yet",
                            subject=f"{slug} {found.table}",
                            related=(Place(delayed.span, "this session may be paid later"),),
                        )


def _may_be_delayed(creation: Creation) -> bool:
    """Whether a session takes single payments, by whatever method the Dashboard has."""
    if creation.resource != "checkout.sessions" or creation.method != "create" or "payment" not in creation.modes:
        return False
    methods = payment_methods(creation)
    return methods is None or not methods <= _IMMEDIATE


def _of_other_modes(node: Node) -> Sequence[Node]:
    """What runs for sessions that are no single payments: `if (session.mode === "subscription") ...`."""
    match node:
        case If(test=Binary(operator=operator, left=Member(name="mode"), right=Constant(value=str() as mode))):
            single = mode == "payment"
            equal = operator in ("===", "==")
            return node.otherwise if equal == single else node.then
        case Case(test=Constant(value="subscription" | "setup")):
            return node.body
        case _:
            return ()


def _asks(node: Node) -> bool:
    match node:
        case Member(name=name) | PatternProperty(key=name):
            return name in _ASKED
        case Constant(value="payment_status"):
            return True
    return False


def _writes(program: Program, path: str, nodes: list[Node]) -> list[Query]:
    held = set(nodes)
    writes = [
        query
        for query in queries(program, path)
        if query.site.node in held
        and query.operation in ("insert", "update", "upsert", "rpc")
        and query.table
        and not _TELLS.search(query.table)
    ]
    return [] if any(map(_is_of_subscription, writes)) else writes  # one does not write for the other's payment


def _is_of_subscription(query: Query) -> bool:
    """Whether a write is for a subscription, whose own events tell how it stands."""
    names = [query.table or "", *(query.payload.columns if query.payload is not None else ())]
    return any(map(_SUBSCRIPTION.search, names))
