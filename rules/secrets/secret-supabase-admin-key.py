"""A key that bypasses row level security is in the repository.

A Supabase secret key (`sb_secret_...`) or the legacy `service_role` key acts as `service_role`: it reads and writes
every row of every table, whatever the policies say, and manages all users. Whoever can read the repository, one of
its forks, an old commit or a bundle built from it has that access.

Deleting the line is not enough, since git keeps it. Make a new key in the dashboard (Project Settings > API Keys),
revoke the old one (for the legacy keys: rotate the JWT secret, or move to the new keys and disable the legacy ones),
and keep the new one where it is read at run time: `supabase secrets set` for edge functions, which have it as
`SUPABASE_SERVICE_ROLE_KEY` by themselves, and the host's own settings elsewhere.

The payload of a JWT is decoded: the `anon` key and `sb_publishable_...` are public by design and are not reported;
neither are the keys of the local stack, which are the same on every machine. Keys in SQL are reported by
`secret-in-sql`.

## Bad

```ts scripts/backfill.ts
const supabase = createClient(url, "sb_secret_[[alnum:22]]_[[alnum:8]]");
                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a Supabase secret key is in the repository: revoke it and read it from the environment
```

## Bad: the legacy key

```sh deploy.sh
SERVICE_KEY="[[jwt:service_role]]"
             ^^^^^^^^^^^^^^^^^^^^ the `service_role` key of the project `abcdefghijklmnopqrst` is in the repository, in `SERVICE_KEY`: revoke it and read it from the environment
```

## Good

```ts scripts/backfill.ts
const supabase = createClient(url, process.env.SUPABASE_SECRET_KEY!);
```

## Good: public keys, and those of the local stack

```sh .env.example
VITE_SUPABASE_ANON_KEY=[[jwt:anon]]
VITE_SUPABASE_PUBLISHABLE_KEY=sb_publishable_[[alnum:22]]_[[alnum:8]]
SERVICE_ROLE_KEY=[[jwt:demo-service_role]]
```
"""

from analyzer import Lines, Result, Source, TextRule
from analyzer.secrets.leaks import leaks


class SupabaseAdminKey(TextRule):
    severity = "error"
    precision = "very-high"
    security_severity = 9.8
    tracked_only = True
    cwe = (798, 540)

    def check(self, source: Source, lines: Lines) -> Result:
        if source.path.endswith(".sql"):
            return
        for leak in leaks(source, "supabase-secret-key", "supabase-service-role"):
            yield self.finding(
                leak.span(lines),
                f"{leak.secret.label} is in the repository{leak.where}: revoke it and read it from the environment",
                subject=leak.subject,
                related=leak.related(lines),
            )
