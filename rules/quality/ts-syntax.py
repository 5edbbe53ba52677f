"""A TypeScript file does not parse.

A deploy bundles the file, and neither the bundler nor the runtime can read it: the function cannot be deployed, or
does not boot. In the front end, the build fails.

Mend the line. Beside unbalanced brackets this finds what JavaScript rejects although it looks right: `??` mixed with
`||` without parentheses, a name declared twice in one scope, `await` in a function that is not `async`.

## Bad

```ts supabase/functions/hello/index.ts
Deno.serve((req) => {
  const name = new URL(req.url).searchParams.get("name") ?? "you" || "nobody";
                                                         ^^ `??` and `||` are mixed without parentheses
  return new Response(name);
});
```

## Good

```ts supabase/functions/hello/index.ts
Deno.serve((req) => {
  const name = (new URL(req.url).searchParams.get("name") ?? "you") || "nobody";
  return new Response(name);
});
```
"""

from msgspec.structs import replace

from analyzer import Project, ProjectRule, Result


class TsSyntax(ProjectRule):
    severity = "error"
    precision = "very-high"

    def check(self, project: Project) -> Result:
        deployed = {module.path for function in project.functions.values() for module in function.modules}
        for path, module in project.modules.items():
            for problem in module.problems[:1]:  # what follows the first is often its consequence
                finding = self.finding(module.lines.span(problem.start, problem.end), problem.message)
                yield finding if path in deployed else replace(finding, severity="warning")
