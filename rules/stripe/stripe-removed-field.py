"""A field is read that Stripe's API no longer has.

Since version `2025-03-31.basil` a subscription has no `current_period_end` of its own, and an invoice no
`subscription`, `paid`, `charge` or `payment_intent`. What is read is `undefined`: `new Date(undefined * 1000)` throws
where it is written, and a test of `invoice.paid` is never true.

Read the new place: `subscription.items.data[0].current_period_end`,
`invoice.parent.subscription_details.subscription`, `invoice.status === "paid"`, `invoice.payments`. Or ask for an older
`apiVersion`.

The version is the one that the client asks for (`apiVersion`), or the one that its version of the SDK stands for (18
and later). Only answers of the API are judged. The objects of events have the version of the webhook's endpoint, which
no code shows.

Source: [stripe-node 18.0.0](https://github.com/stripe/stripe-node/blob/master/CHANGELOG.md#1800---2025-04-01)

## Bad

```ts supabase/functions/sync/index.ts
import Stripe from "npm:stripe@18.5.0";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!, { apiVersion: "2025-08-27.basil" });
Deno.serve(async (req) => {
  const subscription = await stripe.subscriptions.retrieve((await req.json()).id);
  return Response.json({ until: new Date(subscription.current_period_end * 1000).toISOString() });
                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a Stripe subscription has no `current_period_end` in version `2025-08-27.basil`: this is `undefined`
});
```

## Good

```ts supabase/functions/sync/index.ts
import Stripe from "npm:stripe@18.5.0";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!, { apiVersion: "2025-08-27.basil" });
Deno.serve(async (req) => {
  const subscription = await stripe.subscriptions.retrieve((await req.json()).id);
  return Response.json({ until: new Date(subscription.items.data[0].current_period_end * 1000).toISOString() });
});
```
"""

from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result
from analyzer.facts.typescript import Binary, Cast, Conditional, Member
from analyzer.typescript.calls import package_call
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import around
from analyzer.typescript.program import Program
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import Called, External, MemberOf, ObjectValue, Value, options, text_of
from analyzer.typescript.walk import inside

_CHANGED = "2025-03-31"  # the version `basil`
_FIRST_SDK = 18  # the first major version of the SDK that asks for it
_REMOVED = {
    "subscription": frozenset({"current_period_end", "current_period_start"}),
    "invoice": frozenset({"subscription", "subscription_details", "paid", "charge", "payment_intent", "tax"}),
    "charge": frozenset({"invoice"}),
    "payment intent": frozenset({"invoice"}),
}
_KINDS = {
    "subscriptions": "subscription",
    "invoices": "invoice",
    "charges": "charge",
    "paymentIntents": "payment intent",
}
_LISTS = frozenset({"list", "search"})
# Fields that hold another object where they are expanded.
_HELD = {"latest_invoice": "invoice", "invoice": "invoice", "subscription": "subscription"}
_NAMES = frozenset().union(*_REMOVED.values())


class StripeRemovedField(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            found: dict[tuple[str, str, str], list[Member]] = {}
            for node in program.index(module.path).nodes.get(Member, ()):
                if isinstance(node, Member) and node.name in _NAMES:
                    for kind, version in _read_of(program, module.path, node):
                        found.setdefault((kind, node.name, version), []).append(node)
                        break
            for (kind, field, version), (first, *others) in found.items():
                yield self.finding(
                    program.span(module.path, first),
                    f"a Stripe {kind} has no `{field}` in {version}: this is `undefined`",
                    subject=f"{module.path} {kind} {field}",
                    related=tuple(Place(program.span(module.path, one), "and this") for one in others),
                )


def _read_of(program: Program, path: str, node: Member) -> Iterator[tuple[str, str]]:
    """The kind of object that a field is read of, with the version that it is asked for in."""
    if _is_alternative(program, path, node):
        return
    for read in options(resolved(program, value(program, path, node))):
        if not isinstance(read, MemberOf) or read.key != node.name:
            continue
        for one in options(read.object):
            kind, call = _kind_of(one)
            version = _version(call) if call is not None else None
            if version is not None and node.name in _REMOVED.get(kind, ()):
                yield kind, version


def _is_alternative(program: Program, path: str, node: Member) -> bool:
    """Whether another place is read beside this one: `item?.current_period_end ?? subscription.current_period_end`."""
    for parent, child in around(program, path, node):
        match parent:
            case Binary(operator="??" | "||", left=left, right=right):
                other = right if child is left else left
                if any(isinstance(one, Member) and one.name == node.name for one in inside(other)):
                    return True
            case Member() | Cast() | Conditional():
                pass
            case _:
                return False
    return False


def _kind_of(made: Value) -> tuple[str, Called | None]:
    """What a value is in Stripe's API, with the call that answered with it."""
    match made:
        case Called(callee=MemberOf(object=MemberOf(key=str(resource)), key=str(method))):
            found = package_call(made.callee)
            if found is not None and found[0] == "stripe":
                kind = _KINDS.get(resource, resource)
                return (f"{kind} list" if method in _LISTS else kind), made
        case MemberOf(object=inner, key=key):
            kind, call = "", None
            for one in options(inner):
                kind, call = _kind_of(one)
                if call is not None:
                    break
            if call is None:
                return "", None
            if key == "data" and kind.endswith(" list"):
                return kind, call
            if key is None:
                return kind.removesuffix(" list"), call
            return _HELD.get(key, ""), call
    return "", None


def _version(call: Called) -> str | None:
    """The version of the API that the client of a call asks for, where it is one without the fields."""
    made: Value = call.callee
    while isinstance(made, MemberOf):
        made = made.object
    if not isinstance(made, Called) or not isinstance(made.callee, External):
        return None
    if len(made.arguments) > 1:
        settings = made.arguments[1]
        if not isinstance(settings, ObjectValue) or not settings.complete:
            return None
        if "apiVersion" in settings.entries:
            asked = text_of(settings.entries["apiVersion"])
            return f"version `{asked}`" if asked is not None and asked >= _CHANGED else None
    major = made.callee.version.partition(".")[0].lstrip("^~v")
    return f"the version of `stripe@{major}`" if major.isdigit() and int(major) >= _FIRST_SDK else None
