"""A SECURITY DEFINER function looks its names up where the caller says.

An unqualified name in a body is looked up in the `search_path` of the session. In a function that runs with its
owner's rights, whoever can create objects in one of these schemas decides what the owner runs. And since each role has
a path of its own (that of Auth is `auth`), the function may not find its tables at all: then sign-ups fail.

Add `set search_path = ''` and write each name with its schema, `public.orders`.

Functions that run as their caller are not reported, since they do nothing that the caller could not; Supabase's own
linter reports those too.

Source: [Database functions](https://supabase.com/docs/guides/database/functions#security-definer-vs-invoker)

## Bad

```sql supabase/migrations/20250101000000_admin.sql
create table public.admins (id uuid primary key);
create function public.is_admin() returns boolean language sql security definer as $$
                ^^^^^^^^^^^^^^^ `public.is_admin` runs as its owner with the caller's `search_path`
  select exists (select 1 from admins where id = auth.uid())
$$;
```

## Good

```sql supabase/migrations/20250101000000_admin.sql
create table public.admins (id uuid primary key);
create function public.is_admin() returns boolean language sql security definer set search_path = '' as $$
  select exists (select 1 from public.admins where id = auth.uid())
$$;
create function public.touch() returns trigger language plpgsql security definer as $$ begin return new; end $$;
alter function public.touch() set search_path = '';
create function public.double(n integer) returns integer language sql as $$ select n * 2 $$;
```
"""

from analyzer import PLATFORM_SCHEMAS, Create, Fix, Project, ProjectRule, Result
from analyzer.database.names import quoted
from analyzer.function_terms import argument_types, search_path
from analyzer.written import name_span


class FunctionSearchPathMutable(ProjectRule):
    severity = "warning"
    precision = "very-high"
    security_severity = 5.3
    cwe = (426,)
    splinter = "0011_function_search_path_mutable"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        for function in database.functions():
            span = name_span(project, database, function)
            if (
                span is None
                or not function.security_definer
                or not database.own(function)
                or function.schema in PLATFORM_SCHEMAS
                or search_path(function) is not None
            ):
                continue
            name = f"{quoted(function.schema)}.{quoted(function.name)}({argument_types(database, function)})"
            yield self.finding(
                span,
                f"`{function.schema}.{function.name}` runs as its owner with the caller's `search_path`",
                subject=f"{function.schema}.{function.name}({argument_types(database, function)})",
                fix=Fix(
                    "fix the `search_path` of the function",
                    safe=False,
                    changes=(
                        Create(
                            project.layout.path("migrations"),
                            f"fix_search_path_of_{function.name}",
                            f"alter function {name} set search_path = public, extensions, pg_temp;\n",
                        ),
                    ),
                ),
            )
