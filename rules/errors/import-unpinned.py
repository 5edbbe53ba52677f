"""A package is imported without a version, so that every deployment may run other code.

`npm:stripe` means the newest version on the day of the deployment. A function that was not changed breaks when the
package is, and whoever takes over the package takes over the function.

A range (`@2`) does the same within its bounds, and is only noted.

Name the exact version: `npm:stripe@18.3.0`. A `deno.lock` that is checked in does the same.

Source: [Supabase: managing dependencies](https://supabase.com/docs/guides/functions/dependencies)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/pay/index.ts
import Stripe from "npm:stripe";
                   ^^^^^^^^^^^^ no version of `stripe` is named: what runs is decided on the day of the deployment
Deno.serve(() => new Response(typeof Stripe));
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/pay/index.ts
import Stripe from "npm:stripe@18.3.0";
Deno.serve(() => new Response(typeof Stripe));
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result, Span
from analyzer.typescript.resolution import Package, package_of

_REMOTE = re.compile(r"^(?:npm:|jsr:|https?://)")
_EXACT = re.compile(r"^\d+\.\d+\.\d+(?:[-+].*)?$")
_NEWEST = ("latest", "*", "next", "x")
_MOST_RELATED = 20


class ImportUnpinned(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 3.7
    cwe = (1357,)

    def check(self, project: Project) -> Result:
        if any(path.rpartition("/")[2] == "deno.lock" for path in project.listing.paths):
            return
        found: dict[tuple[str, bool], list[Span]] = {}
        for module in project.function_modules:
            for one in module.imports:
                package = package_of(one.specifier) if _REMOTE.match(one.specifier) else None
                if (
                    package is not None
                    and one.kind != "type"
                    and _is_code(package)
                    and not _EXACT.match(package.version)
                ):
                    key = package.name, bool(package.version) and package.version not in _NEWEST
                    found.setdefault(key, []).append(project.program.span(module.path, one))
        for (name, is_range), (first, *others) in found.items():
            named = "only a range of versions" if is_range else "no version"
            yield self.finding(
                first,
                f"{named} of `{name}` is named: what runs is decided on the day of the deployment",
                subject=f"{name} {named}",
                severity="note" if is_range else "warning",
                related=tuple(Place(span, "here too") for span in others[:_MOST_RELATED]),
            )


def _is_code(package: Package) -> bool:
    """Whether a package is code that runs; the CLI's template imports the types of `@supabase/functions-js`."""
    return package.registry in ("npm", "jsr", "deno") and package.name != "@supabase/functions-js"
