"""A foreign table can be read through the Data API.

A foreign table has no row level security. In an exposed schema, everybody with the public key reads what it connects
to, with the credentials of its server: a Stripe account, another database, a spreadsheet.

Keep it in a schema that is not exposed, and give out what clients need through a function.

Source: [Foreign data wrappers, security](https://supabase.com/docs/guides/database/extensions/wrappers/overview#security)

## Bad

```sql supabase/migrations/20250101000000_stripe.sql
create extension if not exists wrappers with schema extensions;
create foreign data wrapper stripe_wrapper handler stripe_fdw_handler validator stripe_fdw_validator;
create server stripe_server foreign data wrapper stripe_wrapper;
create foreign table public.stripe_customers (id text, email text) server stripe_server options (object 'customers');
                     ^^^^^^^^^^^^^^^^^^^^^^^ anyone with the public key can read the foreign table `public.stripe_customers`, which no policy can protect
```

## Good

```sql supabase/migrations/20250101000000_stripe.sql
create extension if not exists wrappers with schema extensions;
create foreign data wrapper stripe_wrapper handler stripe_fdw_handler validator stripe_fdw_validator;
create server stripe_server foreign data wrapper stripe_wrapper;
create schema stripe;
create foreign table stripe.customers (id text, email text) server stripe_server options (object 'customers');
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.access import shown, who
from analyzer.view_terms import view_readers
from analyzer.written import name_span


class ForeignTableInApi(ProjectRule):
    severity = "warning"
    precision = "very-high"
    security_severity = 6.5
    cwe = (200, 862)
    splinter = "0017_foreign_table_in_api"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in database.relations("foreign"):
            readers = view_readers(project, database, table)
            span = name_span(project, database, table)
            if readers and span is not None:
                yield self.finding(
                    span,
                    f"{who(readers)} can read the foreign table `{shown(table)}`, which no policy can protect",
                    subject=shown(table),
                )
