"""A deploy switches off the JWT check of functions that are meant to have it.

`--no-verify-jwt` overrides config.toml for every function of the command. `supabase functions deploy --no-verify-jwt`
without names opens all of them: from then on anybody on the internet can call each one without a key. Nothing in the
functions or in config.toml shows it, and the next run of the script undoes every correction.

Take the flag out, and say in config.toml which functions take requests without a JWT:

    [functions.stripe-webhook]
    verify_jwt = false

A command that names its functions is reported where something else says that they have the check: their section in
config.toml, or another deploy without the flag, so that the last one to run decides. Functions that config.toml opens
anyway, and webhooks and other endpoints for machines, are not reported.

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

## Bad: a list

```sh deploy.sh
OPEN=(stripe-webhook checkout)
for name in "${OPEN[@]}"; do
  supabase functions deploy "$name" --no-verify-jwt
                                    ^^^^^^^^^^^^^^^ this deploys `checkout` without the JWT check that it has by default
done
```

```yaml .github/workflows/deploy.yml
on: push
jobs:
  deploy:
    steps:
      - run: supabase functions deploy
             ~~~~~~~~~~~~~~~~~~~~~~~~~ this deploys it with the check
```

```ts supabase/functions/checkout/index.ts
Deno.serve(() => new Response("ok"));
```

```ts supabase/functions/profile/index.ts
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

from analyzer import EdgeFunction, Flag, Place, Project, ProjectRule, Result, Script, Span, SupabaseCall, literal_values

# Endpoints that other machines call: they have no user's JWT to send.
_FOR_MACHINES = re.compile(
    r"hook|callback|notif|ipn|cron|schedul|[-_]events?$|^stripe$|telegram|slack|discord|twilio|whatsapp|public|health|"
    r"ping|status|sitemap|rss|feed|og-|oauth|sso|track|pixel|unsubscribe|redirect",
    re.IGNORECASE,
)


class CiDeployDisablesJwt(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 8.1
    cwe = (306,)

    def check(self, project: Project) -> Result:
        checked = {slug: function for slug, function in project.functions.items() if _is_checked(function)}
        deploys = [
            (script, call)
            for script in project.scripts
            for call in script.calls
            if call.command == ("functions", "deploy")
        ]
        opening = [(script, call, flag) for script, call in deploys if (flag := _opens(call)) is not None]
        closing = [(_given(script, call), call.span) for script, call in deploys if _opens(call) is None]
        for script, call, flag in opening:
            given = _given(script, call)
            places = {
                slug: place
                for slug in checked
                if given is None or slug in given
                if (place := _contradiction(checked[slug], closing)) is not None or given is None
            }
            if places:
                yield self.finding(
                    flag.span,
                    _message(call, [checked[slug] for slug in places], known=given is not None),
                    subject=f"{script.path} {' '.join(word.text for word in call.arguments)}".strip(),
                    related=tuple(dict.fromkeys(place for place in places.values() if place is not None)),
                )


def _opens(call: SupabaseCall) -> Flag | None:
    flag = call.flag("--no-verify-jwt")
    return None if flag is None or (flag.value is not None and flag.value.text == "false") else flag


def _contradiction(function: EdgeFunction, closing: list[tuple[set[str] | None, Span]]) -> Place | None:
    """What says that the function is meant to have the check: its section, or another deploy without the flag."""
    if function.verify_jwt.entry is not None:
        return Place(function.verify_jwt.entry.span, "this is overridden")
    for given, span in closing:
        if given is None or function.slug in given:
            return Place(span, "this deploys it with the check")
    return None


def _is_checked(function: EdgeFunction) -> bool:
    """Whether a deploy without the flag leaves the check on, as it should be."""
    return function.verify_jwt.value and function.enabled and not _FOR_MACHINES.search(function.slug)


def _given(script: Script, call: SupabaseCall) -> set[str] | None:
    """The functions that the call names; None if it names none, or by a variable whose values are not known."""
    given: set[str] = set()
    for word in call.arguments:
        values = literal_values(script, word)
        if values is None:
            return None
        given.update(values)
    return given or None


def _message(call: SupabaseCall, opened: list[EdgeFunction], *, known: bool) -> str:
    if not known:
        every = "each function that it is given" if call.arguments else "every function"
        return f"this deploys {every} without the JWT check, `{opened[0].slug}` among them"
    names = ", ".join(f"`{function.slug}`" for function in opened[:3])
    if len(opened) > 3:
        names += f" and {len(opened) - 3} more"
    written = any(function.verify_jwt.entry is not None for function in opened)
    they_have = "it has" if len(opened) == 1 else "they have"
    return (
        f"this deploys {names} without the JWT check that {they_have} {'in config.toml' if written else 'by default'}"
    )
