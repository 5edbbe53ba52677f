"""A function answers errors in another form than everything else.

Whoever calls the function parses its answers as JSON. An error that comes as plain text makes the caller fail on the
parse instead of showing the message; an error with a status of 200 looks like success, so that nothing is retried
and no alarm goes off.

Answer errors as JSON with the `Content-Type` of the successes, and with a status of 400 or more.

## Bad

```ts supabase/functions/orders/index.ts
Deno.serve(async (req) => {
  if (req.method !== "POST") return new Response("only POST", { status: 405 });
                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this error is plain text where the successes of `orders` are JSON
  try {
    const order = await req.json();
    return new Response(JSON.stringify({ order }), { headers: { "Content-Type": "application/json" } });
  } catch (error) {
    return new Response(JSON.stringify({ error: "bad request" }), { headers: { "Content-Type": "application/json" } });
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this error has the status 200, so that callers take it for success
  }
});
```

## Good

```ts supabase/functions/orders/index.ts
const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });

Deno.serve(async (req) => {
  if (req.method === "OPTIONS") return new Response("ok");
  if (req.method !== "POST") return json({ error: "only POST" }, 405);
  return json({ order: await req.json() });
});
```

```ts supabase/functions/health/index.ts
Deno.serve((req) => req.method === "GET" ? new Response("ok") : new Response("only GET", { status: 405 }));
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Node, Try
from analyzer.typescript.program import Program
from analyzer.typescript.reach import reached
from analyzer.typescript.responses import ResponseFact, responses
from analyzer.typescript.values import ObjectValue

_FAILURE = 400  # statuses from here on are errors


class ErrorResponseShape(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        seen: set[Node] = set()
        for slug, function in project.functions.items():
            if function.entry is None:
                continue
            places = reached(project.program, function.entry)
            answers = [
                answer
                for module in function.modules
                for answer in responses(project.program, module.path)
                if (module.path, answer.function) in places
            ]
            successes = [
                answer
                for answer in answers
                if answer.status_code == 200 and not _is_error(answer) and answer.kind in ("json", "text")
            ]
            speaks_json = any(one.kind == "json" for one in successes) and not any(
                one.kind == "text" and _is_long(one) for one in successes
            )
            for answer in answers:
                message = _message(project.program, answer, slug, speaks_json=speaks_json)
                if message is not None and answer.site.node not in seen:
                    seen.add(answer.site.node)
                    yield self.finding(
                        project.program.place(answer.site), message, subject=f"{answer.site.path} {message}"
                    )


def _message(program: Program, answer: ResponseFact, slug: str, *, speaks_json: bool) -> str | None:
    code = answer.status_code
    if code is not None and code >= _FAILURE and answer.kind == "text" and speaks_json:
        return f"this error is plain text where the successes of `{slug}` are JSON"
    if code is not None and code < _FAILURE and _is_error(answer) and _in_catch(program, answer):
        return f"this error has the status {code}, so that callers take it for success"
    return None


def _is_error(answer: ResponseFact) -> bool:
    """Whether the body says that something failed."""
    return isinstance(answer.body, ObjectValue) and "error" in answer.body.entries and "data" not in answer.body.entries


def _is_long(answer: ResponseFact) -> bool:
    return "content-type" in answer.headers  # text on purpose: HTML, CSV, a feed


def _in_catch(program: Program, answer: ResponseFact) -> bool:
    """Whether the answer stands in a catch clause."""
    node: Node | None = answer.site.node
    while node is not None:
        parent = program.parent(answer.site.path, node)
        if (
            isinstance(parent, Try)
            and parent.handler is not None
            and parent.handler_end <= node.start
            and any(part is node for part in parent.handler)
        ):
            return True
        node = parent
    return False
