"""The page shows numbers that nobody has measured, or rows that somebody made up.

`Math.random()` as the load of a server, and a list called `mockUsers`, were there to see the page before there was data.
People who look at it decide by it.

Show what the database or the service says, and nothing where there is nothing.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts src/hooks/useHealth.ts
import { useState } from "react";
const mockUsers = [{ name: "Ada" }, { name: "Grace" }];
      ^^^^^^^^^ `mockUsers` is made up, and the page shows it
export function useHealth(nodes: { id: number }[]) {
  const [users] = useState(mockUsers);
  return { users, nodes: nodes.map((node) => ({ ...node, cpu: Math.round(20 + Math.random() * 40) })) };
                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `cpu` is a random number
}
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts src/hooks/useHealth.ts
import { useState } from "react";
export function useHealth(nodes: { id: number; cpu: number }[]) {
  const [delay] = useState(() => 1000 * Math.random());
  const bars = nodes.map((node) => ({ key: node.id, width: `${50 + Math.random() * 40}%`, left: Math.random() }));
  return { delay, bars, nodes };
}
```
"""

import re
from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Array, Bound, Call, Declarator, Member, Name, Node, Object, Property
from analyzer.frontend import browser_modules
from analyzer.typescript.program import Program
from analyzer.typescript.walk import inside

_MADE_UP = re.compile(r"^(?:mock|dummy|fake|MOCK_|DUMMY_|FAKE_)(?:[A-Z_0-9]\w*)?$")
_MEASURED = re.compile(
    r"^(?:cpu|memory|ram|disk|load|usage|uptime|latency|ping|users?|visitors?|views|viewers|online|revenue|sales|orders|growth"
    r"|conversion\w*|clicks|impressions|engagement|requests|errors?|health\w*|temperature|bandwidth|downloads|earnings"
    r"|followers|likes|players|subscribers|customers|accuracy|confidence|response_?time|throughput|performance|progress)$",
    re.IGNORECASE,
)
_TRIED = re.compile(
    r"(?:^|/)(?:demo|mocks?|fixtures?|storybook|stories|examples?|playground|sandbox|tests?|__mocks__)(?:/|\.)",
    re.IGNORECASE,
)


class MockDataShipped(ProjectRule):
    severity = "warning"
    precision = "medium"

    def check(self, project: Project) -> Result:
        program = project.program
        for module in browser_modules(project):
            if _TRIED.search(module.path):
                continue
            for node, name in _made_up(program, module.path):
                message = f"`{name}` is made up, and the page shows it"
                yield self.finding(program.span(module.path, node), message, subject=f"{module.path} {name}")
                break
            for node, name in _random(program, module.path):
                message = f"`{name}` is a random number"
                yield self.finding(program.span(module.path, node), message, subject=f"{module.path} {name}")
                break


def _made_up(program: Program, path: str) -> Iterator[tuple[Node, str]]:
    """The lists of objects whose name says that they are made up, where the module uses them."""
    index = program.index(path)
    for node in index.nodes.get(Declarator, ()):
        if (
            isinstance(node, Declarator)
            and isinstance(node.target, Bound)
            and _MADE_UP.match(node.target.name)
            and isinstance(node.value, Array)
            and sum(isinstance(one, Object) for one in node.value.elements) > 1
            and index.references.get(node.target.binding)
        ):
            yield node.target, node.target.name


def _random(program: Program, path: str) -> Iterator[tuple[Node, str]]:
    """The properties that are called like something that is measured and are computed with `Math.random`."""
    for node in program.index(path).nodes.get(Property, ()):
        if (
            isinstance(node, Property)
            and node.key is not None
            and node.kind == "value"
            and _MEASURED.match(node.key)
            and any(_is_random(part) for part in inside(node.value))
        ):
            yield node.value, node.key


def _is_random(node: Node) -> bool:
    return (
        isinstance(node, Call)
        and isinstance(node.callee, Member)
        and node.callee.name == "random"
        and isinstance(node.callee.object, Name)
        and node.callee.object.name == "Math"
    )
