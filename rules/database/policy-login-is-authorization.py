"""A policy asks only whether somebody is signed in, on a table whose rows belong to users.

Everybody can sign up. A condition such as `auth.uid() IS NOT NULL` or `auth.role() = 'authenticated'` is true for
every account, so that each user can read, change or forge the rows of all others.

Compare the owner: `using ((select auth.uid()) = user_id)`. Where users really share the rows, say by which
membership.

Reading is reported only where a row holds something private, an address or an amount for instance: what users publish
is read by others. Tables without a column that names an owner are not reported.

Source: [Row level security](https://supabase.com/docs/guides/database/postgres/row-level-security)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid references auth.users, phone text);
alter table public.orders enable row level security;
create policy "signed-in users read" on public.orders for select to authenticated using (true);
              ^^^^^^^^^^^^^^^^^^^^^^ every signed-in user can read any row of `public.orders`: this policy does not look at `user_id`
create policy "signed-in users write" on public.orders for update using (auth.role() = 'authenticated');
              ^^^^^^^^^^^^^^^^^^^^^^^ every signed-in user can update any row of `public.orders`: this policy does not look at `user_id`
create policy "signed-in users add" on public.orders for insert with check ((select auth.uid()) is not null);
              ^^^^^^^^^^^^^^^^^^^^^ every signed-in user can insert any row of `public.orders`: this policy does not look at `user_id`
```

## Good

```sql supabase/migrations/20250101000000_shop.sql
create table public.orders (id bigint primary key, user_id uuid references auth.users, phone text);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select to authenticated using ((select auth.uid()) = user_id);
create table public.products (id bigint primary key, price integer);
alter table public.products enable row level security;
create policy "signed-in users read" on public.products for select using (auth.uid() is not null);
create table public.posts (id bigint primary key, author_id uuid references auth.users, body text);
alter table public.posts enable row level security;
create policy "signed-in users read" on public.posts for select to authenticated using (true);
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import Command, deeds, owner_columns, shown, tables
from analyzer.database.model import Policy, Relation
from analyzer.database.replay import Database
from analyzer.policy_terms import admits_all, is_for_server, is_restricted, reach
from analyzer.predicates import ANYBODY, USER, VISITOR
from analyzer.written import name_span, stored_span

# Columns with what people do not tell everybody.
_PRIVATE = re.compile(
    r"(?:^|_)(?:e?mail|phone|mobile|whatsapp|address|street|postcode|zip|birth\w*|dob|stripe\w*|iban|salary|wage|income|balance"
    r"|secret|password|ssn|tax_id|cpf|cnpj|passport|diagnosis|medical\w*|private\w*|card\w*|api_key)(?:_|$)"
    r"|(?:^|_)ip(?:_addr(?:ess)?)?$"
)


class PolicyLoginIsAuthorization(ProjectRule):
    severity = "warning"
    precision = "medium"
    security_severity = 6.5
    cwe = (285, 639)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            owners = owner_columns(database, table)
            for policy in database.policies(table) if owners else ():
                span = name_span(project, database, policy)
                if not policy.permissive or span is None or is_for_server(policy):
                    continue
                open_ = [
                    command
                    for command, granted in reach(project, database, table, policy).items()
                    if "authenticated" in granted
                    and (command != "select" or _is_private(table))
                    and admits_all(database, policy, command, USER)
                    and _shuts_out_visitors(database, policy, command, granted)
                    and not is_restricted(database, table, command, "authenticated")
                ]
                if not open_:
                    continue
                stored = policy.using or policy.check
                yield self.finding(
                    span,
                    f"every signed-in user can {deeds(open_)} any row of `{shown(table)}`: "
                    f"this policy does not look at `{owners[0]}`",
                    subject=f"{shown(table)} {policy.name}",
                    related=(Place(stored_span(database, stored), "true for every user"),) if stored else (),
                )


def _is_private(table: Relation) -> bool:
    return any(_PRIVATE.search(column.name) for column in table.columns)


def _shuts_out_visitors(database: Database, policy: Policy, command: Command, granted: tuple[str, ...]) -> bool:
    """Whether the policy makes a difference between visitors and users; one for writing that makes none is always true."""
    if "anon" in granted and admits_all(database, policy, command, VISITOR):
        return False
    return command == "select" or not admits_all(database, policy, command, ANYBODY)
