"""A change lets people at rows that were closed to them before.

Row level security that is switched off, a condition that a rewritten policy has lost, a policy that is now true for
every row, a view that no longer reads with the rights of who asks: each is one line of a new migration, and what it
opens is nowhere to be seen in it, since the rest of the protection stands in migrations from long ago.

Both states are replayed and compared: what a role could do to which rows before the branch, and what it can do after
it. Where it is meant, suppress the finding with the reason; otherwise put the condition back.

Runs only with `--since`. Not reported are tables and policies that are new, policies that admit further rows by
conditions of their own (`--since` lists them), and tables whose rows belong to nobody, as those of a catalogue. What is
written through a first policy that is always true is left to `policy-always-true`.

Source: [Row level security](https://supabase.com/docs/guides/database/postgres/row-level-security),
[CREATE POLICY](https://www.postgresql.org/docs/17/sql-createpolicy.html)

## Bad: row level security goes

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid references auth.users, tenant text);
alter table public.orders enable row level security;
create policy "own" on public.orders for all using ((select auth.uid()) = user_id);
```

```sql supabase/migrations/20250201000000_import.sql new
alter table public.orders disable row level security;
            ^^^^^^^^^^^^^ row level security is now off on `public.orders`: `anon` and `authenticated` can read, insert, update and delete every row
```

## Bad: a condition goes

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid references auth.users, tenant text);
alter table public.orders enable row level security;
create policy "own" on public.orders for select to authenticated
  using ((select auth.uid()) = user_id and tenant = 'a');
```

```sql supabase/migrations/20250201000000_faster.sql new
drop policy "own" on public.orders;
create policy "own" on public.orders for select to authenticated using ((select auth.uid()) = user_id);
              ^^^^^ `authenticated` can now read rows of `public.orders` without the condition `tenant = 'a'` (policy `own`)
```

## Bad: every row

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid references auth.users);
alter table public.orders enable row level security;
create policy "own" on public.orders for select to authenticated using (auth.uid() = user_id);
```

```sql supabase/migrations/20250201000000_admin.sql new
create policy "staff" on public.orders for select to authenticated using (true);
              ^^^^^^^ `authenticated` can now read every row of `public.orders` (policy `staff`)
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid references auth.users);
alter table public.orders enable row level security;
create policy "own" on public.orders for select to authenticated using (auth.uid() = user_id);
create table public.plans (id bigint primary key, active boolean);
alter table public.plans enable row level security;
create policy "active" on public.plans for select using (active);
```

```sql supabase/migrations/20250201000000_faster.sql new
drop policy "own" on public.orders;
create policy "own orders" on public.orders for select to authenticated using ((select auth.uid()) = user_id);
create policy "all" on public.plans for select using (true);
create table public.news (id bigint primary key);
alter table public.news enable row level security;
create policy "all" on public.news for select using (true);
```
"""

from collections.abc import Iterator

from analyzer import AccessChange, ChangeRule, Finding, Project, Result
from analyzer.access import owner_columns
from analyzer.access_changes import access_changes


class MigrationSecurityRegression(ChangeRule):
    severity = "error"
    precision = "high"
    security_severity = 8.1
    cwe = (284, 863)

    def check(self, base: Project, head: Project) -> Result:
        for change in access_changes(base, head):
            if change.direction == "opens" and _is_regression(head, change):
                yield from self._finding(change)

    def _finding(self, change: AccessChange) -> Iterator[Finding]:
        if change.span is not None:
            yield self.finding(change.span, change.text, subject=f"{change.subject} {change.kind}")


def _is_regression(head: Project, change: AccessChange) -> bool:
    match change.kind:
        case "row level security" | "condition" | "view":
            return True
        case "every row" | "every row at once" if change.subject in head.declared.public_tables:
            return False
        case "every row":
            return _holds_rows_of_users(head, change.subject)
        case "every row at once":
            return "select" in change.commands and _holds_rows_of_users(head, change.subject)
        case _:
            return False


def _holds_rows_of_users(head: Project, name: str) -> bool:
    schema, _, table_name = name.partition(".")
    table = head.hosted_database.relation(schema, table_name)
    return table is not None and bool(owner_columns(head.hosted_database, table))
