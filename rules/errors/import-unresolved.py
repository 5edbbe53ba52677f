"""An import names nothing that there is.

A relative path without a file behind it, or a bare name (`date-fns`) that no import map says the meaning of: Deno has no
`node_modules` to look in. The function is not deployed, or does not start.

Mend the path; for a package write `npm:date-fns@4.1.0`, or name it in the function's `deno.json`.

Source: [Supabase: managing dependencies](https://supabase.com/docs/guides/functions/dependencies)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/search/index.ts
import { formatDistance } from "date-fns";
                               ^^^^^^^^^^ no import map of `search` says what `date-fns` is, and Deno does not look for packages by name
import { json } from "../_shared/response.ts";
                     ^^^^^^^^^^^^^^^^^^^^^^^^ there is no file `supabase/functions/_shared/response.ts`
Deno.serve(() => json({ ago: formatDistance(new Date(0), new Date()) }));
```

```ts supabase/functions/_shared/responses.ts
export const json = (body: unknown) => new Response(JSON.stringify(body));
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/search/index.ts
import { formatDistance } from "npm:date-fns@4.1.0";
import { z } from "zod";
import { json } from "../_shared/responses.ts";
Deno.serve(() => json({ ago: formatDistance(new Date(0), new Date()), schema: z.string() }));
```

```json supabase/functions/search/deno.json
{ "imports": { "zod": "npm:zod@3.24.4" } }
```

```ts supabase/functions/_shared/responses.ts
export const json = (body: unknown) => new Response(JSON.stringify(body));
```
"""

import posixpath
import re
from collections.abc import Iterator

from analyzer import EdgeFunction, Json, Project, ProjectRule, Result
from analyzer.facts.typescript import Import, Module
from analyzer.typescript.resolution import Package, is_mapped

_BARE = re.compile(r"^(?:@[a-z0-9][\w.-]*/)?[a-z0-9][\w.-]*(?:/.*)?$", re.IGNORECASE)


class ImportUnresolved(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        told: set[tuple[str, str]] = set()
        for slug, function in project.functions.items():
            for module in function.modules:
                for one in _that_run(module):
                    if (module.path, one.specifier) in told:
                        continue
                    wrong = _wrong(project, function, module, one.specifier)
                    if wrong is not None:
                        told.add((module.path, one.specifier))
                        yield self.finding(
                            project.program.span(module.path, one),
                            wrong.format(slug=slug),
                            subject=f"{module.path} {one.specifier}",
                        )


def _that_run(module: Module) -> Iterator[Import]:
    yield from (one for one in module.imports if one.kind == "import")


def _wrong(project: Project, function: EdgeFunction, module: Module, specifier: str) -> str | None:
    if specifier.startswith(("./", "../")):
        path = posixpath.normpath(posixpath.join(posixpath.dirname(module.path), specifier.partition("?")[0]))
        if path.startswith("..") or project.program.target(module.path, specifier) is not None:
            return None
        if path in project.listing.paths or _may_be_made(path):
            return None
        return f"there is no file `{path}`".replace("{", "{{").replace("}", "}}")
    if not _BARE.match(specifier) or is_mapped(specifier, module.path, project.program.resolution):
        return None
    package = project.program.target(module.path, specifier)
    if not isinstance(package, Package) or package.registry != "npm" or _is_installed(project, module.path, package):
        return None
    return (
        f"no import map of `{{slug}}` says what `{specifier}` is, and Deno does not look for packages by name"
        if function.entry is not None
        else None
    )


def _may_be_made(path: str) -> bool:
    """Whether a file is one that a build writes, which repositories leave out."""
    return bool(re.search(r"(?:^|/)(?:dist|build|generated|_generated|gen|out)/|\.(?:gen|generated)\.", path))


def _is_installed(project: Project, path: str, package: Package) -> bool:
    """Whether a package.json above the module, or beside an unread import map, names the package."""
    for json in project.configs(Json):
        folder, _, name = json.path.rpartition("/")
        if name == "package.json" and (not folder or path.startswith(f"{folder}/")):
            for key in ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies"):
                if json.get(key, package.name) is not None:
                    return True
    return False
