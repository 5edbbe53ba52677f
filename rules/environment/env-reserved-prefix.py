"""A secret of one's own has a name that Supabase keeps for itself.

`supabase secrets set` skips every name that begins with `SUPABASE_` and the Dashboard refuses it, so such a variable
is never there in a deployed function, unless it is one of those that the platform sets: `SUPABASE_URL`,
`SUPABASE_ANON_KEY`, `SUPABASE_SERVICE_ROLE_KEY`, `SUPABASE_DB_URL`, `SUPABASE_PUBLISHABLE_KEYS`,
`SUPABASE_SECRET_KEYS`, `SUPABASE_JWKS`. Code that reads another one gets `undefined`.

Read the platform's variable under its right name. A setting of your own needs a name without the prefix.

Sources: [default secrets](https://supabase.com/docs/guides/functions/secrets#default-secrets),
[`secrets/set/set.go`](https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/secrets/set/set.go)

A read that falls back to a name that can be set is left alone; so is the code of front ends and of servers that are
not edge functions, where every name can be set.

## Bad

```ts supabase/functions/admin/index.ts
const key = Deno.env.get("SUPABASE_SERVICE_KEY")!;
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nothing can set `SUPABASE_SERVICE_KEY`: the platform's own variable is `SUPABASE_SERVICE_ROLE_KEY`
Deno.serve(() => new Response(key.slice(0, 3)));
```

## Bad: a command

```sh scripts/secrets.sh
supabase secrets set SUPABASE_WEBHOOK_TOKEN=$TOKEN
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `supabase secrets set` skips `SUPABASE_WEBHOOK_TOKEN`: names that begin with `SUPABASE_` are kept for the platform
```

```toml supabase/config.toml
project_id = "shop"
```

## Good

```ts supabase/functions/admin/index.ts
const key = Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!;
const legacy = Deno.env.get("SUPABASE_SECRET_KEY") ?? Deno.env.get("SERVICE_KEY");
Deno.serve(() => new Response((legacy ?? key).slice(0, 3)));
```
"""

from difflib import get_close_matches

from analyzer import (
    Place,
    Project,
    ProjectRule,
    Result,
    can_do_without,
    variables,
)
from analyzer.platform import FUNCTION_VARIABLES, INTERNAL_VARIABLE, NEAR_BUILT_INS, RESERVED_PREFIX


class EnvReservedPrefix(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for name, variable in variables(project).items():
            if not _is_reserved(name):
                continue
            reads = [read for read in variable.reads if read.functions and not can_do_without(project, read)]
            if reads:
                meant = NEAR_BUILT_INS.get(name) or next(
                    iter(get_close_matches(name, sorted(FUNCTION_VARIABLES), n=1, cutoff=0.8)), None
                )
                hint = (
                    f"the platform's own variable is `{meant}`"
                    if meant
                    else "names that begin with `SUPABASE_` are kept for the platform"
                )
                yield self.finding(
                    reads[0].span,
                    f"nothing can set `{name}`: {hint}",
                    subject=name,
                    related=tuple(Place(read.span, f"`{read.functions[0]}` reads it too") for read in reads[1:]),
                )
        for script in project.scripts:
            for call in script.calls:
                for word in call.arguments if call.command == ("secrets", "set") else ():
                    name = word.text.partition("=")[0]
                    if "=" in word.text and name.startswith(RESERVED_PREFIX):
                        yield self.finding(
                            word.span,
                            f"`supabase secrets set` skips `{name}`: names that begin with `SUPABASE_` are kept for the platform",
                            subject=name,
                        )


def _is_reserved(name: str) -> bool:
    return name.startswith(RESERVED_PREFIX) and name not in FUNCTION_VARIABLES and not INTERNAL_VARIABLE.match(name)
