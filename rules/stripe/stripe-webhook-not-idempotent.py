"""A second delivery of the same event does the work twice.

Stripe sends an event again when the answer was slow, lost or not 2xx, and sometimes without a reason. An `insert` then
makes a second order, and what is added to a balance is added again.

Write the event's id into a table with a unique key first, and stop where it is there already; or make the row itself
unique by Stripe's id, with `upsert(..., { onConflict: "stripe_session_id" })`.

Source: [Stripe: webhooks, handle duplicate events](https://docs.stripe.com/webhooks#handle-duplicate-events)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id uuid primary key default gen_random_uuid(), user_id uuid, stripe_session_id text);
alter table public.orders enable row level security;
```

```ts supabase/functions/webhook/index.ts
import Stripe from "npm:stripe@18.3.0";
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const secret = Deno.env.get("STRIPE_WEBHOOK_SECRET")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), req.headers.get("stripe-signature")!, secret);
  if (event.type === "checkout.session.completed") {
    const session = event.data.object;
    await db.from("orders").insert({ user_id: session.metadata!.user_id, stripe_session_id: session.id });
          ^^^^^^^^^^^^^^^^^ when Stripe sends the event again, this makes a second row: nothing in `orders` is unique by what the event says
    await db.rpc("add_credits", { user_id: session.metadata!.user_id, amount: 100 });
  }
  return new Response("ok");
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_orders.sql
create table public.orders (id uuid primary key default gen_random_uuid(), user_id uuid, stripe_session_id text unique);
alter table public.orders enable row level security;
```

```ts supabase/functions/webhook/index.ts
import Stripe from "npm:stripe@18.3.0";
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const secret = Deno.env.get("STRIPE_WEBHOOK_SECRET")!;
  const event = await stripe.webhooks.constructEventAsync(await req.text(), req.headers.get("stripe-signature")!, secret);
  if (event.type === "checkout.session.completed") {
    const session = event.data.object;
    const { error } = await db.from("orders").insert({ user_id: session.metadata!.user_id, stripe_session_id: session.id });
    if (error?.code === "23505") return new Response("seen");
  }
  return new Response("ok");
});
```
"""

import re
from collections.abc import Iterator

from analyzer import EdgeFunction, Place, Project, ProjectRule, Result
from analyzer.data_api.uses import SchemaUse, uses
from analyzer.facts.typescript import Member, Name
from analyzer.stripe_flow import EVENT, events_named, stripe_webhooks
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import conditions
from analyzer.typescript.program import Program
from analyzer.typescript.queries import FILTERS, Query, queries
from analyzer.typescript.reach import reached
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import Known, MemberOf, Operation, Row, Value, options, origins, parts
from analyzer.typescript.walk import inside

# What names one event, payment or session for ever.
_IDENTITY = re.compile(
    r"(?:event|session|intent|invoice|charge|checkout|payment|subscription|transaction|reference|idempoten\w*|stripe)"
    r"(?:_?(?:id|key|ref|reference|number|hash))?$|^id$|_ref$",
    re.IGNORECASE,
)
_LEDGER = re.compile(r"event|webhook|idempot|processed|dedup|delivery|deliveries", re.IGNORECASE)
_TELLS = re.compile(
    r"log|audit|analytic|metric|notif|track|histor|activit|e?mail|message|debug|alert|telemetry", re.IGNORECASE
)
_ADDS = re.compile(
    r"^(?:add|increment|grant|credit|increase|allocate|award|top_?up|give|deposit|consume|decrement|deduct|use)_?",
    re.IGNORECASE,
)
_MOST_RELATED = 10


class StripeWebhookNotIdempotent(ProjectRule):
    severity = "error"
    precision = "high"
    cwe = (837,)

    def check(self, project: Project) -> Result:
        for slug in stripe_webhooks(project):
            function = project.functions[slug]
            if not any(map(EVENT.match, events_named(project, slug))) or _keeps_events(project, function):
                continue
            again = list(_repeated(project, function))
            if not again:
                continue
            (first, message), *others = again
            yield self.finding(
                project.program.place(first.begin),
                f"when Stripe sends the event again, {message}",
                subject=slug,
                related=tuple(Place(project.program.place(one.begin), text) for one, text in others[:_MOST_RELATED]),
            )


