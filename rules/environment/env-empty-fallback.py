"""A secret or an address falls back to the empty string.

`Deno.env.get("PANEL_KEY") ?? ""` turns a missing secret into a value that looks like one. The function starts, sends
requests with an empty key or to an address without a host, and the failure shows up later and elsewhere, as a 401 of
another service or as a row that is never written. An empty string is worse still where secrets are compared: then
an empty header passes.

Fail where the function starts: read the variable, and throw if it is missing. Where the setting is optional, test it
before it is used; then this rule says nothing.

There is a finding only where the value is certainly used: in an address, in a header, by a package. What the code asks
anything about (`if (!key)`, `key.length`, `key === given`), returns, or hands to a function of its own is left alone;
so is what the platform always sets (`SUPABASE_URL` and the like).

## Bad

```ts supabase/functions/servers/index.ts
const key = Deno.env.get("PANEL_API_KEY") ?? "";
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ without `PANEL_API_KEY` this goes on with an empty string
Deno.serve(() => fetch("https://panel.example.com/api", { headers: { Authorization: `Bearer ${key}` } }));
                                                                                    ~~~~~~~~~~~~~~~ here it is used all the same
```

## Good

```ts supabase/functions/servers/index.ts
const key = Deno.env.get("PANEL_API_KEY");
if (!key) throw new Error("PANEL_API_KEY is not set");
Deno.serve(() => fetch("https://panel.example.com/api", { headers: { Authorization: `Bearer ${key}` } }));
```

```ts supabase/functions/notify/index.ts
const webhook = Deno.env.get("CHAT_WEBHOOK_URL") ?? "";
const label = Deno.env.get("RELEASE_LABEL") ?? "";
const url = Deno.env.get("SUPABASE_URL") ?? "";
Deno.serve(async () => {
  if (webhook) await fetch(webhook, { method: "POST", body: label + url });
  return new Response("ok");
});
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result, untested_use, variables
from analyzer.platform import FUNCTION_VARIABLES, HOSTED_VARIABLES
from analyzer.secrets.names import is_secret_name
from analyzer.typescript.environment import Fallback
from analyzer.typescript.values import Known, options

_ADDRESS = re.compile(r"(?:^|_)(?:URL|URI|HOST|ENDPOINT|DSN)$")


class EnvEmptyFallback(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 5.3
    cwe = (1188, 252)

    def check(self, project: Project) -> Result:
        for name, variable in variables(project).items():
            if name in FUNCTION_VARIABLES or name in HOSTED_VARIABLES:
                continue
            if not (is_secret_name(name) or _ADDRESS.search(name)):
                continue
            for read in variable.reads:
                fallback, site = read.read.fallback, read.read.site
                if not read.functions or fallback is None or not _is_empty(fallback) or read.read.guarded:
                    continue
                use = untested_use(project.program, site.path, site.node)
                if use is None:
                    continue
                place = project.program.span(site.path, use)
                written = project.modules[site.path].lines.span(site.node.start, fallback.node.end)
                yield self.finding(
                    written,
                    f"without `{name}` this goes on with an empty string",
                    subject=f"{name} {read.span.path}",
                    related=(Place(place, "here it is used all the same"),) if place.line != written.line else (),
                )


def _is_empty(fallback: Fallback) -> bool:
    """Whether the empty string is what stands in at the end."""
    return any(isinstance(one, Known) and one.value == "" for one in options(fallback.value))
