"""A trigger on `auth.users` fails, and with it every sign-up.

Auth writes `auth.users` as the role `supabase_auth_admin`, whose search path is `auth` and who has no rights in
`public`. A trigger function that runs as its caller may not write the table of profiles; one that names the table
without its schema, and sets no `search_path`, does not find it. Either way the insert into `auth.users` is undone, and
the user reads "Database error saving new user".

Make the function `security definer set search_path = ''` and write each name with its schema.

Source: [User management, using triggers](https://supabase.com/docs/guides/auth/managing-user-data#using-triggers)

## Bad

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key);
create function public.new_user() returns trigger language plpgsql as $$
begin
  insert into public.profiles (id) values (new.id);
  return new;
end $$;
create trigger on_sign_up after insert on auth.users for each row execute function public.new_user();
               ^^^^^^^^^^ each sign-up fails: `new_user` runs as `supabase_auth_admin`, which may not write `public.profiles`
```

## Bad: the table is not found

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key);
create function public.new_user() returns trigger language plpgsql security definer as $$
begin
  insert into profiles (id) values (new.id);
  return new;
end $$;
create trigger on_sign_up after insert on auth.users for each row execute function public.new_user();
               ^^^^^^^^^^ each sign-up fails: `new_user` does not find `profiles` without a `search_path`
```

## Good

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key);
create table public.log (at timestamptz, what text);
create function public.new_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id) values (new.id);
  return new;
end $$;
create trigger on_sign_up after insert on auth.users for each row execute function public.new_user();
create function public.note_user() returns trigger language plpgsql security definer set search_path = public as $$
begin
  insert into log values (now(), 'sign-up');
  return new;
end $$;
create trigger note_sign_up after insert on auth.users for each row execute function public.note_user();
create function public.try_user() returns trigger language plpgsql security definer as $$
begin
  insert into profiles (id) values (new.id);
  return new;
exception when others then
  return new;
end $$;
create trigger try_sign_up after insert on auth.users for each row execute function public.try_user();
```
"""

from analyzer import AUTH_ADMIN_ROLE, Place, Project, ProjectRule, Result
from analyzer.access import has_privilege, may_use_schema, shown
from analyzer.database.model import Function, Relation
from analyzer.database.replay import Database
from analyzer.function_terms import handles_errors, names_used, relation_named, search_path, written
from analyzer.written import name_span

_AUTH_PATH = ("auth",)  # `alter role supabase_auth_admin set search_path = auth`


class TriggerAuthUsersBroken(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        users = database.relation("auth", "users")
        for trigger in database.triggers(users) if users is not None else ():
            function = database.state.objects.get(trigger.function)
            if trigger.enabled in ("D", "R") or not isinstance(function, Function) or function.body is None:
                continue
            span = name_span(project, database, trigger)
            why = None if handles_errors(function) else (_not_found(database, function) or _denied(database, function))
            if span is None or why is None:
                continue
            what = {"insert": "sign-up", "update": "sign-in or change of a user", "delete": "deletion of a user"}
            made = name_span(project, database, function)
            yield self.finding(
                span,
                f"each {what.get(trigger.events[0], 'change')} fails: `{function.name}` {why}",
                subject=f"auth.users {trigger.name}",
                related=(Place(made, "the function"),) if made is not None else (),
            )


def _not_found(database: Database, function: Function) -> str | None:
    path = search_path(function)
    for name in names_used(function):
        if name.schema is None and relation_named(database, name, path if path is not None else _AUTH_PATH) is None:
            elsewhere = relation_named(database, name)
            if elsewhere is not None and not _is_temporary(elsewhere):
                said = "without a `search_path`" if path is None else f"with the `search_path` `{', '.join(path)}`"
                return f"does not find `{name.name}` {said}"
    return None


def _is_temporary(relation: Relation) -> bool:
    return relation.persistence == "temporary"


def _denied(database: Database, function: Function) -> str | None:
    if function.security_definer:
        return None
    path = search_path(function)
    for name in written(function):
        table = relation_named(database, name, path if path is not None else _AUTH_PATH)
        if table is None:
            continue
        if not may_use_schema(database, table.schema, AUTH_ADMIN_ROLE) or not any(
            has_privilege(database, table, AUTH_ADMIN_ROLE, command) for command in ("insert", "update", "delete")
        ):
            return f"runs as `{AUTH_ADMIN_ROLE}`, which may not write `{shown(table)}`"
    return None
