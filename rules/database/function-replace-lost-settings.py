"""A function was replaced without what its earlier definition had set.

`CREATE OR REPLACE FUNCTION` keeps owner and grants of the function, but takes SECURITY DEFINER and SET from the new
text alone. A definition that was copied without them turns a function that reads past row level security into one
that finds nothing, or one with a fixed `search_path` into one that looks names up where the caller says.

Repeat both in each `CREATE OR REPLACE FUNCTION`.

Source: [CREATE FUNCTION](https://www.postgresql.org/docs/17/sql-createfunction.html)

## Bad

```sql supabase/migrations/20250101000000_admin.sql
create table public.admins (id uuid primary key);
alter table public.admins enable row level security;
create function public.is_admin() returns boolean language sql stable security definer set search_path = '' as $$
                ~~~~~~~~~~~~~~~ it was set here
  select exists (select 1 from public.admins where id = auth.uid())
$$;
```

```sql supabase/migrations/20250102000000_admin.sql
create or replace function public.is_admin() returns boolean language sql stable as $$
                           ^^^^^^^^^^^^^^^ replacing `public.is_admin` loses `SECURITY DEFINER`
  select exists (select 1 from public.admins where id = auth.uid() and auth.role() = 'authenticated')
$$;
```

## Good

```sql supabase/migrations/20250101000000_admin.sql
create table public.admins (id uuid primary key);
create function public.is_admin() returns boolean language sql stable security definer set search_path = '' as $$
  select exists (select 1 from public.admins where id = auth.uid())
$$;
```

```sql supabase/migrations/20250102000000_admin.sql
create or replace function public.is_admin() returns boolean language sql stable as $$
  select exists (select 1 from public.admins where id = auth.uid() and auth.role() = 'authenticated')
$$;
alter function public.is_admin() security definer;
alter function public.is_admin() set search_path = '';
```
"""

from typing import NamedTuple

from analyzer import CreateFunction, Place, Project, ProjectRule, Result
from analyzer.access import listed
from analyzer.database.model import Change, Function
from analyzer.database.replay import Database
from analyzer.facts.sql_ddl import AlterFunction
from analyzer.function_terms import names_used, search_path, statements_on
from analyzer.written import change_span


class FunctionReplaceLostSettings(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 6.5
    cwe = (284, 426)
    splinter = "0011_function_search_path_mutable"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for function in database.functions():
            if function.security_definer and search_path(function) is not None:
                continue
            loss = _loss(project, database, function)
            if loss is not None:
                yield self.finding(
                    change_span(project, database, loss.where.place),
                    f"replacing `{function.schema}.{function.name}` loses {listed(loss.what)}",
                    subject=f"{function.schema}.{function.name}",
                    related=(Place(change_span(project, database, loss.before.place), "it was set here"),),
                )


class _Loss(NamedTuple):
    what: list[str]
    where: Change
    before: Change


def _loss(project: Project, database: Database, function: Function) -> _Loss | None:
    """What the last replacement that lost something lost, where nothing has set it again."""
    definer: Change | None = None
    path: Change | None = None
    loss: _Loss | None = None
    for change, statement in statements_on(project, database, function, "created", "replace", "alter"):
        if not isinstance(statement, CreateFunction | AlterFunction):
            continue
        sets_path = any(setting.name == "search_path" for setting in statement.settings)
        if isinstance(statement, CreateFunction):
            lost = [
                *(["`SECURITY DEFINER`"] if definer is not None and statement.security_definer is None else []),
                *(["`SET search_path`"] if path is not None and not sets_path else []),
            ]
            before = definer or path
            if lost and before is not None:
                loss = _Loss(lost, change, before)
            definer, path = None, None
        definer = change if statement.security_definer else definer
        path = change if sets_path else path
    if loss is None:
        return None
    # SECURITY INVOKER in the text is meant; a body without tables needs neither, one that runs as its caller no path
    if not any(names_used(function)):
        return None
    still = [
        what
        for what in loss.what
        if function.security_definer == ("path" in what) and (search_path(function) is None or "path" not in what)
    ]
    return loss._replace(what=still) if still else None
