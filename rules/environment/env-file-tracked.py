"""A file of environment variables with secrets in it is part of the repository.

Everybody who can read the repository, a fork, a backup or an old commit has the values. A later deletion does not help:
git keeps every version, and keys that were public once are tried by machines within minutes.

Take the file out of git (`git rm --cached .env`), name it in `.gitignore` (the one that `supabase init` writes does
not name `.env`), and make new keys for every secret that it held. Where the file is to be shared, encrypt its values
(`dotenvx encrypt`) or commit a `.env.example` without them.

Values that everybody may see do not count: publishable and anon keys, URLs without a password, placeholders, and what
points at one's own machine. Neither do variables whose name says nothing of a secret.

Source: [Edge function secrets](https://supabase.com/docs/guides/functions/secrets) ("Never check your .env files into
Git"); [what `supabase init` ignores](https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/init/templates/.gitignore)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sh .env
VITE_SUPABASE_URL=https://abcdefghijklmnopqrst.supabase.co
STRIPE_SECRET_KEY=sk_live_[[alnum:24]]
^^^^^^^^^^^^^^^^^ `.env` is tracked by git and holds the value of `STRIPE_SECRET_KEY`
```

## Bad: several secrets

```toml supabase/config.toml
project_id = "shop"
```

```sh supabase/functions/.env
RESEND_API_KEY=re_[[alnum:24]]
^^^^^^^^^^^^^^ `supabase/functions/.env` is tracked by git and holds the values of `RESEND_API_KEY` and 1 other secret
PANEL_API_TOKEN=[[alnum:40]]
~~~~~~~~~~~~~~~ this is a secret too
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sh .env
VITE_SUPABASE_URL=https://abcdefghijklmnopqrst.supabase.co
VITE_SUPABASE_PUBLISHABLE_KEY=sb_publishable_[[alnum:22]]_[[alnum:8]]
```

```sh .env.production
STRIPE_SECRET_KEY=encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt+Z9HPMfLEIRVz50hmLXPXRuDBXaJi
```

```sh .env.example
STRIPE_SECRET_KEY=your-secret-key
```
"""

from analyzer import EnvEntry, Place, Project, ProjectRule, Result


class EnvFileTracked(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 7.5
    cwe = (312, 540)

    def check(self, project: Project) -> Result:
        for file in project.env_files:
            listed = project.listing.paths.get(file.path)
            if listed is None or file.example or listed.state not in ("tracked", "untracked"):
                continue
            secrets = [entry for entry in file.entries if entry.kind == "value" and not entry.commented]
            if secrets:
                where = "is tracked by git" if listed.state == "tracked" else "is not ignored by git"
                yield self.finding(
                    secrets[0].key,
                    f"`{file.path}` {where} and holds {_values(secrets)}",
                    subject=file.path,
                    related=tuple(Place(entry.key, "this is a secret too") for entry in secrets[1:]),
                )


def _values(secrets: list[EnvEntry]) -> str:
    first, others = secrets[0].name, len(secrets) - 1
    if not others:
        return f"the value of `{first}`"
    return f"the values of `{first}` and {others} other secret{'s' if others > 1 else ''}"
