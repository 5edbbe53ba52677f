"""A webhook believes events that nobody has signed.

The handler acts on `event.type` of the request's body without checking Stripe's signature. Anybody can send
`checkout.session.completed` with the ids they like, and get what others pay for.

That a signature is checked when there is one does not help: an attacker sends none.

Verify first: `await stripe.webhooks.constructEventAsync(body, signature, secret)` with the raw body (`req.text()`),
and act on what it returns.

Sources: [Stripe webhooks in edge functions](https://supabase.com/docs/guides/functions/examples/stripe-webhooks),
[Stripe: verify events](https://docs.stripe.com/webhooks#verify-events)

## Bad

```ts supabase/functions/stripe-webhook/index.ts
Deno.serve(async (req) => {
  const event = await req.json();
  switch (event.type) {
          ^^^^^^^^^^ this acts on the Stripe event `checkout.session.completed` although nothing has verified who sent it
    case "checkout.session.completed":
      await fetch("https://panel.example.com/servers", { method: "POST" });
  }
  return new Response("ok");
});
```

## Good

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
  if (event.type === "checkout.session.completed") {
    await fetch("https://panel.example.com/servers", { method: "POST" });
  }
  return new Response("ok");
});
```
"""

import re
from collections.abc import Iterator, Sequence

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Binary, Case, Constant, Expression, Module, Node, Switch
from analyzer.typescript.checks import checks_before
from analyzer.typescript.evaluate import value
from analyzer.typescript.values import Request, options

_STRIPE_EVENT = re.compile(
    r"^(?:checkout\.session|invoice|customer|payment_intent|charge|subscription_schedule|payment_method|setup_intent|account|payout|price|product|refund)"
    r"(?:\.[a-z_]+)+$"
)


class StripeSignatureMissing(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 9.1
    cwe = (345,)

    def check(self, project: Project) -> Result:
        for module in project.function_modules:
            for subject, event, node in _tests(project, module):
                if not any(
                    check.kind in ("signature", "secret") and (not check.weak or check.detail == "includes")
                    for check in checks_before(project.program, module.path, node)
                ):
                    yield self.finding(
                        module.lines.span(subject.start, subject.end),
                        f"this acts on the Stripe event `{event}` although nothing has verified who sent it",
                        subject=module.path,
                    )
                    break  # the rest of the handler has the same fault


def _tests(project: Project, module: Module) -> Iterator[tuple[Expression, str, Node]]:
    """Where the module asks for the type of a Stripe event that comes straight from the request."""
    index = project.program.index(module.path)
    for node in index.nodes.get(Switch, ()):
        if isinstance(node, Switch):
            names = [
                case.test.value for case in node.cases if isinstance(case, Case) and isinstance(case.test, Constant)
            ]
            yield from _asked(project, module, node.value, names, node)
    for node in index.nodes.get(Binary, ()):
        if isinstance(node, Binary) and node.operator in ("===", "==", "!==", "!="):
            for subject, other in ((node.left, node.right), (node.right, node.left)):
                if isinstance(other, Constant):
                    yield from _asked(project, module, subject, [other.value], node)


def _asked(
    project: Project, module: Module, subject: Expression, names: Sequence[object], node: Node
) -> Iterator[tuple[Expression, str, Node]]:
    event = next((name for name in names if isinstance(name, str) and _STRIPE_EVENT.match(name)), None)
    if event is None:
        return
    possible = options(value(project.program, module.path, subject))
    # One of several is enough: the event that is verified where a signature was sent, else the plain body.
    if any(isinstance(one, Request) and one.part == "body" and one.path[-1:] == ("type",) for one in possible):
        yield subject, event, node
