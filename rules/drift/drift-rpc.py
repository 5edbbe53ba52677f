"""The code calls a database function that no migration creates.

`rpc` names a function that is not there when all migrations have run, or that stands in another schema. The Data API
answers 404 (`PGRST202`), supabase-js gives an error that is often not looked at, and what the function was to do never
happens.

Correct the name, or write the migration that creates the function.

What generated types (`Database`) describe, and what a failed statement or a DO block may have made, is left alone.

## Bad

```sql supabase/migrations/20240101000000_credits.sql
create function public.add_credits(amount integer) returns void language sql as $$ select 1 $$;
```

```ts src/credits.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const add = () => supabase.rpc("add_credits", { amount: 1 });
export const use = () => supabase.rpc("add_credit", { amount: 1 });
                                       ^^^^^^^^^^ no migration creates a function `add_credit`; did you mean `add_credits`
```

## Good

```sql supabase/migrations/20240101000000_credits.sql
create function public.add_credits(amount integer) returns void language sql as $$ select 1 $$;
```

```ts src/credits.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const add = () => supabase.rpc("add_credits", { amount: 1 });
```
"""

from collections import defaultdict
from difflib import get_close_matches

from analyzer import Place, Project, ProjectRule, Result
from analyzer.data_api.schema import is_whole, schema_of
from analyzer.data_api.uses import SchemaUse, uses

_MOST_PLACES = 8  # of one function that are shown


class DriftRpc(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        if not project.hosted_migrations:
            return
        schema = schema_of(project)
        missing: dict[tuple[str, str], list[SchemaUse]] = defaultdict(list)
        tables = set()
        for use in uses(project):
            if use.query.run == "never":
                continue
            if use.query.operation != "rpc":
                tables.add((use.schema, use.name))
            elif use.certain and schema.has_function(use.schema, use.name) is not True:
                missing[use.schema, use.name].append(use)
        whole = is_whole(schema, tables)
        for (namespace, name), found in missing.items():
            first = found[0]
            if not whole or schema.has_function(namespace, name) is None:
                yield self.unknown(first.span, f"the function `{name}` is made outside of the migrations")
                continue
            known = {function.name for function in project.hosted_database.functions(namespace)}
            near = get_close_matches(name, sorted(known), n=1, cutoff=0.75)
            hint = f"; did you mean `{near[0]}`" if near else ""
            elsewhere = next(project.hosted_database.functions(None, name), None)
            if elsewhere is not None:
                hint = f" in `{namespace}`; there is one in `{elsewhere.schema}`"
            shown = name if namespace == schema.default else f"{namespace}.{name}"
            yield self.finding(
                first.span,
                f"no migration creates a function `{shown}`{hint}",
                subject=shown,
                related=tuple(Place(use.span, "it is called here, too") for use in found[1:_MOST_PLACES]),
            )
