"""A function sends its caller the stack of an error, or the whole error of the database.

The stack shows paths, packages and how the code works. An error of the database shows in `details`, `hint` and
`message` the names of tables and columns, and with a violated constraint the values of a row.

Log the error, and send a sentence of your own.

The `message` of an error alone is left alone: it is mostly a sentence that the code itself has written.

Source: [CWE-209](https://cwe.mitre.org/data/definitions/209.html)

## Bad

```ts supabase/functions/orders/index.ts
Deno.serve(async (req) => {
  try {
    return Response.json(await req.json());
  } catch (error) {
    return Response.json({ error: error.message, stack: error.stack }, { status: 500 });
                                                        ^^^^^^^^^^^ the caller gets the stack of the error
  }
});
```

## Good

```ts supabase/functions/orders/index.ts
Deno.serve(async (req) => {
  try {
    return Response.json(await req.json());
  } catch (error) {
    console.error(error.stack);
    return Response.json({ error: "The order could not be read." }, { status: 500 });
  }
});
```
"""

from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result, Span
from analyzer.facts.typescript import Call, Expression, Member, Name, New, Node, Property
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import conditions
from analyzer.typescript.program import Program
from analyzer.typescript.responses import response_at
from analyzer.typescript.values import Environment, Row, options, origins
from analyzer.typescript.walk import inside

_DETAILS = ("details", "hint")


class ErrorDetailLeaked(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 4.3
    cwe = (209,)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            seen: set[Span] = set()
            for call in program.index(module.path).calls:
                if not call.arguments or not any(True for _ in response_at(program, module.path, call)):
                    continue
                for node, what in _told(program, module.path, call):
                    span = program.span(module.path, node)
                    if span not in seen and not _only_while_developing(program, module.path, node):
                        seen.add(span)
                        yield self.finding(span, f"the caller gets {what}", subject=f"{module.path} {what}")


def _told(program: Program, path: str, call: Call | New) -> Iterator[tuple[Expression, str]]:
    """What of an error stands in the body of a response, with how to say so."""
    for node in inside(call.arguments[0]):
        if isinstance(node, Member) and node.name == "stack":
            yield node, "the stack of the error"
        elif isinstance(node, Name | Member) and _is_whole(program, path, node):
            for one in options(value(program, path, node)):
                if isinstance(one, Row) and one.part == "error" and one.path in ((), *((name,) for name in _DETAILS)):
                    part = f"`{one.path[0]}` of an error" if one.path else "a whole error"
                    yield node, f"{part} of the database"
                    break


def _is_whole(program: Program, path: str, node: Node) -> bool:
    """Whether a value is sent as it is: as a property, or as the body itself."""
    parent = program.parent(path, node)
    return (isinstance(parent, Property) and parent.value is node) or (
        isinstance(parent, Call | New) and any(one is node for one in parent.arguments)
    )


def _only_while_developing(program: Program, path: str, node: Node) -> bool:
    return any(
        isinstance(one, Environment)
        for test in conditions(program, path, node)
        for one in origins(value(program, path, test.test))
    )
