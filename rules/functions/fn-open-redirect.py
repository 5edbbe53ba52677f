"""The request says where people are sent.

An address that the request gives becomes the page to which Stripe or a redirect leads. A link of yours can
then lead to somebody else's page, which looks like yours and asks for a password.

Build the address from a setting, or compare it with a list of your own origins.

## Bad

```ts supabase/functions/checkout/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const { back } = await req.json();
  const session = await stripe.checkout.sessions.create({ mode: "payment", success_url: back });
                                                                                        ^^^^ `success_url` is whatever the request says (`body.back`)
  return Response.json({ url: session.url });
});
```

## Good

```ts supabase/functions/checkout/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const { order } = await req.json();
  const success_url = `${Deno.env.get("SITE_URL")}/orders/${order}`;
  const session = await stripe.checkout.sessions.create({ mode: "payment", success_url });
  return Response.json({ url: session.url });
});
```
"""

from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Object, Property
from analyzer.typescript.describe import describe
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import conditions
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import Concatenation, Request, Value, options, origins

# Not `redirectTo` of Auth, which only takes the addresses of the project's own list:
# https://supabase.com/docs/guides/auth/redirect-urls
_NAMES = frozenset({"success_url", "cancel_url", "return_url", "refresh_url"})
_SENT = frozenset({"body", "query", "form"})


class FnOpenRedirect(ProjectRule):
    severity = "warning"
    precision = "medium"
    security_severity = 6.1
    cwe = (601,)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for node in program.index(module.path).nodes.get(Object, ()):
                for item in node.properties if isinstance(node, Object) else ():
                    if not isinstance(item, Property) or item.key not in _NAMES:
                        continue
                    sent = next(_chosen(resolved(program, value(program, module.path, item.value))), None)
                    if sent is None or any(
                        isinstance(one, Request) and one.path == sent.path
                        for test in conditions(program, module.path, item)
                        for one in origins(value(program, module.path, test.test))
                    ):
                        continue
                    yield self.finding(
                        program.span(module.path, item.value),
                        f"`{item.key}` is whatever the request says (`{describe(sent)}`)",
                        subject=f"{module.path} {item.key}",
                    )


def _chosen(content: Value) -> Iterator[Request]:
    """The parts of the request that are the whole address, or its beginning."""
    for option in options(content):
        first = option.parts[0] if isinstance(option, Concatenation) else option
        for one in options(first):
            if isinstance(one, Request) and one.part in _SENT:
                yield one
