"""Everybody can call a function that runs with the rights of its owner.

A SECURITY DEFINER function runs as `postgres`, whom no policy binds. In an exposed schema it has an address,
`/rest/v1/rpc/<name>`, and PostgreSQL gives everybody the right to execute a new function. If its body does not ask who
calls, everybody with the public key can do through it what the policies of its tables forbid.

Check `auth.uid()` or a role in the body; or take the right away with
`revoke execute on function ... from public, anon, authenticated`; or move the function into a schema that is not
exposed, where policies can still use it.

Not reported are trigger functions, which no request can call, functions that policies call, functions that look at
the caller, those that touch nothing which the caller could not touch anyway, those that only give back yes, no or
a number, those that count something up by one, those that take a token, those that
only read and are called `public`, and those that a migration grants to the role
by name. Supabase's own linter reports all that can be called.

Source: [Database functions](https://supabase.com/docs/guides/database/functions#security-definer-vs-invoker)

It is a warning rather than an error, since what a body does for everybody on purpose cannot always be told from a hole.

## Bad

```sql supabase/migrations/20250101000000_credits.sql
create table public.accounts (id uuid primary key, credits integer);
alter table public.accounts enable row level security;
create function public.add_credits(account uuid, amount integer) returns void
                ^^^^^^^^^^^^^^^^^^ anyone with the public key can call `public.add_credits`, which writes `public.accounts` with its owner's rights and does not ask who calls
language sql security definer set search_path = '' as $$
  update public.accounts set credits = credits + amount where id = account
$$;
```

## Bad: signed-in users remain

```sql supabase/migrations/20250101000000_credits.sql
create table public.accounts (id uuid primary key, credits integer);
alter table public.accounts enable row level security;
create function public.all_credits() returns setof public.accounts
                ^^^^^^^^^^^^^^^^^^ every signed-in user can call `public.all_credits`, which reads `public.accounts` with its owner's rights and does not ask who calls
language plpgsql security definer set search_path = '' as $$
begin
  return query select * from public.accounts;
end $$;
revoke execute on function public.all_credits() from public, anon;
```

## Good

```sql supabase/migrations/20250101000000_credits.sql
create table public.accounts (id uuid primary key, credits integer);
alter table public.accounts enable row level security;
create function public.my_credits() returns integer language sql security definer set search_path = '' as $$
  select credits from public.accounts where id = auth.uid()
$$;
create function public.new_account() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.accounts values (new.id, 0);
  return new;
end $$;
create function public.add_credits(account uuid, amount integer) returns void
language sql security definer set search_path = '' as $$
  update public.accounts set credits = credits + amount where id = account
$$;
revoke execute on function public.add_credits from public, anon, authenticated;
create function public.version() returns text language sql security definer set search_path = '' as $$ select '1' $$;
```
"""

import re
from collections.abc import Iterator

from analyzer import Grant, Place, Project, ProjectRule, Result
from analyzer.access import API_ROLES, ApiRole, has_privilege, is_served, may_execute, shown, who
from analyzer.database.model import Function, Policy, Relation
from analyzer.database.replay import Database
from analyzer.function_terms import (
    asks_for_caller,
    is_granted_by_name,
    is_trigger_function,
    only_counts,
    read,
    relation_named,
    runs_dynamic_sql,
    search_path,
    statements_on,
    written,
)
from analyzer.policy_terms import expressions, functions_called
from analyzer.view_terms import may_read_all
from analyzer.written import is_in_dump, name_span

_ANSWERS = frozenset(
    {"boolean", "integer", "bigint", "smallint", "numeric", "real", "double precision", "date", "interval"}
)
_PUBLIC = re.compile(r"(?:^|_)public(?:_|$)")  # reads what everybody may see
_SECRET = re.compile(r"(?:^|_)(?:token|secret|signature|api_?key|key|hash|otp)s?(?:_hash)?$", re.IGNORECASE)


class FunctionDefinerExposed(ProjectRule):
    severity = "warning"
    precision = "medium"
    security_severity = 8.1
    cwe = (284, 862)
    splinter = "0028_anon_security_definer_function_executable"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        helpers = {function.oid for function in _used_by_policies(database)}
        for function in database.functions():
            if not function.security_definer or not database.own(function) or not is_served(project, function):
                continue
            roles = [
                role
                for role in API_ROLES
                if may_execute(database, function, role) and not is_granted_by_name(project, database, function, role)
            ]
            span = name_span(project, database, function)
            if _revoked_in_dump(project, database, function):
                continue
            if span is None or not roles or is_trigger_function(database, function) or function.oid in helpers:
                continue
            if function.body is None:
                if function.language in ("sql", "plpgsql"):
                    yield self.unknown(span, f"the body of `{function.name}` could not be read")
                continue
            if asks_for_caller(database, function) or only_counts(function) or _takes_secret(function):
                continue
            if _only_answers(database, function):
                continue
            role = roles[0]
            deed = next(_deeds(database, function, role), None)
            if deed is not None:
                what, table = deed
                made = name_span(project, database, table) if table is not None else None
                yield self.finding(
                    span,
                    f"{who(roles)} can call `{function.schema}.{function.name}`, which {what} "
                    "with its owner's rights and does not ask who calls",
                    subject=f"{function.schema}.{function.name}",
                    related=(Place(made, "not open to the caller otherwise"),) if made is not None else (),
                )


def _revoked_in_dump(project: Project, database: Database, function: Function) -> bool:
    """Whether a dump says that the project it was taken from had closed the function."""
    return any(
        isinstance(statement, Grant) and statement.revoke and is_in_dump(project, database, change.place)
        for change, statement in statements_on(project, database, function, "revoke")
    )


def _only_answers(database: Database, function: Function) -> bool:
    """Whether it only says yes or no, or a number."""
    type_ = database.type_text(function.returns.bare)
    return not function.returns_set and type_ in _ANSWERS and not any(written(function)) and not function.outputs


def _takes_secret(function: Function) -> bool:
    """Whether who calls has to know a token."""
    return any(_SECRET.search(parameter.name) for parameter in function.inputs)


def _used_by_policies(database: Database) -> Iterator[Function]:
    for policy in list(database.state.objects.values()):
        if isinstance(policy, Policy):
            for stored in expressions(policy):
                yield from (function for _, function in functions_called(database, stored))


def _deeds(database: Database, function: Function, role: ApiRole) -> Iterator[tuple[str, Relation | None]]:
    """What the function does that the role may not do itself."""
    path = search_path(function) or ("public", "extensions")
    for name in written(function):
        table = relation_named(database, name, path)
        if table is not None and (table.rls or not has_privilege(database, table, role, "update")):
            yield f"writes `{shown(table)}`", table
    for name in read(function) if not _PUBLIC.search(function.name) else ():
        table = relation_named(database, name, path)
        if table is not None and table.kind in ("table", "partitioned") and not may_read_all(database, table, role):
            yield f"reads `{shown(table)}`", table
    if runs_dynamic_sql(function):
        yield "runs SQL that it builds", None
