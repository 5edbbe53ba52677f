"""An upsert names columns that no unique constraint covers.

`upsert(rows, { onConflict: "a,b" })` becomes `ON CONFLICT (a, b)`. PostgreSQL needs a unique constraint or index on
exactly these columns, not a partial one, and rejects the whole request without it (`42P10`).

Name the columns of a key that exists, or create the unique constraint.

## Bad

```sql supabase/migrations/20240101000000_members.sql
create table public.members (id uuid primary key, team_id uuid, user_id uuid);
create unique index on public.members (user_id) where team_id is null;
```

```ts src/members.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const join = (row: { team_id: string; user_id: string }) =>
  supabase.from("members").upsert(row, { onConflict: "team_id,user_id" });
                                                      ^^^^^^^^^^^^^^^ `members` has no unique constraint or index on exactly `team_id`, `user_id` (42P10)
export const leave = (row: { user_id: string }) => supabase.from("members").upsert(row, { onConflict: "user_id" });
                                                                                                       ^^^^^^^ `members` has no unique constraint or index on exactly `user_id` (42P10); the index `members_user_id_idx` is partial, and does not count
```

## Good

```sql supabase/migrations/20240101000000_members.sql
create table public.members (id uuid primary key, team_id uuid, user_id uuid, unique (user_id, team_id));
```

```ts src/members.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const join = (row: { team_id: string; user_id: string }) =>
  supabase.from("members").upsert(row, { onConflict: "team_id, user_id" });
```
"""

from analyzer import Project, ProjectRule, Result, Span
from analyzer.data_api.schema import schema_of
from analyzer.data_api.uses import uses
from analyzer.platform import PLATFORM_SCHEMAS


class DriftConflictTarget(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        schema = schema_of(project)
        database = project.hosted_database
        for use in uses(project):
            relation = use.relation
            if relation is None or relation.kind not in ("table", "partitioned") or not use.certain:
                continue
            named = [column for column in use.columns if column.how == "conflict"]
            numbers = {column.number for one in named if (column := relation.column(one.column)) is not None}
            if not named or len(numbers) < len({one.column for one in named}) or use.schema in PLATFORM_SCHEMAS:
                continue
            unique = [index for index in database.indexes(relation) if index.unique]
            same = [index for index in unique if {key.column for key in index.keys} == numbers]
            if any(index.predicate is None for index in same):
                continue
            if schema.may_have_index(relation):
                yield self.unknown(
                    named[0].span, f"an index of `{relation.name}` may be made by a statement that failed"
                )
                continue
            names = ", ".join(f"`{one.column}`" for one in named)
            partial = f"; the index `{same[0].name}` is partial, and does not count" if same else ""
            first, last = named[0].span, named[-1].span
            span = Span(first.path, first.line, first.column, last.end_line, last.end_column)
            yield self.finding(
                span if first.line == last.line else first,
                f"`{relation.name}` has no unique constraint or index on exactly {names} (42P10){partial}",
                subject=f"{relation.name} {','.join(sorted(one.column for one in named))}",
            )
