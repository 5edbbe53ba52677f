"""A secret stands in config.toml as it is.

config.toml is committed, so everybody who can read the repository has the secret of the sign-in provider, the mail
server or the captcha, and can act as the project towards it: send mail in its name, exchange its users' codes.

Write `env(NAME)` and put the value into a `.env` file that git ignores; the CLI reads `.env`, `.env.local` and
`.env.<environment>` beside `supabase/` and above it. Or encrypt it with dotenvx (`encrypted:...`). Then make a new secret
at the provider, since git keeps the old one.

Placeholders, empty values and short ones are not reported, nor are `edge_runtime.secrets` whose name says nothing of a
secret.

Source: [`secret.go`](https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/secret.go);
[Managing config and secrets](https://supabase.com/docs/guides/local-development/managing-config)

## Bad

```toml supabase/config.toml
[auth.external.github]
enabled = true
client_id = "Iv1.0a1b2c3d4e5f6a7b"
secret = "[[hex:40]]"
         ^^^^^^^^^^^^ the value of `auth.external.github.secret` is in the repository: write `env(NAME)` instead
```

```toml supabase/config.toml fixed
[auth.external.github]
enabled = true
client_id = "Iv1.0a1b2c3d4e5f6a7b"
secret = "env(SUPABASE_AUTH_EXTERNAL_GITHUB_SECRET)"
```

## Good

```toml supabase/config.toml
[auth.external.github]
enabled = true
client_id = "Iv1.0a1b2c3d4e5f6a7b"
secret = "env(SUPABASE_AUTH_EXTERNAL_GITHUB_SECRET)"

[auth.external.google]
enabled = false
secret = ""

[auth.sms.twilio]
auth_token = "your-auth-token"

[auth.captcha]
secret = "encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt+Z9HPMfLEIRVz50hmLXPXRuDBXaJi"

[edge_runtime.secrets]
SITE_NAME = "A long name of a shop that is no secret"
```
"""

from analyzer import Edit, Entry, Fix, Project, ProjectRule, Result, key_at, value_kind

_OWN_NAMES = ("edge_runtime", "db")  # their secrets are named by the user, so that the name says what they are
_SECRET_STRINGS = frozenset({("experimental", "s3_secret_key"), ("experimental", "s3_access_key")})


class ConfigSecretLiteral(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 8.2
    cwe = (798,)

    def check(self, project: Project) -> Result:
        if project.config is None:
            return
        for entry in project.config.entries:
            path = entry.path[2:] if entry.path[0].lower() == "remotes" else entry.path
            key = key_at(path)
            if key is None or not (key.kind == "secret" or path in _SECRET_STRINGS):
                continue
            text = entry.value.text
            name = path[-1].upper() if path[0] in _OWN_NAMES else "SECRET"
            if text and value_kind(name, text) == "value":
                yield self.finding(
                    entry.value.span,
                    f"the value of `{'.'.join(entry.path)}` is in the repository: write `env(NAME)` instead",
                    subject=".".join(entry.path),
                    fix=_fix(entry, path),
                )


def _fix(entry: Entry, path: tuple[str, ...]) -> Fix:
    parts = path[-1:] if path[0] in _OWN_NAMES else ("SUPABASE", *path)
    name = "_".join(part.upper().replace("-", "_") for part in parts)
    # Not safe: the value must be put where the CLI finds it.
    return Fix(f"read it from `{name}`", safe=False, changes=(Edit(entry.value.span, f'"env({name})"'),))