def _queries(project: Project, function: EdgeFunction) -> Iterator[Query]:
    places = reached(project.program, function.entry or "")
    for module in function.modules:
        for query in queries(project.program, module.path):
            if (module.path, query.function) in places:
                yield query


def _keeps_events(project: Project, function: EdgeFunction) -> bool:
    """Whether the function writes down, or looks up, which events it has seen."""
    for query in _queries(project, function):
        if _LEDGER.search(query.table or "") and (query.operation in ("insert", "upsert", "rpc") or query.filters):
            return True
        given = [one.value for one in query.filters]
        given += list(query.payload.columns.values()) if query.payload is not None else []
        if query.run != "never" and any(_is_event_id(one) for content in given for one in options(content)):
            return True
    return False


def _is_event_id(content: Value) -> bool:
    """`event.id`: the id of what the signature was verified of, and not of the object in it."""
    node = content.at.node if isinstance(content, MemberOf) and content.at is not None else None
    return (
        isinstance(node, Member)
        and node.name == "id"
        and isinstance(node.object, Name)
        and node.object.name in ("event", "stripeEvent", "evt", "webhookEvent")
    )


def _repeated(project: Project, function: EdgeFunction) -> Iterator[tuple[Query, str]]:
    """The writes that do more when they are done again, with what they do."""
    program = project.program
    by_query = {one.query.begin.node: one for one in uses(project)}
    looked_up = {
        query.table
        for query in _queries(project, function)
        if query.operation == "select" and any(_IDENTITY.search(one.column or "") for one in query.filters)
    }
    for query in _queries(project, function):
        if not query.table or _TELLS.search(query.table) or query.run == "never":
            continue
        if _depends_on_row(project, query):
            continue
        if query.operation == "insert" and query.table not in looked_up:
            use = by_query.get(query.begin.node)
            if use is not None and _makes_second(project, use):
                yield query, f"this makes a second row: nothing in `{query.table}` is unique by what the event says"
        elif query.operation == "rpc" and _ADDS.match(query.table):
            names = query.payload.columns if query.payload is not None else None
            if names is not None and not any(_IDENTITY.search(name) for name in names):
                yield query, f"`{query.table}` is called again, and is not told which event it is for"
        elif query.operation == "update" and query.payload is not None:
            for column, content in query.payload.columns.items():
                if _adds_to_row(resolved(program, content), column):
                    yield query, f"`{column}` of `{query.table}` is changed by the same amount again"
                    break


def _makes_second(project: Project, use: SchemaUse) -> bool:
    relation, payload = use.relation, use.query.payload
    if relation is None or relation.kind not in ("table", "partitioned") or payload is None or not payload.complete:
        return False
    numbers = {column.number for name in payload.columns if (column := relation.column(name)) is not None}
    return not any(
        index.unique and {key.column for key in index.keys} <= numbers
        for index in project.hosted_database.indexes(relation)
    )


def _depends_on_row(project: Project, query: Query) -> bool:
    """Whether the database holds something that the first delivery changes, and that decides about this write.

    That a row is there which has been found by its owner (`if (subscriber)`) is true at the second delivery as well.
    """
    program = project.program
    for condition in conditions(program, query.begin.path, query.begin.node):
        for part in inside(condition.test):
            if not isinstance(part, Member | Name):
                continue
            there = condition.holds and part is condition.test
            asked = resolved(program, value(program, query.begin.path, part))
            rows = [one for one in origins(asked) if isinstance(one, Row)]
            if any(
                one.part in ("data", "count") and (not there or one.path or _asks_for_state(program, one))
                for one in rows
            ):
                return True
    return False


def _asks_for_state(program: Program, row: Row) -> bool:
    """Whether a row was asked for by more than who it belongs to: `.eq("status", "pending")`."""
    return any(
        step.name in FILTERS and any(isinstance(resolved(program, one), Known) for one in step.arguments[1:])
        for step in row.query.steps
    )


def _adds_to_row(content: Value, column: str) -> bool:
    return any(
        isinstance(one, Operation)
        and one.operator in ("+", "-")
        and any(
            isinstance(inner, Row) and inner.part == "data" and inner.path[-1:] == (column,)
            for operand in one.operands
            for inner in origins(operand)
        )
        for one in parts(content)
    )
