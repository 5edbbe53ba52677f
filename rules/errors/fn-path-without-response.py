"""A handler can end without a response.

A branch that forgets its `return` gives the runtime `undefined`, which it answers with 500 in place of whatever the
function meant to say. It is the branch nobody tries: the unknown action, the row that is not there.

Return a response on every path: put one behind the last `if`, or a `default` into the `switch`.

Source: [the runtime's errors](https://supabase.com/docs/guides/functions/status-codes)

## Bad

```ts supabase/functions/servers/index.ts
Deno.serve(async (req) => {
           ^^^^^^^^^^^^ `servers` can end without a response, which is answered with 500
  const { action } = await req.json();
  if (action === "start") {
    return Response.json({ started: true });
  }
});
```

## Good

```ts supabase/functions/servers/index.ts
Deno.serve(async (req) => {
  const { action } = await req.json();
  if (action === "start") {
    return Response.json({ started: true });
  }
  return Response.json({ error: `no action ${action}` }, { status: 400 });
});
```
"""

from collections.abc import Sequence

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Call, For, If, Member, Node, Return, Statement, Switch, Try, While
from analyzer.typescript.flow import exits
from analyzer.typescript.handlers import handlers
from analyzer.typescript.program import Program
from analyzer.typescript.values import FunctionValue
from analyzer.typescript.walk import inside

_SERVED = ("Deno.serve", "serve", "export default")


class FnPathWithoutResponse(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        program = project.program
        for slug, function in project.functions.items():
            for handler in handlers(program, function.entry) if function.entry is not None else ():
                if handler.way not in _SERVED or handler.function is None or handler.wrappers:
                    continue
                if _may_end_silently(project, handler.function):
                    module = program.modules[handler.function.path]
                    found = module.functions[handler.function.function]
                    yield self.finding(
                        module.lines.span(found.start, max(found.start + 1, _head_end(project, handler.function))),
                        f"`{slug}` can end without a response, which is answered with 500",
                        subject=slug,
                    )


def _may_end_silently(project: Project, handler: FunctionValue) -> bool:
    """Whether the handler answers on some paths, and falls off its end on others."""
    function = project.program.modules[handler.path].functions[handler.function]
    nodes = [node for statement in function.body for node in inside(statement)]
    if not any(isinstance(node, Return) and node.value is not None for node in nodes):
        return False
    if any(isinstance(node, While | For) and _is_endless(node) for node in function.body):
        return False
    last = function.body[-1]
    if (
        isinstance(last, Switch)
        and last.cases
        and all(not case.body or exits(project.program, handler.path, case.body) for case in last.cases)
    ):
        return False  # it may name all that there is
    if _comes_after_a_list(project.program, handler.path, function.body):
        return False
    return not exits(project.program, handler.path, function.body)


def _comes_after_a_list(program: Program, path: str, statements: Sequence[Statement]) -> bool:
    """Whether the last of several tests comes after one that lets only known values on: it may be for the last of them.

    `if (!["create", "delete"].includes(action)) return ...; if (action === "create") return ...; if (action === ...`
    """
    last = statements[-1]
    if isinstance(last, Try):
        return bool(last.body) and _comes_after_a_list(program, path, last.body)
    return isinstance(last, If) and any(
        isinstance(one, If) and exits(program, path, one.then) and any(map(_asks_a_list, inside(one.test)))
        for one in statements[:-1]
    )


def _asks_a_list(node: Node) -> bool:
    return isinstance(node, Call) and isinstance(node.callee, Member) and node.callee.name in ("includes", "has")


def _is_endless(loop: While | For) -> bool:
    return loop.test is None or getattr(loop.test, "value", None) is True


def _head_end(project: Project, handler: FunctionValue) -> int:
    """Where the head of a function ends: before the arrow, or the brace."""
    function = project.program.modules[handler.path].functions[handler.function]
    return function.body_start - 3 if function.kind == "arrow" else function.body_start - 1
