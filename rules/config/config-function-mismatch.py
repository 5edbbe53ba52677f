"""A function of config.toml has no code that a deploy could upload.

`supabase functions deploy` takes every `[functions.<name>]` section as a function to deploy. Where its entry or its import
map does not exist, the command ends with an error, and none of the other functions is updated either. Often the folder
was renamed, and the section stayed: the function that the new folder holds then has no settings at all, so that its
`verify_jwt` is `true` again.

The CLI folds the keys of config.toml to lower case, but not the names of folders: the section of a folder with capital
letters never applies to it.

A section with `enabled = false` takes its function out of the deploy and of the local stack: code that calls it gets 404
on every new project.

A function whose code stands in another folder of the repository is not judged: a step before the deploy may copy it.

Rename or remove the section, or name the entry with `entrypoint` (relative to `supabase/`).

Source: [`GetFunctionSlugs`](https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/functions/deploy/deploy.go),
[`Deploy`](https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/function/deploy.go)

## Bad

```toml supabase/config.toml
[functions.stripe-hook]
^^^^^^^^^^^^^^^^^^^^^^^ `supabase/functions/stripe-hook/index.ts` does not exist: deploying all functions fails, did you mean `stripe-webhook`?
verify_jwt = false
```

```ts supabase/functions/stripe-webhook/index.ts
Deno.serve(() => new Response("ok"));
```

## Bad: an entry and an import map

```toml supabase/config.toml
[functions.report]
entrypoint = "./functions/report/main.ts"
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `supabase/functions/report/main.ts` does not exist: deploying all functions fails

[functions.stripe-webhook]
import_map = "./import_map.json"
             ^^^^^^^^^^^^^^^^^^^ `supabase/import_map.json` does not exist: deploying all functions fails
```

```ts supabase/functions/stripe-webhook/index.ts
Deno.serve(() => new Response("ok"));
```

## Bad: capital letters

```toml supabase/config.toml
[functions.sendMail]
^^^^^^^^^^^^^^^^^^^^ this never applies to the folder `sendMail`: the CLI reads the section as `sendmail`
verify_jwt = false
```

```ts supabase/functions/sendMail/index.ts
Deno.serve(() => new Response("ok"));
```

## Bad: switched off and called

```toml supabase/config.toml
[functions.send-mail]
enabled = false
^^^^^^^^^^^^^^^ `send-mail` is switched off, and code calls it: no deploy uploads it
```

```ts supabase/functions/send-mail/index.ts
Deno.serve(() => new Response("ok"));
```

```ts src/mail.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const send = () => supabase.functions.invoke("send-mail");
                                                    ~~~~~~~~~~~ here it is called
```

## Good

```toml supabase/config.toml
[functions.stripe-webhook]
verify_jwt = false
import_map = "./functions/stripe-webhook/deno.json"

[functions.report]
entrypoint = "../packages/report/src/edge.ts"

[functions.later]
enabled = false
```

```json supabase/functions/stripe-webhook/deno.json
{}
```

```ts supabase/functions/stripe-webhook/index.ts
Deno.serve(() => new Response("ok"));
```

```ts packages/report/src/edge.ts
Deno.serve(() => new Response("ok"));
```
"""

from collections.abc import Collection
from difflib import get_close_matches
from posixpath import isabs, normpath

from analyzer import FUNCTION_SLUG, Entry, Place, Project, ProjectRule, Result, Span, function_calls, section_place

_MOST_CALLS = 10


class ConfigFunctionMismatch(ProjectRule):
    severity = "error"
    precision = "very-high"

    def check(self, project: Project) -> Result:
        config = project.config
        if config is None or config.problem is not None:
            return
        folders = _folders(project)
        for name in config.names("functions"):
            enabled = config.get("functions", name, "enabled")
            if enabled is not None and enabled.value.scalar is False:
                yield from self._called(project, name.lower(), enabled)
                continue
            stray = config.get("functions", name)  # `verify_jwt` right below `[functions]` is no function
            if not FUNCTION_SLUG.match(name) or (stray is not None and stray.value.scalar is not None):
                continue
            heading = section_place(config, "functions", name, "verify_jwt")
            same = next((folder for folder in folders if folder.lower() == name.lower()), None)
            entry = config.get("functions", name, "entrypoint")
            if entry is not None and entry.value.text:
                found = list(self._missing(project, entry.value.text, entry.value.span, name))
            elif same is not None and same != same.lower():
                message = f"this never applies to the folder `{same}`: the CLI reads the section as `{name.lower()}`"
                found = [self.finding(heading, message, subject=name)]
            else:
                spare = folders - set(config.names("functions"))
                found = list(self._missing(project, f"functions/{name.lower()}/index.ts", heading, name, spare))
            imports = config.get("functions", name, "import_map")
            if not found and imports is not None and imports.value.text:
                found = list(self._missing(project, imports.value.text, imports.value.span, name))
            yield from found

    def _called(self, project: Project, slug: str, enabled: Entry) -> Result:
        calls = [call for call in function_calls(project) if call.slug == slug]
        if calls:
            yield self.finding(
                enabled.span,
                f"`{slug}` is switched off, and code calls it: no deploy uploads it",
                subject=f"off {slug}",
                related=tuple(Place(call.span, "here it is called") for call in calls[:_MOST_CALLS]),
            )

    def _missing(self, project: Project, relative: str, span: Span, slug: str, spare: Collection[str] = ()) -> Result:
        """What a section names and is not there; `spare` are folders that no section names."""
        path = normpath(project.layout.path(relative))
        outside = isabs(relative) or path.startswith("../") or "env(" in relative
        if outside or path in project.listing.paths:
            return
        own = project.layout.path("functions/")
        if any(f"/functions/{slug}/" in f"/{other}" and not other.startswith(own) for other in project.listing.paths):
            yield self.unknown(span, f"the code of `{slug}` stands elsewhere: a step before the deploy may copy it")
        else:
            near = get_close_matches(slug, spare, 1, 0.7)
            hint = f", did you mean `{near[0]}`?" if near else ""
            yield self.finding(span, f"`{path}` does not exist: deploying all functions fails{hint}", subject=slug)


def _folders(project: Project) -> set[str]:
    """The folders of `functions/` that hold a file."""
    folder = project.layout.path("functions")
    below = (listed.path[len(folder) + 1 :] for listed in project.listing.below(folder))
    return {path.partition("/")[0] for path in below if "/" in path}
