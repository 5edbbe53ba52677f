"""A price id of the catalogue is a placeholder.

`price_terraria_1gb_monthly` is no price of Stripe's: an id is `price_` and at least fourteen letters and digits that
Stripe makes up. Checkout fails with `No such price` for exactly the plans whose id was never replaced.

Create the price in Stripe and put its id there.

The form says nothing about live or test mode, nor whether the price exists. Rows that are switched off
(`active = false`) are left alone, and so are columns for `lookup_key`s, which one chooses oneself.

## Bad

```sql supabase/migrations/20250101000000_plans.sql
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
insert into plans (id, stripe_price_id, active) values
  ('terraria-1gb', 'price_1SPabcDEF456ghiJKL789mno', true),
  ('terraria-2gb', 'price_terraria_2gb_monthly', false),
  ('terraria-3gb', null, true);
insert into features (name, kind) values ('price_alerts', 'beta');
```
"""

import re
from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result, Span, SqlFile
from analyzer.facts.sql_query import Cast, Expression, Insert, Values
from analyzer.facts.sql_query import Constant as SqlConstant
from analyzer.facts.typescript import Constant, Node, Property
from analyzer.typescript.program import Program

_REAL = re.compile(r"^price_[A-Za-z0-9]{14,}$")
_PRICE_NAME = re.compile(r"^(?:stripe_?)?price(?:_?ids?)?$|price_?ids?$|^stripe_.*price", re.IGNORECASE)
_LOOKUP = re.compile(r"lookup|slug|key$|code$", re.IGNORECASE)
_ACTIVE = re.compile(r"^(?:is_)?(?:active|enabled|available|published|visible)$", re.IGNORECASE)
_OFF = (False, "false", "f", "0", 0)


class StripePricePlaceholder(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for file in (*project.migrations, *project.sql("migration-ignored"), *project.seeds):
            for value, span in _rows(file):
                yield from self._judge(value, span)
        for module in project.function_modules:
            for value, node in _literals(project.program, module.path):
                yield from self._judge(value, module.lines.span(node.start, node.end))

    def _judge(self, value: str, span: Span) -> Result:
        if value.startswith("price_") and (not _REAL.match(value) or _is_repeated(value)):
            yield self.finding(
                span, f"`{value}` is a placeholder, not the id of a Stripe price", subject=f"{value} {span.path}"
            )


def _is_repeated(value: str) -> bool:
    """`price_XXXXXXXXXXXXXXXX` has the form, but not the look, of an id."""
    return len(set(value[6:].lower())) < 4


def _rows(file: SqlFile) -> Iterator[tuple[str, Span]]:
    """The price ids in the literal rows of a file, those of rows that are switched off left out."""
    for statement in file.statements:
        if not isinstance(statement, Insert) or not isinstance(statement.query, Values):
            continue
        names = [column.name.text for column in statement.columns]
        prices = [index for index, name in enumerate(names) if _is_price(name)]
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


def _is_price(name: str) -> bool:
    return bool(_PRICE_NAME.search(name)) and not _LOOKUP.search(name)


def _literals(program: Program, path: str) -> Iterator[tuple[str, Node]]:
    """The texts that stand in a function's code where a price id belongs: `price: "..."`, `priceId: "..."`."""
    for node in program.index(path).nodes.get(Property, ()):
        if isinstance(node, Property) and node.key and _is_price(node.key):
            value = node.value
            if isinstance(value, Constant) and isinstance(value.value, str):
                yield value.value, value
