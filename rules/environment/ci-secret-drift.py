"""A workflow deploys functions without the secrets that they read.

The workflow sets some secrets with `supabase secrets set` and then deploys: whoever reads it takes its list for
complete. A secret that a function reads and that no command sets has to be set by hand, for every new project and
every branch, and is missed the first time that somebody does not know.

Add the name to the command, with its value from the secrets of the pipeline. What is set by hand on purpose belongs in
`supalint.toml`: `[env] provided = ["NAME"]`.

A pipeline that sets no secrets at all is left alone, and so is one that sets them from a file (`--env-file`); variables
that a value stands in for do not count, nor do those that are declared nowhere
([env-undeclared](env-undeclared.md)). A secret whose value stands in the command is reported, too: everybody who reads
the repository has it.

## Bad

```yaml .github/workflows/deploy.yml
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: supabase secrets set STRIPE_SECRET_KEY="${{ secrets.STRIPE_SECRET_KEY }}"
             ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ here other secrets are set
      - run: supabase functions deploy
             ^^^^^^^^^^^^^^^^^^^^^^^^^ this deploys functions without 1 secret that they read: `RESEND_API_KEY` (mail)
```

```ts supabase/functions/mail/index.ts
const key = Deno.env.get("RESEND_API_KEY")!;
            ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ `RESEND_API_KEY` is read here
Deno.serve(() => new Response(key.slice(0, 3) + Deno.env.get("STRIPE_SECRET_KEY")?.length));
```

```sh .env.example
RESEND_API_KEY=
STRIPE_SECRET_KEY=
```

## Bad: the value stands in the command

```yaml .github/workflows/deploy.yml
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: supabase secrets set CRON_SECRET=[[alnum:32]] SITE_URL=https://shop.example.com
                                  ^^^^^^^^^^^^^^^^^^^^^^^^ the value of `CRON_SECRET` stands in the command
```

```ts supabase/functions/cron/index.ts
Deno.serve((req) => new Response(req.headers.get("x-secret") === Deno.env.get("CRON_SECRET") ? "yes" : "no"));
```

## Good

```yaml .github/workflows/deploy.yml
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: supabase secrets set RESEND_API_KEY="${{ secrets.RESEND_API_KEY }}"
      - run: supabase functions deploy mail
```

```ts supabase/functions/mail/index.ts
const key = Deno.env.get("RESEND_API_KEY")!;
Deno.serve(() => new Response(key.slice(0, 3)));
```

```ts supabase/functions/other/index.ts
const key = Deno.env.get("OTHER_API_KEY")!;
Deno.serve(() => new Response(key.slice(0, 3)));
```

```sh .env.example
OTHER_API_KEY=
RESEND_API_KEY=
```
"""

from collections.abc import Iterator

from analyzer import (
    Place,
    Project,
    ProjectRule,
    Result,
    Script,
    SupabaseCall,
    Variable,
    Workflow,
    has_substitute,
    literal_values,
    value_kind,
    variables,
)
from analyzer.platform import FUNCTION_VARIABLES, HOSTED_VARIABLES, RESERVED_PREFIX
from analyzer.secrets.names import is_secret_name

_MOST_NAMED = 4  # functions named for each secret


class CiSecretDrift(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        setting = [call for script in project.scripts for call in script.calls if call.command == ("secrets", "set")]
        for call in setting:
            yield from self._literals(call)
        names = {word.text.partition("=")[0] for call in setting for word in call.arguments if "=" in word.text}
        if not names or any(call.flag("--env-file") or _is_open(call) for call in setting):
            return
        needed = [one for one in variables(project).values() if one.name not in names and _is_needed(project, one)]
        for workflow in project.workflows:
            for script, call in _calls(workflow):
                deployed = _deployed(project, script, call)
                missing = [(one, [slug for slug in one.functions if slug in deployed]) for one in needed]
                missing = [(one, slugs) for one, slugs in missing if slugs]
                if missing:
                    shown = ", ".join(f"`{one.name}` ({_named(slugs)})" for one, slugs in missing)
                    count = f"{len(missing)} secrets" if len(missing) > 1 else "1 secret"
                    yield self.finding(
                        call.span,
                        f"this deploys functions without {count} that they read: {shown}",
                        subject=f"deploy {workflow.path}",
                        related=(
                            Place(setting[0].span, "here other secrets are set"),
                            *(Place(one.reads[0].span, f"`{one.name}` is read here") for one, _ in missing),
                        ),
                    )
                    break

    def _literals(self, call: SupabaseCall) -> Result:
        for word in call.arguments:
            name, equals, given = word.text.partition("=")
            if equals and word.literal and is_secret_name(name) and value_kind(name, given) == "value":
                yield self.finding(word.span, f"the value of `{name}` stands in the command", subject=f"literal {name}")


def _is_open(call: SupabaseCall) -> bool:
    """Whether it sets names that the command does not show: `supabase secrets set "${pairs[@]}"`."""
    return any("=" not in word.text for word in call.arguments) or not call.arguments


def _is_needed(project: Project, variable: Variable) -> bool:
    name = variable.name
    if name in FUNCTION_VARIABLES or name in HOSTED_VARIABLES or name.startswith((RESERVED_PREFIX, "DENO_", "SB_")):
        return False
    if not any(one.by != "supalint.toml" for one in variable.declarations) or name in project.declared.provided:
        return False
    reads = [read for read in variable.reads if read.functions]
    return bool(reads) and not any(has_substitute(project, read) for read in reads)


def _calls(workflow: Workflow) -> Iterator[tuple[Script, SupabaseCall]]:
    for job in workflow.jobs:
        for step in job.steps:
            for call in step.run.calls if step.run is not None else ():
                if call.command == ("functions", "deploy") and step.run is not None:
                    yield step.run, call


def _deployed(project: Project, script: Script, call: SupabaseCall) -> set[str]:
    """The functions that a deploy certainly uploads."""
    if not call.arguments:
        return {slug for slug, function in project.functions.items() if function.entry and function.enabled}
    values = [literal_values(script, word) for word in call.arguments]
    return {slug for found in values for slug in found or ()} & set(project.functions)


def _named(slugs: list[str]) -> str:
    more = f" and {len(slugs) - _MOST_NAMED} more" if len(slugs) > _MOST_NAMED else ""
    return ", ".join(slugs[:_MOST_NAMED]) + more
