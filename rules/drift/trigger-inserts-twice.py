"""Code inserts a row that a trigger has made already.

A trigger on `auth.users` makes the user's row when somebody signs up. The `insert` behind the sign-up then meets a row
with the same key and fails (23505): the form shows an error though everything went well.

Leave the row to the trigger and hand it what it needs in `options.data` of `signUp`; or `update` the row afterwards.

Source: [Supabase: managing user data](https://supabase.com/docs/guides/auth/managing-user-data)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key references auth.users on delete cascade, name text);
create function public.on_sign_up() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id) values (new.id);
  return new;
end $$;
create trigger on_sign_up after insert on auth.users for each row execute function public.on_sign_up();
```

```ts src/register.tsx
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function register(email: string, password: string, name: string) {
  const { data } = await supabase.auth.signUp({ email, password });
  await supabase.from("profiles").insert({ id: data.user!.id, name });
        ^^^^^^^^^^^^^^^^^^^^^^^^^ a trigger on `auth.users` has made this row of `profiles`: a second one is rejected (23505)
}
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_profiles.sql
create table public.profiles (id uuid primary key references auth.users on delete cascade, name text);
create function public.on_sign_up() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id) values (new.id);
  return new;
end $$;
create trigger on_sign_up after insert on auth.users for each row execute function public.on_sign_up();
```

```ts src/register.tsx
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function register(email: string, password: string, name: string) {
  const { data } = await supabase.auth.signUp({ email, password });
  await supabase.from("profiles").update({ name }).eq("id", data.user!.id);
}
```
"""

from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result
from analyzer.data_api.uses import SchemaUse, uses
from analyzer.trigger_terms import sign_up_trigger
from analyzer.typescript.flow import executed_before
from analyzer.typescript.services import ServiceCall, service_calls
from analyzer.typescript.values import Outcome, origins
from analyzer.typescript.walk import inside
from analyzer.written import name_span

_MAKING = frozenset({"signUp", "admin.createUser"})


class TriggerInsertsTwice(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for use in uses(project):
            relation = use.relation
            if use.query.operation != "insert" or relation is None or use.query.run == "never" or not use.certain:
                continue
            trigger = sign_up_trigger(database, relation)
            if trigger is None or not _gives_key(project, use):
                continue
            made = _sign_up(project, use)
            if made is None:
                continue
            span = name_span(project, database, trigger)
            yield self.finding(
                project.program.place(use.query.begin),
                f"a trigger on `auth.users` has made this row of `{relation.name}`: a second one is rejected (23505)",
                subject=f"{use.query.site.path} {relation.name}",
                related=(
                    Place(project.program.place(made.site), "the user is made here"),
                    *((Place(span, "this trigger makes the row"),) if span is not None else ()),
                ),
            )


def _gives_key(project: Project, use: SchemaUse) -> bool:
    """Whether the row has a unique column that is the new user's id."""
    relation, payload = use.relation, use.query.payload
    if relation is None or payload is None:
        return False
    for index in project.hosted_database.indexes(relation):
        if index.unique and index.predicate is None and len(index.keys) == 1 and index.keys[0].column:
            content = payload.columns.get(relation.numbered(index.keys[0].column).name)
            if content is not None and any(
                isinstance(one, Outcome) and one.method in _MAKING and one.path[-1:] == ("id",)
                for one in origins(content)
            ):
                return True
    return False


def _sign_up(project: Project, use: SchemaUse) -> ServiceCall | None:
    """The call that has made the user before the row is inserted, in the same function."""
    program, path = project.program, use.query.site.path
    before = {part for statement in executed_before(program, path, use.query.begin.node) for part in inside(statement)}
    calls: Iterator[ServiceCall] = (
        call
        for call in service_calls(program, path)
        if call.area == "auth" and call.method in _MAKING and call.site.node in before
    )
    return next(calls, None)
