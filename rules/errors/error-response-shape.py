"""A function answers errors in another form than everything else.

Whoever calls the function parses its answers as JSON. An error that comes as plain text makes the caller fail on the
parse instead of showing the message; an error with a status of 200 looks like success, so that nothing is retried
and no alarm goes off.

Answer errors as JSON with the `Content-Type` of the successes, and with a status of 400 or more.

There is one finding for a function, at the first such answer. Webhooks are left alone, since the providers that call
them read only the status; so are functions that nothing in the repository calls, where its code calls others, and
the answer to a wrong method (405), which no caller of the function meets. A body that says `success: false` beside the
status 200 is taken as agreed, and so is a 200 that is written down.

## Bad

```ts supabase/functions/orders/index.ts
Deno.serve(async (req) => {
  if (!req.headers.get("content-type")) return new Response("send JSON", { status: 415 });
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

from collections.abc import Iterator

from analyzer import EdgeFunction, Place, Project, ProjectRule, Result, function_calls, provider_checks
from analyzer.facts.typescript import Node, Try
from analyzer.typescript.program import Program
from analyzer.typescript.reach import reached
from analyzer.typescript.responses import ResponseFact, responses
from analyzer.typescript.values import Known, ObjectValue

_FAILURE = 400  # statuses from here on are errors
_WRONG_METHOD = 405
# What a body that only tells of an error holds; anything else is an answer of its own, or a sign that is agreed upon.
_TELLS = frozenset(
    "error message details detail code reason stack hint type timestamp requestId request_id errorId path".split()
)


class ErrorResponseShape(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        called = {call.slug for call in function_calls(project)} & set(project.functions)
        seen: set[Node] = set()
        for slug, function in project.functions.items():
            if function.entry is None or (called and slug not in called) or provider_checks(project, slug):
                continue
            answers = list(_answers(project, function, function.entry))
            plain = [one for one in _plain(answers) if one.site.node not in seen]
            if plain:
                yield self.finding(
                    project.program.place(plain[0].site),
                    f"this error is plain text where the successes of `{slug}` are JSON",
                    subject=f"{slug} text",
                    related=tuple(Place(project.program.place(one.site), "so is this") for one in plain[1:]),
                )
            for answer in answers:
                code = answer.status_code
                if code is None or code >= _FAILURE or not _forgets_status(answer) or not _is_error(answer):
                    continue
                if not _in_catch(project.program, answer):
                    continue
                if answer.site.node not in seen:
                    yield self.finding(
                        project.program.place(answer.site),
                        f"this error has the status {code}, so that callers take it for success",
                        subject=f"{answer.site.path} {code}",
                    )
            seen |= {answer.site.node for answer in answers}


def _answers(project: Project, function: EdgeFunction, entry: str) -> Iterator[ResponseFact]:
    """The responses of what the function runs."""
    for module in function.modules:
        for answer in responses(project.program, module.path):
            if (module.path, answer.function) in reached(project.program, entry):
                yield answer


def _plain(answers: list[ResponseFact]) -> Iterator[ResponseFact]:
    """The errors in plain text of a function whose successes are JSON."""
    successes = [
        answer
        for answer in answers
        if answer.status_code == 200 and not _is_error(answer) and answer.kind in ("json", "text")
    ]
    if not any(one.kind == "json" for one in successes) or any(
        one.kind == "text" and _is_long(one) for one in successes
    ):
        return
    for answer in answers:
        code = answer.status_code
        if code is not None and code >= _FAILURE and code != _WRONG_METHOD and answer.kind == "text":
            yield answer


def _is_error(answer: ResponseFact) -> bool:
    """Whether the body says that something failed, and nothing else."""
    body = answer.body
    return isinstance(body, ObjectValue) and "error" in body.entries and body.complete and body.entries.keys() <= _TELLS


def _forgets_status(answer: ResponseFact) -> bool:
    """Whether nobody said which status to use; a 200 that is written down, or a helper's, is meant."""
    return answer.through is None and isinstance(answer.status, Known) and answer.status.at is None


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
