"""Something is done before the function knows who asks.

The check comes, but too late: rows are written, or another service is called, for every request, also for those that are
turned away afterwards.

Check first, then read the body and do the rest.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/reset/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { email } = await req.json();
  await db.from("resets").insert({ email });
        ^^^^^^^^^^^^^^^^^ this is done before it is known who asks
  const { data } = await db.auth.getUser(req.headers.get("Authorization")!.replace("Bearer ", ""));
  if (!data.user) return new Response("Unauthorized", { status: 401 });
  return new Response("ok");
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/reset/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data } = await db.auth.getUser(req.headers.get("Authorization")!.replace("Bearer ", ""));
  if (!data.user) return new Response("Unauthorized", { status: 401 });
  const { email } = await req.json();
  await db.from("resets").insert({ email });
  return new Response("ok");
});
```
"""

import re
from collections.abc import Iterator

from analyzer import EdgeFunction, Place, Project, ProjectRule, Result
from analyzer.facts.typescript import Call, Function, If, Node
from analyzer.typescript.checks import checks_before, checks_of_function
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import around, executed_before, exits
from analyzer.typescript.program import Program
from analyzer.typescript.queries import queries
from analyzer.typescript.reach import reached
from analyzer.typescript.services import service_calls
from analyzer.typescript.values import FunctionValue, Request, options, origins
from analyzer.typescript.walk import inside

_WRITES = ("insert", "update", "upsert", "delete")
_LIMITS = re.compile(r"rate|limit|throttl|attempt|nonce", re.IGNORECASE)


class FnSideEffectBeforeAuth(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 7.5
    cwe = (696, 306)

    def check(self, project: Project) -> Result:
        for slug, function in project.functions.items():
            for path, write, check in _too_early(project, function):
                yield self.finding(
                    project.program.span(path, write),
                    "this is done before it is known who asks",
                    subject=f"{slug} {path}",
                    related=(Place(project.program.span(path, check), "the caller is asked for here"),),
                )
                break


def _too_early(project: Project, function: EdgeFunction) -> Iterator[tuple[str, Node, Node]]:
    """The writes with the service role that are done wherever a check of the caller behind them is reached."""
    if function.entry is None:
        return
    program = project.program
    places = reached(program, function.entry)
    for module in function.modules:
        writes = [
            query
            for query in queries(program, module.path)
            if query.operation in _WRITES
            and query.key == "service"
            and query.run in ("await", "then")
            and (module.path, query.function) in places
            and not _LIMITS.search(query.table or "")
        ]
        if not writes:
            continue
        for check in _checks(project, module.path):
            if _is_optional(program, module.path, check):
                continue
            number = program.function_of(module.path, check)
            for query in writes:
                if query.function != number or query.begin.node.start > check.start:
                    continue
                if not any(
                    query.begin.node in set(inside(statement))
                    for statement in executed_before(program, module.path, check)
                ):
                    continue
                if not checks_before(program, module.path, query.begin.node):
                    yield module.path, query.begin.node, check


def _is_optional(program: Program, path: str, check: Node) -> bool:
    """Whether only those are asked who send a token, and the others are served as guests."""
    for parent, child in around(program, path, check):
        match parent:
            case Function():
                return False
            case If(test=test, then=then, otherwise=otherwise) if any(one is child for one in then):
                asked = origins(value(program, path, test))
                if any(isinstance(one, Request) and one.part == "header" for one in asked):
                    return not otherwise or not exits(program, path, otherwise)
    return False


def _checks(project: Project, path: str) -> Iterator[Node]:
    """The calls of a module that find out who asks."""
    program = project.program
    for call in service_calls(program, path):
        if call.area == "auth" and call.method in ("getUser", "getClaims") and call.run == "await":
            yield call.site.node
    for node in program.index(path).calls:
        if isinstance(node, Call):
            for callee in options(value(program, path, node.callee)):
                if isinstance(callee, FunctionValue) and any(
                    check.kind in ("user", "secret", "jwt") for check in checks_of_function(program, callee)
                ):
                    yield node
