"""Two names are used for one setting.

Some functions read one name, others another one, for the same thing: `PANEL_URL` here, `PTERODACTYL_URL` there.
Whoever sets the project up sets one of them, and the functions that read the other one fail at their first call, in
production, one by one.

Settle on one name: the one that is documented, else the one that more functions read. Rename the others, and set the
secret under that name.

Names alone prove nothing, since two services have two URLs. That two names are one setting is known where

- both are used for the same purpose in different functions: the base of requests to the same path (`/api/application`),
  the same header of those requests, the same argument of a package's constructor;
- code falls back from one to the other, and other functions read only one of them, so that no single name serves all;
- `aliases` in `supalint.toml` says so.

Names that tell two settings apart (`STRIPE_TEST_KEY`, `EU_PANEL_URL` beside `US_PANEL_URL`) are left alone, and so
are names that one function reads side by side.

A name that is nearly one of those that the platform sets (`SERVICE_ROLE_KEY`, `SUPBASE_URL`, `VITE_SUPABASE_URL`) is
the same mistake, where a function reads it, nothing stands in for it and nothing in the repository declares it. Names
that begin with `SUPABASE_` are [env-reserved-prefix](env-reserved-prefix.md).

## Bad

```ts supabase/functions/servers-provision/index.ts
const panel = Deno.env.get("PANEL_URL");
              ^^^^^^^^^^^^^^^^^^^^^^^^^ `PANEL_URL` and `PTERODACTYL_URL` are one setting under two names: 1 function reads only `PANEL_URL`; settle on `PTERODACTYL_URL`, since 2 functions read it
              ~~~~~~~~~~~~~~~~~~~~~~~~~ `servers-provision` reads `PANEL_URL`
Deno.serve(async () => await fetch(`${panel}/api/application/servers`, { method: "POST" }));
                                   ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ here it is the base of requests to `/api/application`
```

```ts supabase/functions/stop-server/index.ts
const panel = Deno.env.get("PTERODACTYL_URL");
              ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ `stop-server` reads `PTERODACTYL_URL`
Deno.serve(async () => await fetch(`${panel}/api/application/servers/1/suspend`, { method: "POST" }));
```

```ts supabase/functions/start-server/index.ts
const PANEL_URL = Deno.env.get("PTERODACTYL_URL");
                  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ `start-server` reads `PTERODACTYL_URL`
Deno.serve(async () => await fetch(`${PANEL_URL}/api/application/servers/1/unsuspend`, { method: "POST" }));
                                   ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ here it is the base of requests to `/api/application`
```

## Bad: nearly a name of the platform

```ts supabase/functions/admin/index.ts
const key = Deno.env.get("SERVICE_ROLE_KEY")!;
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nothing sets `SERVICE_ROLE_KEY`: the platform's own variable is `SUPABASE_SERVICE_ROLE_KEY`
Deno.serve(() => new Response(key.slice(0, 3)));
```

## Good

```ts supabase/functions/servers-provision/index.ts
const panel = Deno.env.get("PANEL_URL");
Deno.serve(async () => await fetch(`${panel}/api/application/servers`, { method: "POST" }));
```

```ts supabase/functions/notify/index.ts
const hub = Deno.env.get("CHAT_URL");
Deno.serve(async () => await fetch(`${hub}/api/messages/new`, { method: "POST" }));
```
"""

from collections.abc import Iterator

from analyzer import Finding, Place, Project, ProjectRule, Result, Variable, near_built_ins
from analyzer.variable_drift import Drift, drifts

_MOST_PLACES = 40


class EnvNameDrift(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        yield from (self._drift(drift) for drift in drifts(project))
        yield from self._near_misses(project)

    def _drift(self, drift: Drift) -> Finding:
        kept, dropped, only = drift.kept, drift.dropped, set(drift.only)
        readers = "1 function reads" if len(only) == 1 else f"{len(only)} functions read"
        message = (
            f"`{dropped.name}` and `{kept.name}` are one setting under two names: {readers} only `{dropped.name}`; "
            f"settle on `{kept.name}`, since {_reason(kept, dropped)}"
        )
        places = [*_readers(dropped, only), *_readers(kept, set(kept.functions)), *drift.why]
        return self.finding(
            places[0].span, message, subject=f"{kept.name} {dropped.name}", related=tuple(places[:_MOST_PLACES])
        )

    def _near_misses(self, project: Project) -> Result:
        for name, (meant, reads) in near_built_ins(project).items():
            yield self.finding(
                reads[0].span,
                f"nothing sets `{name}`: the platform's own variable is `{meant}`",
                subject=name,
                related=tuple(Place(read.span, f"`{read.functions[0]}` reads it too") for read in reads[1:]),
            )


def _reason(kept: Variable, dropped: Variable) -> str:
    if kept.declarations and not dropped.declarations:
        return "it is documented"
    if len(kept.functions) > len(dropped.functions):
        return f"{len(kept.functions)} functions read it"
    return "it comes first in the alphabet" if kept.name < dropped.name else "all functions can read it"


def _readers(variable: Variable, functions: set[str]) -> Iterator[Place]:
    seen: set[str] = set()
    for read in variable.reads:
        new = [slug for slug in read.functions if slug in functions and slug not in seen]
        seen.update(new)
        if new:
            shown = f"`{new[0]}` reads" if len(new) == 1 else f"{len(new)} functions read"
            names = "" if len(new) == 1 else ": " + ", ".join(new[:12]) + (" ..." if len(new) > 12 else "")
            yield Place(read.span, f"{shown} `{variable.name}`{names}")
