"""A query embeds a table that no foreign key leads to.

`select("*, customers(name)")` makes PostgREST look for a foreign key between the two tables. Without one it answers
400 (`PGRST200`); with several and no hint which one is meant, 300 (`PGRST201`). The whole query fails.

Add the foreign key, or say which of several is meant: `customers!orders_customer_id_fkey(name)`.

Views are left alone, since PostgREST follows them to the tables below; so are relationships that generated types
(`Database`) describe.

## Bad

```sql supabase/migrations/20240101000000_orders.sql
create table public.customers (id uuid primary key, name text);
create table public.coupons (id uuid primary key, code text);
create table public.orders (
  id uuid primary key,
  buyer_id uuid references public.customers,
  payer_id uuid references public.customers,
  coupon_id uuid
);
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const used = () => supabase.from("orders").select("id, coupons(code)");
                                                              ^^^^^^^ no foreign key leads from `orders` to `coupons` or back (PGRST200)
export const all = () => supabase.from("orders").select("id, customers(name)");
                                                             ^^^^^^^^^ several foreign keys lead between `orders` and `customers`, and nothing says which is meant (PGRST201): `customers!orders_buyer_id_fkey` or `customers!orders_payer_id_fkey`
```

## Good

```sql supabase/migrations/20240101000000_orders.sql
create table public.customers (id uuid primary key, name text);
create table public.orders (
  id uuid primary key,
  buyer_id uuid references public.customers,
  payer_id uuid references public.customers
);
create table public.tags (id uuid primary key, name text);
create table public.order_tags (
  order_id uuid references public.orders, tag_id uuid references public.tags, primary key (order_id, tag_id)
);
```

```ts src/orders.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const all = () => supabase.from("orders").select("id, buyer:customers!buyer_id(name), payer_id(name), tags(name)");
export const of = () => supabase.from("customers").select("*, orders!orders_payer_id_fkey(id)");
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.data_api.relationships import beyond
from analyzer.data_api.schema import Schema, schema_of
from analyzer.data_api.uses import EmbedUse, uses
from analyzer.platform import PLATFORM_SCHEMAS


class DriftEmbed(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        schema = schema_of(project)
        for use in uses(project):
            if use.query.run != "never" and use.certain and use.schema not in PLATFORM_SCHEMAS:
                for embed in use.embeds:
                    yield from self._judge(schema, embed)

    def _judge(self, schema: Schema, use: EmbedUse) -> Result:
        origin, name, hint = use.origin, use.embed.relation, use.embed.hint
        if not use.found:
            target = schema.relation(origin.schema, name)
            if _is_view(origin.kind) or (target is not None and _is_view(target.kind)):
                return
            if target is None and schema.has_relation(origin.schema, name) is not False:
                yield self.unknown(use.span, f"`{name}` is made outside of the migrations")
                return
            if schema.has_relationship(origin, name) is not False:
                yield self.unknown(use.span, f"a foreign key between `{origin.name}` and `{name}` is made elsewhere")
                return
            foreign = next(iter(beyond(schema.database, origin, name, hint)), None)
            if target is None and foreign is not None:
                other = f"`{foreign.target.schema}.{foreign.target.name}`"
                way = f"`{origin.name}` leads to {other}" if foreign.forward else f"{other} leads to `{origin.name}`"
                message = (
                    f"the foreign key of {way}, and only relations of `{origin.schema}` can be embedded (PGRST200)"
                )
            elif target is None:
                message = f"there is no table `{name}` to embed in `{origin.name}`, and no foreign key of that name (PGRST200)"
            elif hint:
                message = f"no foreign key between `{origin.name}` and `{name}` is called `{hint}` or stands on a column `{hint}` (PGRST200)"
            else:
                message = f"no foreign key leads from `{origin.name}` to `{name}` or back (PGRST200)"
            yield self.finding(use.span, message, subject=f"{origin.name} {name} {hint}".strip())
            return
        keys = {one.constraint.name: one for one in use.found if one.constraint is not None}
        for table in (*schema.described(origin.schema, origin.name), *schema.described(origin.schema, name)):
            keys = {
                key: one
                for key, one in keys.items()
                if one.forward is (table.name != origin.name) or key in table.related
            }
        if len(keys) > 1 and all(one.constraint is not None for one in use.found):
            ways = " or ".join(f"`{name}!{key}`" for key in keys)
            yield self.finding(
                use.span,
                f"several foreign keys lead between `{origin.name}` and `{name}`, and nothing says which is meant"
                f" (PGRST201): {ways}",
                subject=f"{origin.name} {name}",
            )


def _is_view(kind: str) -> bool:
    return kind in ("view", "materialized view", "foreign")
