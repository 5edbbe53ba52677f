"""config.toml reads a variable that nobody is told to set.

Where a variable of `env(NAME)` is not set, the CLI keeps the text `env(NAME)` as the value and says so in one line of its
log. `supabase start` then offers a sign-in whose secret is `env(NAME)`, and `supabase config push` sends it to the hosted
project: users get an error of the provider, and nothing points at the cause.

Name the variable in `.env.example`, so that whoever sets up the project learns that it is needed, and set it in the
workflow that pushes the configuration.

Any mention counts: an environment file, a script, a workflow, a document. Sections that are switched off are passed over,
and so is what the template of `supabase init` holds.

Source: [`decode_hooks.go`](https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/decode_hooks.go)

## Bad

```toml supabase/config.toml
[auth.external.github]
enabled = true
client_id = "env(GITHUB_CLIENT_ID)"
secret = "env(GITHUB_SECRET)"
         ^^^^^^^^^^^^^^^^^^^^ no env file, script, workflow or document names `GITHUB_SECRET`: where it is not set, the value is the text `env(GITHUB_SECRET)`
```

```sh .env.example
GITHUB_CLIENT_ID=
```

## Good

```toml supabase/config.toml
[studio]
openai_api_key = "env(OPENAI_API_KEY)"

[auth.external.apple]
enabled = false
secret = "env(SUPABASE_AUTH_EXTERNAL_APPLE_SECRET)"

[auth.external.github]
enabled = true
client_id = "env(GITHUB_CLIENT_ID)"
secret = "env(GITHUB_SECRET)"
```

```sh .env.example
GITHUB_CLIENT_ID=
# GITHUB_SECRET=
```
"""

from analyzer import ENV_REFERENCE, Project, ProjectRule, Result, Toml, mentioned_variables

# What `supabase init` writes and no command needs.
# https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/templates/config.toml
_TEMPLATE = frozenset({
    ("studio", "openai_api_key"), ("experimental", "s3_host"), ("experimental", "s3_region"),
    ("experimental", "s3_access_key"), ("experimental", "s3_secret_key"),
})  # fmt: skip


class ConfigEnvUndefined(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        config = project.config
        if config is None:
            return
        known: frozenset[str] | None = None
        for entry in config.entries:
            for value in (entry.value, *entry.value.items):
                match = ENV_REFERENCE.match(value.text or "")
                if match is None or entry.path in _TEMPLATE or _is_off(config, entry.path):
                    continue
                known = mentioned_variables(project) if known is None else known
                name = match["name"].strip()
                if name and name not in known:
                    yield self.finding(
                        value.span,
                        f"no env file, script, workflow or document names `{name}`: where it is not set, the value is "
                        f"the text `env({name})`",
                        subject=name,
                    )


def _is_off(config: Toml, path: tuple[str, ...]) -> bool:
    """Whether the key is in a section, of any depth, that is not enabled; providers are off unless they are switched on."""
    for depth in range(1, len(path)):
        enabled = config.get(*path[:depth], "enabled")
        if enabled is not None and enabled.value.scalar is False:
            return True
    section = path[:-1]
    is_optional = "external" in section or "sms" in section or "hook" in section
    return is_optional and len(section) > 2 and config.get(*section, "enabled") is None
