"""A key that a table of settings lacks silently gets the settings of another.

`eggs[game] || eggs.minecraft` makes a Minecraft server for whoever has bought Rust, and nobody hears of it until the
customer does. A new plan or a typing error in a migration looks like success.

Stop where the key is unknown, and say which it was. Where one entry is meant for all others, call it `default`.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/provision/index.ts
const eggs: Record<string, number> = { minecraft: 39, rust: 50 };
Deno.serve(async (req) => {
  const { game } = await req.json();
  const egg = eggs[game] || eggs.minecraft;
                            ^^^^^^^^^^^^^^ a `game` that `eggs` does not have gets what `minecraft` gets, and nobody hears of it
  return Response.json({ egg });
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/provision/index.ts
const eggs: Record<string, number> = { minecraft: 39, rust: 50 };
Deno.serve(async (req) => {
  const { game } = await req.json();
  const egg = eggs[game];
  if (!egg) return new Response(`no egg for ${game}`, { status: 422 });
  return Response.json({ egg });
});
```
"""

import re

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Binary, Constant, Expression, Index, Member, Name

# An entry that is meant for everything else, and tables of words and looks, where another entry does no harm.
_MEANT = re.compile(
    r"default|fallback|^auto$|^medium$|^normal$|other|unknown|generic|standard|basic|free|none|base|common|any|misc|general|^\*$|^[a-z]{2}(?:[-_][A-Za-z]{2})?$|^english$",
    re.IGNORECASE,
)
_LOOKS = re.compile(
    r"colou?r|icon|label|style|locale|lang|translat|message|text|title|emoji|theme|format|prompt|template|i18n|copy|word"
    r"|symbol|class|variant|mime|content_?type|image|name|weight|score|priorit|delay|tone|voice|instruction|guideline"
    r"|description|subject|greeting|dimension|recommend|advice|suggest|size|ratio|aspect"
    r"|mock|sample|preset|background|lighting|optimi[sz]|enhance|resolution",
    re.IGNORECASE,
)


class FlowEnumFallbackMasks(ProjectRule):
    severity = "warning"
    precision = "medium"

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            for node in program.index(module.path).nodes.get(Binary, ()):
                if not isinstance(node, Binary) or node.operator not in ("||", "??"):
                    continue
                left, entry = node.left, _entry(node.right)
                if entry is None or not isinstance(left, Index) or isinstance(left.index, Constant):
                    continue
                table, key = entry
                if not isinstance(left.object, Name) or left.object.name != table:
                    continue
                if _MEANT.search(key) or _LOOKS.search(table):
                    continue
                yield self.finding(
                    program.span(module.path, node.right),
                    f"a `{_shown(left.index)}` that `{table}` does not have gets what `{key}` gets, and nobody hears of it",
                    subject=f"{module.path} {table}",
                )


def _entry(node: Expression) -> tuple[str, str] | None:
    """The table and the fixed key of `table.key` or `table["key"]`."""
    match node:
        case Member(object=Name(name=table), name=key):
            return table, key
        case Index(object=Name(name=table), index=Constant(value=str() as key)):
            return table, key
    return None


def _shown(node: Expression) -> str:
    match node:
        case Name(name=name) | Member(name=name):
            return name
    return "key"
