"""The CLI refuses config.toml: no command that reads it works.

The CLI reads the file exactly: one key that it does not know, one value of the wrong type, one table declared twice,
and every `supabase start`, `db push`, `functions deploy` and `config push` stops before it does anything. A deploy in a
workflow fails the same way, often long after the change, at the first run with the file.

Settings that are known elsewhere by another name (`timeout_sec`, `memory`, `schedule` of a function) do not exist in
config.toml: take them out. Limits of edge functions are fixed by the plan, and schedules are made with `pg_cron`.

Keys are those of the CLI of June 2026. A section that is not among them, and is no misspelling of one, is not judged: a
newer CLI may know it.

Source: [`config.go`](https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/config.go) (`UnmarshalExact`,
`Validate`); [configuration reference](https://supabase.com/docs/guides/local-development/cli/config)

## Bad

```toml supabase/config.toml
[functions.checkout]
verify_jtw = false
^^^^^^^^^^ the CLI refuses this file: there is no key `verify_jtw` in `[functions.checkout]`: did you mean `verify_jwt`?
```

```toml supabase/config.toml fixed
[functions.checkout]
verify_jwt = false
```

## Bad: one key at several places

```toml supabase/config.toml
[functions.checkout]
timeout_sec = 60
^^^^^^^^^^^ the CLI refuses this file: there is no key `timeout_sec` in `[functions.checkout]`, nor in 1 other section

[functions.report]
timeout_sec = 120
~~~~~~~~~~~ here too
```

## Bad: syntax

```toml supabase/config.toml
[functions.checkout]
verify_jwt = false

[functions.checkout]
                   ^ the CLI refuses this file: cannot declare `functions.checkout` twice
verify_jwt = true
```

## Bad: values

```toml supabase/config.toml
[db]
major_version = 16
                ^^ the CLI refuses this file: `major_version` takes one of 13, 14, 15, 17

[auth]
enabled = "yes"
          ^^^^^ the CLI refuses this file: `enabled` takes `true` or `false`

[auth.email]
max_frequency = "1 minute"
                ^^^^^^^^^^ the CLI refuses this file: `max_frequency` takes a duration such as `"1m30s"`

[auth.external.github]
^^^^^^^^^^^^^^^^^^^^^^ the CLI refuses this file: `[auth.external.github]` is enabled without `secret`
enabled = true
client_id = "abc"

[remotes.production]
project_id = "shop"
             ^^^^^^ the CLI refuses this file: the `project_id` of a remote must be 20 lower-case letters
```

## Good

```toml supabase/config.toml
project_id = "shop"

[db]
major_version = 17

[auth.email]
max_frequency = "1m"

[auth.external.github]
enabled = true
client_id = "env(GITHUB_CLIENT_ID)"
secret = "env(GITHUB_SECRET)"

[edge_runtime.secrets]
ANY_NAME = "env(ANY_NAME)"

[functions.checkout]
verify_jwt = false
static_files = ["./functions/checkout/*.html"]

[remotes.production]
project_id = "abcdefghijklmnopqrst"

[remotes.production.auth]
site_url = "https://shop.example.com"
```
"""

from analyzer import Edit, Fix, Place, Project, ProjectRule, Refusal, Result, refusals


class ConfigInvalid(ProjectRule):
    severity = "error"
    precision = "very-high"

    def check(self, project: Project) -> Result:
        if project.config is None:
            return
        groups: dict[str, list[Refusal]] = {}
        for refusal in refusals(project.config):
            if not refusal.certain:
                yield self.unknown(refusal.span, refusal.message)
                continue
            groups.setdefault(refusal.group or f"{refusal.subject} {refusal.message}", []).append(refusal)
        for first, *others in groups.values():
            nor = f", nor in {len(others)} other section{'s' if len(others) > 1 else ''}" if others else ""
            yield self.finding(
                first.span,
                f"the CLI refuses this file: {first.message}{nor}",
                subject=first.subject,
                related=tuple(Place(other.span, "here too") for other in others),
                fix=_fix([first, *others]),
            )


def _fix(group: list[Refusal]) -> Fix | None:
    edits = tuple(Edit(refusal.span, refusal.replacement) for refusal in group if refusal.replacement is not None)
    # Not safe: the setting has had no effect so far, and will have one.
    return Fix(f"write `{edits[0].text}`", safe=False, changes=edits) if edits else None
