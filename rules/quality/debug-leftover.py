"""Something from the search for a mistake was left in the code.

`debugger` stops the page for whoever has the tools of the browser open. A log of the whole session shows the tokens of
the user to every extension and every recorder of sessions.

Leave it out; of a session log the event and the user's id.

Source: [CWE-532](https://cwe.mitre.org/data/definitions/532.html)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts src/auth.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
supabase.auth.onAuthStateChange((event, session) => {
  console.log("auth changed", event, session);
                                     ^^^^^^^ the log shows the whole session, with its tokens
  debugger;
  ^^^^^^^^^ `debugger` stops the page
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts src/auth.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
supabase.auth.onAuthStateChange((event, session) => {
  console.log("auth changed", event, session?.user.id);
});
```
"""

from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Bound, Call, Closure, Debugger, Member, Name, Node
from analyzer.typescript.program import Program, argument_of
from analyzer.typescript.services import service_calls


class DebugLeftover(ProjectRule):
    severity = "note"
    precision = "high"
    security_severity = 3.7
    cwe = (489, 532)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in (*project.frontend_modules, *project.function_modules):
            for node in program.index(module.path).nodes.get(Debugger, ()):
                yield self.finding(program.span(module.path, node), "`debugger` stops the page", subject=module.path)
            for node in _logged_sessions(program, module.path):
                yield self.finding(
                    program.span(module.path, node),
                    "the log shows the whole session, with its tokens",
                    subject=f"{module.path} session",
                )


def _logged_sessions(program: Program, path: str) -> Iterator[Node]:
    """Where the session that `onAuthStateChange` gives is written to the console as it is."""
    for call in service_calls(program, path):
        node = call.site.node
        if (
            call.area != "auth"
            or call.method != "onAuthStateChange"
            or not isinstance(node, Call)
            or not node.arguments
        ):
            continue
        callback = node.arguments[0]
        if not isinstance(callback, Closure):
            continue
        parameters = program.modules[path].functions[callback.function].parameters
        target = parameters[1].target if len(parameters) > 1 else None
        for use in program.index(path).references.get(target.binding, ()) if isinstance(target, Bound) else ():
            given = argument_of(program, path, use)
            if given is not None and _is_log(given[0].callee):
                yield use


def _is_log(callee: Node) -> bool:
    return isinstance(callee, Member) and isinstance(callee.object, Name) and callee.object.name == "console"
