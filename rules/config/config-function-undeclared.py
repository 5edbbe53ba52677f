"""Edge functions have no section in config.toml.

A function without a `[functions.<name>]` section is deployed with `verify_jwt = true`, whatever was set in the Dashboard:
each deploy writes the setting. A webhook that was opened there stops working with the next deploy, and nobody who reads the
repository sees which functions are meant to be open.

Say it for each function. The fix writes the default, so that nothing changes.

Source: [`GetFunctionConfig`](https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/functions/deploy/deploy.go);
[cli#3152](https://github.com/supabase/cli/issues/3152)

## Bad

```toml supabase/config.toml
project_id = "shop"
^ `report` has no section in config.toml: each deploy sets `verify_jwt = true` for it

[functions.stripe-webhook]
verify_jwt = false
```

```ts supabase/functions/report/index.ts
Deno.serve(() => new Response("ok"));
```

```ts supabase/functions/stripe-webhook/index.ts
Deno.serve(() => new Response("ok"));
```

```toml supabase/config.toml fixed
project_id = "shop"

[functions.stripe-webhook]
verify_jwt = false

[functions.report]
verify_jwt = true
```

## Good

```toml supabase/config.toml
[functions.report]
verify_jwt = true

[functions.stripe-webhook]
verify_jwt = false
```

```ts supabase/functions/report/index.ts
Deno.serve(() => new Response("ok"));
```

```ts supabase/functions/stripe-webhook/index.ts
Deno.serve(() => new Response("ok"));
```
"""

from analyzer import Edit, Fix, Project, ProjectRule, Result, Span


class ConfigFunctionUndeclared(ProjectRule):
    severity = "note"
    precision = "very-high"

    def check(self, project: Project) -> Result:
        config = project.config
        if config is None or config.problem is not None:
            return
        declared = {name.lower() for name in config.names("functions")}
        open_ones = [
            slug for slug, function in project.functions.items() if function.entry and slug.lower() not in declared
        ]
        if open_ones:
            names = ", ".join(f"`{slug}`" for slug in open_ones[:3])
            more = f" and {len(open_ones) - 3} more" if len(open_ones) > 3 else ""
            have, them = ("has", "it") if len(open_ones) == 1 else ("have", "them")
            yield self.finding(
                Span(config.path, 1, 1, 1, 1),
                f"{names}{more} {have} no section in config.toml: each deploy sets `verify_jwt = true` for {them}",
                subject="functions",
                fix=_fix(config.end, open_ones),
            )


def _fix(end: Span, slugs: list[str]) -> Fix | None:
    lower = [slug for slug in slugs if slug == slug.lower()]  # the section of another would not apply
    start = "\n" if end.column == 1 else "\n\n"
    text = "\n".join(f"[functions.{slug}]\nverify_jwt = true\n" for slug in lower)
    return Fix("write the default into config.toml", safe=True, changes=(Edit(end, start + text),)) if lower else None
