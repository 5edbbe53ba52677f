"""A write to the database can fail without anybody noticing.

supabase-js does not throw. What a policy, a constraint or the network refuses comes back as `error` beside `data: null`,
and code that does not look at it goes on, and answers with success.

Look at it: `const { error } = await db.from("orders").insert(row); if (error) throw error;`. Or call `throwOnError()`
in the chain.

There is one finding for a function, at its first such write. Reads are left alone, and so are logs, statistics and
notifications, what is written after something has failed, and a result whose `data` is looked at.

Source: [supabase-js#92](https://github.com/supabase/supabase-js/issues/92)

## Bad

```ts supabase/functions/orders/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { id } = await req.json();
  await db.from("orders").update({ paid: true }).eq("id", id);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nothing looks at the `error` of this update of `orders`
  return Response.json({ ok: true });
});
```

## Good

```ts supabase/functions/orders/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { id } = await req.json();
  const { error } = await db.from("orders").update({ paid: true }).eq("id", id);
  if (error) return Response.json({ error: error.message }, { status: 500 });
  await db.from("invoices").delete().eq("order_id", id).throwOnError();
  await db.from("audit_log").insert({ id });
  return Response.json({ ok: true });
});
```
"""

import re
from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result
from analyzer.facts.typescript import MODULE_LEVEL, Function, If, Member, Name, Try
from analyzer.typescript.flow import around
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Query, queries
from analyzer.typescript.values import Known
from analyzer.typescript.walk import inside

_WRITES = {"insert": "insert into", "upsert": "upsert into", "update": "update of", "delete": "delete from"}
# What only tells of the work; that it is not written must not stop the work itself.
_TELLS = re.compile(
    r"log|audit|event|analytic|metric|stat|history|notif|track|telemetry|usage|activit|cache|rate_?limit|view|trace|debug",
    re.IGNORECASE,
)
_TELLING_COLUMNS = re.compile(r"(?:^last_|_at$|_count$|views?$|^status_message$|error)", re.IGNORECASE)
_FAILED = ("failed", "error", "failure", "errored")
_ERROR = re.compile(r"err|fail|^ok$|success", re.IGNORECASE)
_MOST_RELATED = 20


class DbErrorUnchecked(ProjectRule):
    severity = "warning"
    precision = "high"
    cwe = (252,)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            by_function: dict[int, list[Query]] = {}
            for query in _unchecked(program, module.path):
                by_function.setdefault(query.function, []).append(query)
            for number, (first, *others) in by_function.items():
                name = "" if number == MODULE_LEVEL else module.functions[number].name
                yield self.finding(
                    program.place(first.site),
                    f"nothing looks at the `error` of this {_WRITES[first.operation]} `{first.table}`"
                    + (f", nor at {len(others)} more here" if others else ""),
                    subject=f"{module.path} {name}",
                    related=tuple(Place(program.place(one.site), "nor of this") for one in others[:_MOST_RELATED]),
                )


def _unchecked(program: Program, path: str) -> Iterator[Query]:
    """The writes of a module whose outcome nothing looks at."""
    for query in queries(program, path):
        if query.operation not in _WRITES or query.run != "await" or query.throws or query.table is None:
            continue
        if query.reads or _TELLS.search(query.table) or _only_tells(query):
            continue
        if not _after_failure(program, path, query):
            yield query


def _only_tells(query: Query) -> bool:
    columns = query.payload.columns if query.payload is not None else {}
    return bool(columns) and all(_TELLING_COLUMNS.search(one) for one in columns)


def _after_failure(program: Program, path: str, query: Query) -> bool:
    """Whether something has failed already where a write stands: it puts right, or notes down, what it can."""
    columns = query.payload.columns if query.payload is not None else {}
    if any(isinstance(one, Known) and one.value in _FAILED for one in columns.values()):
        return True
    for parent, child in around(program, path, query.site.node):
        if isinstance(parent, Function):
            return False
        if isinstance(parent, Try) and not any(one is child for one in parent.body):
            return True
        if isinstance(parent, If) and child is not parent.test:
            asked = (one.name for one in inside(parent.test) if isinstance(one, Name | Member))
            if any(map(_ERROR.search, asked)):
                return True
    return False
