"""Only the page asks whether the user is an administrator; the database does not.

A page that is hidden from others protects nothing: everybody can send the same request with the public key and their
own session. Here code of an administration page writes to a table whose policies let every signed-in user do the same,
or calls an edge function that does not ask who calls.

Put the question into the policy: `using ((select private.is_admin()))`; and into the function, before it does anything.

Source: [Supabase: custom claims and role-based access](https://supabase.com/docs/guides/database/postgres/custom-claims-and-role-based-access-control-rbac)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_products.sql
create table public.products (id bigint primary key, price integer);
alter table public.products enable row level security;
create policy "signed-in" on public.products for update using ((select auth.uid()) is not null);
```

```ts src/pages/admin/Products.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function setPrice(id: number, price: number) {
  const { error } = await supabase.from("products").update({ price }).eq("id", id);
                          ^^^^^^^^^^^^^^^^^^^^^^^^^ only this page is for administrators: policies let every signed-in user update any row of `products`
  if (error) throw error;
}
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_products.sql
create table public.products (id bigint primary key, price integer);
create table public.admins (user_id uuid primary key references auth.users on delete cascade);
alter table public.products enable row level security;
alter table public.admins enable row level security;
create policy "self" on public.admins for select to authenticated using (user_id = (select auth.uid()));
create policy "administrators" on public.products for update to authenticated
  using (exists (select 1 from public.admins where user_id = (select auth.uid())));
```

```ts src/pages/admin/Products.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function setPrice(id: number, price: number) {
  const { error } = await supabase.from("products").update({ price }).eq("id", id);
  if (error) throw error;
}
```
"""

import re

from analyzer import EdgeFunction, Place, Project, ProjectRule, Result, function_calls
from analyzer.access import Command, policies_for
from analyzer.data_api.uses import uses
from analyzer.database.model import Policy, Relation
from analyzer.database.replay import Database
from analyzer.frontend import browser_modules
from analyzer.ownership import for_any_user
from analyzer.policy_terms import admits_all, is_restricted
from analyzer.predicates import ANYBODY, USER
from analyzer.privileged import Operation
from analyzer.unchecked import matters, unchecked_operations
from analyzer.written import name_span

_ADMINISTRATION = re.compile(r"(?:^|/)(?:\(?_?(?:super)?admin\w*\)?/|(?:Super)?Admin[A-Z]\w*\.[jt]sx?$)")
_COMMANDS: dict[str, Command] = {"insert": "insert", "update": "update", "delete": "delete", "upsert": "update"}


class FeUiOnlyAuthz(ProjectRule):
    severity = "warning"
    precision = "medium"
    security_severity = 7.1
    cwe = (602, 862)

    def check(self, project: Project) -> Result:
        pages = {module.path for module in browser_modules(project) if _ADMINISTRATION.search(module.path)}
        if not pages:
            return
        yield from self._of_tables(project, pages)
        yield from self._of_functions(project, pages)

    def _of_tables(self, project: Project, pages: set[str]) -> Result:
        database = project.hosted_database
        for use in uses(project):
            path, relation = use.query.site.path, use.relation
            command = _COMMANDS.get(use.query.operation)
            if path not in pages or relation is None or command is None or not use.certain or not relation.rls:
                continue
            if use.query.key not in ("anon", "user"):
                continue
            policy = _opening(database, relation, command)
            span = name_span(project, database, policy) if policy is not None else None
            if span is None:
                continue
            deed = "insert rows into" if command == "insert" else f"{command} any row of"
            yield self.finding(
                project.program.place(use.query.begin),
                f"only this page is for administrators: policies let every signed-in user {deed} `{relation.name}`",
                subject=f"{path} {relation.schema}.{relation.name} {command}",
                related=(Place(span, "by this policy"),),
            )

    def _of_functions(self, project: Project, pages: set[str]) -> Result:
        for call in function_calls(project):
            function = project.functions.get(call.slug)
            if call.path not in pages or function is None or function.entry is None:
                continue
            done = _for_everybody(project, function)
            if done is not None:
                operation, who = done
                yield self.finding(
                    call.span,
                    f"only this page is for administrators: `{call.slug}` does the same for {who}",
                    subject=f"{call.path} {call.slug}",
                    related=(Place(project.program.span(operation.path, operation.node), "what it does"),),
                )


def _for_everybody(project: Project, function: EdgeFunction) -> tuple[Operation, str] | None:
    """What a function does with the service role whoever asks, and for whom."""
    for operation, _ in unchecked_operations(project, function):
        return operation, "whoever asks"
    for other, operation, _ in for_any_user(project):
        if (
            other.slug == function.slug
            and operation.kind in ("change", "call", "user")
            and matters(operation, other.slug)
        ):
            return operation, "every signed-in user"
    return None


def _opening(database: Database, relation: Relation, command: Command) -> Policy | None:
    """The policy by which every signed-in user, but not every visitor, may do it with every row."""
    if is_restricted(database, relation, command, "authenticated"):
        return None
    found = None
    for policy in policies_for(database, relation, "authenticated", command):
        if admits_all(database, policy, command, ANYBODY):
            return None  # what the policy itself is reported for
        if found is None and admits_all(database, policy, command, USER):
            found = policy
    return found
