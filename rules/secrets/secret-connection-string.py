"""The password of a Postgres database is in the repository.

A connection string of Supabase is that of `postgres`, which owns the schema: it reads and drops every table, and the
pooler is reachable from everywhere.

Reset the password (Project Settings > Database), and read the string from the environment. Edge functions have it as
`SUPABASE_DB_URL`. Strings for databases on your own machine, with variables or with words in place of the password
are not reported.

## Bad

```js scripts/migrate.js
const url = "postgresql://postgres:[[alnum:16]]@db.abcdefghijklmnopqrst.supabase.co:5432/postgres";
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the password of the Postgres database at `db.abcdefghijklmnopqrst.supabase.co` is in the repository, in `url`: reset it
```

## Good

```js scripts/migrate.js
const url = process.env.DATABASE_URL;
```

## Good: local databases and samples

```sh .env.example
DATABASE_URL=postgresql://postgres:postgres@127.0.0.1:54322/postgres
DIRECT_URL=postgresql://postgres:[YOUR-PASSWORD]@db.abcdefghijklmnopqrst.supabase.co:5432/postgres
POOLER_URL=postgresql://postgres.abcdefghijklmnopqrst:${DB_PASSWORD}@aws-0-eu-west-1.pooler.supabase.com:6543/postgres
DOCKER_URL=postgres://app:[[alnum:16]]@db:5432/app
```
"""

from analyzer import Lines, Result, Source, TextRule
from analyzer.secrets.leaks import leaks


class ConnectionString(TextRule):
    severity = "error"
    precision = "high"
    security_severity = 9.1
    tracked_only = True
    cwe = (798,)

    def check(self, source: Source, lines: Lines) -> Result:
        if source.path.endswith(".sql"):
            return
        for leak in leaks(source, "postgres-url"):
            yield self.finding(
                leak.span(lines),
                f"{leak.secret.label} is in the repository{leak.where}: reset it",
                subject=leak.subject,
                related=leak.related(lines),
            )
