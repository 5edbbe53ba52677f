"""Two files keep the same table, and it says different things.

Both map the same keys to the same kind of value (`minecraft: { eggId: 39 }` here, `minecraft: { eggId: 1 }` there). One was
changed and the other forgotten: which value counts depends on which function runs.

Keep the table in one module of `_shared/`, and import it.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/provision/index.ts
const games = { minecraft: { eggId: 39 }, rust: { eggId: 50 }, ark: { eggId: 14 } };
Deno.serve((req) => Response.json(games[new URL(req.url).hash as "rust"]));
```

```ts supabase/functions/reassign/index.ts
const EGGS = { minecraft: { eggId: 1 }, rust: { eggId: 50 } };
                                   ^ `eggId` of `minecraft` is `1` here and `39` in `supabase/functions/provision/index.ts`
Deno.serve((req) => Response.json(EGGS[new URL(req.url).hash as "rust"]));
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/_shared/games.ts
export const games = { minecraft: { eggId: 39 }, rust: { eggId: 50 }, ark: { eggId: 14 } };
```

```ts supabase/functions/provision/index.ts
import { games } from "../_shared/games.ts";
Deno.serve((req) => Response.json(games[new URL(req.url).hash as "rust"]));
```
"""

import re
from collections.abc import Iterator
from itertools import combinations

from analyzer import Place, Project, ProjectRule, Result
from analyzer.facts.typescript import Bound, Cast, Constant, Declarator, Module, Node, Object, Property

# What is meant to differ from place to place: words, looks, measures of a page.
_LOOKS = re.compile(
    r"header|cors|colou?r|icon|label|title|text|name|description|message|prompt|style|class|variant|emoji|width|height|size|order|index"
    r"|position|weight|score|padding|margin|opacity|duration|delay|image|url|path|href|count|value|emotion|locale|format"
    r"|font|scale|level|template|subject|body|html|symbol|badge|bg|border|tone|hint|tip|example|placeholder",
    re.IGNORECASE,
)
_LEAST_COMMON = 2
_MOST_RELATED = 10

Table = dict[str, Constant]


class ConstantDrift(ProjectRule):
    severity = "warning"
    precision = "medium"

    def check(self, project: Project) -> Result:
        program = project.program
        kept: dict[str, list[tuple[str, Table]]] = {}
        for module in project.function_modules:
            if module.path.endswith((".tsx", ".jsx")):
                continue  # messages, whose looks may differ
            for kind, table in _tables(module):
                kept.setdefault(kind, []).append((module.path, table))
        for kind, tables in kept.items():
            told: set[str] = set()
            for (path, one), (other_path, other) in combinations(tables, 2):
                if path == other_path or other_path in told:
                    continue
                common = one.keys() & other.keys()
                differing = sorted(
                    (key for key in common if one[key].value != other[key].value), key=lambda key: other[key].start
                )
                if len(common) < _LEAST_COMMON or not differing or len(differing) == len(common):
                    continue
                told.add(other_path)
                first, *others = differing
                yield self.finding(
                    program.span(other_path, other[first]),
                    f"`{kind}` of `{first}` is `{other[first].value}` here and `{one[first].value}` in `{path}`",
                    subject=f"{other_path} {path} {kind}",
                    related=(
                        Place(program.span(path, one[first]), "the other table"),
                        *(
                            Place(program.span(other_path, other[key]), f"`{key}` differs too")
                            for key in others[:_MOST_RELATED]
                        ),
                    ),
                )


def _tables(module: Module) -> Iterator[tuple[str, Table]]:
    """The tables that a module keeps at its own level, by what their values are: constants by keys."""
    for statement in module.body:
        for declarator in getattr(statement, "declarators", ()):
            if not isinstance(declarator, Declarator) or not isinstance(declarator.target, Bound):
                continue
            found = _object(declarator.value)
            if found is None:
                continue
            inner = {entry.key: _object(entry.value) for entry in found if entry.key is not None}
            kinds: dict[str, Table] = {}
            for key, entries in inner.items():
                for entry in entries or ():
                    if entry.key is not None and _is_plain(entry.value):
                        kinds.setdefault(entry.key, {})[key] = entry.value  # type: ignore[assignment]
            plain = {entry.key: entry.value for entry in found if entry.key is not None and _is_plain(entry.value)}
            if len(plain) == len(found):
                kinds[declarator.target.name] = plain  # type: ignore[assignment]
            for kind, table in kinds.items():
                if not _LOOKS.search(kind) and len(table) >= _LEAST_COMMON:
                    yield kind, table


def _object(node: Node | None) -> list[Property] | None:
    while isinstance(node, Cast):
        node = node.value
    if not isinstance(node, Object):
        return None
    return [entry for entry in node.properties if isinstance(entry, Property)]


def _is_plain(node: Node) -> bool:
    return isinstance(node, Constant) and isinstance(node.value, int | float | str) and not isinstance(node.value, bool)
