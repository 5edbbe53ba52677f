"""The body of a response is used, whatever its status.

`fetch` fails only where there is no answer at all. With a 401, a 404 or a 500 it resolves as with a 200, and the body is a
description of the error: `data.attributes` is then undefined, and what goes wrong goes wrong later, somewhere else.

Look at `ok` first: `if (!response.ok) throw new Error(...)`.

Code that looks into the body for an error is left alone, as is what is read with `?.` and what is handed to the caller.

Source: [MDN: checking that the fetch was successful](https://developer.mozilla.org/en-US/docs/Web/API/Fetch_API/Using_Fetch#checking_response_status)

## Bad

```ts supabase/functions/servers/index.ts
Deno.serve(async () => {
  const response = await fetch("https://panel.example.com/api/servers");
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the body of this response is used whatever its status
  const servers = await response.json();
  return Response.json({ count: servers.data.length });
});
```

## Good

```ts supabase/functions/servers/index.ts
Deno.serve(async () => {
  const response = await fetch("https://panel.example.com/api/servers");
  if (!response.ok) throw new Error(`panel: ${response.status}`);
  const servers = await response.json();
  return Response.json({ count: servers.data.length });
});
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import (
    Await,
    Binary,
    Bound,
    Call,
    Cast,
    Conditional,
    Declarator,
    If,
    Member,
    Name,
    Node,
    Return,
    Unary,
)
from analyzer.typescript.program import Program
from analyzer.typescript.responses import FetchFact, fetches

_BODY = frozenset({"json", "text", "arrayBuffer", "blob", "formData", "bytes"})
_LOOKED_AT = frozenset({"error", "errors", "success", "ok", "status", "code", "message", "detail", "error_message"})


class FetchStatusUnchecked(ProjectRule):
    severity = "warning"
    precision = "high"
    cwe = (252,)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for one in fetches(program, module.path):
                if one.run != "await" or not one.reads or not one.reads <= _BODY:
                    continue
                if _uses_blindly(program, module.path, one):
                    yield self.finding(
                        program.place(one.site),
                        "the body of this response is used whatever its status",
                        subject=f"{module.path} {one.path or ''}",
                    )


def _uses_blindly(program: Program, path: str, request: FetchFact) -> bool:
    """Whether something is read of the body, and nothing that would tell an error."""
    bodies = list(_bodies(program, path, request.site.node))
    return bool(bodies) and all(_blind(program, path, body) for body in bodies)


def _bodies(program: Program, path: str, sent: Node) -> list[Node]:
    """The expressions whose value is the body: `await response.json()`."""
    node = _outermost(program, path, sent)
    parent = program.parent(path, node)
    holders: list[Node] = [node]
    if isinstance(parent, Declarator) and isinstance(parent.target, Bound):
        holders = list(program.index(path).references.get(parent.target.binding, ()))
    found: list[Node] = []
    for holder in holders:
        member = program.parent(path, holder)
        call = program.parent(path, member) if isinstance(member, Member) and member.name == "json" else None
        if isinstance(call, Call):
            found.append(_outermost(program, path, call))
    return found


def _outermost(program: Program, path: str, node: Node) -> Node:
    parent = program.parent(path, node)
    while isinstance(parent, Await | Cast):
        node, parent = parent, program.parent(path, parent)
    return node


def _blind(program: Program, path: str, body: Node) -> bool:
    parent = program.parent(path, body)
    if isinstance(parent, Return):
        return isinstance(body, Await)  # a helper that gives its callers whatever comes
    if isinstance(parent, Member):
        return not parent.optional and parent.name not in _LOOKED_AT
    if not (isinstance(parent, Declarator) and isinstance(parent.target, Bound)):
        return False
    uses = [(one, program.parent(path, one)) for one in program.index(path).references.get(parent.target.binding, ())]
    reads = [use for _, use in uses if isinstance(use, Member)]
    tested = any(_is_test(program, path, one) for one, _ in uses)
    return (
        bool(reads)
        and not tested
        and all(not use.optional and use.name not in _LOOKED_AT for use in reads)
        and not any(_is_test(program, path, use) for use in reads)
    )


def _is_test(program: Program, path: str, node: Node) -> bool:
    """Whether a branch depends on a value, or another takes its place where it is absent."""
    parent = program.parent(path, node)
    while isinstance(parent, Member | Unary | Binary | Call | Cast):
        if isinstance(parent, Member) and parent.optional:
            return True
        if isinstance(parent, Call) and parent.callee is not node and not _is_check(parent):
            return False
        if isinstance(parent, Binary) and parent.operator in ("||", "??", "&&"):
            return True
        node, parent = parent, program.parent(path, parent)
    return isinstance(parent, If | Conditional) and parent.test is node


def _is_check(call: Call) -> bool:
    return isinstance(call.callee, Member | Name) and call.callee.name in ("isArray", "Boolean")
