"""A handler awaits something that can throw, and nothing catches it.

When it throws, the runtime answers for the function: status 500, a text that is not JSON, none of the function's CORS
headers. A browser then reports a CORS error instead of the failure, `functions.invoke` gives an error without a
message, and nothing is in the log that says which request it was.

Put the work of the handler into one `try`, log the error in its `catch`, and answer with JSON and the CORS headers.

Queries of supabase-js do not throw; routers (Hono, Oak) and wrappers that catch do it for their handlers. A webhook is
left alone: its provider reads only the status, and a 500 makes it try again.

## Bad

```ts supabase/functions/orders/index.ts
Deno.serve(async (req) => {
  const { id } = await req.json();
                 ^^^^^^^^^^^^^^^^ what this throws leaves the handler of `orders`, as does what 1 more `await` throws: there is no `try` around it
  const answer = await fetch(`https://panel.example.com/orders/${id}`);
  return new Response(await answer.text());
});
```

## Good

```ts supabase/functions/orders/index.ts
Deno.serve(async (req) => {
  try {
    const { id } = await req.json();
    const answer = await fetch(`https://panel.example.com/orders/${id}`);
    return new Response(await answer.text());
  } catch (error) {
    console.error("orders failed", error);
    return Response.json({ error: "internal error" }, { status: 500 });
  }
});
```
"""

from collections.abc import Iterator

from analyzer import EdgeFunction, Project, ProjectRule, Result, provider_checks
from analyzer.facts.typescript import Await, Call, Cast, Member, Node, Throw
from analyzer.typescript.calls import dotted, error_boundary, package_call
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import covering_try
from analyzer.typescript.handlers import handlers
from analyzer.typescript.values import Builder, External, FunctionValue, Outcome, Request, Row, User, Value, options

_SERVED = ("Deno.serve", "serve", "export default", "addEventListener")
_CATCHING = frozenset({"@supabase/server", "hono", "oak"})  # wrappers of packages that answer for their handlers


_PARSES = frozenset({"json", "formData"})  # methods of a request that throw where its body is not what they expect
_DEEPEST = 3  # functions of the project that are followed into one another


class FnNoErrorBoundary(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        for slug, function in project.functions.items():
            uncaught = [] if provider_checks(project, slug) else list(_uncaught(project, function))
            if not uncaught:
                continue
            path, node = uncaught[0]
            others = len(uncaught) - 1
            more = (
                f", as does what {others} more `await`{'s' if others > 1 else ''} throw{'' if others > 1 else 's'}"
                if others
                else ""
            )
            yield self.finding(
                project.program.span(path, node),
                f"what this throws leaves the handler of `{slug}`{more}: there is no `try` around it",
                subject=slug,
            )


def _uncaught(project: Project, function: EdgeFunction) -> Iterator[tuple[str, Node]]:
    """The awaits in the function's handlers whose errors nothing catches, in the order of the text."""
    if function.entry is None:
        return
    for handler in handlers(project.program, function.entry):
        if handler.way not in _SERVED or handler.function is None or any(_catches(one) for one in handler.wrappers):
            continue
        path, number = handler.function.path, handler.function.function
        index = project.program.index(path)
        for node in sorted(index.nodes.get(Await, ()), key=lambda node: node.start):
            if index.function_of(node) != number or not isinstance(node, Await) or not _throws(project, path, node, 0):
                continue
            if error_boundary(project.program, path, node) is None:
                yield path, node


def _throws(project: Project, path: str, node: Await, depth: int) -> bool:
    """Whether what is awaited may throw for reasons that a handler must expect: bad bodies, networks, other services."""
    awaited = node.value
    while isinstance(awaited, Cast):
        awaited = awaited.value
    if not isinstance(awaited, Call):
        return False
    result = value(project.program, path, awaited)
    if any(isinstance(option, Builder | Row | User | Outcome) for option in options(result)):
        return False  # supabase-js gives errors back
    if isinstance(result, Request):
        return isinstance(awaited.callee, Member) and awaited.callee.name in _PARSES
    callee = value(project.program, path, awaited.callee)
    if isinstance(callee, FunctionValue):
        return depth < _DEEPEST and _function_throws(project, callee, depth + 1)
    return dotted(awaited.callee) == "fetch" or package_call(callee) is not None


def _function_throws(project: Project, function: FunctionValue, depth: int) -> bool:
    """Whether a function of the project lets out what it throws itself, or what it awaits."""
    index = project.program.index(function.path)
    for kind in (Throw, Await):
        for node in index.nodes.get(kind, ()):
            if index.function_of(node) != function.function or covering_try(project.program, function.path, node):
                continue
            if isinstance(node, Throw) or (isinstance(node, Await) and _throws(project, function.path, node, depth)):
                return True
    return False


def _catches(wrapper: Value) -> bool:
    return isinstance(wrapper, External) and wrapper.package in _CATCHING
