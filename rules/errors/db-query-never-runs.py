"""A database query is built but never sent.

A query of supabase-js is lazy: it goes to the database only when something awaits it or calls `then`. Without that the
row is never written, and nothing fails.

Put `await` before it, and look at the `error` that it gives.

Source: [supabase-js#951](https://github.com/supabase/supabase-js/issues/951)

## Bad

```ts supabase/functions/audit/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async () => {
  db.from("audit_log").insert({ event: "login" });
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this `insert` into `audit_log` is never sent: nothing awaits it
  return new Response("ok");
});
```

```ts supabase/functions/audit/index.ts fixed
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async () => {
  await db.from("audit_log").insert({ event: "login" });
  return new Response("ok");
});
```

## Good

```ts supabase/functions/audit/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async () => {
  await db.from("audit_log").insert({ event: "login" });
  EdgeRuntime.waitUntil(db.from("visits").insert({ page: "/" }));
  const both = [db.from("a").select(), db.from("b").select()];
  await Promise.all(both);
  db.from("c").delete().eq("id", 1).then(() => {});
  return new Response("ok");
});
```
"""

from analyzer import Edit, Fix, Project, ProjectRule, Result, Span
from analyzer.facts.typescript import MODULE_LEVEL, Declarator
from analyzer.typescript.flow import around
from analyzer.typescript.queries import Query, queries


class DbQueryNeverRuns(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for path, module in project.modules.items():
            for query in queries(project.program, path):
                if query.run != "never" or _is_for_its_type(project, query):
                    continue
                span = module.lines.span(query.site.node.start, query.site.node.end)
                what = f"`{query.operation}`"
                if query.table is not None:
                    what += (
                        f" of `{query.table}`"
                        if query.operation in ("select", "rpc")
                        else f" into `{query.table}`"
                        if query.operation in ("insert", "upsert")
                        else f" on `{query.table}`"
                    )
                yield self.finding(
                    span,
                    f"this {what} is never sent: nothing awaits it",
                    subject=f"{path} {query.table or ''} {query.operation}",
                    fix=_fix(project, path, query, span),
                )


def _is_for_its_type(project: Project, query: Query) -> bool:
    """Whether a query is kept beside the functions and not meant to run: `type Rows = QueryData<typeof query>`.

    https://supabase.com/docs/reference/javascript/typescript-support
    """
    node = query.site.node
    return (
        query.operation == "select"
        and query.function == MODULE_LEVEL
        and any(isinstance(parent, Declarator) for parent, _ in around(project.program, query.site.path, node))
    )


def _fix(project: Project, path: str, query: Query, span: Span) -> Fix | None:
    asynchronous = query.function == MODULE_LEVEL or project.modules[path].functions[query.function].asynchronous
    before = Span(span.path, span.line, span.column, span.line, span.column)
    return Fix("await the query", safe=True, changes=(Edit(before, "await "),)) if asynchronous else None
