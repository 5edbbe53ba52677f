"""A caller reads what the function does not answer.

The code takes a key from the answer of an edge function (`data.url`) that none of the function's successful answers has
(`{ checkoutUrl }`). The value is always `undefined`: the redirect goes nowhere, the list stays empty, a test for success
never holds.

Read the key that the function gives, or give it. Types that both sides import keep them together.

What counts is what can be known: all successful JSON answers of the function are written out, with no spread and no
value that comes from elsewhere. Keys that only tell of errors (`error`, `message`, `details` ...) are left alone, and so
is a second try (`data.url ?? data.checkoutUrl`).

## Bad

```ts src/pay.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function pay() {
  const { data, error } = await supabase.functions.invoke("create-checkout");
  if (error) throw error;
  window.location.assign(data.url);
                         ^^^^^^^^ `create-checkout` answers with `checkoutUrl`, `id`, and never with `url`
}
```

```ts supabase/functions/create-checkout/index.ts
Deno.serve(() => {
  return Response.json({ checkoutUrl: "https://checkout.example", id: 1 });
         ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ it answers here
});
```

## Good

```ts src/pay.ts
import { createClient } from "@supabase/supabase-js";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function pay() {
  const { data, error } = await supabase.functions.invoke("create-checkout");
  if (error || data.error) throw error;
  window.location.assign(data.checkoutUrl);
}
```

```ts supabase/functions/create-checkout/index.ts
Deno.serve(() => {
  return Response.json({ checkoutUrl: "https://checkout.example", id: 1 });
});
```
"""

from collections.abc import Mapping

from analyzer import AnswerRead, Place, Project, ProjectRule, Result, answer_reads, contract, function_calls
from analyzer.facts.typescript import Binary, Cast, Node

# What callers look for in case that something went wrong, whether the function says it or not.
_TELLS = frozenset(
    "error errors message msg details detail code reason hint debug warning warnings statusCode status stack".split()
)
_MOST_KEYS = 6


class DriftFunctionAnswer(ProjectRule):
    severity = "warning"
    precision = "high"

    def check(self, project: Project) -> Result:
        called: dict[tuple[str, int, int], set[str]] = {}
        sent: dict[tuple[str, int, int], str] = {}
        for call in function_calls(project):
            called.setdefault(call.site.key, set()).add(call.slug)
            sent[call.site.key] = call.how
        reads: dict[tuple[str, int, int], list[AnswerRead]] = {}
        for read in answer_reads(project):
            if read.certain and len(called.get(read.call, ())) == 1:
                reads.setdefault(read.call, []).append(read)
        for key, found in reads.items():
            slug = next(iter(called[key]))
            known = contract(project, slug)
            if known is None or known.gives is None:
                continue
            gives = known.gives
            missing = [one for one in found if one.key not in gives and not _is_meant(project, one, found, gives)]
            if missing:
                names = list(dict.fromkeys(one.key for one in missing))
                answers = ", ".join(f"`{name}`" for name in list(gives)[:_MOST_KEYS]) + (
                    " ..." if len(gives) > _MOST_KEYS else ""
                )
                yield self.finding(
                    project.program.place(missing[0].site),
                    f"`{slug}` answers with {answers}, and never with "
                    + " or ".join(f"`{name}`" for name in names[:_MOST_KEYS]),
                    subject=f"{slug} {' '.join(names)} {key[0]}",
                    related=(Place(project.program.place(next(iter(gives.values()))), "it answers here"),),
                )


def _is_meant(project: Project, read: AnswerRead, others: list[AnswerRead], gives: Mapping[str, object]) -> bool:
    """Whether a key may be missing: it tells of errors, or the code looks for it in two places."""
    if read.key in _TELLS:
        return True
    if any(one.key in gives and read.key in one.below for one in others):
        return True
    if any(one.key in gives and one.site.key == read.site.key for one in others):
        return True  # a variable has what `a.one || a.two` gave
    node: Node = read.site.node
    while (parent := project.program.parent(read.site.path, node)) is not None:
        if isinstance(parent, Binary) and parent.operator in ("||", "??"):
            beside = parent.right if parent.left is node else parent.left
            return any(one is not read and beside.start <= one.site.node.start < beside.end for one in others)
        if not isinstance(parent, Cast):
            return False
        node = parent
    return False
