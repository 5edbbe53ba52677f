"""A webhook is called by a provider, and the platform turns the provider away.

The handler checks a signature, so its requests come from another service. That service sends no Supabase JWT, and
with `verify_jwt = true` the platform answers 401 before the function runs. A function without a section in
`config.toml` has `verify_jwt = true`, and the next deploy writes that over what was switched in the Dashboard.

Declare it: `[functions.<name>]` with `verify_jwt = false`. The signature is then the check.

A function is taken for a webhook if it verifies a signature with a provider's package, or reads a header in which only
a provider sends one (`x-hub-signature-256`, `x-line-signature`), and if it is called after a provider
(`resend-webhook`) and nothing of the repository calls it. Nothing is said of functions for which a script, a
workflow or a document has a deploy with `--no-verify-jwt`.

Sources: [function configuration](https://supabase.com/docs/guides/functions/function-configuration),
[supabase#17476](https://github.com/supabase/supabase/issues/17476)

## Bad

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the provider that signs these requests gets 401: `stripe-webhook` has `verify_jwt = true` by default
  return new Response(event.type);
});
```

```toml supabase/config.toml
project_id = "shop"
```

```toml supabase/config.toml fixed
project_id = "shop"

[functions.stripe-webhook]
verify_jwt = false
```

## Good

```ts supabase/functions/stripe-webhook/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const signature = req.headers.get("stripe-signature")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), signature, Deno.env.get("WEBHOOK_SECRET")!);
  return new Response(event.type);
});
```

```toml supabase/config.toml
[functions.stripe-webhook]
verify_jwt = false
```
"""

import re

from analyzer import (
    Place,
    Project,
    ProjectRule,
    Result,
    function_calls,
    may_be_opened,
    provider_checks,
    verify_jwt_off,
)
from analyzer.database_calls import database_calls

# Functions that are called after who sends to them, of those providers whose webhooks cannot bring a token of ours.
_CALLED_AFTER = re.compile(
    r"^(?:(?:handle|process)-)?(?:stripe|resend|clerk|github|gitlab|shopify|paddle|lemon-?squeezy|telegram|twilio|sendgrid|mailgun"
    r"|paypal|razorpay|paystack|flutterwave|mercado-?pago|polar|slack|discord|whatsapp|facebook|meta|instagram|calendly|mux"
    r"|replicate|livekit|typeform|hubspot|linear|square|coinbase|mollie|adyen|nowpayments|docusign|zoom)"
    r"-(?:[a-z]+-)?(?:webhooks?|ipn)$"
)


class FnWebhookBlockedByJwt(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for slug, function in project.functions.items():
            if function.entry is None or not function.enabled or not function.verify_jwt.value:
                continue
            checks = provider_checks(project, slug)
            called = _CALLED_AFTER.match(slug)
            if (not checks and (called is None or _is_called_here(project, slug))) or may_be_opened(project, slug):
                continue
            entry = function.verify_jwt.entry
            how = "" if entry is not None else " by default"
            who = "the provider that signs these requests" if checks else "the provider that it is called after"
            yield self.finding(
                project.program.span(checks[0].path, checks[0].node) if checks else function.span,
                f"{who} gets 401: `{slug}` has `verify_jwt = true`{how}",
                subject=slug,
                related=(Place(entry.span, "it is set here"),) if entry is not None else (),
                fix=verify_jwt_off(project, function, safe=bool(checks)),
            )


def _is_called_here(project: Project, slug: str) -> bool:
    """Whether something of the repository calls it, which may have a token."""
    called = {call.slug for call in function_calls(project)} | {call.slug for call in database_calls(project)}
    return slug in called
