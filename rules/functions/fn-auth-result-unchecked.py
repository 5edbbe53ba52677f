"""The function asks who is calling, and does not look at the answer.

`getUser` and `getClaims` do not throw when the token is missing, forged or expired: they give `user: null` and an
`error`. Code that goes on with `user?.id` goes on for everybody; a result that is thrown away checks nothing.

Look at the result, and answer with 401: `if (error || !user) return new Response(null, { status: 401 })`.

Code that reads `user.id` without a question mark is left alone: it throws for strangers. So is a user who is only
handed on, or stored where there may be none (`user?.id ?? null`).

Source: [getUser](https://supabase.com/docs/reference/javascript/auth-getuser)

## Bad

```ts supabase/functions/orders/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  await db.auth.getUser(req.headers.get("Authorization")?.replace("Bearer ", ""));
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nothing looks at what `getUser` answers: a caller without a valid token goes on like any other
  const { data } = await db.from("orders").select();
  return Response.json(data);
});
```

```ts supabase/functions/profile/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data: { user } } = await db.auth.getUser(req.headers.get("Authorization")?.replace("Bearer ", ""));
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nothing looks at what `getUser` answers: without a user, rows are looked for by `undefined`
  await db.from("profiles").update(await req.json()).eq("id", user?.id);
  return new Response("ok");
});
```

## Good

```ts supabase/functions/orders/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data: { user }, error } = await db.auth.getUser(req.headers.get("Authorization")?.replace("Bearer ", ""));
  if (error || !user) return new Response(null, { status: 401 });
  const { data } = await db.from("orders").select().eq("user_id", user.id);
  return Response.json(data);
});
```
"""

from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import (
    Await,
    Bound,
    Call,
    Cast,
    Declarator,
    Evaluate,
    If,
    Member,
    Node,
    Object,
    ObjectPattern,
    Pattern,
    Property,
    Target,
    Template,
)
from analyzer.typescript.calls import dotted
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import exits
from analyzer.typescript.program import Program
from analyzer.typescript.queries import FILTERS, Query, queries
from analyzer.typescript.services import service_calls
from analyzer.typescript.values import Row, origins

_ASKS = frozenset({"getUser", "getClaims"})
_MOST_STEPS = 4  # variables between the answer and its use


class FnAuthResultUnchecked(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 8.5
    cwe = (252, 306)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for call in service_calls(program, module.path):
                if call.area != "auth" or call.method not in _ASKS or not isinstance(call.site.node, Call):
                    continue
                wrong = _wrong(program, module.path, call.site.node)
                if wrong is not None:
                    yield self.finding(
                        program.span(module.path, call.site.node),
                        f"nothing looks at what `{call.method}` answers: {wrong}",
                        subject=f"{module.path} {call.method}",
                    )


def _wrong(program: Program, path: str, call: Call) -> str | None:
    """What happens for a stranger where no test of the answer stands in the way."""
    waited = program.parent(path, call)
    if not isinstance(waited, Await):
        return None
    holder = program.parent(path, waited)
    if isinstance(holder, Evaluate):
        return "a caller without a valid token goes on like any other"
    if not isinstance(holder, Declarator):
        return None
    uses = list(_uses(program, path, holder.target, 0))
    if not uses:
        return "a caller without a valid token goes on like any other"
    if all(kind == "filter" for kind in uses):
        return "without a user, rows are looked for by `undefined`"
    return None


def _uses(program: Program, path: str, pattern: Pattern, depth: int) -> Iterator[str]:
    """What is done with the parts of an answer: `filter` where one is what rows are found by, else `other`."""
    for binding in _bindings(pattern):
        for reference in program.index(path).references.get(binding, ()):
            if not isinstance(program.parent(path, reference), Target):
                yield from _use(program, path, reference, depth)


def _bindings(pattern: Pattern) -> Iterator[int]:
    match pattern:
        case Bound(binding=binding):
            yield binding
        case ObjectPattern(properties=properties, rest=rest):
            for part in properties:
                yield from _bindings(part.target)
            if rest is not None:
                yield from _bindings(rest)


def _use(program: Program, path: str, reference: Node, depth: int) -> Iterator[str]:
    current, optional = reference, False
    while True:
        parent = program.parent(path, current)
        match parent:
            case Cast(kind="as" | "satisfies" | "angle"):
                current = parent
            case Member(object=held, optional=maybe) if held is current:
                optional = optional or maybe
                current = parent
            case Declarator(target=Bound()) if optional and depth < _MOST_STEPS:
                yield from _uses(program, path, parent.target, depth + 1)
                return
            case Call(callee=Member(name=name), arguments=arguments) if (
                name in FILTERS and current in arguments and (optional or depth)
            ):
                yield "other" if _is_tested(program, path, parent) else "filter"
                return
            case _:
                if not _is_logged(program, path, current):
                    yield "other"
                return


def _is_tested(program: Program, path: str, step: Node) -> bool:
    """Whether the code goes no further where a query finds nothing: whoever is nobody has no row."""
    query = next((one for one in queries(program, path) if _stretches_over(one, step)), None)
    return query is not None and any(
        isinstance(test, If)
        and exits(program, path, test.then)
        and any(
            isinstance(one, Row) and one.query.at == query.begin for one in origins(value(program, path, test.test))
        )
        for test in program.index(path).nodes.get(If, ())
    )


def _stretches_over(query: Query, step: Node) -> bool:
    site = query.site.node
    return query.operation == "select" and site.start <= step.start and step.end <= site.end


def _is_logged(program: Program, path: str, node: Node) -> bool:
    """Whether a value only goes to the console, on its own or as a part of an object or a text."""
    parent = program.parent(path, node)
    while isinstance(parent, Object | Property | Template):
        parent = program.parent(path, parent)
    return isinstance(parent, Call) and dotted(parent.callee).startswith("console.")
