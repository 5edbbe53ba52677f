"""An event that can never be handled is refused, so that Stripe sends it for three days.

Every answer that is not 2xx makes Stripe send the event again, with growing pauses, for three days. An event whose
metadata lacks what the code wants will lack it every time. Where most deliveries fail, Stripe switches the endpoint
off, and then the good events are lost too.

Note down what cannot be handled, tell somebody, and answer 200. Answer 4xx only for a wrong signature, and 5xx where
trying again can help.

Source: [Stripe: webhooks, retries](https://docs.stripe.com/webhooks#retries)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/webhook/index.ts
import Stripe from "npm:stripe@18.3.0";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const secret = Deno.env.get("STRIPE_WEBHOOK_SECRET")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), req.headers.get("stripe-signature")!, secret);
  if (event.type === "checkout.session.completed") {
    if (!event.data.object.metadata?.user_id) {
      return new Response("no user", { status: 400 });
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the event is the same every time, and with 400 Stripe sends it for three days
    }
  }
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
  const secret = Deno.env.get("STRIPE_WEBHOOK_SECRET")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), req.headers.get("stripe-signature")!, secret);
  if (event.type === "checkout.session.completed") {
    if (!event.data.object.metadata?.user_id) {
      console.error("session without user", event.data.object.id);
      return new Response("ignored");
    }
  }
  return new Response("ok");
});
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result
from analyzer.facts.typescript import Function, Member, Name, Node, Return, Try
from analyzer.stripe_flow import stripe_webhooks
from analyzer.typescript.checks import checks_before
from analyzer.typescript.flow import around, conditions
from analyzer.typescript.program import Program
from analyzer.typescript.reach import reached
from analyzer.typescript.responses import responses
from analyzer.typescript.walk import inside

_FAILURE = re.compile(r"err|fail|^ok$|success|result|verif|signature|^(?:is_?)?valid$", re.IGNORECASE)
_MOST_RELATED = 10


class StripeWebhookPermanentRetry(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        program = project.program
        for slug in stripe_webhooks(project):
            function = project.functions[slug]
            places = reached(program, function.entry or "")
            refused = [
                (one.site, one.status_code)
                for module in function.modules
                for one in responses(program, module.path)
                if one.status_code is not None
                and 400 <= one.status_code < 500
                and one.status_code != 429
                and (module.path, one.function) in places
                and isinstance(program.parent(module.path, one.site.node), Return)
                and not _after_failure(program, module.path, one.site.node)
                and any(check.kind == "signature" for check in checks_before(program, module.path, one.site.node))
            ]
            if refused:
                (first, status), *others = refused
                yield self.finding(
                    program.place(first),
                    f"the event is the same every time, and with {status} Stripe sends it for three days",
                    subject=slug,
                    related=tuple(
                        Place(program.place(site), f"and with {code} here") for site, code in others[:_MOST_RELATED]
                    ),
                )


def _after_failure(program: Program, path: str, node: Node) -> bool:
    """Whether something has failed that may go well the next time, or the signature is wrong."""
    for parent, child in around(program, path, node):
        if isinstance(parent, Function):
            break
        if isinstance(parent, Try) and not any(child is one for one in parent.body):
            return True
    return any(
        isinstance(part, Name | Member) and _FAILURE.search(part.name)
        for condition in conditions(program, path, node)
        if condition.by.start <= node.start < condition.by.end
        for part in inside(condition.test)
    )
