"""A client changes rows that no SELECT policy shows it: nothing is changed, and no error says so.

An UPDATE or DELETE with a filter has to read the row it filters by, and so has everything that gives rows back
(`.select()` behind a write). PostgreSQL then applies the SELECT policies too. Without one for the role, a filtered
UPDATE or DELETE matches no row and answers with success, and an INSERT that returns its row fails with "new row
violates row-level security policy".

Write a SELECT policy for the rows that the client may change. Where it is to see nothing, leave `.select()` out of the
insert.

Source: [Row level security, UPDATE policies](https://supabase.com/docs/guides/database/postgres/row-level-security#update-policies),
[CREATE POLICY](https://www.postgresql.org/docs/17/sql-createpolicy.html#SQL-CREATEPOLICY-SUMMARY)

## Bad

```sql supabase/migrations/20250101000000_carts.sql
create table public.carts (id bigint primary key, user_id uuid, note text);
alter table public.carts enable row level security;
create policy "change own" on public.carts for update to authenticated using ((select auth.uid()) = user_id);
create table public.messages (id bigint primary key, body text);
alter table public.messages enable row level security;
create policy "contact form" on public.messages for insert to anon, authenticated with check (length(body) < 500);
```

```ts src/carts.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient("https://abcdefghijklmnopqrst.supabase.co", import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function rename(id: number, note: string) {
  await supabase.from("carts").update({ note }).eq("id", id).throwOnError();
        ^^^^^^^^^^^^^^^^^^^^^^ this changes nothing: no SELECT policy of `public.carts` shows the rows that it filters
}
export const send = (body: string) => supabase.from("messages").insert({ body }).select().single().throwOnError();
                                      ^^^^^^^^^^^^^^^^^^^^^^^^^ this fails: no SELECT policy of `public.messages` lets the new row be returned
```

## Good

```sql supabase/migrations/20250101000000_carts.sql
create table public.carts (id bigint primary key, user_id uuid, note text);
alter table public.carts enable row level security;
create policy "change own" on public.carts for update to authenticated using ((select auth.uid()) = user_id);
create policy "see own" on public.carts for select to authenticated using ((select auth.uid()) = user_id);
create table public.messages (id bigint primary key, body text);
alter table public.messages enable row level security;
create policy "contact form" on public.messages for insert to anon, authenticated with check (length(body) < 500);
```

```ts src/carts.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient("https://abcdefghijklmnopqrst.supabase.co", import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function rename(id: number, note: string) {
  await supabase.from("carts").update({ note }).eq("id", id).throwOnError();
}
export const send = (body: string) => supabase.from("messages").insert({ body }).throwOnError();
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import API_ROLES, policies_for, shown, tables
from analyzer.database.model import Policy, Relation
from analyzer.database.replay import Database
from analyzer.table_uses import Use, client_uses
from analyzer.written import name_span, unfollowed

_EFFECTS = {
    "insert": ("this fails", "lets the new row be returned"),
    "upsert": ("this fails", "shows the row that it may replace"),
    "update": ("this changes nothing", "shows the rows that it filters"),
    "delete": ("this deletes nothing", "shows the rows that it filters"),
}


class PolicyUpdateNeedsSelect(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            if not table.rls:
                continue
            seen: set[str] = set()
            for use in client_uses(project, table):
                operation = use.query.operation
                policies = _unseen(database, table, use)
                if operation in seen or not policies:
                    continue
                seen.add(operation)
                if unfollowed(project, database, r"create\s+policy") is not None:
                    yield self.unknown(
                        use.span, f"a DO block that could not be followed may let `{shown(table)}` be read"
                    )
                    continue
                made = name_span(project, database, policies[0])
                yield self.finding(
                    use.span,
                    f"{_EFFECTS[operation][0]}: no SELECT policy of `{shown(table)}` {_EFFECTS[operation][1]}",
                    subject=f"{shown(table)} {operation}",
                    related=(Place(made, f"lets the {operation} through"),) if made is not None else (),
                )


def _unseen(database: Database, table: Relation, use: Use) -> list[Policy]:
    """The policies that let a query write, where none lets any of the roles that they are for read."""
    query = use.query
    returns = query.selects or query.operation == "upsert"
    filters = query.operation in ("update", "delete") and any(not each.maybe for each in query.filters)
    if not use.needs or query.operation == "select" or not (returns or filters):
        return []
    writers = [(role, policy) for role in API_ROLES for policy in policies_for(database, table, role, use.needs[0])]
    if any(any(policies_for(database, table, role, "select")) for role, _ in writers):
        return []
    return [policy for _, policy in writers]
