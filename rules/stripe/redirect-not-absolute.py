"""The address that Stripe sends the customer back to may not be one.

Stripe wants a whole address, with `https://`. Where it begins with the `Origin` header and the header is missing (an app,
another server, a test), what is left is `/success`: Stripe answers "Not a valid URL", and no checkout begins.

Begin with a setting: `Deno.env.get("SITE_URL")`, and take the header only if it is on a list.

Source: [Stripe: create a session](https://docs.stripe.com/api/checkout/sessions/create)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/checkout/index.ts
import Stripe from "npm:stripe@18.3.0";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const origin = req.headers.get("origin") ?? "";
  const session = await stripe.checkout.sessions.create({
    mode: "payment",
    line_items: [],
    success_url: `${origin}/success`,
                 ^^^^^^^^^^^^^^^^^^^ without an `Origin` header this is `/success`, which Stripe refuses
    cancel_url: "/pricing",
                ^^^^^^^^^^ this is no whole address, which Stripe refuses
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
  const origin = req.headers.get("origin") ?? "https://shop.example";
  const session = await stripe.checkout.sessions.create({
    mode: "payment",
    line_items: [],
    success_url: `${origin}/success`,
    cancel_url: `${Deno.env.get("SITE_URL")}/pricing`,
  });
  return Response.json({ url: session.url });
});
```
"""

from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Expression, Object, Property
from analyzer.stripe_flow import creations
from analyzer.typescript.evaluate import value
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import Concatenation, Known, Request, Value, options

_ADDRESSES = ("success_url", "cancel_url", "return_url", "refresh_url")


class RedirectNotAbsolute(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        program = project.program
        for creation in creations(project):
            path = creation.site.path
            for name, node in _given(creation.site.node):
                found = resolved(program, value(program, path, node))
                message = next((text for one in options(found) if (text := _wrong(one)) is not None), None)
                if message is not None:
                    yield self.finding(program.span(path, node), message, subject=f"{path} {name}")


def _given(call: object) -> Iterator[tuple[str, Expression]]:
    for argument in getattr(call, "arguments", ()):
        if isinstance(argument, Object):
            for entry in argument.properties:
                if isinstance(entry, Property) and entry.key in _ADDRESSES:
                    yield entry.key, entry.value


def _wrong(address: Value) -> str | None:
    match address:
        case Known(value=str() as text) if text.startswith("/") or text == "":
            return "this is no whole address, which Stripe refuses"
        case Concatenation(parts=(first, *rest)):
            choices = options(first)
            header = any(isinstance(one, Request) and one.path[-1:] == ("origin",) for one in choices)
            if header and any(isinstance(one, Known) and one.value == "" for one in choices):
                shown = next((one.value for one in rest if isinstance(one, Known)), "a path")
                return f"without an `Origin` header this is `{str(shown).partition('?')[0]}`, which Stripe refuses"
            if isinstance(first, Known) and str(first.value).startswith("/"):
                return "this is no whole address, which Stripe refuses"
    return None
