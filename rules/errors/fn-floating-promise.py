"""Work is started and not waited for.

A function of the edge may be stopped once it has answered. An e-mail, a row or a request that is started without
`await` gets there sometimes, and where it fails, nobody hears of it.

Put `await` before it, or give it to the runtime: `EdgeRuntime.waitUntil(notify(order))`.

A call that handles its own failure (`.catch(...)`) is taken as meant, and so is one in a callback that cannot wait.
What only logs or measures may be lost. Functions that stream their answer, or hold a socket, live on.

Source: [background tasks](https://supabase.com/docs/guides/functions/background-tasks)

## Bad

```ts supabase/functions/orders/index.ts
async function notify(id: string) {
  await fetch("https://chat.example.com", { method: "POST", body: id });
}
Deno.serve(async (req) => {
  const { id } = await req.json();
  notify(id);
  ^^^^^^^^^^ nothing waits for `notify`: the edge function may be stopped before it has ended
  return Response.json({ ok: true });
});
```

```ts supabase/functions/orders/index.ts fixed
async function notify(id: string) {
  await fetch("https://chat.example.com", { method: "POST", body: id });
}
Deno.serve(async (req) => {
  const { id } = await req.json();
  await notify(id);
  return Response.json({ ok: true });
});
```

## Good

```ts supabase/functions/orders/index.ts
async function notify(id: string) {
  await fetch("https://chat.example.com", { method: "POST", body: id });
}
Deno.serve(async (req) => {
  const { id } = await req.json();
  await notify(id);
  EdgeRuntime.waitUntil(notify("again"));
  notify("perhaps").catch(console.error);
  return Response.json({ ok: true });
});
```
"""

import re

from analyzer import Edit, Fix, Module, Project, ProjectRule, Result, Span
from analyzer.facts.typescript import MODULE_LEVEL, Await, Call, Evaluate, ForEach
from analyzer.typescript.calls import CallFact, calls, dotted
from analyzer.typescript.values import FunctionValue, Global
from analyzer.typescript.walk import inside

_LIVES_ON = re.compile(
    r"ReadableStream|TransformStream|WritableStream|WebSocket|upgradeWebSocket|setInterval|setTimeout"
)
# What only tells of the work: it may be lost.
_TELLS = re.compile(r"log|capture|track|telemetry|metric|analytic|audit|trace|warm", re.IGNORECASE)


class FnFloatingPromise(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        for module in project.function_modules:
            if any(_LIVES_ON.search(dotted(one.callee)) for one in project.program.index(module.path).calls):
                continue
            for call in calls(project.program, module.path):
                if call.waited != "no" or call.function == MODULE_LEVEL or _TELLS.search(call.name):
                    continue
                if module.functions[call.function].asynchronous and _is_work(project, module, call):
                    span = project.program.place(call.site)
                    what = f"`{call.name}`" if call.name else "this asynchronous function"
                    yield self.finding(
                        span,
                        f"nothing waits for {what}: the edge function may be stopped before it has ended",
                        subject=f"{module.path} {call.name}",
                        fix=_fix(span),
                    )


def _is_work(project: Project, module: Module, call: CallFact) -> bool:
    """Whether a call stands alone as a statement and starts something that takes time."""
    if not isinstance(call.site.node, Call):
        return False
    if not isinstance(project.program.parent(module.path, call.site.node), Evaluate):
        return False
    match call.callee:
        case Global(name="fetch"):
            return True
        case FunctionValue(path=path, function=number):
            function = project.program.modules[path].functions[number]
            return function.asynchronous and any(
                isinstance(one, Await) or (isinstance(one, ForEach) and one.asynchronous)
                for statement in function.body
                for one in inside(statement)
            )
    return False


def _fix(span: Span) -> Fix:
    before = Span(span.path, span.line, span.column, span.line, span.column)
    return Fix("wait for it", safe=False, changes=(Edit(before, "await "),))
