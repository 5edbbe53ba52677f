"""An error is caught and nothing comes of it.

The `catch` clause neither logs the error, nor throws it on, nor answers with it, nor changes any state. What failed
goes on as if it had worked, and nobody can find out why a row is missing.

Log the error at least, and answer with a failure where the work is what the request was for. If it does not matter,
say why in a comment inside the clause; then this rule is silent.

Only what is waited for counts: a request, a query, a file. Trying to parse something, closing what may be closed
already, and telling a chat or a monitor that something happened go without a word.

## Bad

```ts supabase/functions/orders/index.ts
Deno.serve(async (req) => {
  try {
    await fetch("https://panel.example.com/servers", { method: "POST", body: await req.text() });
  } catch (error) {}
    ^^^^^ what fails in this `try` leaves no trace: the `catch` clause is empty
  return new Response("created");
});
```

## Good

```ts supabase/functions/orders/index.ts
Deno.serve(async (req) => {
  try {
    await fetch("https://panel.example.com/servers", { method: "POST", body: await req.text() });
  } catch (error) {
    console.error("the panel could not be reached", error);
    return new Response("not created", { status: 502 });
  }
  let name = "unknown";
  try {
    name = JSON.parse(req.headers.get("x-meta") ?? "{}").name;
  } catch {
    // clients before version 2 send plain text
  }
  let body = {};
  try { body = await req.json(); } catch {}
  return Response.json({ name, body });
});
```
"""

import re

from analyzer import Module, Project, ProjectRule, Result
from analyzer.facts.typescript import (
    MODULE_LEVEL,
    Await,
    Call,
    Cast,
    Constant,
    Expression,
    ForEach,
    Member,
    Name,
    Node,
    Try,
)
from analyzer.typescript.calls import catches
from analyzer.typescript.walk import inside

# Methods that only read what is there already, or end something: that they fail changes nothing.
_HARMLESS = frozenset(
    "json text formData arrayBuffer blob close cancel abort releaseLock disconnect end destroy terminate quit unsubscribe "
    "removeChannel removeAllChannels stop kill release".split()
)
# What only tells somebody of the work; that it fails must not stop the work itself.
_TELLS = re.compile(r"slack|discord|telegram|sentry|posthog|webhook|notif|alert|analytics|track|telemetry|metric", re.I)


class ErrorSwallowed(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        for module in project.function_modules:
            for caught in catches(project.program, module.path):
                node = caught.site.node
                if caught.kind != "empty" or not isinstance(node, Try):
                    continue
                if _waits(node) and not _is_explained(module, node):
                    function = "" if caught.function == MODULE_LEVEL else module.functions[caught.function].name
                    yield self.finding(
                        module.lines.span(node.handler_start, node.handler_end),
                        "what fails in this `try` leaves no trace: the `catch` clause is empty",
                        subject=f"{module.path} {function}",
                    )


def _waits(node: Try) -> bool:
    """Whether what is tried waits for something outside that is part of the work."""
    nodes = [one for statement in node.body for one in inside(statement)]
    if any(_TELLS.search(text) for one in nodes if (text := _text(one))):
        return False
    return any(
        one.asynchronous if isinstance(one, ForEach) else isinstance(one, Await) and not _is_harmless(one.value)
        for one in nodes
    )


def _text(node: Node) -> str:
    match node:
        case Name(name=text) | Member(name=text) | Constant(value=str(text)):
            return text
    return ""


def _is_harmless(awaited: Expression) -> bool:
    while isinstance(awaited, Cast):
        awaited = awaited.value
    return isinstance(awaited, Call) and isinstance(awaited.callee, Member) and awaited.callee.name in _HARMLESS


def _is_explained(module: Module, node: Try) -> bool:
    return any(node.handler_end <= comment.start and comment.end <= node.end for comment in module.comments)
