"""A function's body names a table or column that does not exist.

PostgreSQL does not look into the statements of a PL/pgSQL body when the function is made: the migration succeeds, and
the first call that gets there fails (42P01, 42703). Usually the table was renamed or a column dropped after the
function was written; the function was forgotten.

Name what exists, or drop the function.

Bodies that build statements as text (`EXECUTE`), make tables of their own, or ask first what there is are left alone.
So is what generated types know, and what a migration that PostgreSQL rejects would have made: somebody may have made it
by hand.

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
from analyzer.data_api.schema import Schema, schema_of
from analyzer.function_bodies import BodyMistake, body_mistakes, by_function

_RELATION = re.compile(r'^relation "(?:([^".]+)\.)?([^"]+)" does not exist$')
_COLUMN = re.compile(r'^column "?(?:[^".]+\.)?([^".]+?)"?(?: of relation "([^"]+)")? does not exist$')
# of a row: `new.state`
_FIELD = re.compile(r'^column "([^"]+)" not found in data type "?([^"]+)"?$')


class FunctionBodyReference(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        schema = schema_of(project)
        certain = (one for one in body_mistakes(project) if not one.is_optional and _is_certain(schema, one))
        for first, others in by_function(certain):
            yield self.finding(
                first.span,
                f"`{first.function.name}` fails when it gets here: {_said(first)} ({first.sqlstate})",
                subject=f"{first.function.schema}.{first.function.name} {first.subject}",
                related=tuple(Place(each.span, f"fails too: {_said(each)}") for each in others),
            )


def _said(mistake: BodyMistake) -> str:
    field = _FIELD.match(mistake.message)
    if field is not None:
        return f"the row of `{field[2]}` has no field `{field[1]}`"
    return mistake.message.replace("`", "'")


def _is_certain(schema: Schema, mistake: BodyMistake) -> bool:
    """Whether a name that the body uses is nowhere: neither types nor a failed statement speak for it."""
    relation = _RELATION.match(mistake.message)
    if relation is not None:
        is_there = schema.has_relation(relation[1] or "public", relation[2])
        return is_there is False and not mistake.is_caught and not schema.is_handled(relation[2])
    field = _FIELD.match(mistake.message)
    if field is not None:
        table = schema.relation("public", field[2])
        return table is not None and schema.has_column(table, field[1]) is False
    column = _COLUMN.match(mistake.message)
    if column is None or (mistake.reads_functions and column[2] is None):
        return False
    tables = [one for one in mistake.tables if column[2] is None or one[1] == column[2]]
    known = [schema.relation(of or "public", name) for of, name in tables]
    return all(one is None or schema.has_column(one, column[1]) is False for one in known)
