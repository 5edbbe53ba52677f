"""An error is only logged, and the user hears nothing.

The branch for a failed request writes to the console, which no user sees, and the page goes on as if nothing were
wrong: the form closes though nothing was saved, a list that could not be loaded looks empty.

Tell the user (a message, a state, an exception that a boundary shows) and leave what was on the screen.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts src/name.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function rename(id: string, name: string, close: () => void) {
  const { error } = await supabase.from("profiles").update({ name }).eq("id", id);
  if (error) {
      ^^^^^ where the update of `profiles` fails, only the console hears of it
    console.error("Could not rename", error);
  }
  close();
}
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts src/name.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function rename(id: string, name: string, close: () => void, show: (text: string) => void) {
  const { error } = await supabase.from("profiles").update({ name }).eq("id", id);
  if (error) {
    console.error("Could not rename", error);
    show("The name could not be saved");
    return;
  }
  close();
}
```
"""

import re
from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result
from analyzer.error_branches import error_branches
from analyzer.facts.typescript import Binary, Call, Constant, Evaluate, Member, Name, Node
from analyzer.frontend import browser_modules
from analyzer.typescript.program import Program
from analyzer.typescript.queries import queries
from analyzer.typescript.services import service_calls

_MOST_RELATED = 20
# What is done in the background, of which nobody needs to hear.
_BACKGROUND = re.compile(
    r"log|audit|event|analytic|metric|track|telemetry|view|activit|cache|presence|last_seen|notif|history|usage|visit|stat"
    r"|read|token|session|heartbeat|sync|prefetch|embed|e?mail|welcome|invite",
    re.IGNORECASE,
)


class FeErrorNotSurfaced(ProjectRule):
    severity = "note"
    precision = "medium"

    def check(self, project: Project) -> Result:
        program = project.program
        for module in browser_modules(project):
            silent = [
                (branch, what, name)
                for node, what, name in _requests(program, module.path)
                if not _is_in_background(program, module.path, node, name)
                for branch, statements in error_branches(program, module.path, node)
                if statements and all(map(_only_logs, statements)) and not _is_expected(branch.test)
            ]
            if not silent:
                continue
            (branch, what, name), *others = silent
            yield self.finding(
                program.span(module.path, branch.test),
                f"where {what} fails, only the console hears of it",
                subject=f"{module.path} {name}",
                related=tuple(
                    Place(program.span(module.path, other.test), f"as where {of} fails")
                    for other, of, _ in others[:_MOST_RELATED]
                ),
            )


def _requests(program: Program, path: str) -> Iterator[tuple[Node, str, str]]:
    """What a module asks of Supabase and waits for, as the subject of a sentence and by name."""
    for query in queries(program, path):
        if query.operation and query.table and query.run == "await":
            yield query.site.node, f"the {query.operation} of `{query.table}`", query.table
    for call in service_calls(program, path):
        if call.area == "functions" and call.method == "invoke" and call.target and call.run == "await":
            yield call.site.node, f"`{call.target}`", call.target


def _is_in_background(program: Program, path: str, node: Node, name: str) -> bool:
    number = program.function_of(path, node)
    inner = program.modules[path].functions[number].name if number >= 0 else ""
    return any(map(_BACKGROUND.search, (name, inner)))


def _is_expected(test: Node) -> bool:
    """Whether a test picks one error that is no failure: `if (error.code === "23505")`."""
    return (
        isinstance(test, Binary)
        and test.operator in ("===", "==")
        and any(isinstance(side, Constant) and isinstance(side.value, str) for side in (test.left, test.right))
    )


def _only_logs(statement: Node) -> bool:
    return (
        isinstance(statement, Evaluate)
        and isinstance(statement.value, Call)
        and isinstance(statement.value.callee, Member)
        and isinstance(statement.value.callee.object, Name)
        and statement.value.callee.object.name == "console"
    )
