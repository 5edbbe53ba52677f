"""A checkout session is created with parameters that Stripe does not take together, or does not know.

Stripe refuses the whole request (400), and no customer gets to the page. TypeScript does not see it: which parameter
goes with which mode is no matter of types, and functions are deployed without a type check.

Source: [Stripe: create a session](https://docs.stripe.com/api/checkout/sessions/create)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/checkout/index.ts
import Stripe from "npm:stripe@18.3.0";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async () => {
  const session = await stripe.checkout.sessions.create({
    mode: "payment",
    payment_method_types: ["card", "apple_pay"],
                                   ^^^^^^^^^^^ `apple_pay` is no payment method type: it comes with `card`
    line_items: [],
    subscription_data: { trial_period_days: 7 },
    ^^^^^^^^^^^^^^^^^ Stripe does not take `subscription_data` in mode `payment`
    sucess_url: "https://shop.example",
    ^^^^^^^^^^ Stripe does not know `sucess_url`; did you mean `success_url`?
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
Deno.serve(async () => {
  const session = await stripe.checkout.sessions.create({
    mode: "subscription",
    payment_method_types: ["card"],
    line_items: [],
    subscription_data: { trial_period_days: 7 },
    success_url: "https://shop.example",
  });
  return Response.json({ url: session.url });
});
```
"""

from collections.abc import Iterator
from difflib import get_close_matches

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Array, Call, Constant, Node, Object, Property
from analyzer.stripe_flow import Creation, creations

# https://docs.stripe.com/api/checkout/sessions/create
_KNOWN = frozenset(
    """adaptive_pricing after_expiration allow_promotion_codes automatic_tax billing_address_collection branding_settings
    cancel_url client_reference_id consent_collection currency custom_fields custom_text customer customer_account
    customer_creation customer_email customer_update discounts excluded_payment_method_types expand expires_at
    invoice_creation line_items locale metadata mode name_collection optional_items origin_context payment_intent_data
    payment_method_collection payment_method_configuration payment_method_data payment_method_options
    payment_method_types permissions phone_number_collection redirect_on_completion return_url
    saved_payment_method_options setup_intent_data shipping_address_collection shipping_options submit_type
    subscription_data success_url tax_id_collection ui_mode wallet_options integration_identifier""".split()
)
_NOT_IN = {
    "subscription_data": ("payment", "setup"),
    "payment_intent_data": ("subscription", "setup"),
    "invoice_creation": ("subscription", "setup"),
    "customer_creation": ("subscription",),
    "setup_intent_data": ("payment", "subscription"),
}
_NOT_TOGETHER = (("customer", "customer_email"), ("allow_promotion_codes", "discounts"))
_NO_METHODS = {"apple_pay": "`card`", "google_pay": "`card`", "credit_card": "`card`", "visa": "`card`"}
_REMOVED = frozenset({"amount", "currency", "name", "images", "description"})  # of line items, with 2022-08-01


class StripeInvalidParameter(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        program = project.program
        for creation in creations(project):
            if creation.resource != "checkout.sessions" or creation.method != "create":
                continue
            given = _given(creation.site.node)
            path = creation.site.path
            for entry, message in _wrong(creation, given):
                start, end = (
                    (entry.key_start, entry.key_end) if isinstance(entry, Property) else (entry.start, entry.end)
                )
                yield self.finding(
                    program.modules[path].lines.span(start, end), message, subject=f"{path} {message[:60]}"
                )


def _given(call: Node) -> dict[str, Property]:
    """The parameters that are written in the call, by name; nothing where others are spread in."""
    argument = call.arguments[0] if isinstance(call, Call) and call.arguments else None
    if not isinstance(argument, Object) or not all(isinstance(one, Property) for one in argument.properties):
        return {}
    return {one.key: one for one in argument.properties if isinstance(one, Property) and one.key is not None}


def _wrong(creation: Creation, given: dict[str, Property]) -> Iterator[tuple[Property | Constant, str]]:
    for name, entry in given.items():
        if name not in _KNOWN:
            near = get_close_matches(name, _KNOWN, n=1, cutoff=0.85)
            if near:
                yield entry, f"Stripe does not know `{name}`; did you mean `{near[0]}`?"
        elif len(creation.modes) == 1 and next(iter(creation.modes)) in _NOT_IN.get(name, ()):
            yield entry, f"Stripe does not take `{name}` in mode `{next(iter(creation.modes))}`"
    for one, other in _NOT_TOGETHER:
        if one in given and other in given and _is_certain(given[one]) and _is_certain(given[other]):
            yield given[other], f"Stripe takes `{one}` or `{other}`, not both"
    mode = given.get("ui_mode")
    if mode is not None and isinstance(mode.value, Constant) and mode.value.value in ("embedded", "custom"):
        for name in ("success_url", "cancel_url"):
            if name in given:
                yield given[name], f"Stripe does not take `{name}` with `ui_mode: {mode.value.value}`: use `return_url`"
    methods = given.get("payment_method_types")
    for element in methods.value.elements if methods is not None and isinstance(methods.value, Array) else ():
        if isinstance(element, Constant) and element.value in _NO_METHODS:
            instead = _NO_METHODS[str(element.value)]
            yield element, f"`{element.value}` is no payment method type: it comes with {instead}"
    items = given.get("line_items")
    for item in items.value.elements if items is not None and isinstance(items.value, Array) else ():
        for part in item.properties if isinstance(item, Object) else ():
            if isinstance(part, Property) and part.key in _REMOVED:
                yield part, f"a line item has no `{part.key}` since 2022-08-01: put it into `price_data`"


def _is_certain(entry: Property) -> bool:
    """Whether a parameter has a value in any case: `undefined` counts as not given."""
    value = entry.value
    return isinstance(value, Constant | Array | Object) and not (
        isinstance(value, Constant) and value.value in (None, False)
    )
