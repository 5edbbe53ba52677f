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
from analyzer.facts.typescript import Constant
from analyzer.frontend import is_server
from analyzer.price_cells import price_column
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
        kept = price_column(project)
        if kept is None:
            return
        table, column = kept
        made = column_span(project, project.hosted_database, table, column)
        for path, module in project.modules.items():
            if _BY_HAND.search(path) or (is_server(module) and "/functions/" not in path):
                continue
            nodes = [
                node
                for node in project.program.index(path).nodes.get(Constant, ())
                if isinstance(node, Constant) and isinstance(node.value, str) and _PRICE.match(node.value)
            ]
            if nodes:
                first, *others = sorted(nodes, key=lambda node: node.start)
                yield self.finding(
                    project.program.span(path, first),
                    f"this price id stands in the code, and the database keeps them in `{table.name}.{column}`",
                    subject=path,
                    related=(
                        *((Place(made, "the database keeps them here"),) if made is not None else ()),
                        *(Place(project.program.span(path, one), "here too") for one in others[:_MOST_RELATED]),
                    ),
                )
