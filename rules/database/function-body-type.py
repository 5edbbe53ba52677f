"""A function's body uses a value of a type that cannot be used there.

PostgreSQL looks for the operators of a PL/pgSQL body, and converts what is assigned, only when a call gets there: the
migration succeeds, and the call fails. `boolean > integer` has no operator (42883). What is assigned is converted by a
cast or read from its text, and no text of a `boolean` is a number (22P02). A text from a `CASE` is no enum (42804).

Use the type that fits: an `integer` for `ROW_COUNT`, `->>` instead of `->` for a `uuid` from JSON, a cast to the enum.

Only where both types are known, and after all migrations. What is text may be anything and is left alone.

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, user_id uuid, status text);
create function cancel_orders(p_user uuid) returns boolean language plpgsql as $$
declare
  v_canceled boolean;
begin
  update orders set status = 'canceled' where user_id = p_user;
  get diagnostics v_canceled = row_count;
                  ^^^^^^^^^^ `cancel_orders` fails when it gets here: `v_canceled` is boolean, and takes no count of rows above 1 (22P02)
  return v_canceled > 0;
         ^^^^^^^^^^^^^^ `cancel_orders` fails when it gets here: operator does not exist: boolean > integer (42883)
end $$;
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, user_id uuid, status text);
create function cancel_orders(p_user uuid) returns boolean language plpgsql as $$
declare
  v_canceled integer;
begin
  update orders set status = 'canceled' where user_id = p_user;
  get diagnostics v_canceled = row_count;
  return v_canceled > 0;
end $$;
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.body_types import type_mistakes


class FunctionBodyType(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for mistake in type_mistakes(project):
            name = mistake.function.name
            text = mistake.text.replace('"', "`")
            yield self.finding(
                mistake.span,
                f"`{name}` fails when it gets here: {text} ({mistake.sqlstate})",
                subject=f"{mistake.function.schema}.{name} {mistake.text}",
            )
