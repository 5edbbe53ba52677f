"""The page after checkout decides what was paid.

The address of a success page is no proof: anybody can open it with a made-up `session_id`, and who closes the tab
before it loads has paid for nothing. Code there that writes an order, a subscription or credits gives away what is
sold.

Let the webhook write, and let the page only read: poll the order until the webhook has marked it as paid.

Source: [Stripe: fulfilment](https://docs.stripe.com/checkout/fulfillment)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts src/pages/Success.tsx
import { createClient } from "@supabase/supabase-js";
import { useEffect } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export function Success({ params }: { params: URLSearchParams }) {
  useEffect(() => {
    const id = params.get("session_id");
    supabase.from("orders").update({ status: "paid" }).eq("stripe_session_id", id).then(() => {});
    ^^^^^^^^^^^^^^^^^^^^^^^ the browser writes `orders` because its address has a `session_id`, which anybody can make up
  }, []);
}
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts src/pages/Success.tsx
import { createClient } from "@supabase/supabase-js";
import { useEffect } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export function Success({ params }: { params: URLSearchParams }) {
  useEffect(() => {
    const id = params.get("session_id");
    supabase.from("orders").select("status").eq("stripe_session_id", id).then(() => {});
  }, []);
}
```
"""

import re

from analyzer import Place, Project, ProjectRule, Result
from analyzer.facts.typescript import Call, Constant, Member
from analyzer.frontend import browser_modules
from analyzer.typescript.queries import queries

_PARAMETER = re.compile(r"^(?:session_id|checkout_session_id|payment_intent|payment_status|checkout|purchase)$")
_SOLD = re.compile(
    r"order|subscription|purchase|credit|entitle|member|plan|payment|booking|ticket|license|wallet|balance|invoice|coin"
    r"|profile|user|enrol",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"^(?:status|payment_status|paid|is_paid|paid_at|plan|tier|subscription.*|is_premium|premium.*|credits?|balance|coins?|tokens?|active|is_active|has_access|access.*)$"
)


class FeClientFulfilment(ProjectRule):
    severity = "error"
    precision = "medium"
    security_severity = 8.6

    def check(self, project: Project) -> Result:
        program = project.program
        for module in browser_modules(project):
            read = next(
                (
                    node
                    for node in program.index(module.path).nodes.get(Call, ())
                    if isinstance(node, Call)
                    and isinstance(node.callee, Member)
                    and node.callee.name == "get"
                    and node.arguments
                    and isinstance(node.arguments[0], Constant)
                    and _PARAMETER.match(str(node.arguments[0].value))
                ),
                None,
            )
            if read is None:
                continue
            name = read.arguments[0].value if isinstance(read.arguments[0], Constant) else ""
            for query in queries(program, module.path):
                payload = query.payload
                if query.operation not in ("insert", "update", "upsert") or payload is None or query.run == "never":
                    continue
                if query.table and _SOLD.search(query.table) and any(_PAID.match(key) for key in payload.columns):
                    yield self.finding(
                        program.place(query.begin),
                        f"the browser writes `{query.table}` because its address has a `{name}`, which anybody can make up",
                        subject=f"{module.path} {query.table}",
                        related=(Place(program.span(module.path, read), "the address is read here"),),
                    )
