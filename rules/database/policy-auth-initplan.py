"""A policy asks for the user once for every row.

PostgreSQL calls `auth.uid()`, `auth.jwt()` or `current_setting()` anew for each row that it looks at, which makes
queries on large tables slow many times over. In a sub-select, `(select auth.uid())`, it makes the call once for a
query.

Wrap the call in `(select ...)`. In a policy that also reads its own table, look at `policy-recursive` before: a
sub-select in the SELECT policy can make such a policy recursive.

There is one finding for a table, at its first such policy. It is a note, since it is about speed alone.

Source: [Row level security, call functions with select](https://supabase.com/docs/guides/database/postgres/row-level-security#call-functions-with-select)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select using (auth.uid() = user_id);
              ^^^^^^^^^^^^ this policy calls `auth.uid()` for every row of `public.orders`: `(select auth.uid())` is called once
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.members (org_id bigint, user_id uuid);
create table public.orders (id bigint primary key, org_id bigint, user_id uuid);
alter table public.orders enable row level security;
create policy "own orders" on public.orders for select using ((select auth.uid()) = user_id);
create policy "our orders" on public.orders for update using (
  org_id in (select org_id from public.members where user_id = auth.uid())
);
create policy "add" on public.orders for insert with check (auth.uid() = user_id);
```
"""

from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result, Span
from analyzer.access import shown, tables
from analyzer.database.model import Relation
from analyzer.database.replay import Database
from analyzer.facts.sql_query import FunctionCall
from analyzer.policy_terms import calls_per_row, node_of
from analyzer.written import name_span


class PolicyAuthInitplan(ProjectRule):
    severity = "note"
    precision = "very-high"
    splinter = "0003_auth_rls_initplan"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            slow = list(_slow_policies(project, database, table)) if table.rls else []
            if not slow:
                continue
            (first, name), *others = slow
            what = "this policy calls" if not others else f"{len(slow)} policies call"
            yield self.finding(
                first,
                f"{what} `{name}()` for every row of `{shown(table)}`: `(select {name}())` is called once",
                subject=shown(table),
                related=tuple(Place(span, f"this one calls `{called}()` for every row") for span, called in others),
            )


def _slow_policies(project: Project, database: Database, table: Relation) -> Iterator[tuple[Span, str]]:
    """The places of the policies that make a call for every row, with what they call."""
    for policy in database.policies(table):
        span = name_span(project, database, policy)
        if span is None or policy.using is None:  # new rows are few: the call in WITH CHECK costs little
            continue
        calls = [call for call in calls_per_row(node_of(policy.using)) if _is_slow(call)]
        if calls:
            yield span, str(calls[0].name)


def _is_slow(call: FunctionCall) -> bool:
    name = call.name
    if name.schema == "auth":
        return name.name in ("uid", "jwt", "role", "email")
    return name.name == "current_setting" and name.schema in (None, "pg_catalog")
