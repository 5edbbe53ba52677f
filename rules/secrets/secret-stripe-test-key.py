"""A Stripe test key is in the repository.

`sk_test_...` moves no real money, but it reads and changes everything in the account's test mode, customers' names
and addresses that were tried there included, and the line that holds it is where the live key goes next.

Read it from the environment: `Deno.env.get("STRIPE_SECRET_KEY")` in an edge function, `supabase/functions/.env` (not
tracked by git) on your machine. Keys in tests and the keys that Stripe's documentation prints are not reported.

## Bad

```ts supabase/functions/checkout/index.ts
const stripe = new Stripe("sk_test_[[alnum:99]]");
                           ^^^^^^^^^^^^^^^^^^^^ a Stripe test key is in the repository: read it from the environment
```

## Good

```ts supabase/functions/checkout/index.ts
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
```

## Good: a test

```ts supabase/functions/tests/checkout.test.ts
const key = "sk_test_[[alnum:24]]";
```
"""

from analyzer import Lines, Result, Source, TextRule
from analyzer.secrets.leaks import is_test_path, leaks


class StripeTestKey(TextRule):
    severity = "warning"
    precision = "high"
    security_severity = 4.0
    tracked_only = True
    cwe = (798,)

    def check(self, source: Source, lines: Lines) -> Result:
        if source.path.endswith(".sql") or is_test_path(source.path):
            return
        for leak in leaks(source, "stripe-test-key"):
            yield self.finding(
                leak.span(lines),
                f"{leak.secret.label} is in the repository{leak.where}: read it from the environment",
                subject=leak.subject,
                related=leak.related(lines),
            )
