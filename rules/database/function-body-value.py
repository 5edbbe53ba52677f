"""A function's body has a value that its type does not take.

PostgreSQL reads a literal as the type of what it is compared with or written to, when a statement first runs: a text
that is no label of an enum, or no number, fails then (22P02), and all of the call with it. The migration that makes the
function succeeds, since nobody has run it. Usually the enum was never given the value: a notification of a new kind, a
state under another name.

Add the value to the enum (`alter type ... add value`), or write one that it has.

What generated types know, and what a migration that PostgreSQL rejects would have added, is left alone.

Source: [PostgreSQL: plan caching in PL/pgSQL](https://www.postgresql.org/docs/17/plpgsql-implementation.html#PLPGSQL-PLAN-CACHING)

## Bad

```sql supabase/migrations/20250101000000_notices.sql
create type notice_kind as enum ('order', 'refund');
create table notices (id bigint generated always as identity primary key, user_id uuid, kind notice_kind);
create function tip(receiver uuid) returns void language plpgsql as $$
begin
  insert into notices (user_id, kind) values (receiver, 'tip');
                                                        ^^^^^ `tip` fails when it gets here: invalid input value for enum notice_kind: "tip" (22P02)
end $$;
```

## Good

```sql supabase/migrations/20250101000000_notices.sql
create type notice_kind as enum ('order', 'refund');
alter type notice_kind add value 'tip';
create table notices (id bigint generated always as identity primary key, user_id uuid, kind notice_kind);
create function tip(receiver uuid) returns void language plpgsql as $$
begin
  insert into notices (user_id, kind) values (receiver, 'tip');
end $$;
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result
from analyzer.data_api.schema import schema_of
from analyzer.function_bodies import body_mistakes, by_function

_VALUE = re.compile(r'^invalid input (?:value for enum [^"]+|syntax for type [\w ]+): "(.*)"$', re.DOTALL)


class FunctionBodyValue(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        schema = schema_of(project)
        wrong = (
            one
            for one in body_mistakes(project)
            if (value := _VALUE.match(one.message)) is not None and not schema.may_have_value(value[1])
        )
        for first, others in by_function(wrong):
            yield self.finding(
                first.span,
                f"`{first.function.name}` fails when it gets here: {first.message} ({first.sqlstate})",
                subject=f"{first.function.schema}.{first.function.name} {first.message}",
                related=tuple(Place(each.span, f"fails too: {each.message}") for each in others),
            )
