"""A table of settings in the code lacks a value that the price list has.

The code looks settings up by a column of a row (`eggs[plan.game]`), and the rows, which migrations alone write, have a
value that is no key there. Whoever buys that row gets nothing, or what a fallback gives.

Give the table the key, and spell it as the rows do.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_plans.sql
create table public.plans (id text primary key, game text not null);
insert into public.plans values ('a', 'rust'), ('b', 'vintage-story');
```

```ts supabase/functions/provision/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const eggs: Record<string, number> = { rust: 50, vintagestory: 61 };
                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ rows of `plans` have `game` `vintage-story`, for which there is no key here
Deno.serve(async (req) => {
  const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_ANON_KEY")!);
  const { id } = await req.json();
  const { data: plan } = await db.from("plans").select("game").eq("id", id).single();
  return Response.json({ egg: eggs[plan.game] });
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_plans.sql
create table public.plans (id text primary key, game text not null);
insert into public.plans values ('a', 'rust'), ('b', 'vintage-story');
```

```ts supabase/functions/provision/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const eggs: Record<string, number> = { rust: 50, "vintage-story": 61 };
Deno.serve(async (req) => {
  const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_ANON_KEY")!);
  const { id } = await req.json();
  const { data: plan } = await db.from("plans").select("game").eq("id", id).single();
  return Response.json({ egg: eggs[plan.game] });
});
```
"""

from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result
from analyzer.catalogue_tables import catalogue_tables
from analyzer.data_api.schema import schema_of
from analyzer.database.values import Unknown
from analyzer.facts.typescript import Index, Node
from analyzer.typescript.evaluate import value
from analyzer.typescript.program import Program
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import ObjectValue, Row, options, text_of

_MOST_SHOWN = 5


class FlowCatalogueKeyCoverage(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        told: set[Node] = set()
        for path in project.modules:
            for node in project.program.index(path).nodes.get(Index, ()):
                if not isinstance(node, Index):
                    continue
                for table, column, keys in _lookups(project.program, path, node):
                    missing = sorted(_values(project, table, column) - keys.entries.keys())
                    if not missing or keys.at is None or keys.at.node in told:
                        continue
                    told.add(keys.at.node)
                    shown = ", ".join(f"`{one}`" for one in missing[:_MOST_SHOWN])
                    more = f" and {len(missing) - _MOST_SHOWN} more" if len(missing) > _MOST_SHOWN else ""
                    yield self.finding(
                        project.program.place(keys.at),
                        f"rows of `{table}` have `{column}` {shown}{more}, for which there is no key here",
                        subject=f"{path} {table}.{column}",
                        related=(Place(project.program.span(path, node), "it is looked up here"),),
                    )


def _lookups(program: Program, path: str, node: Index) -> Iterator[tuple[str, str, ObjectValue]]:
    """The table and column by whose value an object is looked up, and the object, where all its keys are known."""
    keys = [one for one in options(value(program, path, node.object)) if isinstance(one, ObjectValue)]
    if len(keys) != 1 or not keys[0].complete or keys[0].maybe or not keys[0].entries:
        return
    for one in options(resolved(program, value(program, path, node.index))):
        if isinstance(one, Row) and one.part == "data" and one.path and one.path[-1] is not None:
            table = text_of(one.query.target)
            if table is not None and one.query.kind == "from" and len(one.path) == 1:
                yield table, one.path[0] or "", keys[0]


def _values(project: Project, table: str, column: str) -> set[str]:
    """The texts that a column has in all rows of a table; nothing where a row is not known."""
    database = project.hosted_database
    relation = schema_of(project).relation("public", table)
    found = relation.column(column) if relation is not None else None
    if relation is None or found is None or relation.oid not in catalogue_tables(project):
        return set()
    cells = [row[found.number].value for row in database.rows(relation) if found.number in row]
    if any(isinstance(one, Unknown) for one in cells):
        return set()
    return {one for one in cells if isinstance(one, str)}
