"""A callback of `onAuthStateChange` waits for Supabase.

supabase-js holds a lock while it runs the callback, and every other call waits for that lock: the callback waits for
the call, the call for the callback. The page hangs after sign-in, on a second tab, or when the token is refreshed.

Keep the callback synchronous, and start what needs Supabase after it: `setTimeout(() => load(), 0)`.

Source: [Supabase: onAuthStateChange](https://supabase.com/docs/reference/javascript/auth-onauthstatechange)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts src/auth.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
supabase.auth.onAuthStateChange(async (event, session) => {
  const { data } = await supabase.from("profiles").select("role").eq("id", session?.user.id);
                         ^^^^^^^^^^^^^^^^^^^^^^^^^ the callback of `onAuthStateChange` waits for Supabase, which waits for the callback
  console.log(data);
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
  setTimeout(async () => {
    await supabase.from("profiles").select("role").eq("id", session?.user.id);
  }, 0);
});
```
"""

from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result
from analyzer.facts.typescript import Await, Call, Closure, Node
from analyzer.typescript.evaluate import value
from analyzer.typescript.program import Program
from analyzer.typescript.queries import queries
from analyzer.typescript.services import service_calls
from analyzer.typescript.values import FunctionValue, options


class FeAuthCallbackDeadlock(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.frontend_modules:
            for call in service_calls(program, module.path):
                if call.area != "auth" or call.method != "onAuthStateChange":
                    continue
                node = call.site.node
                callback = node.arguments[0] if isinstance(node, Call) and node.arguments else None
                if not isinstance(callback, Closure):
                    continue
                for at, through in _waits(program, module.path, callback.function):
                    related = (Place(program.span(*through), "it is called here"),) if through is not None else ()
                    yield self.finding(
                        program.span(*at),
                        "the callback of `onAuthStateChange` waits for Supabase, which waits for the callback",
                        subject=module.path,
                        related=related,
                    )
                    break


def _waits(
    program: Program, path: str, number: int, through: tuple[str, Node] | None = None
) -> Iterator[tuple[tuple[str, Node], tuple[str, Node] | None]]:
    """Where a function waits for Supabase: in itself, or in a function that it waits for."""
    for query in queries(program, path):
        if query.function == number and query.run == "await":
            yield (path, query.begin.node), through
    for call in service_calls(program, path):
        if call.function == number and call.run == "await" and call.method not in ("signOut",):
            yield (path, call.site.node), through
    if through is not None:
        return
    calls, _ = program.index(path).of_function(number)
    for call_node in calls:
        if isinstance(program.parent(path, call_node), Await):
            for one in options(value(program, path, call_node.callee)):
                if isinstance(one, FunctionValue):
                    yield from _waits(program, one.path, one.function, (path, call_node))
