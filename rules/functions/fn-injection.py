"""What the request says becomes a part of a query's text.

Text of the request is put into the filter of a query, or into SQL. A comma or a parenthesis in it ends the condition
that was meant and begins another one: `x,id.gt.0` in `or(name.eq.${q})` finds every row. In SQL it does whatever the
role may do.

Use the methods that take values, `.eq("name", q)`, `.ilike(...)`, or quote the value: PostgREST takes `"..."` with
`"` and `\\` escaped. SQL takes parameters.

With the caller's own client, row level security still limits what is found; with the service role nothing does.

Source: [PostgREST: operators](https://docs.postgrest.org/en/v13/references/api/tables_views.html#reserved-characters)

## Bad

```ts supabase/functions/search/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { q } = await req.json();
  const { data } = await db.from("people").select("name").or(`name.ilike.%${q}%,city.ilike.%${q}%`);
                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `body.q` becomes a part of the filter: a comma in it adds conditions, and the service role sees every row
  return Response.json(data);
});
```

## Good

```ts supabase/functions/search/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { q, page } = await req.json();
  const { data } = await db.from("people").select("name").ilike("name", `%${q}%`).or(`age.gt.${Number(page)}`);
  return Response.json(data);
});
```
"""

import re

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Binary, Call, Expression, Node
from analyzer.typescript.calls import calls, package_call
from analyzer.typescript.checks import checks_before
from analyzer.typescript.credentials import from_caller
from analyzer.typescript.describe import describe
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import conditions
from analyzer.typescript.program import Program
from analyzer.typescript.queries import queries
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import Concatenation, Request, Value, options, same

_SENT = frozenset({"body", "query", "form", "parameter"})
_SQL = re.compile(r"(?:^|\.)(?:queryArray|queryObject|unsafe|query|raw)$")
_SQL_PACKAGES = re.compile(r"postgres|^pg$|deno-postgres|neon")
_RUNS_SQL = re.compile(r"sql|query|exec", re.IGNORECASE)


class FnInjection(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 8.8
    cwe = (89, 943)

    def check(self, project: Project) -> Result:
        program = project.program
        packages = (one.specifier for module in project.function_modules for one in module.imports)
        runs_sql = any(map(re.compile(r"postgres|\bpg\b|neon").search, packages))
        for module in project.function_modules:
            for query in queries(program, module.path):
                for one in query.filters:
                    sent = _sent(one.value) if one.operator == "or" else None
                    step = next((step for step in query.steps if step.at == one.site), None)
                    node = one.site.node
                    if sent is None or step is None or not isinstance(node, Call) or not node.arguments:
                        continue
                    if _is_vouched_for(program, one.site.path, node, sent):
                        continue
                    seen = (
                        "and the service role sees every row"
                        if query.key == "service"
                        else "within what the caller may see"
                    )
                    yield self.finding(
                        program.span(one.site.path, node.arguments[0]),
                        f"`{describe(sent)}` becomes a part of the filter: a comma in it adds conditions, {seen}",
                        subject=f"{module.path} {describe(sent)}",
                        severity="error" if query.key == "service" else "warning",
                    )
                if query.operation == "rpc" and query.payload is not None and _RUNS_SQL.search(query.table or ""):
                    for name, content in query.payload.columns.items():
                        sent = _sent(content)
                        if (
                            sent is not None
                            and _RUNS_SQL.search(name)
                            and not _is_vouched_for(program, query.begin.path, query.begin.node, sent)
                        ):
                            yield self.finding(
                                program.place(query.begin),
                                f"`{describe(sent)}` becomes a part of the SQL that `{query.table}` runs",
                                subject=f"{module.path} {describe(sent)}",
                            )
            for call in calls(program, module.path) if runs_sql else ():
                found = package_call(call.callee)
                node = call.site.node
                if found is None or not (_SQL_PACKAGES.search(found[0]) and _SQL.search(found[1])):
                    continue
                if isinstance(node, Call) and node.arguments:
                    sent = _sent(resolved(program, value(program, module.path, node.arguments[0])))
                    if sent is not None and not _is_vouched_for(program, module.path, node, sent):
                        yield self.finding(
                            program.span(module.path, node.arguments[0]),
                            f"`{describe(sent)}` becomes a part of the SQL",
                            subject=f"{module.path} {describe(sent)}",
                        )


def _sent(content: Value) -> Value | None:
    """What of the request stands in a text as it was sent."""
    for option in options(content):
        for part in option.parts if isinstance(option, Concatenation) else ():
            for one in options(part):
                if isinstance(one, Request) and one.part in _SENT:
                    return one
    return None


def _is_vouched_for(program: Program, path: str, node: Node, sent: Value) -> bool:
    """Whether a place is only reached with a value that was compared with one of our own, or that a test has passed:
    `sent === user.id`, `UUID.test(sent)`, `ALLOWED.includes(sent)`. What a provider has signed is vouched for, too.
    """
    if any(check.kind == "signature" for check in checks_before(program, path, node)):
        return True
    for condition in conditions(program, path, node):
        test = condition.test
        match test:
            case Call(arguments=arguments) if condition.holds:
                if any(_is(program, path, one, sent) for one in arguments):
                    return True
            case Binary(operator="===" | "==" | "!==" | "!=", left=left, right=right):
                equal = condition.holds == (test.operator in ("===", "=="))
                for one, other in ((left, right), (right, left)):
                    if equal and _is(program, path, one, sent) and not from_caller(value(program, path, other)):
                        return True
    return False


def _is(program: Program, path: str, node: Expression, sent: Value) -> bool:
    return any(same(one, sent) for one in options(resolved(program, value(program, path, node))))
