"""The secret that signs webhooks is in the repository.

Whoever has `whsec_...` can sign events of their own, and the function that verifies the signature believes them: a
made-up `checkout.session.completed` is a free order, a made-up hook answer of Supabase Auth (`v1,whsec_...`) is a
login.

Roll the secret (Stripe: Developers > Webhooks > the endpoint > Roll secret; Supabase: Authentication > Auth Hooks),
and store it with `supabase secrets set STRIPE_WEBHOOK_SECRET=...`, or as `env(NAME)` in `config.toml`.

## Bad

```ts supabase/functions/stripe-webhook/index.ts
const secret = Deno.env.get("STRIPE_WEBHOOK_SECRET") ?? "whsec_[[alnum:32]]";
                                                         ^^^^^^^^^^^^^^^^^^ a webhook signing secret is in the repository: roll it and read it from the environment
```

## Bad: the secret of an auth hook

```toml supabase/config.toml
[auth.hook.send_email]
secrets = "v1,whsec_[[alnum:44]]"
              ^^^^^^^^^^^^^^^^^^ a webhook signing secret is in the repository, in `secrets`: roll it and read it from the environment
```

## Good

```toml supabase/config.toml
[auth.hook.send_email]
secrets = "env(SEND_EMAIL_HOOK_SECRET)"
```

## Good: samples and tests

```sh supabase/functions/.env.example
STRIPE_WEBHOOK_SECRET=whsec_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
```

```ts supabase/functions/tests/webhook.test.ts
const secret = "whsec_[[alnum:32]]";
```
"""

from analyzer import Lines, Result, Source, TextRule
from analyzer.secrets.leaks import is_test_path, leaks


class WebhookSigningSecret(TextRule):
    severity = "error"
    precision = "very-high"
    security_severity = 8.2
    tracked_only = True
    cwe = (798, 347)

    def check(self, source: Source, lines: Lines) -> Result:
        if source.path.endswith(".sql") or is_test_path(source.path):
            return
        for leak in leaks(source, "webhook-signing-secret"):
            yield self.finding(
                leak.span(lines),
                f"{leak.secret.label} is in the repository{leak.where}: roll it and read it from the environment",
                subject=leak.subject,
                related=leak.related(lines),
            )
