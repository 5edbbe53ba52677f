"""What a user may do is decided by metadata that the user can change.

Every signed-in user can write the own `user_metadata` (`raw_user_meta_data` in the database), with
`supabase.auth.updateUser({ data: { role: "admin" } })`. A function that asks it for a role lets everybody in who
knows the name of the field.

Keep roles in `app_metadata`, which only the service role can write, or in a table with policies, and ask those.

Names, languages and pictures may stand there; nothing is said about what is only shown or stored.

Source: [user metadata](https://supabase.com/docs/guides/auth/managing-user-data)

## Bad

```ts supabase/functions/refund/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data: { user } } = await db.auth.getUser(req.headers.get("Authorization")?.replace("Bearer ", ""));
  if (user?.user_metadata?.role !== "admin") return new Response("no", { status: 403 });
      ^^^^^^^^^^^^^^^^^^^^^^^^^ `user_metadata.role` decides here what the caller may do, and every user can change it with `auth.updateUser`
  await db.from("refunds").insert(await req.json());
  return new Response("ok");
});
```

## Good

```ts supabase/functions/refund/index.ts
import { createClient } from "npm:@supabase/supabase-js@2";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { data: { user } } = await db.auth.getUser(req.headers.get("Authorization")?.replace("Bearer ", ""));
  if (user?.app_metadata?.role !== "admin") return new Response("no", { status: 403 });
  const name = user.user_metadata?.role_name ?? "somebody";
  await db.from("refunds").insert({ by: name, ...(await req.json()) });
  return new Response("ok");
});
```
"""

import re
from collections.abc import Iterator

from analyzer import Project, ProjectRule, Result
from analyzer.facts.typescript import (
    Array,
    Assign,
    Binary,
    Bound,
    Call,
    Cast,
    Constant,
    Declarator,
    Expression,
    If,
    Index,
    Member,
    Name,
    Node,
    Target,
    Unary,
)
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import around, exits
from analyzer.typescript.program import Program
from analyzer.typescript.values import User, options
from analyzer.typescript.walk import inside

_METADATA = frozenset({"user_metadata", "raw_user_meta_data"})
_ROLE = re.compile(
    r"^(?:user_?)?(?:roles?|type|permissions?|access(?:_?level)?|scopes?|claims?)$|admin|(?:^|_)(?:staff|moderator|superuser)$",
    re.IGNORECASE,
)
# What somebody belongs to or has paid for: only said of the caller, since others are asked for it in lists.
_BELONGS = re.compile(r"^(?:team|tenant|org|organi[sz]ation|company|workspace|school|clinic)_?id$", re.IGNORECASE)
_POWER = re.compile(r"admin|owner|staff|manager|moderator|super|root", re.IGNORECASE)
_MOST_STEPS = 4  # variables between the metadata and the test


class FnAuthzUserMetadata(ProjectRule):
    severity = "error"
    precision = "high"
    security_severity = 8.8
    cwe = (639, 863)

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            seen: set[tuple[int, str]] = set()
            for node, key in _read_keys(program, module.path):
                place = program.function_of(module.path, node), key
                if place in seen or not _decides(program, module.path, node, False, 0):
                    continue
                seen.add(place)
                yield self.finding(
                    program.span(module.path, node),
                    f"`{_written(node)}` decides here what the caller may do, and every user can change it with "
                    "`auth.updateUser`",
                    subject=f"{module.path} {key}",
                )


def _read_keys(program: Program, path: str) -> Iterator[tuple[Member, str]]:
    """The fields of user metadata that a module reads and that name a right, in the order of the text."""
    for node in program.index(path).nodes.get(Member, ()):
        if not isinstance(node, Member):
            continue
        held = _uncast(node.object)
        if not isinstance(held, Member) or held.name not in _METADATA:
            continue
        if _ROLE.search(node.name) or (_BELONGS.search(node.name) and _is_caller(program, path, held)):
            yield node, node.name


def _uncast(node: Expression) -> Expression:
    while isinstance(node, Cast):
        node = node.value
    return node


def _is_caller(program: Program, path: str, node: Expression) -> bool:
    return any(isinstance(one, User) for one in options(value(program, path, node)))


def _decides(program: Program, path: str, node: Node, powerful: bool, depth: int) -> bool:
    """Whether a test that bars or opens the way is made with a value."""
    if depth > _MOST_STEPS:
        return False
    for parent, current in around(program, path, node):
        match parent:
            case Cast() | Unary(operator="!") | Member() | Index():
                pass
            case Binary(operator="===" | "==" | "!==" | "!=", left=left, right=right):
                other = right if left is current else left
                powerful = powerful or (isinstance(other, Constant) and _names_power(other))
            case Binary(operator="&&" | "||" | "??"):
                pass
            case Call(callee=callee, arguments=arguments) if callee is current or _is_listed(callee, arguments):
                powerful = powerful or any(
                    isinstance(one, Constant) and _names_power(one) for one in inside(parent) if one is not current
                )
            case If(test=test, then=then, otherwise=otherwise) if test is current:
                return powerful or exits(program, path, then) or (bool(otherwise) and exits(program, path, otherwise))
            case Declarator(target=Bound(binding=binding)) | Assign(target=Target(value=Name(binding=binding))):
                return _any_decides(program, path, binding, powerful, depth)
            case _:
                return False
    return False


def _any_decides(program: Program, path: str, binding: int, powerful: bool, depth: int) -> bool:
    references = program.index(path).references.get(binding, ())
    return any(
        _decides(program, path, one, powerful, depth + 1)
        for one in references
        if not isinstance(program.parent(path, one), Target)
    )


def _is_listed(callee: Expression, arguments: tuple[Expression, ...]) -> bool:
    """Whether a call looks into a list: `["admin", "owner"].includes(role)`."""
    return (
        isinstance(callee, Member)
        and callee.name in ("includes", "has", "indexOf")
        and isinstance(callee.object, Array | Name)
        and len(arguments) == 1
    )


def _names_power(constant: Constant) -> bool:
    return isinstance(constant.value, str) and bool(_POWER.search(constant.value))


def _written(node: Member) -> str:
    held = _uncast(node.object)
    return f"{held.name}.{node.name}" if isinstance(held, Member) else node.name
