"""The code uses a table that no migration creates.

A query names a table or view that is not there when all migrations have run. The Data API answers 404 (`PGRST205`),
supabase-js gives an error that is often not looked at, and the page stays empty. Usual causes: the table was renamed or
dropped, its name is misspelt, or it was made by hand in the Dashboard, so that the next environment lacks it.

Correct the name, or write the migration that creates the table (`supabase db pull` writes one for what was made by hand).

What generated types (`Database`) describe, what a failed statement or a DO block may have made, and clients of other
projects are left alone. Where the migrations build only a small part of the tables that the code uses, they are not the
whole schema, and nothing is said.

## Bad

```sql supabase/migrations/20240101000000_orders.sql
create table public.orders (id uuid primary key, total integer);
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const orders = () => supabase.from("orders").select("id");
export const order = (id: string) => supabase.from("order").select("total").eq("id", id);
                                                    ^^^^^ no migration creates a table or view `order`; did you mean `orders`
```

## Good

```sql supabase/migrations/20240101000000_orders.sql
create table public.orders (id uuid primary key, total integer);
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const orders = () => supabase.from("orders").select("id");
export const photo = (path: string) => supabase.storage.from("photos").getPublicUrl(path);
```
"""

from collections import defaultdict
from difflib import get_close_matches

from analyzer import Place, Project, ProjectRule, Result
from analyzer.data_api.schema import is_whole, schema_of
from analyzer.data_api.uses import SchemaUse, uses

_MOST_PLACES = 8  # of one table that are shown


class DriftTable(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        if not project.hosted_migrations:
            return
        schema = schema_of(project)
        missing: dict[tuple[str, str], list[SchemaUse]] = defaultdict(list)
        used = set()
        for use in uses(project):
            if use.query.operation != "rpc" and use.query.run != "never":
                used.add((use.schema, use.name))
                if schema.has_relation(use.schema, use.name) is not True:
                    missing[use.schema, use.name].append(use)
        whole = is_whole(schema, used)
        for (namespace, name), found in missing.items():
            first = found[0]
            if not whole or schema.has_relation(namespace, name) is None:
                yield self.unknown(first.span, f"`{name}` is made outside of the migrations")
                continue
            shown = name if namespace == schema.default else f"{namespace}.{name}"
            near = get_close_matches(name, [one.name for one in schema.relations(namespace)], n=1, cutoff=0.75)
            hint = f"; did you mean `{near[0]}`" if near else ""
            other, dot, rest = name.partition(".")
            if dot and schema.has_relation(other, rest):
                hint = f'; a table of another schema is reached with `.schema("{other}").from("{rest}")`'
            yield self.finding(
                first.span,
                f"no migration creates a table or view `{shown}`{hint}",
                subject=shown,
                related=tuple(Place(use.span, "it is used here, too") for use in found[1:_MOST_PLACES]),
            )
