"""A function is called that does not exist.

The call names an edge function for which there is neither a folder in `supabase/functions` nor a section in
`config.toml`. The platform answers 404, `functions.invoke` gives an error, and the feature behind it has never
worked since the function was renamed or removed.

Correct the name, or add the function. A function that another repository deploys belongs in `supalint.toml`:
`entrypoints = ["name"]`.

A project without any function of its own is left alone: its functions live elsewhere. So are calls to other projects.

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

from collections.abc import Iterator
from difflib import get_close_matches

from analyzer import Project, ProjectRule, Result, Span
from analyzer.facts.typescript import Call
from analyzer.platform import FUNCTION_URL, PROJECT_HOST
from analyzer.typescript.responses import fetches
from analyzer.typescript.services import service_calls
from analyzer.typescript.values import Concatenation, Environment, Known, Value, options, origins, text_of


class DriftFunctionMissing(ProjectRule):
    severity = "error"
    precision = "high"

    def check(self, project: Project) -> Result:
        known = project.functions
        if not any(function.entry for function in known.values()):
            return
        for name, span in _calls(project):
            slug = name.split("/")[0].split("?")[0]
            if slug and slug not in known and slug not in project.declared.entrypoints:
                nearest = get_close_matches(slug, known, n=1, cutoff=0.7)
                hint = f"; did you mean `{nearest[0]}`" if nearest else ""
                yield self.finding(span, f"there is no function `{slug}`{hint}", subject=f"{slug} {span.path}")


def _calls(project: Project) -> Iterator[tuple[str, Span]]:
    """The functions that code and scripts call by name, with the place of the name."""
    for path, module in project.modules.items():
        for call in service_calls(project.program, path):
            node = call.site.node
            if call.area == "functions" and call.method == "invoke" and isinstance(node, Call) and node.arguments:
                for name in _texts(call.arguments[0]):
                    yield name, module.lines.span(node.arguments[0].start, node.arguments[0].end)
        for request in fetches(project.program, path):
            node = request.site.node
            if isinstance(node, Call):
                for name in _requested(project, request.url):
                    yield name, module.lines.span(node.arguments[0].start, node.arguments[0].end)


def _texts(content: Value) -> Iterator[str]:
    for option in options(content):
        text = text_of(option)
        if text is not None:
            yield text


def _requested(project: Project, url: Value) -> Iterator[str]:
    """The functions that an address of this project names."""
    for option in options(url):
        parts = option.parts if isinstance(option, Concatenation) else (option,)
        text = "".join(
            part.value if isinstance(part, Known) and isinstance(part.value, str) else "\0" for part in parts
        )
        match = FUNCTION_URL.search(text)
        if match is None or _is_foreign(project, parts, text):
            continue
        name = match["path"] or match["host"]
        if name and not text.startswith("\0", match.end()):  # `/functions/v1/${name}` names none, `x-${kind}` neither
            yield name


def _is_foreign(project: Project, parts: tuple[Value, ...], text: str) -> bool:
    """Whether the address belongs to another project, or may."""
    host = PROJECT_HOST.search(text)
    if host is not None:
        return host["ref"] not in _refs(project)
    first = parts[0]
    if isinstance(first, Known):
        return not (
            isinstance(first.value, str) and first.value.startswith(("/", "http://localhost", "http://127.0.0.1"))
        )
    names = [origin.name or "" for origin in origins(first) if isinstance(origin, Environment)]
    return not any("SUPABASE" in name or "FUNCTIONS" in name for name in names)


def _refs(project: Project) -> frozenset[str]:
    entry = project.config.get("project_id") if project.config is not None else None
    return frozenset({entry.value.text}) if entry is not None and entry.value.text else frozenset()
