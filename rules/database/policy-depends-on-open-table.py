"""A policy believes a table that clients can write.

A policy that looks up a role or a membership is only as strong as the table it looks it up in. Where everybody can
insert or update rows there, everybody gives themselves the role: one request to the lookup table, then one to the table
that the policy protects.

Enable row level security on the lookup table, and let only the server or an administrator write it.

Source: [Row level security](https://supabase.com/docs/guides/database/postgres/row-level-security)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.admins (user_id uuid primary key);
create table public.orders (id bigint primary key);
alter table public.orders enable row level security;
create policy "admins" on public.orders for delete using (
              ^^^^^^^^ this policy of `public.orders` believes `public.admins`, which anyone with the public key can write
  exists (select 1 from public.admins a where a.user_id = auth.uid())
);
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.admins (user_id uuid primary key);
alter table public.admins enable row level security;
create policy "own" on public.admins for select using ((select auth.uid()) = user_id);
create table public.orders (id bigint primary key);
alter table public.orders enable row level security;
create policy "admins" on public.orders for delete using (
  exists (select 1 from public.admins a where a.user_id = auth.uid())
);
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import API_ROLES, Command, is_served, policies_for, reached, shown, tables, who
from analyzer.database.model import Relation
from analyzer.database.replay import Database
from analyzer.policy_terms import admits_all, expressions, mentions_user, node_of, reach, relations_read
from analyzer.predicates import ANYBODY, USER
from analyzer.written import name_span, node_span

_WRITES: tuple[Command, ...] = ("insert", "update")


class PolicyDependsOnOpenTable(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 7.1
    cwe = (285, 863)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            for policy in database.policies(table):
                span = name_span(project, database, policy)
                if span is None or not policy.permissive or not reach(project, database, table, policy):
                    continue
                for stored in expressions(policy):
                    for node, lookup in relations_read(database, stored):
                        writers = _writers(project, database, lookup)
                        if lookup.oid == table.oid or not writers or not mentions_user(node_of(stored)):
                            continue
                        yield self.finding(
                            span,
                            f"this policy of `{shown(table)}` believes `{shown(lookup)}`, "
                            f"which {who(writers)} can write",
                            subject=f"{shown(table)} {policy.name} {lookup.name}",
                            related=(Place(node_span(database, stored, node), "looked up here"),),
                        )


def _writers(project: Project, database: Database, table: Relation) -> list[str]:
    """The API roles that can write any row of a table."""
    if table.kind not in ("table", "partitioned") or not is_served(project, table):
        return []
    granted = reached(project, database, table)
    return [
        role
        for role in API_ROLES
        if any(
            role in granted.get(command, ())
            and (
                not table.rls
                or any(
                    admits_all(database, policy, command, USER if role == "authenticated" else ANYBODY)
                    for policy in policies_for(database, table, role, command)
                )
            )
            for command in _WRITES
        )
    ]
