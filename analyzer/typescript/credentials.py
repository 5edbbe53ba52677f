"""What in a value speaks of the caller: secrets, tokens, the verified user and what that user may do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.typescript.calls import package_call
from analyzer.typescript.queries import FILTERS
from analyzer.typescript.summaries import operands
from analyzer.typescript.values import (
    Builder,
    Called,
    Either,
    Environment,
    External,
    Global,
    Known,
    MemberOf,
    Request,
    Row,
    User,
    Value,
    options,
    text_of,
)

_ROLE_NAME = re.compile(r"role|admin|staff|moderator|permission|superuser|is_|has_|can_", re.I)
_FROM_CALLER = ("header", "query", "body", "cookie", "url", "headers", "parameter", "form")


def every(value: Value) -> Iterator[Value]:
    """All values that a value is made with, clients and queries looked into."""
    waiting = [value]
    for _ in range(200):
        if not waiting:
            return
        current = waiting.pop()
        yield current
        waiting.extend(operands(current))


def has(value: Value, kind: type) -> bool:
    """Whether a value is made with one of a kind."""
    return any(isinstance(one, kind) for one in every(value))


def from_caller(value: Value) -> bool:
    """Whether a value is made with something that the caller of the function chooses."""
    return any(isinstance(one, Request) and one.part in _FROM_CALLER for one in every(value))


def names_of(value: Value) -> str:
    """The names of the settings that a value is made with."""
    return ", ".join(one.name for one in every(value) if isinstance(one, Environment) and one.name)


def may_be_empty(value: Value) -> bool:
    """Whether an unset secret compares like an empty string: `Deno.env.get("S") || ""`."""
    return any(
        isinstance(one, Either) and any(isinstance(option, Known) and option.value == "" for option in one.options)
        for one in every(value)
    )


def is_digest(value: Value) -> bool:
    """Whether a value was computed with a hash or a signature."""
    return any(
        (isinstance(one, Global) and "subtle" in one.name)
        or (isinstance(one, MemberOf) and one.key in ("digest", "sign", "createHmac"))
        for one in every(value)
    )


def is_user_id(value: Value) -> bool:
    """Whether a value is the id or the e-mail of the verified user."""
    return any(
        isinstance(one, User) and one.how != "getSession" and one.path[-1:] in (("id",), ("sub",), ("email",))
        for one in options(value)
    )


def is_decoded(value: Value) -> bool:
    """Whether a value is read from a token of the request without verifying it."""
    return from_caller(value) and any(
        (isinstance(one, Global) and one.name in ("atob", "Buffer.from"))
        or (isinstance(one, External) and one.name in ("decodeJwt", "jwtDecode", "decode", "default"))
        or (isinstance(one, MemberOf) and one.key in ("decodeJwt", "decode"))
        for one in every(value)
    )


def found_by_caller(query: Builder) -> bool:
    """Whether a query looks for a row by a header of the request, as for an API key."""
    arguments = [one for step in query.steps if step.name in FILTERS for one in step.arguments]
    return any(
        isinstance(one, Request) and one.part == "header"
        for argument in (*arguments, *query.arguments)
        for one in every(argument)
    )


def is_paid_for(value: Value) -> bool:
    """Whether a value is how the payment stands that the request names: `sessions.retrieve(id).payment_status`.

    Who knows the id of a session that Stripe calls paid has come from its checkout.
    """
    if not isinstance(value, MemberOf) or value.key not in ("payment_status", "status", "paid"):
        return False
    asked = value.object
    package, called = package_call(asked) or ("", "")
    return (
        isinstance(asked, Called)
        and package == "stripe"
        and called.endswith(".retrieve")
        and any(map(from_caller, asked.arguments[:1]))
    )


def is_role(value: Value) -> bool:
    """Whether a value says what the verified user may do: a column of a row found by the user's id, or a claim."""
    for one in options(value):
        match one:
            case User(path=path) if path and path[0] in ("app_metadata", "role"):
                return True
            case Row(part="data", query=query, path=path):
                named = [part for part in path if part] or [text_of(query.target) or ""]
                if not _ROLE_NAME.search(named[-1]) and not _ROLE_NAME.search(text_of(query.target) or ""):
                    continue
                if any(has(argument, User) for step in query.steps for argument in step.arguments):
                    return True
                if query.kind == "rpc" and (not query.arguments or any(has(one, User) for one in query.arguments)):
                    return True
            case Called(callee=MemberOf(object=inner)) if is_role(inner):
                return True
    return False
