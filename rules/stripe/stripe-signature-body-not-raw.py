"""The signature of a webhook is checked against a body that was parsed before.

Stripe signs the bytes that it sends. What `req.json()` and `JSON.stringify` make of them has other blanks and another
order, so that no signature is right: every event is refused, or, worse, let through by the workaround that follows.

Give the text as it came: `constructEventAsync(await req.text(), signature, secret)`, and parse nothing before.

Source: [Stripe webhooks in edge functions](https://supabase.com/docs/guides/functions/examples/stripe-webhooks)

## Bad

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const body = await req.json();
  const signature = req.headers.get("stripe-signature")!;
  const secret = Deno.env.get("WEBHOOK_SECRET")!;
  const event = await stripe.webhooks.constructEventAsync(JSON.stringify(body), signature, secret);
                                                          ^^^^^^^^^^^^^^^^^^^^ the signature is checked against what `JSON.stringify` has written anew, and Stripe signs the bytes that it sends
  return Response.json({ received: event.id });
});
```

## Good

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const body = await req.text();
  const signature = req.headers.get("stripe-signature")!;
  const secret = Deno.env.get("WEBHOOK_SECRET")!;
  const event = await stripe.webhooks.constructEventAsync(body, signature, secret);
  return Response.json({ received: event.id });
});
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Await, Call, Cast, Expression, Member, Name
from analyzer.typescript.calls import dotted
from analyzer.typescript.program import Program

_VERIFIERS = frozenset({"constructEvent", "constructEventAsync", "verifyHeader", "verifyHeaderAsync"})
_MOST_STEPS = 5  # variables between the body and the check


class StripeSignatureBodyNotRaw(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for call in program.index(module.path).calls:
                if not isinstance(call, Call) or not isinstance(call.callee, Member) or not call.arguments:
                    continue
                if call.callee.name in _VERIFIERS and ".webhooks" in dotted(call.callee):
                    how = _parsed(program, module.path, call.arguments[0], 0)
                    if how is not None:
                        yield self.finding(
                            program.span(module.path, call.arguments[0]),
                            f"the signature is checked against {how}, and Stripe signs the bytes that it sends",
                            subject=module.path,
                        )


def _parsed(program: Program, path: str, body: Expression, depth: int) -> str | None:
    """How a body was parsed before it comes here; None where it is raw, or where nothing is known."""
    if depth > _MOST_STEPS:
        return None
    match body:
        case Await(value=inner) | Cast(value=inner):
            return _parsed(program, path, inner, depth)
        case Call(callee=Member(name="json"), arguments=()):
            return "what `json()` has parsed"
        case Call() if dotted(body.callee) == "JSON.stringify":
            return "what `JSON.stringify` has written anew"
        case Name(binding=binding) if binding >= 0:
            definitions = program.index(path).definitions.get(binding, [])
            if len(definitions) == 1 and not definitions[0].takes:
                source = definitions[0].source
                if isinstance(source, Await | Cast | Call | Name):
                    return _parsed(program, path, source, depth + 1)
    return None
