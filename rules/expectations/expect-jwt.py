"""The platform verifies the token of an edge function's callers, or does not, other than expected.

`[expectations.verify-jwt]` of `supalint.toml` says of each function which it is. Judged is what `config.toml` makes
effective, where a function that it does not name has `verify_jwt = true`.

## Bad

```toml supabase/config.toml
project_id = "shop"
[functions.provision]
verify_jwt = false
^^^^^^^^^^^^^^^^^^ `provision` has `verify_jwt = false`, and `true` is expected
```

```toml supalint.toml
[expectations.verify-jwt]
provision = true
stripe-webhook = false
```

```ts supabase/functions/provision/index.ts
Deno.serve(() => new Response("ok"));
```

```ts supabase/functions/stripe-webhook/index.ts
Deno.serve(() => new Response("ok"));
^ `stripe-webhook` has `verify_jwt = true` by default, and `false` is expected
```

## Good

```toml supabase/config.toml
project_id = "shop"
[functions.stripe-webhook]
verify_jwt = false
```

```toml supalint.toml
[expectations.verify-jwt]
provision = true
stripe-webhook = false
```

```ts supabase/functions/provision/index.ts
Deno.serve(() => new Response("ok"));
```

```ts supabase/functions/stripe-webhook/index.ts
Deno.serve(() => new Response("ok"));
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.expected import expectation_span, expected_at, like


class ExpectJwt(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 7.0
    cwe = (306,)

    def check(self, project: Project) -> Result:
        for wanted in project.declared.expectations.verify_jwt:
            function = project.functions.get(wanted.function)
            if function is None:
                yield self.finding(
                    expectation_span(project, wanted.line),
                    f"there is no function `{wanted.function}`{like(wanted.function, project.functions)}",
                    subject=wanted.function,
                )
                continue
            if function.verify_jwt.value == wanted.value:
                continue
            entry = function.verify_jwt.entry
            by_default = "" if entry is not None else " by default"
            yield self.finding(
                entry.span if entry is not None else function.span,
                f"`{wanted.function}` has `verify_jwt = {_toml(function.verify_jwt.value)}`{by_default}, and "
                f"`{_toml(wanted.value)}` is expected",
                subject=wanted.function,
                related=(expected_at(project, wanted.line),),
            )


def _toml(value: bool) -> str:
    return "true" if value else "false"
