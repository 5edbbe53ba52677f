"""`single()` looks for a row that need not be there.

`single()` asks for exactly one row. Where there is none, the answer is an error (`PGRST116`, status 406): code that throws on
an error never reaches the branch for the missing row, and code that ignores the error takes a failed query for a
missing row, and makes a second one.

Ask with `maybeSingle()`, which gives `null` where there is no row, and look at the error.

Found where the same function makes the row when it is missing, or where a branch for the missing row cannot be reached.

Source: [PostgREST errors](https://postgrest.org/en/stable/references/errors.html)

## Bad

```ts supabase/functions/profile/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const id = await req.text();
  const { data: profile, error } = await db.from("profiles").select("id").eq("id", id).single();
                                                                                       ^^^^^^^^ a missing row of `profiles` is an error with `single()`, and is made below
  if (error) throw error;
  if (!profile) await db.from("profiles").insert({ id }).throwOnError();
                      ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ the row is made here
  return new Response("ok");
});
```

## Good

```ts supabase/functions/profile/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const id = await req.text();
  const { data: profile, error } = await db.from("profiles").select("id").eq("id", id).maybeSingle();
  if (error) throw error;
  if (!profile) await db.from("profiles").insert({ id }).throwOnError();
  return new Response("ok");
});
```
"""

from analyzer import Place, Project, ProjectRule, Result, Span
from analyzer.facts.typescript import Binary, Call, Constant, Expression, Member
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import conditions
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Query, queries
from analyzer.typescript.values import Row, origins


class DbSingleOnOptionalRow(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            asked = queries(program, module.path)
            for query in asked:
                if query.operation != "select" or query.step("single") is None or query.table is None:
                    continue
                for made in asked:
                    if (
                        made.operation in ("insert", "upsert")
                        and made.table == query.table
                        and made.function == query.function
                        and made.site.node.start > query.site.node.end
                        and _depends(program, module.path, made, query)
                        and not _knows_the_code(program, module.path, query)
                    ):
                        yield self.finding(
                            _span(program, query),
                            f"a missing row of `{query.table}` is an error with `single()`, and is made below",
                            subject=f"{module.path} {query.table}",
                            related=(Place(program.place(made.site), "the row is made here"),),
                        )
                        break


def _depends(program: Program, path: str, made: Query, query: Query) -> bool:
    """Whether a row is made only where the query has found none, or has failed."""
    return any(
        isinstance(one, Row) and one.query.at == query.begin and one.part == "data"
        for test in conditions(program, path, made.site.node)
        if not _asks_what_is_in_it(test.test)
        for one in origins(value(program, path, test.test))
    )


def _asks_what_is_in_it(test: Expression) -> bool:
    """Whether a test is of a row that is there: `row?.role !== "owner"`."""
    return isinstance(test, Binary) and any(
        isinstance(side, Constant) and side.value is not None for side in (test.left, test.right)
    )


def _knows_the_code(program: Program, path: str, query: Query) -> bool:
    """Whether the code tells the missing row by its error: `error.code === "PGRST116"`."""
    return any(
        isinstance(node, Member)
        and node.name in ("code", "details")
        and any(
            isinstance(one, Row) and one.query.at == query.begin and one.part == "error"
            for one in origins(value(program, path, node))
        )
        for node in program.index(path).nodes.get(Member, ())
    )


def _span(program: Program, query: Query) -> Span:
    step = query.step("single")
    node = step.at.node if step is not None else query.site.node
    if isinstance(node, Call) and isinstance(node.callee, Member):
        return program.modules[query.site.path].lines.span(node.callee.name_start, node.end)
    return program.place(query.site)
