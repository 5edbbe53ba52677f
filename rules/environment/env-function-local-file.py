"""A `.env` file lies in the folder of one edge function, where nothing loads it.

`supabase functions serve` reads `supabase/functions/.env` for all functions, and no other file. A deploy uploads none
at all. So `supabase/functions/<name>/.env` changes nothing: the function finds each of its variables undefined, on
one's own machine and in production.

Move the variables to `supabase/functions/.env` for local work and set them with `supabase secrets set` for the hosted
project. A script that passes the file with `--env-file` is taken as the user of it.

Source: [`FallbackEnvFilePath`](https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/utils/misc.go);
[cli#3501](https://github.com/supabase/cli/issues/3501)

## Bad

```sh supabase/functions/send-mail/.env
RESEND_API_KEY=
^ nothing loads this file: `supabase functions serve` reads only `supabase/functions/.env`
```

```ts supabase/functions/send-mail/index.ts
Deno.serve(() => new Response(Deno.env.get("RESEND_API_KEY")));
```

## Good

```sh supabase/functions/.env
RESEND_API_KEY=
```

```ts supabase/functions/send-mail/index.ts
Deno.serve(() => new Response(Deno.env.get("RESEND_API_KEY")));
```

## Good: a script loads it

```sh supabase/functions/send-mail/.env
RESEND_API_KEY=
```

```sh dev.sh
supabase functions serve send-mail --env-file supabase/functions/send-mail/.env
```

```ts supabase/functions/send-mail/index.ts
Deno.serve(() => new Response(Deno.env.get("RESEND_API_KEY")));
```
"""

from analyzer import Project, ProjectRule, Result, Span

_NAMES = frozenset({".env", ".env.local", ".env.development", ".env.production"})


class EnvFunctionLocalFile(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        shared = project.layout.path("functions/.env")
        for file in project.env_files:
            folder = file.path.rpartition("/")[0]
            function = folder.rpartition("/")[2]
            in_function = folder == project.layout.path(f"functions/{function}") and function in project.functions
            meant = file.path.rpartition("/")[2] in _NAMES and not file.example
            if in_function and meant and not _is_loaded(project, function):
                yield self.finding(
                    Span(file.path, 1, 1, 1, 2),
                    f"nothing loads this file: `supabase functions serve` reads only `{shared}`",
                    subject=file.path,
                )


def _is_loaded(project: Project, function: str) -> bool:
    """Whether a script names an environment file of the function."""
    return any(
        flag.name == "--env-file" and flag.value is not None and f"{function}/.env" in flag.value.text
        for script in project.scripts
        for call in script.calls
        for flag in call.flags
    )
