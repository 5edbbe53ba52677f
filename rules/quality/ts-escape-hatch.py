"""A cast keeps TypeScript from checking what is sent to the database.

`from("notes" as any)` and `insert(row as any)` compile whatever the table is called and whatever the row holds; so does a
client without `Database`, and everything below `@ts-nocheck`. A column that is renamed is then found by the customer.

Generate the types (`supabase gen types typescript`), hand them to the client (`createClient<Database>`), and leave out
the casts: what is refused then is wrong.

Source: [Supabase: TypeScript support](https://supabase.com/docs/reference/javascript/typescript-support)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts src/notes.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const add = (body: string) => supabase.from("notes" as any).insert({ body } as any);
                                                   ^^^^^^^^^^^^^^ `as any` keeps TypeScript from checking this query, as it does in 1 more place of this file
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts src/notes.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const add = (body: string) => supabase.from("notes").insert({ body });
export const parse = (text: string) => JSON.parse(text) as any;
```
"""

from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result
from analyzer.facts.typescript import Call, Cast, Comment, Module, Node
from analyzer.typescript.program import Program
from analyzer.typescript.queries import queries
from analyzer.typescript.walk import inside

_MOST_RELATED = 20


class TsEscapeHatch(ProjectRule):
    severity = "note"
    precision = "high"

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.modules.values():
            for comment in _switched_off(module):
                yield self.finding(
                    module.lines.span(comment.start, comment.end),
                    "nothing of this file is checked by TypeScript",
                    subject=f"{module.path} @ts-nocheck",
                )
            casts = sorted(_casts(program, module), key=lambda node: node.start)
            if casts:
                first, *others = casts
                more = f"{len(others)} more place{'s' if len(others) > 1 else ''}"
                yield self.finding(
                    program.span(module.path, first),
                    f"`as {first.type}` keeps TypeScript from checking this query"
                    + (f", as it does in {more} of this file" if others else ""),
                    subject=module.path,
                    related=tuple(Place(program.span(module.path, one), "here too") for one in others[:_MOST_RELATED]),
                )


def _switched_off(module: Module) -> Iterator[Comment]:
    yield from (one for one in module.comments if "@ts-nocheck" in one.text)


def _casts(program: Program, module: Module) -> Iterator[Cast]:
    """The casts in the arguments of queries to a type that takes everything."""
    seen: set[Node] = set()
    for query in queries(program, module.path):
        for step in (query.begin, *(step.at for step in query.steps)):
            if step.path != module.path or not isinstance(step.node, Call):
                continue
            for argument in step.node.arguments:
                for node in inside(argument):
                    if (
                        isinstance(node, Cast)
                        and node.kind == "as"
                        and node.type in ("any", "never")
                        and node not in seen
                    ):
                        seen.add(node)
                        yield node
