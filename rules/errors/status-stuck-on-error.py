"""A failure leaves a row in the status of work that is going on.

The function marks a row as `processing`, does the work, and marks it as done. When the work fails in between, nothing
marks it as failed: the page shows a spinner for ever, and a later attempt is refused because one "is running".

Write the failure down where it is caught: `update({ status: "failed", error: message })`.

It is judged where the function itself ends the status on success, and where no code of the project writes a failure,
or looks for rows that have been in that status for too long. `reconcilers` names tables that something else repairs.

## Bad

```ts supabase/functions/render/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { id } = await req.json();
  try {
    await db.from("videos").update({ status: "processing" }).eq("id", id);
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ where the work fails after this, the row of `videos` stays `processing`: no failure is written
    const answer = await fetch("https://render.example.com", { method: "POST", body: id });
    if (!answer.ok) throw new Error("not rendered");
    await db.from("videos").update({ status: "done" }).eq("id", id);
    return Response.json({ ok: true });
  } catch (error) {
    console.error(error);
    return Response.json({ error: "not rendered" }, { status: 500 });
  }
});
```

## Good

```ts supabase/functions/render/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { id } = await req.json();
  try {
    await db.from("videos").update({ status: "processing" }).eq("id", id);
    const answer = await fetch("https://render.example.com", { method: "POST", body: id });
    if (!answer.ok) throw new Error("not rendered");
    await db.from("videos").update({ status: "done" }).eq("id", id);
    return Response.json({ ok: true });
  } catch (error) {
    await db.from("videos").update({ status: "failed" }).eq("id", id);
    return Response.json({ error: "not rendered" }, { status: 500 });
  }
});
```
"""

import re
from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result, option
from analyzer.facts.typescript import Throw
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Query, queries
from analyzer.typescript.responses import fetches
from analyzer.typescript.values import ArrayValue, Known, Value, options

_COLUMN = re.compile(r"(?:^|_)(?:status|state|stage)$", re.IGNORECASE)
_GOING_ON = re.compile(
    r"^(?:in[_-]?progress|running|(?:process|provision|generat|render|sync|import|export|creat|deploy|install|send"
    r"|analy[sz]|transcrib|build|publish|upload|download|scrap|index|train|execut|retry)ing)$",
    re.IGNORECASE,
)
_FAILED = re.compile(r"fail|err|stuck|timeout", re.IGNORECASE)
_PUT_BACK = re.compile(r"fail|err|stuck|timeout|cancel|abort|pending|queued|draft|idle|retry", re.IGNORECASE)
_EARLIER = ("lt", "lte", "or")  # filters that find what has taken too long
_WRITES = ("insert", "update", "upsert")


class StatusStuckOnError(ProjectRule):
    severity = "warning"
    precision = "medium"
    reconcilers: tuple[str, ...] = option((), "tables whose rows something else repairs")

    def check(self, project: Project) -> Result:
        program = project.program
        every = [query for module in project.function_modules for query in queries(program, module.path) if query.table]
        seen: set[tuple[str, str]] = set()
        for module in project.function_modules:
            for begun in queries(program, module.path):
                for column, status in _going_on(begun):
                    done = _ended(every, begun, column)
                    table = begun.table or ""
                    if done is None or table in self.reconcilers or (module.path, table) in seen:
                        continue
                    if not _can_fail(program, module.path, begun, done) or _is_repaired(every, begun, column, status):
                        continue
                    seen.add((module.path, table))
                    yield self.finding(
                        program.place(begun.site),
                        f"where the work fails after this, the row of `{table}` stays `{status}`: no failure is written",
                        subject=f"{module.path} {table} {status}",
                        related=(Place(program.place(done.site), "only success ends it"),),
                    )


def _going_on(query: Query) -> Iterator[tuple[str, str]]:
    """The columns in which a write says that work is going on."""
    if query.operation in _WRITES and query.payload is not None and query.table:
        for column, content in query.payload.columns.items():
            if _COLUMN.search(column) and isinstance(content, Known) and _GOING_ON.match(str(content.value)):
                yield column, str(content.value)


def _ended(every: list[Query], begun: Query, column: str) -> Query | None:
    """The write of the same function that ends the status, further down."""
    for query in every:
        if query.site.path != begun.site.path or query.function != begun.function or query.table != begun.table:
            continue
        if query.operation == "update" and query.site.node.start > begun.site.node.end and query.payload is not None:
            content = query.payload.columns.get(column)
            if isinstance(content, Known) and not _GOING_ON.match(str(content.value)):
                return query
    return None


def _can_fail(program: Program, path: str, begun: Query, done: Query) -> bool:
    """Whether between the two writes something is thrown, or another service is asked."""
    first, last = begun.site.node.end, done.site.node.start
    thrown = (
        one.start
        for one in program.index(path).nodes.get(Throw, ())
        if program.function_of(path, one) == begun.function
    )
    asked = (one.site.node.start for one in fetches(program, path) if one.function == begun.function)
    return any(first < at < last for at in (*thrown, *asked))


def _is_repaired(every: list[Query], begun: Query, column: str, status: str) -> bool:
    """Whether any code writes a failure into the column, or looks elsewhere for rows in that status."""
    for query in every:
        if query.table != begun.table or query.site.node is begun.site.node:
            continue
        elsewhere = query.site.path != begun.site.path
        if (
            (elsewhere or query.function != begun.function)
            and any(one.column == column and status in _texts(one.value) for one in query.filters)
            and (query.operation == "update" or any(one.operator in _EARLIER for one in query.filters))
        ):
            return True
        if query.operation not in _WRITES or query.payload is None:
            continue
        content = query.payload.columns.get(column)
        if content is None:
            if not query.payload.complete and not elsewhere:
                return True  # it may write anything
            continue
        for one in options(content):
            if not isinstance(one, Known):
                if not elsewhere:
                    return True
            elif (_FAILED if elsewhere else _PUT_BACK).search(str(one.value)):
                return True
    return False


def _texts(value: Value) -> set[object]:
    """The constants that a filter compares with, one or a list."""
    found: set[object] = set()
    for one in options(value):
        for part in one.elements if isinstance(one, ArrayValue) else (one,):
            if isinstance(part, Known):
                found.add(part.value)
    return found
