"""Code deletes users, and a foreign key keeps it from doing so.

A foreign key to `auth.users` without ON DELETE rejects the deletion of everybody who has a row in the table (23503):
Auth answers "Database error deleting user".

Say what becomes of the rows: `on delete cascade`, or `on delete set null`.

Source: [Supabase: cascade deletes](https://supabase.com/docs/guides/database/postgres/cascade-deletes)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid references auth.users);
                                                                ^^^^^^^^^^^^^^^^^^^^^ who has a row in `orders` cannot be deleted (23503), which `delete-account` does
```

```ts supabase/functions/delete-account/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data } = await db.auth.getUser(req.headers.get("Authorization")!.replace("Bearer ", ""));
  if (!data.user) return new Response("Unauthorized", { status: 401 });
  await db.auth.admin.deleteUser(data.user.id);
  return new Response("ok");
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, user_id uuid references auth.users on delete cascade);
create table public.notes (id bigint primary key, user_id uuid references auth.users);
```

```ts supabase/functions/delete-account/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data } = await db.auth.getUser(req.headers.get("Authorization")!.replace("Bearer ", ""));
  if (!data.user) return new Response("Unauthorized", { status: 401 });
  await db.from("notes").delete().eq("user_id", data.user.id);
  await db.auth.admin.deleteUser(data.user.id);
  return new Response("ok");
});
```
"""

from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import tables
from analyzer.database.model import Constraint, Relation
from analyzer.typescript.queries import queries
from analyzer.typescript.services import ServiceCall, service_calls
from analyzer.written import name_span


class UserDeleteBlocked(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        calls = [
            call
            for module in project.function_modules
            for call in service_calls(project.program, module.path)
            if call.area == "auth"
            and call.method == "admin.deleteUser"
            and call.run != "never"
            and len(call.arguments) < 2
        ]
        if not calls:
            return
        cleared = _cleared(project, calls)
        for table, constraint in _blocking(project):
            if table.name in cleared:
                continue
            span = name_span(project, project.hosted_database, constraint)
            if span is None:
                continue
            slug = calls[0].site.path.partition("/functions/")[2].partition("/")[0]
            yield self.finding(
                span,
                f"who has a row in `{table.name}` cannot be deleted (23503), which `{slug}` does",
                subject=f"{table.schema}.{table.name} {constraint.name}",
                related=(Place(project.program.place(calls[0].site), "users are deleted here"),),
            )


def _cleared(project: Project, calls: list[ServiceCall]) -> set[str]:
    """The tables whose rows the code that deletes users deletes, or gives to somebody else, too; dynamic ones count."""
    paths = {call.site.path for call in calls}
    found: set[str] = set()
    for path in paths:
        for query in queries(project.program, path):
            if query.operation in ("delete", "update", "rpc"):
                if query.table is None or query.operation == "rpc":
                    return {table.name for table in tables(project.hosted_database)}
                found.add(query.table)
    return found


def _blocking(project: Project) -> Iterator[tuple[Relation, Constraint]]:
    database = project.hosted_database
    users = database.relation("auth", "users")
    for table in tables(database):
        for constraint in database.constraints(table):
            if (
                constraint.kind == "foreign key"
                and users is not None
                and constraint.referenced == users.oid
                and constraint.on_delete in ("NO ACTION", "RESTRICT")
            ):
                yield table, constraint
