"""A deploy switches off the JWT check of functions that are meant to have it.

`--no-verify-jwt` overrides config.toml for every function of the command. `supabase functions deploy --no-verify-jwt`
without names opens all of them: from then on anybody on the internet can call each one without a key. Nothing in the
functions or in config.toml shows it, and the next run of the script undoes every correction.

Take the flag out, and say in config.toml which functions take requests without a JWT:

    [functions.stripe-webhook]
    verify_jwt = false

A command that names only functions which config.toml opens anyway, or webhooks and other endpoints for machines, is not
reported.

Source: [`deploy.go`](https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/functions/deploy/deploy.go)
(`noVerifyJWT != nil`); [Function configuration](https://supabase.com/docs/guides/functions/function-configuration)

## Bad

```yaml .github/workflows/deploy.yml
on: push
jobs:
  deploy:
    steps:
      - run: supabase functions deploy --no-verify-jwt
                                       ^^^^^^^^^^^^^^^ this deploys every function without the JWT check, `checkout` among them
```

```ts supabase/functions/checkout/index.ts
Deno.serve(() => new Response("ok"));
```

```ts supabase/functions/stripe-webhook/index.ts
Deno.serve(() => new Response("ok"));
```

## Bad: a loop

```sh deploy.sh
for name in $(ls supabase/functions); do
  supabase functions deploy "$name" --no-verify-jwt
                                    ^^^^^^^^^^^^^^^ this deploys each function that it is given without the JWT check, `checkout` among them
done
```

```ts supabase/functions/checkout/index.ts
Deno.serve(() => new Response("ok"));
```

## Bad: named

```json package.json
{
  "scripts": {
    "deploy": "supabase functions deploy checkout --no-verify-jwt"
                                                  ^^^^^^^^^^^^^^^ this deploys `checkout` without the JWT check that it has in config.toml
  }
}
```

```toml supabase/config.toml
[functions.checkout]
verify_jwt = true
~~~~~~~~~~~~~~~~~ this is overridden
```

```ts supabase/functions/checkout/index.ts
Deno.serve(() => new Response("ok"));
```

## Good

```sh deploy.sh
supabase functions deploy
supabase functions deploy stripe-webhook --no-verify-jwt
supabase functions deploy status --no-verify-jwt
supabase functions serve --no-verify-jwt
```

```toml supabase/config.toml
[functions.status]
verify_jwt = false
```

```ts supabase/functions/checkout/index.ts
Deno.serve(() => new Response("ok"));
```

```ts supabase/functions/status/index.ts
Deno.serve(() => new Response("ok"));
```

```ts supabase/functions/stripe-webhook/index.ts
Deno.serve(() => new Response("ok"));
```
"""

import re

from analyzer import EdgeFunction, Place, Project, ProjectRule, Result, SupabaseCall

# Endpoints that other machines call: they have no user's JWT to send.
_FOR_MACHINES = re.compile(
    r"webhook|hook|callback|notif|ipn|cron|schedul|stripe|paypal|mollie|paddle|lemon|telegram|slack|discord|twilio|"
    r"whatsapp|public|health|ping|status|sitemap|rss|feed|og-|oauth|sso|track|pixel|unsubscribe|redirect",
    re.IGNORECASE,
)


class CiDeployDisablesJwt(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 8.1
    cwe = (306,)

    def check(self, project: Project) -> Result:
        checked = [function for function in project.functions.values() if _is_checked(function)]
        for script in project.scripts:
            for call in script.calls:
                flag = call.flag("--no-verify-jwt") if call.command == ("functions", "deploy") else None
                if flag is None or (flag.value is not None and flag.value.text == "false"):
                    continue
                opened = _opened(call, checked)
                if not opened:
                    continue
                settings = tuple(
                    Place(function.verify_jwt.entry.span, "this is overridden")
                    for function in opened
                    if function.verify_jwt.entry is not None
                )
                yield self.finding(flag.span, _message(call, opened), subject=script.path, related=settings)


def _is_checked(function: EdgeFunction) -> bool:
    """Whether a deploy without the flag leaves the check on, as it should be."""
    return function.verify_jwt.value and function.enabled and not _FOR_MACHINES.search(function.slug)


def _opened(call: SupabaseCall, checked: list[EdgeFunction]) -> list[EdgeFunction]:
    """The functions that the call opens against their configuration."""
    if not call.arguments or not all(word.literal for word in call.arguments):
        return checked
    named = {word.text for word in call.arguments}
    return [function for function in checked if function.slug in named]


def _message(call: SupabaseCall, opened: list[EdgeFunction]) -> str:
    among = f"`{opened[0].slug}` among them"
    if not call.arguments:
        return f"this deploys every function without the JWT check, {among}"
    if not all(word.literal for word in call.arguments):
        return f"this deploys each function that it is given without the JWT check, {among}"
    names = ", ".join(f"`{function.slug}`" for function in opened)
    return f"this deploys {names} without the JWT check that {'it has' if len(opened) == 1 else 'they have'} in config.toml"
