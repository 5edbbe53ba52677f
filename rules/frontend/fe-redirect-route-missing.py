"""A redirect leads to a page that the front end does not have.

Stripe, a confirmation mail or a sign-in provider sends people back to an address for which the router has no page: who
has just paid, or confirmed their address, sees "not found".

Add the route, or correct the address.

React Router, wouter, Next.js, Nuxt, SvelteKit and Astro are understood; with other routers nothing is said. Static
files in `public/` count as pages.

## Bad

```ts src/App.tsx
import { Route, Routes } from "react-router-dom";
export const App = () => (
  <Routes>
    <Route path="/" element={<p />} />
    <Route path="/checkout/success" element={<p />} />
    <Route path="*" element={<p />} />
  </Routes>
);
```

```ts supabase/functions/create-checkout/index.ts
import Stripe from "npm:stripe@17";
const stripe = new Stripe(Deno.env.get("STRIPE_SECRET_KEY")!);
Deno.serve(async (req) => {
  const origin = req.headers.get("origin");
  const session = await stripe.checkout.sessions.create({
    mode: "payment",
    success_url: `${origin}/checkout/success?session_id={CHECKOUT_SESSION_ID}`,
    cancel_url: `${origin}/checkout/canceled`,
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the front end has no page `/checkout/canceled`
  });
  return Response.json({ url: session.url });
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts src/App.tsx
import { Route, Routes } from "react-router-dom";
export const App = () => (
  <Routes>
    <Route path="/" element={<p />}>
      <Route path="orders/:id" element={<p />} />
    </Route>
  </Routes>
);
```

```ts src/login.tsx
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const login = () =>
  supabase.auth.signInWithOtp({ email: "a", options: { emailRedirectTo: `${window.location.origin}/orders/7` } });
```
"""

import re
from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result, Span
from analyzer.facts.typescript import Object, Property
from analyzer.frontend import browser_modules
from analyzer.routes import routes
from analyzer.typescript.evaluate import value
from analyzer.typescript.program import Program
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import (
    Concatenation,
    Environment,
    Global,
    Known,
    MemberOf,
    Request,
    Value,
    options,
    origins,
)

_NAMES = frozenset({"success_url", "cancel_url", "return_url", "refresh_url", "emailRedirectTo", "redirectTo"})
_PATH = re.compile(r"^(/[^?#{]*)")


class FeRedirectRouteMissing(ProjectRule):
    severity = "error"
    precision = "medium"

    def check(self, project: Project) -> Result:
        asked = [
            (module.path, span, path.rstrip("/") or "/", origin)
            for module in (*project.function_modules, *browser_modules(project))
            for span, path, origin in _redirects(project.program, module.path)
        ]
        known = routes(project) if asked else None
        if known is None or not known.complete:
            return
        here = {origin for _, _, path, origin in asked if path != "/" and known.has(path)}
        for module_path, span, path, origin in asked:
            if path == "/" or known.has(path) or _is_file(project, path) or path.startswith("/api/"):
                continue
            if origin and here and origin not in here:
                continue  # another variable leads to the pages of this front end, so that this one is of another site
            yield self.finding(span, f"the front end has no page `{path}`", subject=f"{module_path} {path}")


def _redirects(program: Program, path: str) -> Iterator[tuple[Span, str, str]]:
    """The addresses that a module sends people to: place, path, and the variable with the site's own address."""
    for node in program.index(path).nodes.get(Object, ()):
        for item in node.properties if isinstance(node, Object) else ():
            if isinstance(item, Property) and item.key in _NAMES:
                for option in options(resolved(program, value(program, path, item.value))):
                    found = _path(option)
                    if found is not None:
                        yield program.span(path, item.value), found, _variable(option)
                        break


def _variable(address: Value) -> str:
    first = address.parts[0] if isinstance(address, Concatenation) else address
    return " ".join(sorted({one.name for one in origins(first) if isinstance(one, Environment) and one.name}))


def _path(address: Value) -> str | None:
    """The path of an address of the front end itself: what follows its origin."""
    if not isinstance(address, Concatenation) or len(address.parts) < 2 or not _is_origin(address.parts[0]):
        return None
    second = address.parts[1]
    if not isinstance(second, Known) or not isinstance(second.value, str):
        return None
    match = _PATH.match(second.value)
    if match is None or (match[1] == second.value and len(address.parts) > 2):
        return None  # the path goes on with something that is not known
    return match[1]


def _is_origin(part: Value) -> bool:
    if any(isinstance(one, Environment) and "SUPABASE" in (one.name or "") for one in origins(part)):
        return False
    if isinstance(part, Request) or any(isinstance(one, Request | Environment) for one in origins(part)):
        return True
    if isinstance(part, Global):
        return part.name.endswith("location.origin")
    return isinstance(part, MemberOf) and part.key == "origin"


def _is_file(project: Project, path: str) -> bool:
    return any(f"public{path}{suffix}" in project.listing.paths for suffix in ("", ".html", "/index.html")) or any(
        listed.endswith((f"public{path}", f"public{path}.html")) for listed in project.listing.paths
    )
