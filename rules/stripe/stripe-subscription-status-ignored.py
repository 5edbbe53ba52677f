"""A change of a subscription grants what was paid for without asking whether it was.

`customer.subscription.updated` comes for every change, also when the card was refused: `subscription.status` is then
`past_due`, `unpaid`, `incomplete` or `canceled`. A handler that writes `active` each time lets people keep what they no
longer pay for.

Write the status that the subscription has, or test it: `active` and `trialing` are paid for.

Source: [Stripe: subscription webhooks](https://docs.stripe.com/billing/subscriptions/webhooks)

## Bad

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
import { createClient } from "npm:@supabase/supabase-js@2";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
  switch (event.type) {
    case "customer.subscription.updated": {
      const subscription = event.data.object;
      await db.from("profiles").update({ subscription_status: "active" }).eq("customer", subscription.customer);
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `subscription_status` becomes `active` on `customer.subscription.updated` whatever the status of the subscription is
      break;
    }
  }
  return new Response("ok");
});
```

## Good

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
import { createClient } from "npm:@supabase/supabase-js@2";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
  switch (event.type) {
    case "customer.subscription.updated": {
      const subscription = event.data.object;
      await db.from("profiles").update({ subscription_status: subscription.status }).eq("customer", subscription.customer);
      break;
    }
  }
  return new Response("ok");
});
```
"""

import re
from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Constant, Index, Member, Node, PatternProperty
from analyzer.stripe_events import branches, reached_by
from analyzer.typescript.describe import describe
from analyzer.typescript.program import Program
from analyzer.typescript.queries import queries
from analyzer.typescript.values import Known

_EVENTS = frozenset({"customer.subscription.updated", "customer.subscription.created"})
_GRANTS = re.compile(r"status$|^(?:is_)?(?:active|premium|pro|paid|subscribed)$|(?:^|_)(?:plan|tier)$", re.IGNORECASE)
_PAID = re.compile(r"^(?:active|paid|premium|pro|plus)$", re.IGNORECASE)


class StripeSubscriptionStatusIgnored(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 7.5
    cwe = (840,)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for event, body in branches(program, module.path, _EVENTS):
                reached = list(reached_by(program, module.path, body))
                if any(_reads_status(node) for _, nodes in reached for node in nodes):
                    continue
                for path, nodes in reached:
                    found = next(_grants(program, path, nodes), None)
                    if found is not None:
                        node, column, content = found
                        yield self.finding(
                            program.span(path, node),
                            f"`{column}` becomes `{content}` on `{event}` whatever the status of the subscription is",
                            subject=f"{path} {event}",
                        )
                        break


def _reads_status(node: Node) -> bool:
    match node:
        case Member(name="status") | PatternProperty(key="status") | Index(index=Constant(value="status")):
            return True
    return False


def _grants(program: Program, path: str, nodes: list[Node]) -> Iterator[tuple[Node, str, str]]:
    """The writes of a branch that say that something is paid for, with the column and what it becomes."""
    here = set(nodes)
    for query in queries(program, path):
        if (
            query.operation not in ("update", "upsert", "insert")
            or query.payload is None
            or query.site.node not in here
        ):
            continue
        for column, content in query.payload.columns.items():
            if _GRANTS.search(column) and isinstance(content, Known) and _is_paid(content.value):
                yield query.site.node, column, describe(content).strip('"')


def _is_paid(content: object) -> bool:
    return content is True or (isinstance(content, str) and bool(_PAID.search(content)))
