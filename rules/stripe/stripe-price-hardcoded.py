"""A price id stands in the code, although the database keeps the prices.

There are two lists now. The one in the code is forgotten when a price changes: the page shows one amount and Stripe
charges another, or charges for a price that was archived.

Read the id from the table that has it, by the plan that was chosen.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_plans.sql
create table public.plans (id text primary key, stripe_price_id text not null);
insert into public.plans values ('pro', 'price_1QhT3kLkdIwHu7ixPq8WcZ0a');
```

```ts supabase/functions/checkout/index.ts
import Stripe from "npm:stripe@18.3.0";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async () => {
  const session = await stripe.checkout.sessions.create({
    mode: "subscription",
    line_items: [{ price: "price_1QhT3kLkdIwHu7ixPq8WcZ0a", quantity: 1 }],
                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this price id stands in the code, and the database keeps them in `plans.stripe_price_id`
    success_url: "https://shop.example",
  });
  return Response.json({ url: session.url });
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_plans.sql
create table public.plans (id text primary key, stripe_price_id text not null);
insert into public.plans values ('pro', 'price_1QhT3kLkdIwHu7ixPq8WcZ0a');
```

```ts supabase/functions/checkout/index.ts
import Stripe from "npm:stripe@18.3.0";
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_ANON_KEY")!);
Deno.serve(async (req) => {
  const { plan } = await req.json();
  const { data } = await db.from("plans").select("stripe_price_id").eq("id", plan).maybeSingle();
  if (!data) return new Response("no such plan", { status: 404 });
  const session = await stripe.checkout.sessions.create({
    mode: "subscription",
    line_items: [{ price: data.stripe_price_id, quantity: 1 }],
    success_url: "https://shop.example",
  });
  return Response.json({ url: session.url });
});
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result
from analyzer.database.model import Relation
from analyzer.facts.typescript import Constant
from analyzer.frontend import is_server
from analyzer.price_cells import price_cells, price_columns
from analyzer.typescript.queries import queries
from analyzer.written import column_span

# https://docs.stripe.com/api/prices/object: an id has no documented length; those that Stripe makes have 24 characters.
_PRICE = re.compile(r"^price_(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{14,}$")
_BY_HAND = re.compile(
    r"(?:^|/)(?:scripts?|tests?|__tests__|e2e|seeds?|tools|examples?|mocks?|fixtures)/", re.IGNORECASE
)
_MOST_RELATED = 20


class StripePriceHardcoded(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        kept = list(price_columns(project))
        if not kept:
            return
        for path, module in project.modules.items():
            if _BY_HAND.search(path) or (is_server(module) and "/functions/" not in path):
                continue
            nodes = [
                node
                for node in project.program.index(path).nodes.get(Constant, ())
                if isinstance(node, Constant) and isinstance(node.value, str) and _PRICE.match(node.value)
            ]
            column = _kept_in(project, path, {str(node.value) for node in nodes}, kept) if nodes else None
            if column is not None:
                table, name = column
                made = column_span(project, project.hosted_database, table, name)
                first, *others = sorted(nodes, key=lambda node: node.start)
                yield self.finding(
                    project.program.span(path, first),
                    f"this price id stands in the code, and the database keeps them in `{table.name}.{name}`",
                    subject=path,
                    related=(
                        *((Place(made, "the database keeps them here"),) if made is not None else ()),
                        *(Place(project.program.span(path, one), "here too") for one in others[:_MOST_RELATED]),
                    ),
                )


def _kept_in(
    project: Project, path: str, ids: set[str], columns: list[tuple[Relation, str]]
) -> tuple[Relation, str] | None:
    """The column that holds one of the ids, or that the same module asks for: others are of other things."""
    held = {(cell.table, cell.column) for cell in price_cells(project) if cell.value in ids}
    asked = queries(project.program, path)
    for table, name in columns:
        if (f"{table.schema}.{table.name}", name) in held or any(
            query.table == table.name and (query.columns == "*" or name in (query.columns or "")) for query in asked
        ):
            return table, name
    return None
