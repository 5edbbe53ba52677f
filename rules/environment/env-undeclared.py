"""A function reads a variable that the repository declares nowhere.

Nobody who sets the project up, on another machine or for another customer, learns that the secret has to be set.
The function is deployed without it and fails at the first request that needs it.

Add the name, without a value, to `.env.example`, or to the documented `supabase secrets set` command. A name that
something outside the repository sets belongs in `supalint.toml`: `[env] provided = ["NAME"]`.

A declaration is an entry in an environment file (one that is commented out counts), an argument of
`supabase secrets set` in a script, workflow or document, `[edge_runtime.secrets]`, an `env:` of a workflow, or a
`NAME=` in a document's code block. What the platform sets itself
([default secrets](https://supabase.com/docs/guides/functions/secrets#default-secrets)) needs none.
A repository that declares nothing at all gets one finding, with all names.

## Bad

```ts supabase/functions/mail/index.ts
const key = Deno.env.get("RESEND_API_KEY");
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `RESEND_API_KEY` is read here and declared nowhere
Deno.serve(() => new Response(key ? "ready" : "not set"));
```

```sh .env.example
SITE_URL=
```

## Bad: nothing is declared

```ts supabase/functions/mail/index.ts
const key = Deno.env.get("RESEND_API_KEY");
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ functions read 2 variables that are declared nowhere: `RESEND_API_KEY`, `SITE_URL`
const site = Deno.env.get("SITE_URL");
             ~~~~~~~~~~~~~~~~~~~~~~~~ `mail` reads `SITE_URL`
Deno.serve(() => new Response(key ? site : "not set"));
```

## Good

```ts supabase/functions/mail/index.ts
const key = Deno.env.get("RESEND_API_KEY");
const url = Deno.env.get("SUPABASE_URL");
Deno.serve(() => new Response(key ? url : "not set"));
```

```sh supabase/functions/.env.example
RESEND_API_KEY=
```
"""

from analyzer import (
    Edit,
    Fix,
    Place,
    Project,
    ProjectRule,
    Result,
    Span,
    Variable,
    VariableRead,
    variables,
)
from analyzer.platform import FUNCTION_VARIABLES, HOSTED_VARIABLES, INTERNAL_VARIABLE, RESERVED_PREFIX

# Set by the runtime or the machine; or no settings at all.
_AMBIENT = frozenset({"PATH", "HOME", "PWD", "USER", "TZ", "LANG", "PORT", "HOSTNAME", "CI", "NODE_ENV", "DENO_ENV"})


class EnvUndeclared(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        known = variables(project)
        missing = [
            variable
            for variable in known.values()
            if variable.functions and not variable.declarations and _needs(variable.name)
        ]
        if not missing:
            return
        if any(variable.declarations for variable in known.values() if variable.functions):
            for variable in missing:
                first, *others = _first_reads(variable)
                yield self.finding(
                    first.span,
                    f"`{variable.name}` is read here and declared nowhere",
                    subject=variable.name,
                    related=tuple(_place(read) for read in others),
                    fix=_fix(project, variable.name),
                )
            return
        firsts = [_first_reads(variable)[0] for variable in missing]
        names = ", ".join(f"`{variable.name}`" for variable in missing)
        count = len(missing)
        message = (
            f"functions read {count} variables that are declared nowhere: {names}"
            if count > 1
            else f"{names} is read here and declared nowhere"
        )
        yield self.finding(firsts[0].span, message, subject="all", related=tuple(_place(read) for read in firsts[1:]))


def _needs(name: str) -> bool:
    """Whether somebody has to set it: names with the reserved prefix cannot be set at all."""
    return not (
        name in FUNCTION_VARIABLES
        or name in HOSTED_VARIABLES
        or name in _AMBIENT
        or INTERNAL_VARIABLE.match(name)
        or name.startswith((RESERVED_PREFIX, "DENO_", "SB_"))
    )


def _first_reads(variable: Variable) -> list[VariableRead]:
    """The first read in each function, one of the code that several share once."""
    seen: set[str] = set()
    found = []
    for read in variable.reads:
        new = set(read.functions) - seen
        if new:
            seen |= new
            found.append(read)
    return found


def _place(read: VariableRead) -> Place:
    who = f"`{read.functions[0]}` reads" if len(read.functions) == 1 else f"{len(read.functions)} functions read"
    return Place(read.span, f"{who} `{read.name}`")


def _fix(project: Project, name: str) -> Fix | None:
    """Adds the name to the example file that declares the functions' variables, if there is one."""
    read = {variable.name for variable in variables(project).values() if variable.functions}
    examples = [
        file for file in project.env_files if file.example and any(entry.name in read for entry in file.entries)
    ]
    if not examples:
        return None
    best = max(examples, key=lambda file: sum(entry.name in read for entry in file.entries))
    last = best.entries[-1].span
    behind = Span(best.path, last.end_line, last.end_column, last.end_line, last.end_column)
    return Fix(f"declare `{name}` in `{best.path}`", safe=True, changes=(Edit(behind, f"\n{name}="),))
