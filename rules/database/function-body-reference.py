"""A function's body names a table or column that does not exist.

PostgreSQL does not look into the statements of a PL/pgSQL body when the function is made: the migration succeeds, and
the first call that gets there fails (42P01, 42703). Usually the table was renamed or a column dropped after the
function was written; the function was forgotten.

Name what exists, or drop the function.

Bodies that build statements as text (`EXECUTE`) or make tables of their own are left alone. So is a project whose
migrations PostgreSQL rejects in part: what they lack, somebody may have made by hand.

## Bad

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, total integer);
create function close_order(order_id bigint) returns void language plpgsql as $$
begin
  update orders set state = 'closed' where id = order_id;
                    ^^^^^ `close_order` fails when it gets here: column "state" of relation "orders" does not exist (42703)
end $$;
```

## Good

```sql supabase/migrations/20250101000000_orders.sql
create table orders (id bigint primary key, total integer, state text);
create function close_order(order_id bigint) returns void language plpgsql as $$
begin
  update orders set state = 'closed' where id = order_id;
end $$;
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result
from analyzer.function_bodies import BodyMistake, body_mistakes

_NAMES = re.compile(r'^(?:relation "|column )\S.* does not exist$')


class FunctionBodyReference(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        # What a failed statement would have made, or what somebody made by hand, is there in the hosted project.
        if project.hosted_database.failures:
            return
        found: dict[int, list[BodyMistake]] = {}
        for mistake in body_mistakes(project):
            if _NAMES.match(mistake.message) and (not mistake.reads_functions or '" of ' in mistake.message):
                found.setdefault(mistake.function.oid, []).append(mistake)
        for first, *others in found.values():
            text = first.message.replace("`", "'")
            yield self.finding(
                first.span,
                f"`{first.function.name}` fails when it gets here: {text} ({first.sqlstate})",
                subject=f"{first.function.schema}.{first.function.name} {first.subject}",
                related=tuple(Place(each.span, f"fails too: {each.message}") for each in others),
            )
