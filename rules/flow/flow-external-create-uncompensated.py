"""Something is made elsewhere, and nothing takes it away where the row that names it cannot be written.

A server, a subscription or an account is made at another service, and its id is written down behind that. Where that
write fails, the thing is there and nobody knows of it: it costs money every month, and who tries again gets a second
one, or is told that the address is taken.

Take it away again where the write fails (`deleteUser`, `DELETE`, `cancel`), or make it under a key of your own that
stands in a row before (`external_id`, `idempotencyKey`), so that a second attempt finds it.

## Bad

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/invite/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { email, role } = await req.json();
  const { data: made, error } = await db.auth.admin.createUser({ email });
                                      ^^^^^^^^^^^^^^^^^^^^^^^^ where `members` cannot be written behind this, the account stays: nothing deletes it, and a second attempt finds the address taken
  if (error) return new Response("no account", { status: 400 });
  const { error: failed } = await db.from("members").insert({ user_id: made.user.id, role });
  if (failed) return new Response("not saved", { status: 500 });
  return new Response("ok");
});
```

## Good

```toml supabase/config.toml
project_id = "shop"
```

```ts supabase/functions/invite/index.ts
import { createClient } from "npm:@supabase/supabase-js@2.49.1";
const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
Deno.serve(async (req) => {
  const { email, role } = await req.json();
  const { data: made, error } = await db.auth.admin.createUser({ email });
  if (error) return new Response("no account", { status: 400 });
  const { error: failed } = await db.from("members").insert({ user_id: made.user.id, role });
  if (failed) {
    await db.auth.admin.deleteUser(made.user.id);
    return new Response("not saved", { status: 500 });
  }
  return new Response("ok");
});
```
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer import Place, Project, ProjectRule, Result
from analyzer.error_branches import error_branches
from analyzer.facts.typescript import Call, Constant, Function, Index, Member, Name, Node, Property
from analyzer.typescript.derived import derived, uses_any
from analyzer.typescript.effects import Effect
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import exits
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Query, queries
from analyzer.typescript.responses import FetchFact, fetches
from analyzer.typescript.services import service_calls
from analyzer.typescript.values import (
    Concatenation,
    Environment,
    FunctionValue,
    Known,
    ObjectValue,
    Value,
    options,
    origins,
    text_of,
)
from analyzer.typescript.walk import inside

# What is made by a POST and lasts or costs, by the last word of the address.
_LASTING = re.compile(
    r"^(?:servers?|instances?|droplets?|domains?|subscriptions?|accounts?|customers?|users?|orders?|shipments?|labels?"
    r"|phone_?numbers?|sites?|databases?|machines?|apps?|rooms?|wallets?|cards?|payouts?|transfers?|refunds?|payments?"
    r"|invoices?|zones?|volumes?|clusters?|deployments?|members?|virtual-?machines?)$",
    re.IGNORECASE,
)
_OF_STRIPE = frozenset({"customers", "subscriptions", "accounts", "transfers", "payouts", "refunds", "charges"})
_FOR_TRIAL = re.compile(r"/functions/[^/]*(?:test|demo|seed|mock|fixture|sample)", re.IGNORECASE)
_KEYS = re.compile(r"idempot|external_?(?:id|ref)|reference|request-?id|client_?token|^metadata$", re.IGNORECASE)
_TAKES_AWAY = re.compile(
    r"^(?:del|delete\w*|remove\w*|cancel\w*|destroy\w*|terminate\w*|roll_?back\w*|undo\w*|revert\w*|compensat\w*"
    r"|clean_?up\w*|reverse\w*|void\w*|release\w*|createReversal)$",
    re.IGNORECASE,
)
# What finds an account that an earlier attempt has made.
_FINDS = re.compile(
    r"listUsers|getUserByEmail|getUserById|generateLink|find_?(?:or|existing)|existing_?user|get_?or_?create",
    re.IGNORECASE,
)
_COPIES = re.compile(r"(?:^|_)(?:raw|landing|staging|backup|archive)(?:_|$)", re.IGNORECASE)
_MOST_RELATED = 5


@dataclass(frozen=True, slots=True)
class _Made:
    """A call that makes something; `account` for a user of Supabase Auth."""

    call: Call
    what: str
    account: bool = False


class FlowExternalCreateUncompensated(ProjectRule):
    severity = "warning"
    precision = "medium"

    def check(self, project: Project) -> Result:
        program = project.program
        for module in project.function_modules:
            path = module.path
            if _FOR_TRIAL.search(f"/{path}"):
                continue
            for made in _makes(program, path):
                writes = list(_writes(program, path, made))
                if not writes or _takes_away(program, path, made) or (_finds(program, path, made)):
                    continue
                table = writes[0].table or "the row"
                ends = "the account stays: nothing deletes it, and a second attempt finds the address taken"
                if not made.account:
                    ends = f"{made.what} stays: nothing takes it away, and a second attempt makes another"
                yield self.finding(
                    module.lines.span(made.call.start, made.call.callee.end),
                    f"where `{table}` cannot be written behind this, {ends}",
                    subject=f"{path} {made.what}",
                    related=tuple(Place(program.place(one.begin), "this may fail") for one in writes[:_MOST_RELATED]),
                )


def _makes(program: Program, path: str) -> Iterator[_Made]:
    calls = [one for one in program.index(path).calls if isinstance(one, Call)]
    names = {one.callee.name for one in calls if isinstance(one.callee, Member)}
    if names & {"createUser", "inviteUserByEmail"}:
        for service in service_calls(program, path):
            if service.method in ("admin.createUser", "admin.inviteUserByEmail") and isinstance(
                service.site.node, Call
            ):
                yield _Made(service.site.node, "the account", account=True)
    posting = _posting(program, path)
    requests = {one.site.node: one for one in fetches(program, path)} if posting else {}
    for call in sorted(calls, key=lambda one: one.start):
        match call.callee:
            case Member(object=Member(name=resource, object=Name(name=root)), name="create"):
                if resource in _OF_STRIPE and "stripe" in root.lower() and not _has_key(call):
                    yield _Made(call, f"what `{resource}` has got")
            case Name() | Member() if call in posting:
                if (noun := _posts(program, path, call, requests.get(call))) is not None:
                    yield _Made(call, f"what was made under `{noun}`")


def _posting(program: Program, path: str) -> set[Node]:
    """The calls in whose arguments `POST` is written."""
    index, found = program.index(path), set[Node]()
    for constant in index.nodes.get(Constant, ()):
        if isinstance(constant, Constant) and constant.value == "POST":
            parent = index.parents.get(constant)
            while parent is not None and not isinstance(parent, Function):
                found.add(parent)
                parent = index.parents.get(parent)
    return found


def _has_key(call: Call) -> bool:
    """Whether what is sent says by which key it can be found again."""
    return any(
        isinstance(part, Property) and part.key is not None and _KEYS.search(part.key)
        for argument in call.arguments
        for part in inside(argument)
    )


def _posts(program: Program, path: str, call: Call, request: FetchFact | None) -> str | None:
    """The last word of the address to which a request that makes something goes, directly or through a function."""
    if request is not None:
        if request.method != "POST" or _is_own(request.url):
            return None
        address = _text(request.url)
        noun = _noun(address) if address is not None else None
        known = (*request.headers, *(_names(request.body) if request.body is not None else ()))
        return noun if noun is not None and not any(map(_KEYS.search, known)) else None
    if not call.arguments or not any(
        isinstance(one, FunctionValue) for one in options(value(program, path, call.callee))
    ):
        return None
    given = [value(program, path, one) for one in call.arguments]
    settings = [one for each in given for one in options(each) if isinstance(one, ObjectValue)]
    method = [*given, *(one.entries[key] for one in settings for key in one.entries if key == "method")]
    texts = [text for one in given if (text := _text(one)) is not None]
    nouns = [noun for text in texts if text != "POST" and (noun := _noun(text)) is not None]
    if not nouns or not any(isinstance(one, Known) and one.value == "POST" for one in method) or _has_key(call):
        return None
    return nouns[0] if _requests(program, path, call) else None


def _requests(program: Program, path: str, call: Call) -> bool:
    """Whether a call is of a function of the program that sends its request to another service."""
    for callee in options(value(program, path, call.callee)):
        if isinstance(callee, FunctionValue):
            return any(
                one.function == callee.function and not _is_own(one.url) for one in fetches(program, callee.path)
            )
    return False


def _is_own(address: Value) -> bool:
    return any(
        (isinstance(one, Environment) and "SUPABASE" in (one.name or "SUPABASE"))
        or (isinstance(one, Known) and re.search(r"supabase|/(?:functions|rest)/v1", str(one.value)) is not None)
        for one in origins(address)
    )


def _text(content: Value) -> str | None:
    """A text, or what one that is put together ends with."""
    if isinstance(content, Concatenation) and content.parts:
        return text_of(content.parts[-1])
    return text_of(content)


def _noun(address: str) -> str | None:
    word = address.partition("?")[0].rstrip("/").rpartition("/")[2]
    return word if _LASTING.match(word) else None


def _names(body: Value) -> Iterator[str]:
    for one in origins(body):
        if isinstance(one, ObjectValue):
            yield from one.entries


def _writes(program: Program, path: str, made: _Made) -> Iterator[Query]:
    """The writes behind the call, in its own function, of what it has given."""
    index = program.index(path)
    number = index.function_of(made.call)
    bindings = derived(program, path, made.call)
    operations = ("insert", "upsert") if made.account else ("insert", "upsert", "update")
    for query in queries(program, path) if bindings else ():
        if query.operation not in operations or query.function != number or query.begin.node.start < made.call.end:
            continue
        effect = Effect("write", query.site, query.table or "", query)
        if query.run == "never" or effect.tells or _COPIES.search(effect.name):
            continue
        if uses_any(query.site.node, bindings) and not _goes_on(program, path, query):
            yield query


def _goes_on(program: Program, path: str, query: Query) -> bool:
    """Whether the failure of a write is looked at and the work goes on: who wrote it does without the row."""
    branches = [branch for _, branch in error_branches(program, path, query.site.node)]
    return bool(branches) and not any(exits(program, path, branch) for branch in branches)


def _takes_away(program: Program, path: str, made: _Made) -> bool:
    """Whether something behind the call, or in what the module keeps for it, takes away what was made."""
    index = program.index(path)
    for call in index.calls:
        callee = call.callee
        if call.start < made.call.start and index.function_of(call) == index.function_of(made.call):
            continue
        name = callee.name if isinstance(callee, Member | Name) else ""
        if _TAKES_AWAY.match(name) and not _is_query(callee):
            return True
        if any(
            isinstance(part, Property)
            and part.key == "method"
            and isinstance(part.value, Constant)
            and part.value.value == "DELETE"
            for argument in call.arguments
            for part in inside(argument)
        ):
            return True
    return False


def _is_query(callee: Node) -> bool:
    """Whether a method is one of a query: `from("orders").delete()`."""
    return isinstance(callee, Member) and any(
        isinstance(one, Member) and one.name == "from" for one in inside(callee.object)
    )


def _finds(program: Program, path: str, made: _Made) -> bool:
    """Whether the module looks whether an earlier attempt has made it."""
    if not made.account:
        callee = made.call.callee
        of = callee.object if isinstance(callee, Member) else None
        return isinstance(of, Member) and any(
            isinstance(one.callee, Member)
            and one.callee.name in ("list", "search")
            and isinstance(one.callee.object, Member)
            and one.callee.object.name == of.name
            for one in program.index(path).calls
        )
    return any(
        isinstance(node, Name | Member | Index) and _FINDS.search(getattr(node, "name", ""))
        for kind in (Name, Member)
        for node in program.index(path).nodes.get(kind, ())
    )
