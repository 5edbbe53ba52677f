"""An object of the code does not map its keys to what is expected.

`[[expectations.mappings]]` of `supalint.toml` states what the entries of a constant are, such as the ids that another
system gives: they cannot be seen in the code, and nobody notices a wrong one before a customer does.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.mappings]]
file = "supabase/functions/provision/index.ts"
name = "GAMES"
property = "eggId"
values = { minecraft = 39, rust = 50, ark = 14 }
```

```ts supabase/functions/provision/index.ts
const GAMES = { minecraft: { eggId: 39 }, rust: { eggId: 2 } };
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `GAMES` has no `ark`, for which `eggId` `14` is expected
                                                         ^ `eggId` of `rust` is `2`, and `50` is expected
Deno.serve(() => Response.json(GAMES));
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```toml supalint.toml
[[expectations.mappings]]
file = "supabase/functions/provision/index.ts"
name = "GAMES"
property = "eggId"
values = { minecraft = 39, rust = 50 }
exact = true
```

```ts supabase/functions/provision/index.ts
const GAMES = { minecraft: { eggId: 39 }, rust: { eggId: 50 } };
Deno.serve(() => Response.json(GAMES));
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.expectations import Entries
from analyzer.expected import constant_named, constants_of, entries_of, expectation_span, expected_at, is_same, like
from analyzer.facts.typescript import Cast, Constant, Expression, Object, Unary


class ExpectMapping(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        for wanted in project.declared.expectations.mappings:
            yield from self._of(project, wanted)

    def _of(self, project: Project, wanted: Entries) -> Result:
        subject = f"{wanted.file} {wanted.name}"
        span = expectation_span(project, wanted.line)
        if wanted.file not in project.modules:
            yield self.finding(
                span, f"there is no file `{wanted.file}`{like(wanted.file, project.modules)}", subject=subject
            )
            return
        found = constant_named(project, wanted.file, wanted.name)
        if not isinstance(found, Object):
            hint = like(wanted.name, constants_of(project, wanted.file))
            yield self.finding(span, f"`{wanted.file}` has no object `{wanted.name}`{hint}", subject=subject)
            return
        entries = entries_of(found)
        place = project.program.span(wanted.file, found)
        related = (expected_at(project, wanted.line),)
        kind = f"`{wanted.property}` " if wanted.property else ""
        for key, value in wanted.values:
            if key not in entries:
                message = f"`{wanted.name}` has no `{key}`, for which {kind}`{value}` is expected{like(key, entries)}"
                yield self.finding(place, message, subject=f"{subject} {key}", related=related)
                continue
            given = _given(entries[key], wanted.property)
            if given is None:
                yield self.unknown(
                    project.program.span(wanted.file, entries[key]), f"{kind}of `{key}` is not written as a constant"
                )
            elif not is_same(_value(given), value):
                yield self.finding(
                    project.program.span(wanted.file, given),
                    f"{kind}of `{key}` is `{_value(given)}`, and `{value}` is expected",
                    subject=f"{subject} {key}",
                    related=related,
                )
        for key in entries if wanted.exact else ():
            if key not in dict(wanted.values):
                yield self.finding(
                    project.program.span(wanted.file, entries[key]),
                    f"`{wanted.name}` has `{key}`, which is not expected",
                    subject=f"{subject} {key}",
                    related=related,
                )


def _given(node: Expression, name: str) -> Expression | None:
    while isinstance(node, Cast):
        node = node.value
    if name:
        found = entries_of(node).get(name) if isinstance(node, Object) else None
        if found is None:
            return None
        node = found
    return (
        node if isinstance(node, Constant) or (isinstance(node, Unary) and isinstance(node.value, Constant)) else None
    )


def _value(node: Expression) -> object:
    if isinstance(node, Unary) and isinstance(node.value, Constant):
        return f"{node.operator}{node.value.value}"
    return node.value if isinstance(node, Constant) else None
