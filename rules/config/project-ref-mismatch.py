"""The repository speaks of two hosted projects where it means one.

The reference of a project, 20 letters, says where migrations and functions go (`project_id`, `--project-ref`) and where
the application looks for them (`https://<ref>.supabase.co`). If the two differ, a deploy changes one database and the
application talks to another: tables are missing, functions answer 404, and what was fixed stays broken. It is what a
copied or remixed project leaves behind, and it may well be somebody else's project that is written to.

Put the one reference at all places, or name the others as `[remotes.<name>]` in config.toml.

Compared are `project_id` in config.toml, the address in committed `.env` files and in the modules that configure the
application (`client.ts`, `supabase.ts`, `config.ts` and the like), and the references that scripts and
workflows name. Files whose name tells of another environment (`.env.staging`, `deploy-preview.yml`) are left out, and
so is a reference that occurs anywhere else.

Source: [Managing environments](https://supabase.com/docs/guides/deployment/managing-environments)

## Bad

```toml supabase/config.toml
project_id = "abcdefghijklmnopqrst"
             ^^^^^^^^^^^^^^^^^^^^^^ migrations and functions go to `abcdefghijklmnopqrst`, but the application uses `zyxwvutsrqponmlkjihg`
```

```sh .env
VITE_SUPABASE_URL=https://zyxwvutsrqponmlkjihg.supabase.co
                  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ this is another project
```

## Bad: a script

```toml supabase/config.toml
project_id = "abcdefghijklmnopqrst"
```

```sh .env
VITE_SUPABASE_URL=https://abcdefghijklmnopqrst.supabase.co
                  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ the application uses this project
```

```json package.json
{
  "scripts": { "deploy": "supabase functions deploy --project-ref zyxwvutsrqponmlkjihg" }
                                                                  ^^^^^^^^^^^^^^^^^^^^ this deploys to `zyxwvutsrqponmlkjihg`, but the application uses `abcdefghijklmnopqrst`
}
```

## Bad: the address is in the code

```toml supabase/config.toml
project_id = "abcdefghijklmnopqrst"
             ^^^^^^^^^^^^^^^^^^^^^^ migrations and functions go to `abcdefghijklmnopqrst`, but the application uses `zyxwvutsrqponmlkjihg`
```

```ts src/integrations/supabase/client.ts
import { createClient } from "@supabase/supabase-js";

const SUPABASE_URL = "https://zyxwvutsrqponmlkjihg.supabase.co";
                     ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ this is another project

export const supabase = createClient(SUPABASE_URL, import.meta.env.VITE_SUPABASE_PUBLISHABLE_KEY);
```

## Good

```toml supabase/config.toml
project_id = "abcdefghijklmnopqrst"
```

```sh .env
VITE_SUPABASE_URL=https://abcdefghijklmnopqrst.supabase.co
```

```sh .env.staging
VITE_SUPABASE_URL=https://zyxwvutsrqponmlkjihg.supabase.co
```

```sh .env.example
VITE_SUPABASE_URL=https://aaaaaaaaaabbbbbbbbbb.supabase.co
```

## Good: a local name

```toml supabase/config.toml
project_id = "shop"
```

```sh .env
VITE_SUPABASE_URL=https://zyxwvutsrqponmlkjihg.supabase.co
```
"""

import re
from collections.abc import Iterator

from analyzer import PROJECT_HOST, PROJECT_REF, Place, Project, ProjectRule, Result, Span, addressed_projects

_OTHER_ENVIRONMENT = re.compile(
    r"stag|preview|preprod|dev|test|beta|alpha|sandbox|demo|local|qa|uat|old|backup|legacy", re.IGNORECASE
)
_URL_NAME = re.compile(r"SUPABASE.*URL$|^SUPABASE_PROJECT_(?:ID|REF)$|^(?:VITE|NEXT_PUBLIC)_SUPABASE_PROJECT_ID$")


class ProjectRefMismatch(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        config = project.config
        if config is None:
            return
        used = dict(_used(project))
        if len(used) != 1:
            return
        ((ref, place),) = used.items()
        deployed = list(_deployed(project))
        entry = config.get("project_id")
        known = {item.value.text for item in config.below("remotes") if item.path[-1].lower() == "project_id"}
        if ref in known:
            return
        configured = entry.value.text if entry is not None else None
        if entry is not None and configured and PROJECT_REF.match(configured) and configured != ref:
            if not any(other == ref for other, _ in deployed):
                yield self.finding(
                    entry.value.span,
                    f"migrations and functions go to `{configured}`, but the application uses `{ref}`",
                    subject=configured,
                    related=(Place(place, "this is another project"),),
                )
        elif len({other for other, _ in deployed}) == 1 and deployed[0][0] not in (ref, *known):
            yield self.finding(
                deployed[0][1],
                f"this deploys to `{deployed[0][0]}`, but the application uses `{ref}`",
                subject=deployed[0][0],
                related=(Place(place, "the application uses this project"),),
            )


def _used(project: Project) -> Iterator[tuple[str, Span]]:
    """The projects that the application's code and committed environment files point it at."""
    for ref, span in reversed(list(addressed_projects(project))):
        if not _OTHER_ENVIRONMENT.search(span.path):
            yield ref, span
    for file in reversed(project.env_files):  # of several places the first is kept
        listed = project.listing.paths.get(file.path)
        if file.example or listed is None or listed.state == "ignored" or _OTHER_ENVIRONMENT.search(file.path):
            continue
        for entry in reversed(file.entries):
            match = PROJECT_HOST.search(entry.value) or PROJECT_REF.match(entry.value)
            if match is not None and not entry.commented and _URL_NAME.search(entry.name):
                yield match[match.lastindex or 0], entry.span


def _deployed(project: Project) -> Iterator[tuple[str, Span]]:
    """The projects that scripts and workflows change."""
    for script in project.scripts:
        if _OTHER_ENVIRONMENT.search(script.path):
            continue
        for call in script.calls:
            flag = call.flag("--project-ref")
            if flag is not None and flag.value is not None and PROJECT_REF.match(flag.value.text):
                yield flag.value.text, flag.value.span
