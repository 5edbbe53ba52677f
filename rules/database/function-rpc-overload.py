"""A function has overloads that a call through the Data API cannot tell apart.

`rpc("search", { term })` names the arguments, and PostgREST chooses the function whose parameters have these names. If
two overloads take them, because the rest has defaults or because only the types differ, it answers 300 (PGRST203) and
calls neither.

Drop the overload that is left over, often the one that an earlier migration made with fewer parameters:
`create or replace` makes a second function when the parameters change.

Source: [PGRST203](https://docs.postgrest.org/en/v12/references/errors.html),
[Overloaded functions](https://docs.postgrest.org/en/v12/references/api/functions.html#overloaded-functions)

## Bad

```sql supabase/migrations/20250101000000_search.sql
create function public.search(term text) returns setof text language sql as $$ select term $$;
```

```sql supabase/migrations/20250102000000_search.sql
create or replace function public.search(term text, size integer default 10) returns setof text
                           ^^^^^^^^^^^^^ rpc cannot tell `public.search(text, integer)` from `public.search(text)`
language sql as $$ select term limit size $$;
```

## Good

```sql supabase/migrations/20250101000000_search.sql
create function public.search(term text) returns setof text language sql as $$ select term $$;
```

```sql supabase/migrations/20250102000000_search.sql
drop function public.search(text);
create function public.search(term text, size integer default 10) returns setof text
language sql as $$ select term limit size $$;
create function public.find(id bigint) returns bigint language sql as $$ select id $$;
create function public.find(name text) returns text language sql as $$ select name $$;
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.access import API_ROLES, is_served, may_execute
from analyzer.database.model import Function
from analyzer.function_terms import argument_types, is_trigger_function
from analyzer.written import name_span


class FunctionRpcOverload(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        database = project.hosted_database
        by_name: dict[tuple[str, str], list[Function]] = {}
        for function in database.functions():
            if (
                database.own(function)
                and is_served(project, function)
                and function.kind == "function"
                and not is_trigger_function(database, function)
                and any(may_execute(database, function, role) for role in API_ROLES)
            ):
                by_name.setdefault((function.schema, function.name), []).append(function)
        for (schema, name), overloads in by_name.items():
            for index, later in enumerate(overloads):
                earlier = next((each for each in overloads[:index] if _are_alike(each, later)), None)
                span = name_span(project, database, later)
                if earlier is None or span is None:
                    continue
                made = name_span(project, database, earlier)
                yield self.finding(
                    span,
                    f"rpc cannot tell `{schema}.{name}({argument_types(database, later)})` from "
                    f"`{schema}.{name}({argument_types(database, earlier)})`",
                    subject=f"{schema}.{name}({argument_types(database, later)})",
                    related=(Place(made, "the other one"),) if made is not None else (),
                )


def _are_alike(one: Function, other: Function) -> bool:
    """Whether some set of argument names fits both."""
    needed = {parameter.name for each in (one, other) for parameter in each.inputs if parameter.default is None}
    known = [{parameter.name for parameter in each.inputs} for each in (one, other)]
    return "" not in needed and all(needed <= names for names in known)
