"""The browser needs, or has, the key that bypasses row level security.

A client in browser code is made with the service-role key, or calls `auth.admin`, which only works with it. If the key
is in the build, everybody who opens the page can read and change all data; if it is not, the call fails with 401.

Do this in an edge function that checks who asks, and call that.

Source: [Supabase: API keys](https://supabase.com/docs/guides/api/api-keys)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts src/lib/admin.tsx
import { createClient } from "@supabase/supabase-js";
export const admin = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_SERVICE_ROLE_KEY);
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ browser code makes a client with the service-role key: everybody who opens the page has it
```

```ts src/users.tsx
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const remove = (id: string) => supabase.auth.admin.deleteUser(id);
                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `auth.admin.deleteUser` needs the service-role key, which browser code must not have
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts src/app/api/users/route.ts
import { createClient } from "@supabase/supabase-js";
const admin = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!);
export const DELETE = (id: string) => admin.auth.admin.deleteUser(id);
```

```ts src/users.tsx
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const remove = (id: string) => supabase.functions.invoke("delete-user", { body: { id } });
```
"""

import re

from analyzer import Project, ProjectRule, Result
from analyzer.frontend import browser_modules
from analyzer.platform import PUBLIC_PREFIX
from analyzer.typescript.clients import clients, key_kind
from analyzer.typescript.services import service_calls
from analyzer.typescript.values import Environment, Known, Value, origins

_PUBLIC = re.compile(f"^{PUBLIC_PREFIX}")


class FeAdminKey(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 9.8

    def check(self, project: Project) -> Result:
        program = project.program
        for module in browser_modules(project):
            for client in clients(program, module.path):
                if client.key == "service" and _is_published(client.client.key):
                    yield self.finding(
                        program.place(client.site),
                        "browser code makes a client with the service-role key: everybody who opens the page has it",
                        subject=module.path,
                    )
            for call in service_calls(program, module.path):
                if (
                    call.area == "auth"
                    and call.method.startswith("admin.")
                    and call.key == "anon"
                    and call.run != "never"
                ):
                    yield self.finding(
                        program.place(call.site),
                        f"`auth.{call.method}` needs the service-role key, which browser code must not have",
                        subject=f"{module.path} {call.method}",
                    )


def _is_published(key: Value) -> bool:
    """Whether the key is in the build: written in the code, or in a variable that is copied into it.

    The public key that stands in where there is no other is meant for the build.
    """
    return any(
        (isinstance(one, Known) and key_kind(one) == "service")
        or (isinstance(one, Environment) and key_kind(one) != "anon" and bool(_PUBLIC.match(one.name or "")))
        for one in origins(key)
    )
