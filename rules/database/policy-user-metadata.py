"""A policy trusts `user_metadata`, which users write themselves.

`supabase.auth.updateUser({ data: { role: "admin" } })` is a request that every user may send. What stands in
`user_metadata` of the JWT, and in `auth.users.raw_user_meta_data`, is therefore whatever the user wants: a policy that
reads a role, a tenant or a plan from there gives it to everybody who asks.

Use `app_metadata`, which only the server can write, or a table of roles. The condition in a helper function counts
too.

Source: [Row level security, `auth.jwt()`](https://supabase.com/docs/guides/database/postgres/row-level-security)

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key);
alter table public.orders enable row level security;
create policy "admins" on public.orders for select using (auth.jwt() -> 'user_metadata' ->> 'role' = 'admin');
              ^^^^^^^^ this policy of `public.orders` trusts `user_metadata`, which each user can write
```

## Bad: in a helper

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key);
alter table public.orders enable row level security;
create function public.is_admin() returns boolean language sql stable security definer set search_path = '' as $$
  select exists (select 1 from auth.users where id = auth.uid() and raw_user_meta_data ->> 'role' = 'admin')
$$;
create policy "admins" on public.orders for delete using (public.is_admin());
              ^^^^^^^^ this policy of `public.orders` trusts `user_metadata`, which each user can write
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key);
alter table public.orders enable row level security;
create policy "admins" on public.orders for select using (auth.jwt() -> 'app_metadata' ->> 'role' = 'admin');
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import shown, tables
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import ColumnReference, Constant, Node
from analyzer.policy_terms import expressions, functions_called, node_of, roles_of
from analyzer.written import name_span, node_span

_NAMES = frozenset({"user_metadata", "raw_user_meta_data"})


class PolicyUserMetadata(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 8.8
    cwe = (285, 639)
    splinter = "0015_rls_references_user_metadata"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for table in tables(database):
            for policy in database.policies(table):
                span = name_span(project, database, policy)
                if span is None or not roles_of(policy):
                    continue
                places = []
                for stored in expressions(policy):
                    places += [
                        Place(node_span(database, stored, node), "users write this themselves")
                        for node in descendants(node_of(stored))
                        if _is_metadata(node)
                    ]
                    places += [
                        Place(node_span(database, stored, call), f"`{function.name}` reads it")
                        for call, function in functions_called(database, stored)
                        if function.body is not None and any(map(_is_metadata, descendants(function.body)))
                    ]
                if places:
                    yield self.finding(
                        span,
                        f"this policy of `{shown(table)}` trusts `user_metadata`, which each user can write",
                        subject=f"{shown(table)} {policy.name}",
                        related=tuple(dict.fromkeys(places)),
                    )


def _is_metadata(node: Node) -> bool:
    match node:
        case Constant(kind="string", value=str() as text):
            return text in _NAMES or text.strip("{}").partition(",")[0] in _NAMES
        case ColumnReference(parts=parts) if parts:
            return parts[-1].text in _NAMES
        case _:
            return False
