"""A secret is written into SQL.

Migrations are kept in git and, statement by statement, in the table `supabase_migrations.schema_migrations` of every
database that they ran on; the command of a cron job stands in `cron.job`, the headers of a database webhook in the
trigger's definition and in every dump. Supabase's own guide says of the keys of scheduled functions: do not
hard-code them.

Revoke the secret, store the new one in the Vault, in the SQL editor of each environment and not in a migration:
`select vault.create_secret('...', 'cron_secret')`, and read it where it is used:
`(select decrypted_secret from vault.decrypted_secrets where name = 'cron_secret')`.

The `anon` key and publishable keys are public, in SQL too, and are not reported.

## Bad

```sql supabase/migrations/20250101000000_cron.sql
select cron.schedule('nightly', '0 3 * * *', $$
  select net.http_post(
    url := 'https://abcdefghijklmnopqrst.supabase.co/functions/v1/nightly',
    headers := '{"Authorization": "Bearer [[jwt:service_role]]"}'::jsonb
                                          ^^^^^^^^^^^^^^^^^^^^ the `service_role` key of the project `abcdefghijklmnopqrst` is in SQL, in `Authorization`: read it from the Vault
  );
$$);
```

## Bad: a secret without a known form

```sql supabase/migrations/20250101000000_cron.sql
select cron.schedule('nightly', '0 3 * * *', $$
  select net.http_post(
    url := 'https://abcdefghijklmnopqrst.supabase.co/functions/v1/nightly',
    headers := '{"x-cron-secret": "acme-nightly-2025"}'::jsonb
                                   ^^^^^^^^^^^^^^^^^ the value of the header `x-cron-secret` is in SQL: read it from the Vault
  );
$$);
```

## Bad: a Vault secret in a migration

```sql supabase/migrations/20250101000000_vault.sql
select vault.create_secret('[[alnum:32]]', 'cron_secret');
                            ^^^^^^^^^^^^ the value of a Vault secret is in SQL: create it outside the migrations
```

## Good

```sql supabase/migrations/20250101000000_cron.sql
select cron.schedule('nightly', '0 3 * * *', $$
  select net.http_post(
    url := 'https://abcdefghijklmnopqrst.supabase.co/functions/v1/nightly',
    headers := jsonb_build_object(
      'Authorization',
      'Bearer ' || (select decrypted_secret from vault.decrypted_secrets where name = 'service_key')
    )
  );
$$);
```

## Good: the public key

```sql supabase/migrations/20250101000000_cron.sql
select net.http_post(
  url := 'https://abcdefghijklmnopqrst.supabase.co/functions/v1/public',
  headers := '{"Authorization": "Bearer [[jwt:anon]]"}'::jsonb
);
```
"""

from analyzer import Lines, Result, Source, TextRule
from analyzer.secrets.kinds import KindName
from analyzer.secrets.leaks import is_test_path, leaks

_LIVE: tuple[KindName, ...] = (
    "supabase-secret-key",
    "supabase-service-role",
    "supabase-access-token",
    "stripe-live-key",
    "pterodactyl-key",
    "postgres-url",
    "service-url",
    "vendor-key",
)
_MADE_UP_IN_TESTS: tuple[KindName, ...] = ("stripe-test-key", "webhook-signing-secret", "private-key", "credential")


class SecretInSql(TextRule):
    severity = "error"
    precision = "high"
    security_severity = 9.1
    tracked_only = True
    cwe = (798,)

    def check(self, source: Source, lines: Lines) -> Result:
        if not source.path.endswith(".sql"):
            return
        for leak in leaks(source, *_LIVE, *(() if is_test_path(source.path) else _MADE_UP_IN_TESTS)):
            answer = "create it outside the migrations" if "Vault" in leak.secret.label else "read it from the Vault"
            yield self.finding(
                leak.span(lines),
                f"{leak.secret.label} is in SQL{leak.where}: {answer}",
                subject=leak.subject,
                related=leak.related(lines),
            )
