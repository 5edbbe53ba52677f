"""A personal access token of a Supabase account is in the repository.

A token that begins with `sbp_` speaks for a whole account: through the Management API it reads the keys of every
project of every organisation that the account belongs to, runs SQL as `postgres`, and can delete projects.

Revoke it in the dashboard (Account > Access Tokens), make a new one, and give it to the CLI as the environment
variable `SUPABASE_ACCESS_TOKEN`, in CI from the CI's secrets.

## Bad

```json .mcp.json
{ "env": { "SUPABASE_ACCESS_TOKEN": "sbp_[[hex:40]]" } }
                                     ^^^^^^^^^^^^^^ a Supabase access token is in the repository, in `SUPABASE_ACCESS_TOKEN`: revoke it
```

## Good

```yaml .github/workflows/deploy.yml
env:
  SUPABASE_ACCESS_TOKEN: ${{ secrets.SUPABASE_ACCESS_TOKEN }}
```

## Good: a sample

```sh .env.example
SUPABASE_ACCESS_TOKEN=sbp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
```
"""

from analyzer import Lines, Result, Source, TextRule
from analyzer.secrets.leaks import leaks


class SupabaseAccessToken(TextRule):
    severity = "error"
    precision = "very-high"
    security_severity = 9.8
    tracked_only = True
    cwe = (798,)

    def check(self, source: Source, lines: Lines) -> Result:
        if source.path.endswith(".sql"):
            return
        for leak in leaks(source, "supabase-access-token"):
            yield self.finding(
                leak.span(lines),
                f"{leak.secret.label} is in the repository{leak.where}: revoke it",
                subject=leak.subject,
                related=leak.related(lines),
            )
