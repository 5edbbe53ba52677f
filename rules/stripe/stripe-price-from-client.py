"""The request says how much is to be paid.

A checkout, or a payment, is made with an amount that comes from the body of the request. Whoever sends the request
chooses it: the order of 100 is paid with 1.

Let the request say what is bought, and look the price up where it is kept: in a table, or as a price of Stripe.

Donations, tips and deposits are left alone, by the name of the function, since the payer gets what was chosen; so are
functions that only staff, or the project's own code, can call. That an amount lies within bounds makes it no price.

Source: [Stripe: create a payment on the server](https://docs.stripe.com/payments/accept-a-payment?platform=web&ui=elements)

## Bad

```ts supabase/functions/create-checkout/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const { name, price } = await req.json();
  const session = await stripe.checkout.sessions.create({
    mode: "payment",
    line_items: [{ quantity: 1, price_data: { currency: "eur", product_data: { name }, unit_amount: price * 100 } }],
                                                                                                    ^^^^^^^^^^^ what Stripe charges here is `body.price`, which whoever sends the request chooses
  });
  return Response.json({ url: session.url });
});
```

## Good

```ts supabase/functions/create-checkout/index.ts
import Stripe from "npm:stripe@17";
import { createClient } from "npm:@supabase/supabase-js@2";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_ANON_KEY")!);
Deno.serve(async (req) => {
  const { plan } = await req.json();
  const { data } = await db.from("plans").select("price_id").eq("id", plan).single();
  const session = await stripe.checkout.sessions.create({ mode: "payment", line_items: [{ price: data!.price_id }] });
  return Response.json({ url: session.url });
});
```
"""

import re
from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Array, Call, Expression, Node, Object, Property
from analyzer.typescript.calls import package_call
from analyzer.typescript.checks import checks_before
from analyzer.typescript.describe import describe
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import around
from analyzer.typescript.program import Program
from analyzer.typescript.summaries import resolved, returned
from analyzer.typescript.values import Called, FunctionValue, Global, MemberOf, Request, Row, User, Value, parts

_AMOUNTS = frozenset({"unit_amount", "unit_amount_decimal", "amount"})
# Where the payer chooses the amount, and gets just that for it.
_CHOSEN = re.compile(
    r"donat|(?:^|[-_/])tips?(?:[-_/]|$)|top-?up|wallet|deposit|contribut|gift|pledge|refund|payout|transfer",
    re.IGNORECASE,
)

_TIP = re.compile(r"^(?:tips?|gratuity|donation)(?![a-z])", re.IGNORECASE)  # which the payer chooses beside the price
# Methods that give something of what they are called on, those among them that give what their callbacks give, and
# functions of the language that give the same in another form.
_TURNS = frozenset({"map", "flatMap", "reduce"})
_SAME = _TURNS | frozenset("filter find slice at toFixed toString trim replace valueOf concat flat get".split())
_NUMBERS = frozenset("Number parseInt parseFloat Number.parseInt Number.parseFloat String BigInt".split())
_MOST_PARTS = 200  # of an amount that are looked at


class StripePriceFromClient(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 9.0
    cwe = (472, 602)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for node in _amounts(program, module.path):
                sent = _sent(program, module.path, node)
                if sent is None or _CHOSEN.search(module.path) or _is_for_staff(program, module.path, node):
                    continue
                yield self.finding(
                    program.span(module.path, node),
                    f"what Stripe charges here is `{describe(sent)}`, which whoever sends the request chooses",
                    subject=f"{module.path} {describe(sent)}",
                )


def _amounts(program: Program, path: str) -> Iterator[Expression]:
    """What stands as an amount where Stripe charges it, in the order of the text."""
    for node in program.index(path).nodes.get(Property, ()):
        if not isinstance(node, Property) or node.key not in _AMOUNTS:
            continue
        call = _called_with(program, path, node)
        package, name = (package_call(value(program, path, call.callee)) if call is not None else None) or ("", "")
        if node.key == "amount":
            if package == "stripe" and name.endswith((".paymentIntents.create", ".charges.create")):
                yield node.value
        elif not name.endswith((".prices.create", ".products.create", ".prices.update")):
            yield node.value


def _called_with(program: Program, path: str, node: Node) -> Call | None:
    """The call that an object literal is an argument of, with the literals around it."""
    for parent, _ in around(program, path, node):
        if isinstance(parent, Call):
            return parent
        if not isinstance(parent, Object | Property | Array):
            return None
    return None


def _sent(program: Program, path: str, node: Expression) -> Request | None:
    """What of the request an amount is made of, where nothing that the project keeps is in it, nor may be."""
    waiting = [resolved(program, value(program, path, node))]
    found: list[Request] = []
    for _ in range(_MOST_PARTS):
        if not waiting:
            break
        match waiting.pop():
            case Row() | User():
                return None
            case Request(part="body" | "query" | "form") as sent:
                found.append(sent)
            case Called(callee=MemberOf(object=inner, key=key), arguments=given) if key in _SAME:
                waiting.append(inner)
                if key in _TURNS:  # into what their callbacks give
                    waiting += (_returned(program, one) for one in given)
            case Called(callee=Global(name=name), arguments=given) if name.startswith("Math.") or name in _NUMBERS:
                waiting += given
            case Called():
                return None  # a look-up, or a sum, that is not understood
            case other:
                waiting += parts(other)
    return next((one for one in reversed(found) if not any(_TIP.search(str(part)) for part in one.path)), None)


def _returned(program: Program, given: Value) -> Value:
    """What a callback gives back, or else the argument itself: the start of a sum."""
    return returned(program, given.path, given.function) if isinstance(given, FunctionValue) else given


def _is_for_staff(program: Program, path: str, node: Node) -> bool:
    """Whether only those get here who may set prices, or the project's own code."""
    return any(
        check.kind in ("role", "secret", "signature") and not check.weak for check in checks_before(program, path, node)
    )
