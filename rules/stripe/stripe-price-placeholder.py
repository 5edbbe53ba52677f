"""A price id of the catalogue is a placeholder.

`price_terraria_1gb_monthly` is no price of Stripe's: an id is `price_` and at least fourteen letters and digits that
Stripe makes up. Checkout fails with `No such price` for exactly the plans whose id was never replaced.

Create the price in Stripe and put its id there.

The rows are those that all migrations leave behind: a placeholder that a later `UPDATE` replaces is none.

The form says nothing about live or test mode, nor whether the price exists. Rows that are switched off
(`active = false`) are left alone, and so are columns for `lookup_key`s, which one chooses oneself.

## Bad

```sql supabase/migrations/20250101000000_plans.sql
create table plans (id text primary key, stripe_price_id text);
insert into plans (id, stripe_price_id) values
  ('terraria-1gb', 'price_terraria_1gb_monthly'),
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `price_terraria_1gb_monthly` is a placeholder, not the id of a Stripe price
  ('terraria-2gb', 'price_1SQKabcDEF456ghiJKL789mn');
```

```ts supabase/functions/create-checkout/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
const prices = { basic: { priceId: "price_XXXXXXXX" } };
                                   ^^^^^^^^^^^^^^^^ `price_XXXXXXXX` is a placeholder, not the id of a Stripe price
Deno.serve(async () => {
  const session = await stripe.checkout.sessions.create({ line_items: [{ price: prices.basic.priceId, quantity: 1 }] });
  return Response.json({ url: session.url });
});
```

## Good

```sql supabase/migrations/20250101000000_plans.sql
create table plans (id text primary key, stripe_price_id text, active boolean default true);
create table features (name text, kind text);
insert into plans (id, stripe_price_id, active) values
  ('terraria-1gb', 'price_1SPabcDEF456ghiJKL789mno', true),
  ('terraria-2gb', 'price_terraria_2gb_monthly', false),
  ('terraria-3gb', null, true),
  ('terraria-4gb', 'price_later', true);
update plans set stripe_price_id = 'price_1SPabcDEF456ghiJKL789mnp' where id = 'terraria-4gb';
insert into features (name, kind) values ('price_alerts', 'beta');
```
"""

import re
from collections.abc import Container, Iterator

from analyzer import Project, ProjectRule, Result, Span, SqlFile
from analyzer.facts.sql_query import Cast, Expression, Insert, Values
from analyzer.facts.sql_query import Constant as SqlConstant
from analyzer.facts.typescript import Constant, Node, Property
from analyzer.price_cells import is_price, price_cells
from analyzer.typescript.program import Program

_REAL = re.compile(r"^price_[A-Za-z0-9]{14,}$")
_ACTIVE = re.compile(r"^(?:is_)?(?:active|enabled|available|published|visible)$", re.IGNORECASE)
_OFF = (False, "false", "f", "0", 0)


class StripePricePlaceholder(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for cell in price_cells(project):
            if cell.active:
                yield from self._judge(cell.value, cell.span, f"{cell.table}.{cell.column}")
        known = {table.name for table in project.hosted_database.relations("table")}
        for file, tables in (
            *((file, known) for file in project.migrations),  # the table was made elsewhere
            *((file, frozenset[str]()) for file in project.seeds),
        ):
            for value, span in _rows(file, tables):
                yield from self._judge(value, span, span.path)
        for module in project.function_modules:
            for value, node in _literals(project.program, module.path):
                yield from self._judge(value, module.lines.span(node.start, node.end), module.path)

    def _judge(self, value: str, span: Span, where: str) -> Result:
        if value.startswith("price_") and (not _REAL.match(value) or _is_repeated(value)):
            yield self.finding(
                span, f"`{value}` is a placeholder, not the id of a Stripe price", subject=f"{value} {where}"
            )


def _is_repeated(value: str) -> bool:
    """`price_XXXXXXXXXXXXXXXX` has the form, but not the look, of an id."""
    return len(set(value[6:].lower())) < 4


def _rows(file: SqlFile, known: Container[str]) -> Iterator[tuple[str, Span]]:
    """The price ids in the literal rows of a file, those of rows that are switched off left out."""
    for statement in file.statements:
        if not isinstance(statement, Insert) or not isinstance(statement.query, Values):
            continue
        if statement.table.name.name in known:
            continue
        names = [column.name.text for column in statement.columns]
        prices = [index for index, name in enumerate(names) if is_price(name)]
        switches = [index for index, name in enumerate(names) if _ACTIVE.match(name)]
        for row in statement.query.rows if prices else ():
            if any(index < len(row) and _constant(row[index]) in _OFF for index in switches):
                continue
            for index in prices:
                cell = row[index] if index < len(row) else None
                value = _constant(cell) if cell is not None else None
                if cell is not None and isinstance(value, str):
                    yield value, file.lines.span(cell.start, cell.end)


def _constant(expression: Expression) -> str | int | bool | None:
    while isinstance(expression, Cast):
        expression = expression.operand
    return expression.value if isinstance(expression, SqlConstant) else None


def _literals(program: Program, path: str) -> Iterator[tuple[str, Node]]:
    """The texts that stand in a function's code where a price id belongs: `price: "..."`, `priceId: "..."`."""
    for node in program.index(path).nodes.get(Property, ()):
        if isinstance(node, Property) and node.key and is_price(node.key):
            value = node.value
            if isinstance(value, Constant) and isinstance(value.value, str):
                yield value.value, value
