"""The code uses a storage bucket that nothing in the repository makes.

No migration, seed or script, and no `[storage.buckets]` of `config.toml`, makes the bucket. It was made by hand in the
Dashboard: a reset, a preview branch and the next environment lack it, and every upload there fails with "Bucket not
found".

Make it in a migration: `insert into storage.buckets (id, name) values ('photos', 'photos')`.

## Bad

```sql supabase/migrations/20240101000000_buckets.sql
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true);
```

```ts src/photos.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const save = (file: File) => supabase.storage.from("avatar").upload(file.name, file);
                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nothing makes the bucket `avatar`; did you mean `avatars`
```

## Good

```sql supabase/migrations/20240101000000_buckets.sql
insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true);
```

```ts src/photos.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const save = (file: File) => supabase.storage.from("avatars").upload(file.name, file);
```
"""

from collections import defaultdict
from difflib import get_close_matches

from analyzer import Place, Project, ProjectRule, Result, Span
from analyzer.data_api.uses import is_own
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import Constant
from analyzer.typescript.services import service_calls
from analyzer.typescript.values import text_of

_MOST_PLACES = 6


class DriftBucket(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        table = database.relation("storage", "buckets")
        id_ = table.column("id") if table is not None else None
        known: set[str] = set()
        used: dict[str, list[Span]] = defaultdict(list)
        if table is not None and id_ is not None:
            cells = [row.get(id_.number) for row in database.rows(table)]
            known = {cell.value for cell in cells if cell is not None and isinstance(cell.value, str)}
        known |= {
            section.path[2]
            for section in (project.config.sections if project.config else ())
            if len(section.path) == 3 and section.path[:2] == ("storage", "buckets")
        }
        for path in project.modules:
            for call in service_calls(project.program, path):
                if call.area != "storage" or not is_own(project, call.client):
                    continue
                name = text_of(call.arguments[0]) if call.arguments else None
                if name is not None and call.method == "createBucket":
                    known.add(name)
                elif name is not None and call.run != "never":
                    used[name].append(project.program.place(call.site))
        if not known or table is None or used.keys() <= known:
            return  # where none is made here, all are made in the Dashboard
        written = {
            node.value
            for file in (*project.hosted_migrations, *project.seeds)
            for statement in file.statements
            for node in descendants(statement)
            if isinstance(node, Constant) and node.kind == "string"
        }
        for name, places in used.items():
            if name in known:
                continue
            if name in written or database.rows_unknown(table) is not None:
                yield self.unknown(places[0], f"the bucket `{name}` may be made where it cannot be followed")
                continue
            near = get_close_matches(name, sorted(known), n=1, cutoff=0.7)
            hint = f"; did you mean `{near[0]}`" if near else ""
            yield self.finding(
                places[0],
                f"nothing makes the bucket `{name}`{hint}",
                subject=name,
                related=tuple(Place(one, "it is used here, too") for one in places[1:_MOST_PLACES]),
            )
