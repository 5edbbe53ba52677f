"""A function's body calls a function that is not there.

PostgreSQL does not look into a PL/pgSQL body when the function is made: the call fails when it is reached (42883). Two
ways lead here. The helper was renamed, dropped or never made. Or it is there, and the function does not see it: what
extensions bring stands in the schema `extensions`, and a function with `set search_path = public`, as the linter asks
for, looks there no more. `digest`, `crypt`, `gen_random_bytes` and the operators of `vector` are met most often.

Write the schema (`extensions.digest(...)`), add it to the function's `search_path`, or make the helper.

What generated types know, and what a migration that PostgreSQL rejects would have made, is left alone.

Source: [PostgreSQL: CREATE FUNCTION, writing SECURITY DEFINER functions safely](https://www.postgresql.org/docs/17/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY)

## Bad

```sql supabase/migrations/20250101000000_tokens.sql
create extension if not exists pgcrypto with schema extensions;
create table tokens (hash text primary key);
create function keep_token(token text) returns void language plpgsql security definer set search_path = public as $$
begin
  insert into tokens (hash) values (encode(digest(token, 'sha256'), 'hex'));
                                           ^^^^^^ `keep_token` fails when it gets here: `digest` is in `extensions`, where it does not look (42883)
end $$;
```

## Good

```sql supabase/migrations/20250101000000_tokens.sql
create extension if not exists pgcrypto with schema extensions;
create table tokens (hash text primary key);
create function keep_token(token text) returns void language plpgsql security definer set search_path = public as $$
begin
  insert into tokens (hash) values (encode(extensions.digest(token, 'sha256'), 'hex'));
end $$;
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result
from analyzer.data_api.schema import Schema, schema_of
from analyzer.function_bodies import BodyMistake, body_mistakes, by_function

_FUNCTION = re.compile(r'^function (?:"?(\w+)"?\.)?"?(\w+)"?\(.*\) does not exist$', re.DOTALL)


class FunctionBodyCall(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        schema = schema_of(project)
        certain = (one for one in body_mistakes(project) if _why(schema, one) is not None)
        for first, others in by_function(certain):
            yield self.finding(
                first.span,
                f"`{first.function.name}` fails when it gets here: {_why(schema, first)} (42883)",
                subject=f"{first.function.schema}.{first.function.name} {first.message.partition('(')[0]}",
                related=tuple(Place(each.span, f"fails too: {_why(schema, each)}") for each in others),
            )


def _why(schema: Schema, mistake: BodyMistake) -> str | None:
    """What is wrong with a call, where that is certain."""
    called = _FUNCTION.match(mistake.message)
    if called is None or mistake.is_optional or mistake.is_caught:
        return None
    of, name = called[1], called[2]
    elsewhere = sorted({one.schema for one in schema.database.functions() if one.name == name})
    if of is None and elsewhere and "public" not in elsewhere:
        return f"`{name}` is in `{elsewhere[0]}`, where it does not look"
    if elsewhere or schema.has_function(of or "public", name) is not False or schema.is_handled(name):
        return None
    return f"there is no function `{of}.{name}`" if of else f"there is no function `{name}`"
