"""A live Stripe key is in the repository.

With `sk_live_...` anybody can refund, pay out and read the data of all customers of the account; `rk_live_...` can do
what its restrictions leave. Stripe looks for its keys on GitHub too, and may disable one before you notice.

Roll the key in Stripe's dashboard (Developers > API keys), which keeps the old one alive for as long as you choose,
and store the new one with `supabase secrets set STRIPE_SECRET_KEY=...`. Publishable keys (`pk_live_...`) are made for
browsers and are not reported; test keys are `secret-stripe-test-key`.

## Bad

```md docs/DEPLOY.md
STRIPE_SECRET_KEY=sk_live_[[alnum:99]]
                  ^^^^^^^^^^^^^^^^^^^^ a live Stripe secret key is in the repository, in `STRIPE_SECRET_KEY`: roll it
```

## Good

```ts supabase/functions/checkout/index.ts
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
const live = key.startsWith("sk_live_");
```

## Good: public keys and samples

```sh .env.example
STRIPE_SECRET_KEY=sk_live_...
STRIPE_KEY=sk_live_your_key_here
VITE_STRIPE_PUBLISHABLE_KEY=pk_live_[[alnum:99]]
```
"""

from analyzer import Lines, Result, Source, TextRule
from analyzer.secrets.leaks import leaks


class StripeKey(TextRule):
    severity = "error"
    precision = "very-high"
    security_severity = 9.8
    tracked_only = True
    cwe = (798,)

    def check(self, source: Source, lines: Lines) -> Result:
        if source.path.endswith(".sql"):
            return
        for leak in leaks(source, "stripe-live-key"):
            yield self.finding(
                leak.span(lines),
                f"{leak.secret.label} is in the repository{leak.where}: roll it",
                subject=leak.subject,
                related=leak.related(lines),
            )
