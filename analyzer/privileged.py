"""What code does with the service role, and what of the request decides about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.facts.typescript import Node
from analyzer.project import Project
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Query, queries
from analyzer.typescript.services import service_calls
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import (
    ArrayValue,
    Called,
    Concatenation,
    Either,
    Global,
    MemberOf,
    ObjectValue,
    Request,
    Row,
    Value,
    options,
    origins,
    text_of,
)

Kind = Literal["insert", "change", "call", "user", "invite", "upload", "file"]

_WRITES = {"insert": "insert into", "upsert": "upsert into", "update": "update", "delete": "delete from"}
_UPLOADS = frozenset({"upload", "createSignedUploadUrl", "uploadToSignedUrl"})
_FILES = frozenset({"update", "remove", "move", "copy"})
# Of the admin API of Auth: what changes users, and what makes new ones or sends them a link.
_USERS = frozenset({"admin.updateUserById", "admin.deleteUser", "admin.mfa.deleteFactor", "admin.signOut"})
_INVITES = frozenset({"admin.createUser", "admin.inviteUserByEmail", "admin.generateLink"})
# A function of the database that changes something, by its name.
_CHANGING = re.compile(
    r"^(?:add|increment|decrement|update|upsert|set|grant|revoke|delete|remove|insert|create|consume|deduct|redeem|"
    r"transfer|credit|debit|approve|reject|assign|promote|activate|deactivate|cancel|complete|process|execute|exec)",
    re.IGNORECASE,
)
# A row that is found by one of these was found by somebody who knows a secret.
_SECRET_COLUMN = re.compile(
    r"(?:^|_)(?:token|secret|code|otp|nonce|hash|signature|api_?key|key|pin|invite|state|session_id|checkout_id|payment_id|intent_id)(?:$|_)|(?:token|secret|code|hash)$",
    re.IGNORECASE,
)
_MOST_PARTS = 200  # of a value that are looked at
# What gives a text, or what it says, in another form.
_SAME = frozenset("trim toLowerCase toUpperCase toString slice replace replaceAll normalize toFixed".split())
_CONVERTS = frozenset("JSON.parse JSON.stringify String Number parseInt parseFloat atob decodeURIComponent".split())
_SENT = frozenset({"body", "query", "form", "url", "parameter"})


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that is done with the service role.

    `insert` adds a row, `change` writes rows that are there, `call` calls a function of the database that changes
    something; `user` changes a user, `invite` makes one or sends a link; `upload` adds a file, `file` changes files.
    `given` names the columns or arguments whose content is the request's as it was sent, `*` where all of it is.
    `written` names all that are written. `chosen`: the request says which rows, users or files are concerned.
    `by_secret`: only somebody who knows a token or a code can reach them.
    """

    path: str
    node: Node
    function: int
    kind: Kind
    what: str
    given: frozenset[str]
    written: frozenset[str]
    chosen: bool
    by_secret: bool
    table: str | None = None  # of a query, where it is known


def privileged_operations(project: Project, path: str) -> Iterator[Operation]:
    """What a module does with the service role that changes something: queries first, then Auth and Storage."""
    program = project.program
    for query in queries(program, path):
        if query.key == "service" and query.run != "never":
            yield from _of_query(program, path, query)
    for call in service_calls(program, path):
        if call.key != "service":
            continue
        kind = _kind_of_call(call.area, call.method)
        if kind is None:
            continue
        if call.area == "auth":
            what = f"call `auth.{call.method}`"
        else:
            what = f"call `{call.method}` on " + (f"the bucket `{call.target}`" if call.target else "a bucket")
        given = frozenset({"*"}) if any(is_sent(program, one) for one in call.arguments) else frozenset[str]()
        by_secret = any(found_by_secret(one) for one in call.arguments)
        names = call.arguments[:1] if kind == "user" else call.arguments
        chosen = any(is_sent(program, one) for one in names)
        yield Operation(path, call.site.node, call.function, kind, what, given, frozenset(), chosen, by_secret)


def found_by_secret(value: Value) -> bool:
    """Whether a value comes from a row that only somebody who knows a secret of the request can have found."""
    return any(
        isinstance(one, Row)
        and any(
            step.name == "eq"
            and len(step.arguments) > 1
            and _SECRET_COLUMN.search(text_of(step.arguments[0]) or "")
            and any(isinstance(origin, Request) for origin in origins(step.arguments[1]))
            for step in one.query.steps
        )
        for one in origins(value)
    )


def _of_query(program: Program, path: str, query: Query) -> Iterator[Operation]:
    columns = query.payload.columns if query.payload is not None else {}
    given = frozenset(one for one, content in columns.items() if is_sent(program, content))
    if query.payload is not None and not columns and _is_request(program, query.payload.value):
        given = frozenset({"*"})
    kind: Kind
    if query.operation == "rpc":
        if query.table is None or not _CHANGING.search(query.table):
            return
        kind, what, chosen = "call", f"call `{query.table}`", bool(given)
    elif query.operation in _WRITES:
        kind = "insert" if query.operation == "insert" else "change"
        what = f"{_WRITES[query.operation]} " + (f"`{query.table}`" if query.table else "a table")
        chosen = kind == "change" and any(
            is_sent(program, one.value) or _is_found_by_sent(program, one.value) for one in query.filters
        )
    else:
        return
    by_secret = any(map(found_by_secret, columns.values())) or any(
        (one.column is not None and _SECRET_COLUMN.search(one.column) and _has_request(one.value))
        or found_by_secret(one.value)
        for one in query.filters
    )
    node, written = query.site.node, frozenset(columns)
    yield Operation(path, node, query.function, kind, what, given, written, chosen, by_secret, query.table)


def _kind_of_call(area: str, method: str) -> Kind | None:
    if area == "auth":
        return "user" if method in _USERS else "invite" if method in _INVITES else None
    if area == "storage":
        return "upload" if method in _UPLOADS else "file" if method in _FILES else None
    return None


def is_sent(program: Program, content: Value) -> bool:
    """Whether a value is, or holds, what the caller sends beside headers, as it was sent or in another form."""
    waiting = [resolved(program, content)]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return False
        match waiting.pop():
            case Request(part=part) if part in _SENT:
                return True
            case Concatenation(parts=inner) | Either(options=inner) | ArrayValue(elements=inner):
                waiting += inner
            case ObjectValue(entries=entries, rest=rest):
                waiting += (*entries.values(), *rest)
            case Called(callee=MemberOf(object=inner, key=key)) if key in _SAME:
                waiting.append(inner)
            case Called(callee=Global(name=name), arguments=(first, *_)) if name in _CONVERTS:
                waiting.append(first)
            case MemberOf(object=inner):
                waiting.append(inner)
    return False


def _is_found_by_sent(program: Program, content: Value) -> bool:
    """Whether a value is of a row that was found by what the caller sent, and by nothing else."""
    for one in origins(resolved(program, content)):
        if isinstance(one, Row):
            asked = [step.arguments[1] for step in one.query.steps if step.name == "eq" and len(step.arguments) > 1]
            if asked and all(is_sent(program, argument) for argument in asked):
                return True
    return False


def _is_request(program: Program, content: Value) -> bool:
    """Whether a value is what was sent, as a whole or a part."""
    return any(isinstance(one, Request) and one.part in _SENT for one in options(resolved(program, content)))


def _has_request(content: Value) -> bool:
    return any(isinstance(one, Request) for one in origins(content))
