"""A database function is called with arguments that it does not take.

The Data API finds a function by its name and the names of all arguments. A name that the function does not have, or a
parameter without a default that is left out, and it answers 404 (`PGRST202`) as if there were no such function.

Give the arguments the names of the function's parameters. Parameters that were added later need a default, so that
older callers go on working.

## Bad

```sql supabase/migrations/20240101000000_credits.sql
create function public.add_credits(p_user uuid, p_amount integer, p_note text default '') returns void
  language sql as $$ select 1 $$;
```

```ts src/credits.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const add = (id: string) => supabase.rpc("add_credits", { p_user: id, amount: 1 });
                                                                             ^^^^^^ `add_credits` has no parameter `amount`; it takes `p_user`, `p_amount`, `p_note`
export const one = (id: string) => supabase.rpc("add_credits", { p_user: id });
                                                 ^^^^^^^^^^^ `add_credits` is called without `p_amount`, which has no default
```

## Good

```sql supabase/migrations/20240101000000_credits.sql
create function public.add_credits(p_user uuid, p_amount integer, p_note text default '') returns void
  language sql as $$ select 1 $$;
create function public.log_event(json) returns void language sql as $$ select 1 $$;
```

```ts src/credits.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const add = (id: string) => supabase.rpc("add_credits", { p_user: id, p_amount: 1 });
export const log = () => supabase.rpc("log_event", { anything: true });
```
"""

from analyzer import Place, Project, ProjectRule, Result
from analyzer.data_api.schema import schema_of
from analyzer.data_api.uses import SchemaUse, key_span, uses
from analyzer.database.model import Function
from analyzer.platform import PLATFORM_SCHEMAS
from analyzer.typescript.values import Undefined
from analyzer.written import name_span

_WHOLE_BODY = frozenset({"json", "jsonb", "text", "xml", "bytea"})  # types of a single parameter without a name


class DriftRpcArgs(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        schema = schema_of(project)
        database = project.hosted_database
        for use in uses(project):
            if use.query.operation != "rpc" or use.query.run == "never" or use.schema in PLATFORM_SCHEMAS:
                continue
            overloads = [one for one in database.functions(use.schema, use.name) if one.kind == "function"]
            if not overloads or any(_takes_all(project, one) for one in overloads):
                continue
            wrong = [(*found, one) for one in overloads if (found := _wrong(use, one)) is not None]
            if len(wrong) < len(overloads):
                continue
            described = {
                name
                for types in schema.types
                for name in (
                    types.schemas[use.schema].functions.get(use.name, ()) if use.schema in types.schemas else ()
                )
            }
            unknown, left_out, function = min(wrong, key=lambda one: len(one[0]) + len(one[1]))
            if any(name in described for name in unknown):
                yield self.unknown(use.span, f"`{use.name}` has another form outside of the migrations")
                continue
            made = name_span(project, database, function)
            related = (Place(made, f"`{use.name}` is created here"),) if made is not None else ()
            if unknown:
                names = [f"`{parameter.name}`" for parameter in function.inputs if parameter.name]
                takes = f"; it takes {', '.join(names)}" if names else "; it takes no arguments"
                yield self.finding(
                    key_span(project.program, use.query, unknown[0]),
                    f"`{use.name}` has no parameter {_listed(unknown)}{takes}",
                    subject=f"{use.name} {unknown[0]}",
                    related=related,
                )
            else:
                verb = "which has no default" if len(left_out) == 1 else "which have no defaults"
                yield self.finding(
                    use.span,
                    f"`{use.name}` is called without {_listed(left_out)}, {verb}",
                    subject=f"{use.name} {left_out[0]}",
                    related=related,
                )


def _takes_all(project: Project, function: Function) -> bool:
    """Whether a function takes the whole body as its one argument without a name."""
    if len(function.inputs) != 1 or function.inputs[0].name:
        return any(parameter.mode == "variadic" or not parameter.name for parameter in function.inputs)
    return project.hosted_database.type_text(function.inputs[0].type) in _WHOLE_BODY


def _wrong(use: SchemaUse, function: Function) -> tuple[list[str], list[str]] | None:
    """The arguments that a function does not have, and the parameters that are left out."""
    payload = use.query.payload
    given = {} if payload is None else payload.columns
    # what is undefined is not sent
    maybe = set(payload.maybe) if payload is not None else set()
    maybe |= {name for name, value in given.items() if isinstance(value, Undefined)}
    names = {parameter.name for parameter in function.inputs}
    unknown = [name for name in given if name not in names and name not in maybe]
    left_out = [
        parameter.name for parameter in function.inputs if parameter.default is None and parameter.name not in given
    ]
    if payload is not None and not payload.complete:
        left_out = []
    return (unknown, left_out) if unknown or left_out else None


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
