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

import re
from collections.abc import Iterator
from itertools import combinations

from analyzer import Finding, Place, Project, ProjectRule, Result, Variable, near_built_ins, variables
from analyzer.variable_uses import Use, uses

# The last word of a name says what kind of setting it is.
_ROLES = {
    "URL": "url", "URI": "url", "HOST": "url", "ENDPOINT": "url", "DOMAIN": "url", "ORIGIN": "url",
    "KEY": "key", "SECRET": "key", "TOKEN": "key", "PASSWORD": "key", "APIKEY": "key", "SID": "id", "ID": "id",
    "FROM": "sender", "EMAIL": "sender", "SENDER": "sender", "NUMBER": "number", "PHONE": "number", "NAME": "name",
}  # fmt: skip
# Words that tell two settings of one service apart.
_MODES = frozenset(
    "TEST LIVE DEV DEVELOPMENT PROD PRODUCTION STAGING STAGE SANDBOX LOCAL PREVIEW DEMO BETA OLD NEW LEGACY BACKUP "
    "FALLBACK DEFAULT PRIMARY SECONDARY READ WRITE READONLY PUBLIC PRIVATE INTERNAL EXTERNAL ADMIN CLIENT USER CONNECT "
    "EU US UK DE FR ASIA V1 V2 V3 1 2 3".split()
)
# Words that say nothing about which service a setting belongs to.
_GENERIC = frozenset(
    "API APP BASE SERVICE ACCESS AUTH SERVER SECRET KEY TOKEN URL URI HOST ENDPOINT SUPABASE EDGE FUNCTION MY".split()
)
_PUBLIC = re.compile(r"^(?:VITE|NEXT_PUBLIC|EXPO_PUBLIC|REACT_APP|PUBLIC|NUXT_PUBLIC|GATSBY)_")
_BUILT_IN = re.compile(r"^(?:SUPABASE_|SB_|DENO_)")
_MOST_PLACES = 40


class EnvNameDrift(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        known = {
            name: variable
            for name, variable in variables(project).items()
            if variable.functions and not _BUILT_IN.match(name)
        }
        by_name: dict[str, list[Use]] = {}
        for use in uses(project):
            by_name.setdefault(use.name, []).append(use)
        aliases = {frozenset(pair) for group in project.declared.aliases for pair in combinations(group, 2)}
        for first, second in combinations(known, 2):
            one, other = known[first], known[second]
            if frozenset((first, second)) in aliases:
                why: tuple[Place, ...] = ()
            elif (proof := _proof(one, other, by_name)) is not None:
                why = proof
            else:
                continue
            if not _one_serves_all(one, other):
                yield self._drift(one, other, why)
        yield from self._near_misses(project)

    def _near_misses(self, project: Project) -> Result:
        for name, (meant, reads) in near_built_ins(project).items():
            yield self.finding(
                reads[0].span,
                f"nothing sets `{name}`: the platform's own variable is `{meant}`",
                subject=name,
                related=tuple(Place(read.span, f"`{read.functions[0]}` reads it too") for read in reads[1:]),
            )

    def _drift(self, one: Variable, other: Variable, why: tuple[Place, ...]) -> Finding:
        kept, dropped = sorted((one, other), key=_worth)
        only = set(dropped.functions) - set(kept.functions)
        if not only:  # all that read the other name know this one: those at fault read only this one
            kept, dropped = dropped, kept
            only = set(dropped.functions) - set(kept.functions)
        readers = "1 function reads" if len(only) == 1 else f"{len(only)} functions read"
        reason = _reason(kept, dropped)
        message = (
            f"`{dropped.name}` and `{kept.name}` are one setting under two names: {readers} only `{dropped.name}`; "
            f"settle on `{kept.name}`, since {reason}"
        )
        places = [*_readers(dropped, only), *_readers(kept, set(kept.functions)), *why]
        return self.finding(
            places[0].span, message, subject=f"{kept.name} {dropped.name}", related=tuple(places[:_MOST_PLACES])
        )


def _proof(one: Variable, other: Variable, by_name: dict[str, list[Use]]) -> tuple[Place, ...] | None:
    """The places that show that two names are one setting; `None` where nothing does."""
    if _role(one.name) != _role(other.name) or _told_apart(one.name, other.name):
        return None
    fallback = _fallback(one, other) or _fallback(other, one)
    if fallback is not None and (_role(one.name) != "key" or _related(one.name, other.name)):
        return fallback
    if set(one.functions) & set(other.functions):
        return None  # read side by side: two settings
    for use in by_name.get(one.name, ()):
        for counterpart in by_name.get(other.name, ()):
            if use.purpose == counterpart.purpose and _enough(use, one.name, other.name):
                return Place(use.span, f"here it is {use.shown}"), Place(
                    counterpart.span, f"here it is {counterpart.shown}"
                )
    return None


def _enough(use: Use, one: str, other: str) -> bool:
    """Whether the same use proves the same setting.

    One service may well have two credentials, one a bot or an account. So for a known host or a package the names
    must differ in nothing but words that say nothing; a base URL of one's own with the same paths needs no more.
    """
    if use.purpose[0] == "url" or use.purpose[-1].startswith("/"):
        return True
    return not (_words(one) ^ _words(other)) - _GENERIC


def _fallback(one: Variable, other: Variable) -> tuple[Place, ...] | None:
    for read in one.reads:
        if read.functions and other.name in read.alternatives:
            return (Place(read.span, f"here `{other.name}` stands in for `{one.name}`"),)
    return None


def _one_serves_all(one: Variable, other: Variable) -> bool:
    """Whether setting one of the names is enough for every function."""
    together = set(one.functions) | set(other.functions)
    serving = [variable for variable in (one, other) if together <= set(variable.functions)]
    if not serving:
        return False
    declared = [variable for variable in (one, other) if variable.declarations]
    return not declared or any(variable in serving for variable in declared)


def _told_apart(one: str, other: str) -> bool:
    """Whether the names say themselves that they are two settings: each has a word of its own beside a common one."""
    mine, theirs = _words(one), _words(other)
    if (mine ^ theirs) & _MODES:
        return True
    common = (mine & theirs) - _GENERIC
    return bool(common and mine - theirs - _GENERIC and theirs - mine - _GENERIC)


def _related(one: str, other: str) -> bool:
    """Whether two names speak of one service: `PTERO_APP_KEY` and `PTERODACTYL_API_KEY`.

    A key that falls back to the key of another service (`OPENAI_API_KEY || OPENROUTER_API_KEY`) is a choice of services.
    """
    mine, theirs = _words(one) - _GENERIC, _words(other) - _GENERIC
    return not mine or not theirs or any(a.startswith(b) or b.startswith(a) for a in mine for b in theirs)


def _words(name: str) -> frozenset[str]:
    return frozenset(_PUBLIC.sub("", name.upper()).split("_"))


def _role(name: str) -> str | None:
    return _ROLES.get(name.upper().rpartition("_")[2], name)


def _worth(variable: Variable) -> tuple[int, int, str]:
    """Sorts the name to settle on first: documented, read by more functions, first in the alphabet."""
    return (0 if variable.declarations else 1, -len(variable.functions), variable.name)


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
