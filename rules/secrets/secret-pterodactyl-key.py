"""A key of a Pterodactyl panel is in the repository.

An application key (`ptla_...`) creates and deletes servers, users and nodes of the panel; a client key (`ptlc_...`)
does to the servers of its owner whatever the owner can: console, files, power.

Delete the key in the panel (Admin > Application API, or Account > API Credentials), make a new one, and store it with
`supabase secrets set PTERODACTYL_API_KEY=...`.

## Bad

```ts supabase/functions/create-server/index.ts
const apiKey = Deno.env.get("PTERODACTYL_API_KEY") || "ptla_[[alnum:43]]";
                                                       ^^^^^^^^^^^^^^^^^ a Pterodactyl application key is in the repository: delete it in the panel and read a new one from the environment
```

## Good

```ts supabase/functions/create-server/index.ts
const apiKey = Deno.env.get("PTERODACTYL_API_KEY");
if (!apiKey?.startsWith("ptla_")) throw new Error("PTERODACTYL_API_KEY must be an application key");
```

## Good: a sample

```sh .env.example
PTERODACTYL_API_KEY=ptla_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
```
"""

from analyzer import Lines, Result, Source, TextRule
from analyzer.secrets.leaks import leaks


class PterodactylKey(TextRule):
    severity = "error"
    precision = "very-high"
    security_severity = 8.6
    tracked_only = True
    cwe = (798,)

    def check(self, source: Source, lines: Lines) -> Result:
        if source.path.endswith(".sql"):
            return
        for leak in leaks(source, "pterodactyl-key"):
            yield self.finding(
                leak.span(lines),
                f"{leak.secret.label} is in the repository{leak.where}: delete it in the panel and read a new one from the environment",
                subject=leak.subject,
                related=leak.related(lines),
            )
