"""An error is caught and nothing comes of it.

The `catch` clause neither logs the error, nor throws it on, nor answers with it, nor changes any state. What failed
goes on as if it had worked, and nobody can find out why a row is missing.

Log the error at least, and answer with a failure where the work is what the request was for. If it does not matter,
say why in a comment inside the clause; then this rule is silent.

## Bad

```ts supabase/functions/orders/index.ts
Deno.serve(async (req) => {
  try {
    await fetch("https://panel.example.com/servers", { method: "POST", body: await req.text() });
  } catch (error) {}
    ^^^^^ what fails in this `try` leaves no trace: the `catch` clause is empty
  return new Response("created");
});
```

## Good

```ts supabase/functions/orders/index.ts
Deno.serve(async (req) => {
  try {
    await fetch("https://panel.example.com/servers", { method: "POST", body: await req.text() });
  } catch (error) {
    console.error("the panel could not be reached", error);
    return new Response("not created", { status: 502 });
  }
  let name = "unknown";
  try {
    name = JSON.parse(req.headers.get("x-meta") ?? "{}").name;
  } catch {
    // clients before version 2 send plain text
  }
  return new Response(name);
});
```
"""

from analyzer import Module, Project, ProjectRule, Result
from analyzer.facts.typescript import MODULE_LEVEL, Try
from analyzer.typescript.calls import catches


class ErrorSwallowed(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        for module in project.function_modules:
            for caught in catches(project.program, module.path):
                node = caught.site.node
                if caught.kind == "empty" and isinstance(node, Try) and not _is_explained(module, node):
                    function = "" if caught.function == MODULE_LEVEL else module.functions[caught.function].name
                    yield self.finding(
                        module.lines.span(node.handler_start, node.handler_end),
                        "what fails in this `try` leaves no trace: the `catch` clause is empty",
                        subject=f"{module.path} {function}",
                    )


def _is_explained(module: Module, node: Try) -> bool:
    return any(node.handler_end <= comment.start and comment.end <= node.end for comment in module.comments)
