"""A setting is not read, or not declared, as expected.

`[[expectations.env]]` of `supalint.toml` names a setting by all its names, the edge functions that have to read it, and
whether the repository has to declare it (in `.env.example`, a workflow, `config.toml`).

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.env]]
^ nothing reads `STRIPE_WEBHOOK_SECRET`, which is expected
any-of = ["STRIPE_WEBHOOK_SECRET"]
[[expectations.env]]
any-of = ["PANEL_URL", "PTERODACTYL_URL"]
read-by = ["provision", "stop-server"]
declared = true
```

```ts supabase/functions/provision/index.ts
Deno.serve(() => fetch(Deno.env.get("PANEL_URL")!));
                       ^^^^^^^^^^^^^^^^^^^^^^^^^ nothing in the repository declares `PANEL_URL` or `PTERODACTYL_URL`, which is expected
```

```ts supabase/functions/stop-server/index.ts
Deno.serve(() => new Response("ok"));
^ `stop-server` reads neither `PANEL_URL` nor `PTERODACTYL_URL`, which is expected
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.env]]
any-of = ["PANEL_URL", "PTERODACTYL_URL"]
read-by = ["provision"]
declared = true
```

```sh .env.example
PANEL_URL=
```

```ts supabase/functions/provision/index.ts
Deno.serve(() => fetch(Deno.env.get("PANEL_URL")!));
```
"""

from analyzer import Project, ProjectRule, Result, variables
from analyzer.expected import expectation_span, expected_at, like


class ExpectEnv(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        known = variables(project)
        for wanted in project.declared.expectations.env:
            span = expectation_span(project, wanted.line)
            found = [known[name] for name in wanted.any_of if name in known]
            reads = [read for variable in found for read in variable.reads]
            subject = wanted.any_of[0] if wanted.any_of else ""
            either = " or ".join(f"`{name}`" for name in wanted.any_of)
            if not reads:
                hint = like(subject, [name for name, one in known.items() if one.reads])
                yield self.finding(span, f"nothing reads {either}, which is expected{hint}", subject=subject)
                continue
            related = (expected_at(project, wanted.line),)
            if wanted.declared and not any(variable.declarations for variable in found):
                yield self.finding(
                    reads[0].span,
                    f"nothing in the repository declares {either}, which is expected",
                    subject=f"{subject} declared",
                    related=related,
                )
            reading = {slug for variable in found for slug in variable.functions}
            for slug in wanted.read_by:
                function = project.functions.get(slug)
                if function is None:
                    message = f"there is no function `{slug}`{like(slug, project.functions)}"
                    yield self.finding(span, message, subject=f"{subject} {slug}")
                elif slug not in reading:
                    neither = " nor ".join(f"`{name}`" for name in wanted.any_of)
                    word = "reads neither " if len(wanted.any_of) > 1 else "does not read "
                    yield self.finding(
                        function.span,
                        f"`{slug}` {word}{neither}, which is expected",
                        subject=f"{subject} {slug}",
                        related=related,
                    )
