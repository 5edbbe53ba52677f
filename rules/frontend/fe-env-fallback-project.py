"""A build without settings talks to a project that is written in the code.

The address or key of Supabase falls back to a literal. A preview, a fork or a new environment whose variables are not
set then works, on the data of the project in the code: test orders land in production.

Throw where the variable is missing.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts src/client.ts
const url = import.meta.env.VITE_SUPABASE_URL ?? "https://abcdefghijklmnopqrst.supabase.co";
                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ without `VITE_SUPABASE_URL` the front end talks to the project `abcdefghijklmnopqrst`
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts src/client.ts
const url = import.meta.env.VITE_SUPABASE_URL ?? "http://127.0.0.1:54321";
```
"""

import re

from analyzer import PROJECT_HOST, Project, ProjectRule, Result
from analyzer.frontend import is_server
from analyzer.platform import PUBLIC_PREFIX
from analyzer.typescript.environment import environment_reads
from analyzer.typescript.values import text_of

_PUBLIC = re.compile(f"^{PUBLIC_PREFIX}")  # others are not in the build


class FeEnvFallbackProject(ProjectRule):
    severity = "note"
    precision = "high"

    def check(self, project: Project) -> Result:
        for module in project.frontend_modules:
            if is_server(module):
                continue
            for read in environment_reads(project.program, module.path):
                fallback = read.fallback
                match = PROJECT_HOST.search(text_of(fallback.value) or "") if fallback is not None else None
                if read.how == "Deno.env":
                    continue
                if fallback is not None and match is not None and _PUBLIC.match(read.name or ""):
                    yield self.finding(
                        project.program.span(module.path, fallback.node),
                        f"without `{read.name}` the front end talks to the project `{match['ref']}`",
                        subject=f"{module.path} {read.name}",
                    )
