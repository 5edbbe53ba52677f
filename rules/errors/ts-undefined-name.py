"""A name is used that nothing declares.

A deploy bundles without looking at types, so that a name that was misspelt, forgotten in a refactoring, or declared
in another block gets into production. The line throws a `ReferenceError` when it is reached: often only where
something has failed already, so that the error hides the one that matters.

Declare or import it, or move its declaration out of the block: what a `try` declares, its `catch` does not see.

There is one finding for a name in a file. Names that the runtime declares are known, as are those of `declare`; what
runs in the page of a remote-controlled browser is left alone.

Source: [Deno: no-undef](https://docs.deno.com/lint/rules/no-undef/)

## Bad

```ts supabase/functions/orders/index.ts
Deno.serve(async (req) => {
  try {
    const { orderId } = await req.json();
            ~~~~~~~ it is declared in another block
    return Response.json({ orderId });
  } catch (error) {
    console.error("order failed", orderId, error);
                                  ^^^^^^^ nothing declares `orderId` here: this throws a `ReferenceError`
    return Response.json({ error: "failed" }, { status: 500 });
  }
});
```

## Good

```ts supabase/functions/orders/index.ts
declare const BUILD_NUMBER: string;
Deno.serve(async (req) => {
  let orderId = "";
  try {
    ({ orderId } = await req.json());
    return Response.json({ orderId, build: typeof BUILD === "undefined" ? BUILD_NUMBER : "" });
  } catch (error) {
    console.error("order failed", orderId, error);
    return Response.json({ error: "failed" }, { status: 500 });
  }
});
```
"""

import re
from collections.abc import Iterator

from analyzer import Module, Place, Project, ProjectRule, Result
from analyzer.facts.typescript import GLOBAL, Call, Member, Name, New, Unary
from analyzer.typescript.flow import around
from analyzer.typescript.global_names import EDGE_GLOBALS
from analyzer.typescript.program import Program

# Methods of remote-controlled browsers that run a function in the page.
_IN_PAGE = re.compile(r"^\$*eval|evaluat|^waitForFunction$|^addInitScript$")


class TsUndefinedName(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        deployed = {module.path for function in project.functions.values() for module in function.modules}
        for module in project.function_modules:
            if module.problems or module.skipped or module.path not in deployed:
                continue
            for name in _undeclared(project.program, module):
                elsewhere = next((one for one in module.bindings if one.name == name.name), None)
                yield self.finding(
                    module.lines.span(name.start, name.end),
                    f"nothing declares `{name.name}` here: this throws a `ReferenceError`",
                    subject=f"{module.path} {name.name}",
                    related=(
                        Place(module.lines.span(elsewhere.start, elsewhere.end), "it is declared in another block"),
                    )
                    if elsewhere
                    else (),
                )


def _undeclared(program: Program, module: Module) -> Iterator[Name]:
    """The first use of each name that neither the module nor the runtime declares."""
    known = EDGE_GLOBALS | {one.name for one in module.bindings if one.ambient}
    used = sorted(program.index(module.path).references.get(GLOBAL, ()), key=lambda one: one.start)
    asked = {one.name for one in used if isinstance(program.parent(module.path, one), Unary)}  # `typeof window`
    for one in used:
        if one.name not in known | asked and not _runs_in_page(program, module.path, one):
            known |= {one.name}
            yield one


def _runs_in_page(program: Program, path: str, name: Name) -> bool:
    return any(
        isinstance(parent, Call | New) and isinstance(parent.callee, Member) and _IN_PAGE.search(parent.callee.name)
        for parent, _ in around(program, path, name)
    )
