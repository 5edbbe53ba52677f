"""A function reads a variable that the repository declares nowhere.

Nobody who sets the project up, on another machine or for another customer, learns that the secret has to be set.
The function is deployed without it and fails at the first request that needs it.

Add the name, without a value, to `.env.example`, or to the documented `supabase secrets set` command. A name that
something outside the repository sets belongs in `supalint.toml`: `[env] provided = ["NAME"]`.

A declaration is an entry in an environment file (one that is commented out counts), an argument of
`supabase secrets set` in a script, workflow or document, `[edge_runtime.secrets]`, an `env:` of a workflow, or a
`NAME=` in a document's code block. What the platform sets itself
([default secrets](https://supabase.com/docs/guides/functions/secrets#default-secrets)) needs none.
A variable that every reader can do without, since a text or a number stands in for it, needs none either; nor does one
that a document speaks of, or one that is nearly the platform's ([env-name-drift](env-name-drift.md)). Where most of the variables are declared nowhere there is one finding for all of them.

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
    mentioned_variables,
    near_built_ins,
    variables,
)
from analyzer.platform import FUNCTION_VARIABLES, HOSTED_VARIABLES, INTERNAL_VARIABLE, RESERVED_PREFIX
from analyzer.typescript.values import Known, options

# Set by the runtime or the machine; or no settings at all.
_AMBIENT = frozenset({"PATH", "HOME", "PWD", "USER", "TZ", "LANG", "PORT", "HOSTNAME", "CI", "NODE_ENV", "DENO_ENV"})


_MOST_SINGLE = 1  # findings of their own, where more are missing than declared


class EnvUndeclared(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        used = [variable for variable in variables(project).values() if variable.functions and _needs(variable)]
        mentioned = mentioned_variables(project) | near_built_ins(project).keys()
        missing = [variable for variable in used if variable.name not in mentioned]
        if not missing:
            return
        if len(missing) <= _MOST_SINGLE or 2 * len(missing) < len(used):
            for variable in missing:
                first, *others = _first_reads(variable)
                yield self.finding(
                    first.span,
                    f"`{variable.name}` is read here and declared nowhere",
                    subject=variable.name,
                    related=tuple(_place(read) for read in others),
                    fix=_fix(project, [variable.name]),
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
        yield self.finding(
            firsts[0].span,
            message,
            subject="all",
            related=tuple(_place(read) for read in firsts[1:]),
            fix=_fix(project, [variable.name for variable in missing]),
        )


def _needs(variable: Variable) -> bool:
    """Whether somebody has to set it: names with the reserved prefix cannot be set at all."""
    name = variable.name
    if all(_stands_in(read) for read in variable.reads if read.functions):
        return False
    return not (
        name in FUNCTION_VARIABLES
        or name in HOSTED_VARIABLES
        or name in _AMBIENT
        or INTERNAL_VARIABLE.match(name)
        or name.startswith((RESERVED_PREFIX, "DENO_", "SB_"))
    )


def _stands_in(read: VariableRead) -> bool:
    """Whether the code goes on with a value of its own."""
    fallback = read.read.fallback
    return fallback is not None and any(
        isinstance(one, Known) and one.value not in ("", None) for one in options(fallback.value)
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


def _fix(project: Project, names: list[str]) -> Fix | None:
    """Adds the names to the example file that declares the functions' variables, if there is one."""
    read = {variable.name for variable in variables(project).values() if variable.functions}
    examples = [
        file for file in project.env_files if file.example and any(entry.name in read for entry in file.entries)
    ]
    if not examples:
        return None
    best = max(examples, key=lambda file: sum(entry.name in read for entry in file.entries))
    last = best.entries[-1].span
    behind = Span(best.path, last.end_line, last.end_column, last.end_line, last.end_column)
    what = f"`{names[0]}`" if len(names) == 1 else f"{len(names)} variables"
    text = "".join(f"\n{name}=" for name in names)
    return Fix(f"declare {what} in `{best.path}`", safe=True, changes=(Edit(behind, text),))
