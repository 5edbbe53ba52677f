"""A function builds SQL from what its caller sends.

`EXECUTE 'select ... ' || term` runs whatever the caller puts into `term`. Through `/rest/v1/rpc/<name>` that is any
text: with a quote in it, the caller writes SQL of their own, and in a SECURITY DEFINER function the owner runs it.

Pass values with `USING` and `$1`; put names in with `format('... %I ...', name)` and literals with `%L`. `%s` takes the
text as it is.

Source: [PostgreSQL, executing dynamic commands](https://www.postgresql.org/docs/17/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN)

## Bad

```sql supabase/migrations/20250101000000_search.sql
create table public.servers (id bigint primary key, name text);
create function public.search_servers(term text) returns setof public.servers language plpgsql as $$
                ^^^^^^^^^^^^^^^^^^^^^ `public.search_servers` runs SQL with `term` in it as it is sent: anyone with the public key can write SQL of their own
begin
  return query execute 'select * from public.servers where name like ''%' || term || '%''';
end $$;
```

## Bad: through a variable and `%s`

```sql supabase/migrations/20250101000000_search.sql
create function public.count_rows(target text) returns bigint language plpgsql as $$
                ^^^^^^^^^^^^^^^^^ `public.count_rows` runs SQL with `target` in it as it is sent: anyone with the public key can write SQL of their own
declare
  command text;
  found bigint;
begin
  command := format('select count(*) from %s', target);
  execute command into found;
  return found;
end $$;
```

## Good

```sql supabase/migrations/20250101000000_search.sql
create table public.servers (id bigint primary key, name text);
create function public.search_servers(term text, column_name text, size integer) returns setof public.servers
language plpgsql as $$
begin
  return query execute format('select * from public.servers where %I like $1 limit %s', column_name, size) using term;
end $$;
create function public.count_rows(target regclass) returns bigint language plpgsql as $$
declare
  found bigint;
begin
  execute 'select count(*) from ' || target into found;
  return found;
end $$;
```
"""

from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import API_ROLES, is_served, may_execute, who
from analyzer.database.model import Function
from analyzer.database.replay import Database
from analyzer.dynamic_sql import built_from
from analyzer.function_terms import is_trigger_function
from analyzer.written import body_span, name_span


class FunctionDynamicSql(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 8.8
    cwe = (89,)

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for function in database.functions():
            if not database.own(function) or not is_served(project, function) or function.body is None:
                continue
            roles = [role for role in API_ROLES if may_execute(database, function, role)]
            span = name_span(project, database, function)
            if span is None or not roles or is_trigger_function(database, function):
                continue
            texts = set(_texts(database, function))
            for name, command in built_from(function.body, texts):
                where = body_span(database, function, command)
                yield self.finding(
                    span,
                    f"`{function.schema}.{function.name}` runs SQL with `{name}` in it as it is sent: "
                    f"{who(roles)} can write SQL of their own",
                    subject=f"{function.schema}.{function.name} {name}",
                    related=(Place(where, "this is run"),) if where is not None else (),
                )
                break


def _texts(database: Database, function: Function) -> Iterator[str]:
    """The parameters that can hold any text."""
    for parameter in function.inputs:
        if database.type_text(parameter.type.bare) in (
            "text",
            "character varying",
            "citext",
            "json",
            "jsonb",
            "text[]",
        ):
            yield parameter.name
