"""A function is called that does not exist.

The call names an edge function for which there is neither a folder in `supabase/functions` nor a section in
`config.toml`. The platform answers 404, `functions.invoke` gives an error, and the feature behind it has never
worked since the function was renamed or removed.

Correct the name, or add the function. A function that another repository deploys belongs in `supalint.toml`:
`entrypoints = ["name"]`.

A project without any function of its own is left alone: its functions live elsewhere. So are calls to other projects,
and names that another project of the repository has.

## Bad

```ts src/checkout.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const pay = (plan: string) => supabase.functions.invoke("create-checkout", { body: { plan } });
                                                               ^^^^^^^^^^^^^^^^^ there is no function `create-checkout`; did you mean `create-checkout-session`
export const stop = (id: string) =>
  fetch(`${import.meta.env.VITE_SUPABASE_URL}/functions/v1/halt-server`, { method: "POST", body: id });
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ there is no function `halt-server`
```

```ts supabase/functions/create-checkout-session/index.ts
Deno.serve(() => new Response("ok"));
```

## Good

```ts src/checkout.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const pay = (plan: string) => supabase.functions.invoke("create-checkout-session", { body: { plan } });
export const other = () => fetch("https://abcdefghijklmnopqrst.supabase.co/functions/v1/of-another-project");
```

```ts supabase/functions/create-checkout-session/index.ts
Deno.serve(() => new Response("ok"));
```
"""

import re
from difflib import get_close_matches

from analyzer import Project, ProjectRule, Result, function_calls
from analyzer.database_calls import database_calls

# The entry of a function, of this project or of another one in the repository.
_ENTRY = re.compile(r"(?:^|/)functions/([^/]+)/index\.[a-z]+$")


class DriftFunctionMissing(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        known = project.functions
        if not any(function.entry for function in known.values()):
            return
        elsewhere = {match[1] for path in project.listing.paths if (match := _ENTRY.search(path))}
        elsewhere.update(project.declared.entrypoints)
        calls = [(call.slug, call.span, call.path, "") for call in function_calls(project)]
        calls += [
            (call.slug, call.span, f"{call.by} {call.name}", f", which the {call.by} `{call.name}` calls")
            for call in database_calls(project)
        ]
        for slug, span, caller, who in calls:
            if slug not in known and slug not in elsewhere:
                nearest = get_close_matches(slug, known, n=1, cutoff=0.7)
                hint = f"; did you mean `{nearest[0]}`" if nearest else ""
                yield self.finding(span, f"there is no function `{slug}`{who}{hint}", subject=f"{slug} {caller}")
