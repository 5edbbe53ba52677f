"""Two places mean the same by "active", and list different states.

Both lists are for the same column, and one leaves out some states of the other: a server that counts as active here is
none there.

Keep the list in one module, and import it; where the difference is meant, give the lists names that say so.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, status text);
```

```ts supabase/functions/provision/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
const ACTIVE = ["paid", "provisioning", "installing", "active"];
Deno.serve(async () => Response.json(await db.from("orders").select("id").in("status", ACTIVE)));
```

```ts supabase/functions/reassign/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
const ACTIVE = ["paid", "provisioning", "active"];
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this list of `orders.status` leaves out `installing`, which `supabase/functions/provision/index.ts` has
Deno.serve(async () => Response.json(await db.from("orders").select("id").in("status", ACTIVE)));
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id bigint primary key, status text);
```

```ts supabase/functions/provision/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async () => {
  const open = await db.from("orders").select("id").in("status", ["pending", "paid"]);
  const done = await db.from("orders").select("id").in("status", ["active", "canceled", "failed"]);
  return Response.json({ open, done });
});
```
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations

from analyzer import Place, Project, ProjectRule, Result
from analyzer.data_api.filters import named
from analyzer.data_api.uses import uses
from analyzer.database.model import Relation
from analyzer.database.replay import Database
from analyzer.facts.typescript import Array, Bound, Declarator, Node
from analyzer.typescript.program import Program
from analyzer.typescript.values import ArrayValue, Known, Site

_STATUS = re.compile(r"(?:^|_)(?:status|state|stage|phase)$")
_ACTIVE = re.compile(
    r"activ|open|current|live|running|capacity|visible|valid|pending|occupied|in_?progress", re.IGNORECASE
)
Asked = frozenset[tuple[str, int]]  # columns that lead to other tables, which a query is narrowed by
_LEAST = 3  # states that both have


class FlowStatusSetDivergence(ProjectRule):
    severity = "note"
    precision = "medium"

    def check(self, project: Project) -> Result:
        program = project.program
        found: dict[str, dict[Node, tuple[Site, str, frozenset[str]]]] = {}
        asked: dict[Node, set[Asked]] = defaultdict(set)
        for column, site, name, states, beside in _lists(project):
            found.setdefault(column, {})[site.node] = site, name, states
            asked[site.node].add(beside)
        for column, lists in found.items():
            told: set[Node] = set()
            for (site, name, states), (other_site, other_name, others) in permutations(lists.values(), 2):
                if site.node in told or site.path == other_site.path or not states < others or len(states) < _LEAST:
                    continue
                if not (_ACTIVE.search(name) and _ACTIVE.search(other_name)):
                    continue
                if _are_of_others(asked[site.node], asked[other_site.node]):
                    continue
                told.add(site.node)
                missing = ", ".join(f"`{one}`" for one in sorted(others - states))
                yield self.finding(
                    program.place(site),
                    f"this list of `{column}` leaves out {missing}, which `{other_site.path}` has",
                    subject=f"{site.path} {column}",
                    related=(Place(program.place(other_site), "the other list"),),
                )


def _are_of_others(these: set[Asked], those: set[Asked]) -> bool:
    """Whether two lists are for rows of different people: one is asked by `customer_id`, one by `worker_id`."""
    return all(_differ(one, other) for one in these for other in those)


def _differ(one: Asked, other: Asked) -> bool:
    """Whether both ask by a column that leads to the same table, and never by the same column."""
    return one.isdisjoint(other) and not {table for _, table in one}.isdisjoint({table for _, table in other})


def _leading(database: Database, relation: Relation | None) -> Iterator[tuple[str, int]]:
    """The columns of a table that are a foreign key each, with the table that they lead to."""
    for constraint in database.constraints(relation) if relation is not None else ():
        if relation is not None and constraint.kind == "foreign key" and len(constraint.columns) == 1:
            yield relation.numbered(constraint.columns[0]).name, constraint.referenced


def _lists(project: Project) -> Iterator[tuple[str, Site, str, frozenset[str], Asked]]:
    """The lists of states that queries look for: column, place, name of the constant, states, foreign keys asked by beside it."""
    for use in uses(project):
        for one in use.query.filters:
            column = named(one.column) if one.column is not None else None
            content = one.value
            if one.operator != "in" or column is None or not _STATUS.search(column.column) or one.negated:
                continue
            if not isinstance(content, ArrayValue) or not content.complete or content.at is None:
                continue
            states = [known.value for known in content.elements if isinstance(known, Known)]
            name = _name(project.program, content.at)
            if name and len(states) == len(content.elements):
                asked = {other.column for other in use.query.filters}
                beside = {each for each in _leading(project.hosted_database, use.relation) if each[0] in asked}
                yield f"{use.name}.{column.column}", content.at, name, frozenset(map(str, states)), frozenset(beside)


def _name(program: Program, at: Site) -> str:
    """The name of the constant that holds a list."""
    node: Node | None = at.node
    while node is not None and not isinstance(node, Declarator):
        node = program.parent(at.path, node) if isinstance(node, Array) or node is at.node else None
    return node.target.name if isinstance(node, Declarator) and isinstance(node.target, Bound) else ""
