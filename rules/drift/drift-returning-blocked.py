"""A row is inserted and asked back, and no policy lets its writer read it.

`insert(...).select()` returns the new row, and for that the row has to pass a SELECT policy too. Where none admits it,
the whole insert is undone (42501), though its own policy is right.

Leave `.select()` out, or add a SELECT policy for the rows that their writer may see.

Source: [PostgreSQL: row security policies](https://www.postgresql.org/docs/17/ddl-rowsecurity.html)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_messages.sql
create table public.messages (id bigint generated always as identity primary key, body text);
alter table public.messages enable row level security;
create policy "anybody writes to us" on public.messages for insert to anon, authenticated with check (true);
```

```ts src/contact.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const send = (body: string) => supabase.from("messages").insert({ body }).select().single();
                                      ^^^^^^^^^^^^^^^^^^^^^^^^^ the new row is asked back, and no policy lets its writer read `messages`: the insert fails (42501)
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_messages.sql
create table public.messages (id bigint generated always as identity primary key, body text);
alter table public.messages enable row level security;
create policy "anybody writes to us" on public.messages for insert to anon, authenticated with check (true);
```

```ts src/contact.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const send = (body: string) => supabase.from("messages").insert({ body });
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import API_ROLES, ApiRole, Command, policies_for
from analyzer.data_api.schema import schema_of
from analyzer.data_api.uses import uses
from analyzer.database.model import Relation
from analyzer.database.replay import Database
from analyzer.platform import PLATFORM_SCHEMAS
from analyzer.policy_terms import deciding, node_of
from analyzer.predicates import Caller, can_be_true
from analyzer.written import name_span, unfollowed


class DriftReturningBlocked(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        schema = schema_of(project)
        blind = unfollowed(project, database, r"\bpolicy\b")
        for use in uses(project):
            relation, query = use.relation, use.query
            if query.operation not in ("insert", "upsert") or not query.selects or query.run == "never":
                continue
            if relation is None or relation.kind not in ("table", "partitioned") or not relation.rls or not use.certain:
                continue
            if query.key not in ("anon", "user") or use.schema in PLATFORM_SCHEMAS:
                continue
            writers = [role for role in API_ROLES if _may(database, relation, role, "insert")]
            if not writers or any(_may(database, relation, role, "select") for role in writers):
                continue
            if blind is not None or schema.may_have_policy(relation):
                yield self.unknown(use.span, f"a policy of `{relation.name}` may be made where it cannot be followed")
                continue
            made = name_span(project, database, relation)
            yield self.finding(
                project.program.place(query.begin),
                f"the new row is asked back, and no policy lets its writer read `{relation.name}`: "
                f"the {query.operation} fails (42501)",
                subject=f"{relation.schema}.{relation.name}",
                related=(Place(made, f"`{relation.name}` is created here"),) if made is not None else (),
            )


def _may(database: Database, relation: Relation, role: ApiRole, command: Command) -> bool:
    """Whether a policy may admit a row for a role."""
    caller = Caller(role, signed_in=role == "authenticated")
    return any(
        (stored := deciding(policy, command)) is not None and can_be_true(database, node_of(stored), caller)
        for policy in policies_for(database, relation, role, command)
    )
