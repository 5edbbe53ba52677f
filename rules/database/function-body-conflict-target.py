"""A function's body writes ON CONFLICT for columns that nothing keeps unique.

`ON CONFLICT (a, b)` needs a unique constraint or index on exactly these columns. Without one the statement fails
whenever it runs (42P10), also where no row is in the way, and with it the whole call: a trigger takes the insert that
fired it along. The migration that makes the function succeeds, since nobody has run it.

Make the unique index, or name the columns of the one that is there.

Source: [PostgreSQL: INSERT](https://www.postgresql.org/docs/17/sql-insert.html#SQL-ON-CONFLICT)

## Bad

```sql supabase/migrations/20250101000000_limits.sql
create table limits (user_id uuid, action text, used integer default 0);
create function use_up(who uuid, what text) returns void language plpgsql as $$
begin
  insert into limits (user_id, action, used) values (who, what, 1)
  on conflict (user_id, action) do update set used = limits.used + 1;
               ^^^^^^^^^^^^^^^ `use_up` fails when it gets here: nothing keeps these columns of `limits` unique (42P10)
end $$;
```

## Good

```sql supabase/migrations/20250101000000_limits.sql
create table limits (user_id uuid, action text, used integer default 0, unique (user_id, action));
create function use_up(who uuid, what text) returns void language plpgsql as $$
begin
  insert into limits (user_id, action, used) values (who, what, 1)
  on conflict (user_id, action) do update set used = limits.used + 1;
end $$;
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.data_api.schema import Schema, schema_of
from analyzer.function_bodies import BodyMistake, body_mistakes, by_function

_NO_TARGET = "there is no unique or exclusion constraint matching the ON CONFLICT specification"


class FunctionBodyConflictTarget(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        schema = schema_of(project)
        wrong = (one for one in body_mistakes(project) if one.message == _NO_TARGET and _is_certain(schema, one))
        for first, others in by_function(wrong):
            yield self.finding(
                first.span,
                f"`{first.function.name}` fails when it gets here: nothing keeps these columns of "
                f"`{first.tables[0][1]}` unique (42P10)",
                subject=f"{first.function.schema}.{first.function.name} {first.tables[0][1]}",
                related=tuple(Place(each.span, "fails too") for each in others),
            )


def _is_certain(schema: Schema, mistake: BodyMistake) -> bool:
    """Whether the table is known, and no statement that failed would have made an index."""
    if not mistake.tables or mistake.is_caught:
        return False
    of, name = mistake.tables[0]
    relation = schema.relation(of or "public", name)
    return relation is not None and not schema.may_have_index(relation) and not schema.is_handled(name)
