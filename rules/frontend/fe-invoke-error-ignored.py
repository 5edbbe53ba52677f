"""The error of `functions.invoke` is not looked at.

`invoke` does not throw when the function answers 400 or 500, or when there is no network: it gives `{ data, error }`
with `data` null. Code that reads only `data` goes on with null; a `try` around it catches nothing.

Look at `error` before `data`, and tell the user.

Source: [Supabase: error handling](https://supabase.com/docs/guides/functions/error-handling)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts src/pay.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function pay() {
  const { data } = await supabase.functions.invoke("create-checkout");
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only `data` of `invoke` is read: where `create-checkout` fails, it is null
  window.location.assign(data.url);
}
export async function notify() {
  try {
    await supabase.functions.invoke("notify");
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `invoke` does not throw: this `try` never hears that `notify` failed
  } catch {
    alert("failed");
  }
}
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts src/pay.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function pay() {
  const { data, error } = await supabase.functions.invoke("create-checkout");
  if (error) throw error;
  window.location.assign(data.url);
}
export const track = () => void supabase.functions.invoke("track");
```
"""

from analyzer import Project, ProjectRule, Result
from analyzer.frontend import browser_modules
from analyzer.typescript.flow import covering_try
from analyzer.typescript.services import service_calls


class FeInvokeErrorIgnored(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        program = project.program
        for module in browser_modules(project):
            for call in service_calls(program, module.path):
                if call.area != "functions" or call.method != "invoke" or call.run != "await":
                    continue
                name = f"`{call.target}`" if call.target else "the function"
                span = program.place(call.site)
                if "data" in call.reads and not call.reads & {"error", "*"}:
                    message, blind = f"only `data` of `invoke` is read: where {name} fails, it is null", True
                elif not call.reads and covering_try(program, module.path, call.site.node) is not None:
                    message, blind = f"`invoke` does not throw: this `try` never hears that {name} failed", False
                else:
                    continue
                subject = f"{module.path} {call.target or ''}".strip()
                yield self.finding(span, message, subject=subject, severity="warning" if blind else "note")
