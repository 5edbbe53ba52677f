"""WITH CHECK forgets what USING demands, so that rows can be given away.

For an UPDATE, USING says which rows may be changed and WITH CHECK what they may become. Without WITH CHECK, PostgreSQL
uses USING for both. A WITH CHECK that is written and does not name the owner takes that away: a user can set `user_id`
of their row to somebody else's, move it to another tenant, or put rows into another account.

Leave WITH CHECK out, or repeat the condition of USING in it.

Source: [Row level security, UPDATE](https://supabase.com/docs/guides/database/postgres/row-level-security),
[CREATE POLICY](https://www.postgresql.org/docs/17/sql-createpolicy.html)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid, total integer);
alter table public.orders enable row level security;
create policy "change own" on public.orders for update
              ^^^^^^^^^^^^ WITH CHECK does not look at `user_id`: a user can hand a row of `public.orders` to somebody else
  using ((select auth.uid()) = user_id)
  with check (true);
create policy "all of own" on public.orders
              ^^^^^^^^^^^^ WITH CHECK does not look at `user_id`: a user can hand a row of `public.orders` to somebody else
  using ((select auth.uid()) = user_id)
  with check (total > 0);
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid, total integer);
alter table public.orders enable row level security;
create policy "change own" on public.orders for update using ((select auth.uid()) = user_id);
create policy "both" on public.orders for update
  using ((select auth.uid()) = user_id and total > 0)
  with check ((select auth.uid()) = user_id);
```

## Good: a trigger keeps the owner

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid, total integer);
alter table public.orders enable row level security;
create policy "change own" on public.orders for update
  using ((select auth.uid()) = user_id)
  with check (true);
create function keep_owner() returns trigger language plpgsql as $$
begin
  new.user_id := old.user_id;
  return new;
end $$;
create trigger keep_owner before update on public.orders for each row execute function keep_owner();
```

## Good: the owner may not be written

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid, total integer);
alter table public.orders enable row level security;
create policy "change own" on public.orders for update
  using ((select auth.uid()) = user_id)
  with check (total > 0);
revoke update on public.orders from anon, authenticated;
grant update (total) on public.orders to authenticated;
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import ApiRole, may_write, shown, tables
from analyzer.database.model import Relation
from analyzer.database.replay import Database
from analyzer.policy_terms import (
    columns_in,
    conjuncts,
    functions_called,
    has_query,
    is_restricted,
    node_of,
    owner_terms,
    reach,
)
from analyzer.predicates import USER, is_always_true
from analyzer.trigger_terms import writes_new
from analyzer.written import name_span, stored_span


class PolicyCheckWeakerThanUsing(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 8.1
    cwe = (285, 639)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            for policy in database.policies(table):
                using, check = policy.using, policy.check
                roles = reach(project, database, table, policy).get("update", ())
                span = name_span(project, database, policy)
                if not policy.permissive or using is None or check is None or not roles or span is None:
                    continue
                owners = {
                    column
                    for condition in conjuncts(node_of(using))
                    for column in owner_terms(condition)
                    if table.column(column) is not None
                }
                if not owners or is_restricted(database, table, "update", roles[-1]):
                    continue
                weak = is_always_true(database, node_of(check), USER) or (
                    not owners & columns_in(node_of(check))
                    and not has_query(node_of(check))
                    and not any(functions_called(database, check))
                )
                lost = sorted(column for column in owners if _is_free(database, table, column, roles))
                if weak and lost:
                    yield self.finding(
                        span,
                        f"WITH CHECK does not look at `{lost[0]}`: "
                        f"a user can hand a row of `{shown(table)}` to somebody else",
                        subject=f"{shown(table)} {policy.name}",
                        related=(
                            Place(stored_span(database, using), f"USING compares `{lost[0]}`"),
                            Place(stored_span(database, check), "WITH CHECK does not"),
                        ),
                    )


def _is_free(database: Database, table: Relation, column: str, roles: tuple[ApiRole, ...]) -> bool:
    """Whether a request can write the column: grants allow it, and no trigger sets or compares it."""
    return any(may_write(database, table, column, role) for role in roles) and not writes_new(database, table, column)
