"""Who is an administrator stands in the code, by e-mail address.

Whoever signs up with the address, where it is not confirmed, or gets it later, is an administrator; and nobody can be
added or taken away without a deployment.

Keep it in a table, or in `app_metadata`, which users cannot change.

Source: [Supabase: custom claims](https://supabase.com/docs/guides/database/postgres/custom-claims-and-role-based-access-control-rbac)

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```sql supabase/migrations/20250101000000_agents.sql
create table public.agents (id bigint primary key);
alter table public.agents enable row level security;
create policy "boss" on public.agents for select using ((auth.jwt() ->> 'email') = 'ada@shop.io');
                                                                                   ^^^^^^^^^^^^^ the policy lets in whoever has this address
```

```ts src/admin.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function isAdmin() {
  const { data } = await supabase.auth.getUser();
  return data.user?.email === "ada@shop.io";
                              ^^^^^^^^^^^^^ the code lets in whoever has this address
}
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts src/admin.tsx
import { createClient } from "@supabase/supabase-js";
import { useState } from "react";
const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export async function isAdmin() {
  const { data } = await supabase.auth.getUser();
  return data.user?.app_metadata.role === "admin";
}
export const contact = { email: "ada@shop.io" };
```
"""

import re
from collections.abc import Iterator

from analyzer import Place, Project, ProjectRule, Result, Span
from analyzer.access import tables
from analyzer.database.replay import Database
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import Constant as SqlConstant
from analyzer.facts.typescript import Array, Binary, Call, Cast, Constant, Expression, Member, Name, Node
from analyzer.policy_terms import expressions
from analyzer.typescript.program import Program
from analyzer.written import node_span

_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", re.IGNORECASE)
_BY_HAND = re.compile(r"(?:^|/)(?:scripts?|tools|archives?|tests?|e2e|seeds?)/", re.IGNORECASE)
_MOST_RELATED = 10
_USER = re.compile(r"user|profile|session|account|me|auth|claims|member", re.IGNORECASE)


class HardcodedAdmin(ProjectRule):
    severity = "warning"
    precision = "high"
    security_severity = 5.3
    cwe = (798, 863)

    def check(self, project: Project) -> Result:
        program = project.program
        for path in project.modules:
            if _BY_HAND.search(path):
                continue
            nodes = sorted(_compared(program, path), key=lambda node: node.start)
            if nodes:
                first, *others = nodes
                yield self.finding(
                    program.span(path, first),
                    "the code lets in whoever has this address",
                    subject=f"{path} address",
                    related=tuple(Place(program.span(path, one), "and this one") for one in others[:_MOST_RELATED]),
                )
        database = project.hosted_database
        for span, subject in database.once(("addresses in policies",), lambda: tuple(_in_policies(database))):
            yield self.finding(span, "the policy lets in whoever has this address", subject=subject)


def _in_policies(database: Database) -> Iterator[tuple[Span, str]]:
    """The addresses that policies hold, with the table and the policy."""
    for table in tables(database):
        for policy in database.policies(table):
            for stored in expressions(policy):
                for one in descendants(stored.node):
                    if isinstance(one, SqlConstant) and isinstance(one.value, str) and _ADDRESS.match(one.value):
                        yield node_span(database, stored, one), f"{table.name} {policy.name}"


def _compared(program: Program, path: str) -> Iterator[Node]:
    """The addresses that the e-mail of a user is compared with."""
    index = program.index(path)
    for node in index.nodes.get(Binary, ()):
        if isinstance(node, Binary) and node.operator in ("===", "=="):
            for given, other in ((node.left, node.right), (node.right, node.left)):
                if _is_address(other) and _is_email(given):
                    yield other
    for call in index.calls:
        if (
            isinstance(call, Call)
            and isinstance(call.callee, Member)
            and call.callee.name == "includes"
            and isinstance(call.callee.object, Array)
            and len(call.arguments) == 1
            and _is_email(call.arguments[0])
        ):
            yield from (one for one in call.callee.object.elements if one is not None and _is_address(one))


def _is_address(node: Node) -> bool:
    return isinstance(node, Constant) and isinstance(node.value, str) and bool(_ADDRESS.match(node.value))


def _is_email(node: Expression) -> bool:
    """Whether an expression is the e-mail of a user: `user.email`, `session?.user?.email`."""
    bare = _bare(node)
    if not isinstance(bare, Member) or bare.name != "email":
        return False
    inner = _bare(bare.object)
    name = inner.name if isinstance(inner, Member | Name) else ""
    return bool(_USER.search(name))


def _bare(node: Expression) -> Expression:
    """What casts and methods stand around: the `user.email` of `user.email!.toLowerCase()`."""
    while True:
        if isinstance(node, Cast):
            node = node.value
        elif isinstance(node, Call) and isinstance(node.callee, Member):
            node = node.callee.object
        else:
            return node
