"""What the customer chose is noted, and has no influence on what is charged.

The request says `yearly`, or ten seats, or two addons; the session's metadata say so too, and everything that is
delivered follows it. But `line_items` are the same whatever was chosen.

Choose the price, or the quantity, by the option.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/checkout/index.ts
import Stripe from "npm:stripe@18.3.0";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const { term } = await req.json();
  const session = await stripe.checkout.sessions.create({
    mode: "subscription",
    line_items: [{ price: Deno.env.get("PRICE")!, quantity: 1 }],
    metadata: { term },
                ^^^^ `term` is what the customer chose, and nothing that is charged depends on it
    success_url: "https://shop.example",
  });
  return Response.json({ url: session.url });
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/checkout/index.ts
import Stripe from "npm:stripe@18.3.0";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const { term, seats } = await req.json();
  const price = term === "yearly" ? Deno.env.get("PRICE_YEARLY")! : Deno.env.get("PRICE_MONTHLY")!;
  const session = await stripe.checkout.sessions.create({
    mode: "subscription",
    line_items: [{ price, quantity: seats }],
    metadata: { term, seats },
    success_url: "https://shop.example",
  });
  return Response.json({ url: session.url });
});
```
"""

import re
from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Binary, Call, Conditional, If, Index, Member, Name, Node, Object, Property, Switch
from analyzer.stripe_flow import Creation, creations
from analyzer.typescript.credentials import every
from analyzer.typescript.evaluate import value
from analyzer.typescript.program import Program
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import Request, Value
from analyzer.typescript.walk import inside

# What a customer chooses that costs more or less, by what projects call it.
_COSTS = re.compile(
    r"^(?:billing_?)?(?:term|interval|period|cycle|frequency|duration)s?$|^(?:quantity|seats?|licenses?|addons?|add_ons|extras)$"
    r"|^(?:is_?)?(?:annual|yearly)$",
    re.IGNORECASE,
)


class StripeOptionNotPriced(ProjectRule):
    severity = "warning"
    precision = "medium"

    def check(self, project: Project) -> Result:
        program = project.program
        for creation in creations(project):
            if creation.resource != "checkout.sessions" or creation.method != "create":
                continue
            items = creation.given("line_items")
            path = creation.site.path
            for entry in _metadata(creation.site.node) if items is not None else ():
                if entry.key is None or not _COSTS.match(entry.key):
                    continue
                chosen = _chosen(resolved(program, value(program, path, entry.value)))
                if chosen is None or items is None or _decides(program, path, chosen, items, creation):
                    continue
                yield self.finding(
                    program.span(path, entry.value),
                    f"`{entry.key}` is what the customer chose, and nothing that is charged depends on it",
                    subject=f"{path} {entry.key}",
                )


def _metadata(call: Node) -> Iterator[Property]:
    for argument in call.arguments if isinstance(call, Call) else ():
        for entry in argument.properties if isinstance(argument, Object) else ():
            if isinstance(entry, Property) and entry.key == "metadata" and isinstance(entry.value, Object):
                yield from (one for one in entry.value.properties if isinstance(one, Property))


def _chosen(content: Value) -> Request | None:
    return next((one for one in every(content) if isinstance(one, Request) and one.part == "body" and one.path), None)


def _decides(program: Program, path: str, chosen: Request, items: Value, creation: Creation) -> bool:
    """Whether the option is in what is charged, or in anything that the code asks, looks up or calls with it."""
    if any(isinstance(one, Request) and one.path == chosen.path for one in every(items)):
        return True
    name = chosen.path[-1]
    index = program.index(path)
    tests = (*index.nodes.get(If, ()), *index.nodes.get(Conditional, ()))
    asked: list[Node] = [one.test for one in tests if isinstance(one, If | Conditional)]
    asked += [one.index for one in index.nodes.get(Index, ()) if isinstance(one, Index)]
    asked += [one.value for one in index.nodes.get(Switch, ()) if isinstance(one, Switch)]
    asked += [
        one for one in index.nodes.get(Binary, ()) if isinstance(one, Binary) and one.operator in ("===", "==", "*")
    ]
    asked += [
        argument
        for call in index.calls
        if call is not creation.site.node
        for argument in call.arguments
        if not _is_told(call)
    ]
    return any(isinstance(part, Name | Member) and part.name == name for one in asked for part in inside(one))


def _is_told(call: object) -> bool:
    """Whether a call only says what it is given: logs, and the making of text."""
    callee = getattr(call, "callee", None)
    root = callee.object if isinstance(callee, Member) else callee
    return isinstance(root, Name) and root.name in ("console", "JSON", "String")
