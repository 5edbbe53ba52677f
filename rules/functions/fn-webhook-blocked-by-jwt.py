"""A webhook is called by a provider, and the platform turns the provider away.

The handler checks a signature, so its requests come from another service. That service sends no Supabase JWT, and
with `verify_jwt = true` the platform answers 401 before the function runs. A function without a section in
`config.toml` has `verify_jwt = true`, and the next deploy writes that over what was switched in the Dashboard.

Declare it: `[functions.<name>]` with `verify_jwt = false`. The signature is then the check.

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

from analyzer import EdgeFunction, Edit, Fix, Place, Project, ProjectRule, Result, literal_values
from analyzer.facts.typescript import Call
from analyzer.source import Span
from analyzer.typescript.calls import CallFact, calls, package_call
from analyzer.typescript.reach import reached

_STRIPE = re.compile(
    r"(?:^|\.)(?:webhooks|signature)\.(?:constructEvent|constructEventAsync|verifyHeader|verifyHeaderAsync)$"
)
_VERIFIERS = {
    "svix": "verify",
    "standardwebhooks": "verify",
    "@octokit/webhooks": "verify",
    "@octokit/webhooks-methods": "verify",
}


class FnWebhookBlockedByJwt(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for slug, function in project.functions.items():
            if function.entry is None or not function.enabled or not function.verify_jwt.value:
                continue
            verification = _verification(project, function)
            if verification is None or _deployed_without(project, slug):
                continue
            entry = function.verify_jwt.entry
            how = "" if entry is not None else " by default"
            node = verification.site.node
            span = project.program.span(verification.site.path, node.callee if isinstance(node, Call) else node)
            yield self.finding(
                span,
                f"the provider that signs these requests gets 401: `{slug}` has `verify_jwt = true`{how}",
                subject=slug,
                related=(Place(entry.span, "it is set here"),) if entry is not None else (),
                fix=_fix(project, function),
            )


def _verification(project: Project, function: EdgeFunction) -> CallFact | None:
    """The call that checks a provider's signature in what the function runs."""
    places = reached(project.program, function.entry or "")
    for module in function.modules:
        for call in calls(project.program, module.path):
            if (module.path, call.function) not in places:
                continue
            package, name = package_call(call.callee) or ("", "")
            if (package == "stripe" and _STRIPE.search(name)) or (
                package in _VERIFIERS and name.endswith("." + _VERIFIERS[package])
            ):
                return call
    return None


def _deployed_without(project: Project, slug: str) -> bool:
    """Whether a script deploys the function with `--no-verify-jwt`, which goes over config.toml."""
    for script in project.scripts:
        for call in script.calls:
            if call.command == ("functions", "deploy") and call.flag("--no-verify-jwt"):
                named = [name for word in call.arguments for name in literal_values(script, word) or (slug,)]
                if not named or slug in named:
                    return True
    return False


def _fix(project: Project, function: EdgeFunction) -> Fix | None:
    config, entry = project.config, function.verify_jwt.entry
    if entry is not None:
        return Fix("let the provider's requests through", safe=True, changes=(Edit(entry.value.span, "false"),))
    if config is None or config.problem is not None:
        return None
    title = f"declare `{function.slug}` with `verify_jwt = false`"
    section = config.section("functions", function.slug)
    if section is not None:
        return Fix(title, safe=True, changes=(Edit(section.end, "\nverify_jwt = false"),))
    ends = [section.end for section in config.sections] + [entry.value.span for entry in config.entries]
    if not ends:
        return None
    last = max(ends, key=lambda span: (span.end_line, span.end_column))
    behind = Span(config.path, last.end_line, last.end_column, last.end_line, last.end_column)
    return Fix(title, safe=True, changes=(Edit(behind, f"\n\n[functions.{function.slug}]\nverify_jwt = false"),))
