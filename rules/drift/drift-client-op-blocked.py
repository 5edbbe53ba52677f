"""The application does what no policy lets it do.

Row level security is on, and no policy lets visitors or signed-in users do this to the table. An insert is rejected
(`42501`); an update, a delete or a read concerns no rows, without any error: the button works, and nothing changes.

Write a policy for the command, or let an edge function do it with the service role.

Only queries of clients with a public key or the user's token count. Where a table has no policy at all, another rule
says so.

## Bad

```sql supabase/migrations/20240101000000_notes.sql
create table public.notes (id uuid primary key, owner uuid default auth.uid(), text text);
alter table public.notes enable row level security;
create policy "own notes" on public.notes for select using ((select auth.uid()) = owner);
```

```ts src/notes.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const add = (text: string) => supabase.from("notes").insert({ id: "1", text }).throwOnError();
                                     ^^^^^^^^^^^^^^^^^^^^^^ no policy of `notes` lets visitors or signed-in users insert: the row is rejected (42501)
export const remove = (id: string) => supabase.from("notes").delete().eq("id", id).throwOnError();
                                      ^^^^^^^^^^^^^^^^^^^^^^ no policy of `notes` lets visitors or signed-in users delete: this changes nothing, without an error
```

## Good

```sql supabase/migrations/20240101000000_notes.sql
create table public.notes (id uuid primary key, owner uuid default auth.uid(), text text);
alter table public.notes enable row level security;
create policy "own notes" on public.notes for all using ((select auth.uid()) = owner);
```

```ts src/notes.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const add = (text: string) => supabase.from("notes").insert({ id: "1", text }).throwOnError();
export const remove = (id: string) => supabase.from("notes").delete().eq("id", id).throwOnError();
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import API_ROLES, Command, policies_for
from analyzer.data_api.schema import schema_of
from analyzer.data_api.uses import SchemaUse, uses
from analyzer.database.model import Relation
from analyzer.database.replay import Database
from analyzer.platform import PLATFORM_SCHEMAS
from analyzer.policy_terms import deciding, node_of
from analyzer.predicates import Caller, can_be_true
from analyzer.written import name_span, unfollowed

_NEEDS: dict[str, tuple[Command, ...]] = {
    "select": ("select",),
    "insert": ("insert",),
    "update": ("update",),
    "upsert": ("insert",),
    "delete": ("delete",),
}
_MOST_PLACES = 6


class DriftClientOpBlocked(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        schema = schema_of(project)
        database = project.hosted_database
        found: dict[tuple[int, Command], list[SchemaUse]] = {}
        for use in uses(project):
            relation = use.relation
            if relation is None or relation.kind not in ("table", "partitioned") or not relation.rls or not use.certain:
                continue
            if use.query.key not in ("anon", "user") or use.query.run == "never" or use.schema in PLATFORM_SCHEMAS:
                continue
            for command in _NEEDS.get(use.query.operation, ()):
                if _is_blocked(database, relation, command):
                    found.setdefault((relation.oid, command), []).append(use)
        blind = unfollowed(project, database, r"\bpolicy\b") if found else None
        for (_, command), places in found.items():
            first = places[0]
            relation = first.relation
            if relation is None:
                continue
            if blind is not None or schema.may_have_policy(relation):
                yield self.unknown(first.span, f"a policy of `{relation.name}` may be made where it cannot be followed")
                continue
            verb = "read" if command == "select" else command
            effect = {
                "insert": "the row is rejected (42501)",
                "select": "this finds nothing, without an error",
            }.get(command, "this changes nothing, without an error")
            made = name_span(project, database, relation)
            related = [Place(made, f"`{relation.name}` is created here")] if made is not None else []
            related += [Place(one.span, "and here") for one in places[1:_MOST_PLACES]]
            yield self.finding(
                project.program.place(first.query.begin),
                f"no policy of `{relation.name}` lets visitors or signed-in users {verb}: {effect}",
                subject=f"{relation.schema}.{relation.name} {command}",
                severity="warning" if command == "select" else "error",
                related=tuple(related),
            )


def _is_blocked(database: Database, relation: Relation, command: Command) -> bool:
    """Whether no policy can let a client do it, though the table has policies."""
    if not any(True for _ in database.policies(relation)):
        return False
    for role in API_ROLES:
        for policy in policies_for(database, relation, role, command):
            stored = deciding(policy, command)
            caller = Caller(role, signed_in=role == "authenticated")
            if stored is None or can_be_true(database, node_of(stored), caller):
                return False
    return True
