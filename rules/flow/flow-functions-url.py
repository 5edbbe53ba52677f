"""The address of the functions is made by replacing a part of the project's address.

`url.replace(".supabase.co", ".functions.supabase.co")` changes nothing where the address is another one: on the local
stack, on a host of one's own, with a custom domain. The request then goes to the wrong place and is answered 404.

Every project has its functions at `${SUPABASE_URL}/functions/v1/<name>`; `supabase.functions.invoke` knows that.

Source: [Supabase: functions](https://supabase.com/docs/guides/functions/quickstart)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/webhook/index.ts
Deno.serve(async () => {
  const functions = Deno.env.get("SUPABASE_URL")!.replace(".supabase.co", ".functions.supabase.co");
                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ on the local stack and with a custom domain this replaces nothing: the functions are at `${SUPABASE_URL}/functions/v1`
  return await fetch(`${functions}/provision`);
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/webhook/index.ts
Deno.serve(async () => await fetch(`${Deno.env.get("SUPABASE_URL")}/functions/v1/provision`));
```

```ts supabase/functions/provision/index.ts
Deno.serve(() => new Response("ok"));
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Call, Constant, Member
from analyzer.typescript.flow import conditions
from analyzer.typescript.program import Program
from analyzer.typescript.walk import inside


class FlowFunctionsUrl(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        for path, module in project.modules.items():
            for call in project.program.index(path).calls:
                if (
                    isinstance(call, Call)
                    and isinstance(call.callee, Member)
                    and call.callee.name in ("replace", "replaceAll")
                    and len(call.arguments) == 2
                    and isinstance(call.arguments[1], Constant)
                    and "functions.supabase." in str(call.arguments[1].value)
                    and not _is_asked_first(project.program, path, call)
                ):
                    yield self.finding(
                        module.lines.span(call.arguments[0].start, call.arguments[1].end),
                        "on the local stack and with a custom domain this replaces nothing: the functions are at "
                        "`${SUPABASE_URL}/functions/v1`",
                        subject=path,
                    )


def _is_asked_first(program: Program, path: str, call: Call) -> bool:
    """Whether a test has looked for what is replaced: `if (host.endsWith(".supabase.co"))`."""
    replaced = call.arguments[0]
    return isinstance(replaced, Constant) and any(
        condition.holds and isinstance(node, Constant) and node.value == replaced.value
        for condition in conditions(program, path, call)
        for node in inside(condition.test)
    )
