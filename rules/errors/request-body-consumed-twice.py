"""The body of a request is read twice.

A body is a stream, and can be read once. The second `json()` or `text()` throws `Body already consumed`, so that
everything behind it never runs.

Read it once and keep the result, or read a copy first: `await req.clone().text()`.

Source: [Request: bodyUsed](https://developer.mozilla.org/en-US/docs/Web/API/Request/bodyUsed)

## Bad

```ts supabase/functions/orders/index.ts
Deno.serve(async (req) => {
  const { id } = await req.json();
  const { note } = await req.json();
                         ^^^^^^^^^^ the body of the request is read here again, which throws
  return Response.json({ id, note });
});
```

## Good

```ts supabase/functions/orders/index.ts
Deno.serve(async (req) => {
  const copy = await req.clone().text();
  const { id, note } = await req.json();
  return Response.json({ id, note, size: copy.length });
});
```
"""

from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result
from analyzer.facts.typescript import Await, Call, Member, Name, Node
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import around, executed_before
from analyzer.typescript.program import Program
from analyzer.typescript.values import Request
from analyzer.typescript.walk import inside

_READERS = frozenset({"json", "text", "formData", "arrayBuffer", "blob", "bytes"})


class RequestBodyConsumedTwice(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for call, binding in _reads(program, module.path):
                first = _read_before(program, module.path, call, binding)
                if first is not None:
                    yield self.finding(
                        program.span(module.path, call),
                        "the body of the request is read here again, which throws",
                        subject=module.path,
                        related=(Place(program.span(module.path, first), "it is read here first"),),
                    )


def _reads(program: Program, path: str) -> Iterator[tuple[Call, int]]:
    """The calls that read the body of a request, with the variable of the request."""
    for call in program.index(path).calls:
        match call:
            case Call(callee=Member(object=Name(binding=binding) as held, name=name), arguments=()) if name in _READERS:
                made = value(program, path, held)
                if binding >= 0 and isinstance(made, Request) and made.part == "request":
                    yield call, binding


def _read_before(program: Program, path: str, call: Call, binding: int) -> Call | None:
    """A call that has certainly read the same body before."""
    for statement in executed_before(program, path, call):
        for node in inside(statement):
            match node:
                case Await(value=Call(callee=Member(object=Name(binding=other), name=name), arguments=()) as first) if (
                    other == binding and name in _READERS and _is_unconditional(program, path, node, statement)
                ):
                    return first
    return None


def _is_unconditional(program: Program, path: str, node: Node, statement: Node) -> bool:
    """Whether nothing in a statement decides about whether a node runs."""
    from analyzer.facts.typescript import Binary, Conditional, Function

    for parent, child in around(program, path, node):
        if isinstance(parent, Function):
            return False
        if isinstance(parent, Conditional) and child is not parent.test:
            return False
        if isinstance(parent, Binary) and parent.operator in ("&&", "||", "??") and child is parent.right:
            return False
        if parent is statement:
            return True
    return True
