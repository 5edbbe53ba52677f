"""A start command uses a variable that its environment does not set.

`{{SERVER_JARFILE}}` in the command is filled from the `environment` beside it. What is not there is left empty, or makes
the panel refuse the server.

Set the variable, or leave it out of the command. What the panel sets itself (`SERVER_MEMORY`, `SERVER_PORT` ...) is known.

Source: [Pterodactyl: creating a custom egg](https://pterodactyl.io/community/config/eggs/creating_a_custom_egg.html)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/provision/index.ts
const minecraft = {
  startup: "java -Xmx{{SERVER_MEMORY}}M -jar {{SERVER_JARFILE}}",
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `environment` does not set `SERVER_JARFILE`, which this command uses
  environment: { MINECRAFT_VERSION: "latest" },
};
Deno.serve(() => Response.json(minecraft));
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/provision/index.ts
const minecraft = {
  startup: "java -Xmx{{SERVER_MEMORY}}M -jar {{SERVER_JARFILE}}",
  environment: { SERVER_JARFILE: "server.jar" },
};
Deno.serve(() => Response.json(minecraft));
```
"""

import re

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import Constant, Object, Property, Spread

_USED = re.compile(r"\{\{\s*(?:env\.)?([A-Z][A-Z0-9_]*)\s*\}\}")
# https://pterodactyl.io/community/config/eggs/creating_a_custom_egg.html
_GIVEN = re.compile(r"^(?:SERVER_(?:MEMORY|IP|PORT)|P_\w+|STARTUP|TZ|USER|HOME)$")


class FlowTemplateVariableUnset(ProjectRule):
    severity = "warning"
    precision = "medium"

    def check(self, project: Project) -> Result:
        for module in project.function_modules:
            for node in project.program.index(module.path).nodes.get(Object, ()):
                if not isinstance(node, Object):
                    continue
                named = {entry.key: entry.value for entry in node.properties if isinstance(entry, Property)}
                command, environment = named.get("startup"), named.get("environment")
                if not isinstance(command, Constant) or not isinstance(environment, Object):
                    continue
                if any(isinstance(entry, Spread) or entry.key is None for entry in environment.properties):
                    continue
                known = {entry.key for entry in environment.properties if isinstance(entry, Property)}
                used = dict.fromkeys(_USED.findall(str(command.value)))
                missing = [name for name in used if name not in known and not _GIVEN.match(name)]
                if missing:
                    names = ", ".join(f"`{name}`" for name in missing)
                    yield self.finding(
                        project.program.span(module.path, command),
                        f"`environment` does not set {names}, which this command uses",
                        subject=f"{module.path} {missing[0]}",
                    )
