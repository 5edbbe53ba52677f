"""The Supabase clients that a module makes, with the rights that each has."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.facts.typescript import Cast, Expression, Member, Name
from analyzer.platform import PUBLIC_PREFIX
from analyzer.typescript.program import Program
from analyzer.typescript.summaries import resolved
from analyzer.typescript.supabase import FACTORIES
from analyzer.typescript.values import (
    Called,
    Client,
    Either,
    Environment,
    FunctionValue,
    Global,
    KeyClass,
    Known,
    MemberOf,
    ObjectValue,
    Request,
    Site,
    Undefined,
    Unknown,
    Value,
    options,
    origins,
)

_SERVICE_NAME = re.compile(
    r"SERVICE_?ROLE|SERVICE_?KEY|SECRET_?KEYS?$|SUPABASE_SECRET|ADMIN_?KEY|SUPABASE_SERVICE", re.I
)
# `SUPABASE_KEY` holds either key; where a build copies it into the browser, it can only be the public one.
_ANON_NAME = re.compile(rf"ANON|PUBLISHABLE|SUPABASE_PUBLIC|PUBLIC_KEY|^{PUBLIC_PREFIX}SUPABASE_KEY$", re.I)


@dataclass(frozen=True, slots=True)
class CreatedClient:
    """A call that makes a Supabase client."""

    site: Site
    client: Client
    key: KeyClass
    function: int  # that makes it, or MODULE_LEVEL


def clients(program: Program, path: str) -> Iterator[CreatedClient]:
    """The clients that a module makes itself, in the order of the text."""
    from analyzer.typescript.evaluate import value

    found = program.index(path)
    factories = FACTORIES | {
        name.local for one in found.module.imports for name in one.names if name.imported in FACTORIES
    }
    for call in found.calls:
        callee: Expression = call.callee
        while isinstance(callee, Cast):
            callee = callee.value
        if not (isinstance(callee, Name | Member) and callee.name in factories):
            continue
        made = value(program, path, call)
        if isinstance(made, Client) and made.at is not None and made.at.node is call and made.factory != "parameter":
            known = resolved(program, made)
            client = known if isinstance(known, Client) else made
            yield CreatedClient(Site(path, call), client, key_class(client), program.function_of(path, call))


def key_class(client: Client) -> KeyClass:
    """The rights of a client: `user` acts as the caller, `service+user` has the service key and the caller's token.

    A service key with a user's token in the Authorization header acts as that user:
    https://supabase.com/docs/guides/database/postgres/row-level-security
    """
    if client.role:
        return client.role
    token = authorization(client)
    key = key_kind(client.key)
    if client.factory in ("createServerClient", "createServerSupabaseClient") or client.factory.endswith(
        ("ServerComponentClient", "RouteHandlerClient", "ServerActionClient", "MiddlewareClient", "PagesServerClient")
    ):
        return "service" if key == "service" and not _has_cookies(client) else "user" if key != "service" else key
    if token is None:
        return key
    carried = key_kind(_without_bearer(token))
    if carried == "service":
        return "service"
    if key == "service":
        return "service+user" if carried == "unknown" else "service"
    return "user" if carried == "unknown" else key


def _has_cookies(client: Client) -> bool:
    """Whether a server client reads a session; many give an admin client functions that do nothing."""
    if not isinstance(client.options, ObjectValue):
        return client.options is not None
    cookies = client.options.entries.get("cookies")
    if not isinstance(cookies, ObjectValue):
        return cookies is not None
    return not all(isinstance(one, FunctionValue) and _is_empty(one) for one in cookies.entries.values())


def _is_empty(function: FunctionValue) -> bool:
    at = function.at
    return at is not None and at.node.end - at.node.start < len("getAll() { return undefined; }") + 4


def authorization(client: Client) -> Value | None:
    """The Authorization header that a client sends, or the token that it asks a function for."""
    if not isinstance(client.options, ObjectValue):
        return None
    if "accessToken" in client.options.entries:
        return client.options.entries["accessToken"]
    group = client.options.entries.get("global")
    for one in options(group) if group is not None else ():
        headers = one.entries.get("headers") if isinstance(one, ObjectValue) else None
        for table in options(headers) if headers is not None else ():
            if isinstance(table, ObjectValue):
                for name, header in table.entries.items():
                    if name.lower() == "authorization" and not _is_nothing(header):
                        return header
                for spread in table.rest:
                    if isinstance(spread, Request):
                        return spread
            elif isinstance(table, Request):
                return table
    return None


def _is_nothing(value: Value) -> bool:
    return isinstance(value, Undefined) or (isinstance(value, Known) and value.value in ("", None))


def _without_bearer(token: Value) -> Value:
    """The token in an Authorization header's value."""
    for one in origins(token):
        if isinstance(one, Environment):
            return one
        if isinstance(one, Known) and isinstance(one.value, str) and len(one.value) > len("Bearer ") + 20:
            return Known(one.value.removeprefix("Bearer ").strip())
    return Unknown("a token")


def key_kind(key: Value) -> KeyClass:
    """What kind of Supabase key a value is: `anon` or `service`, where its name or its own text says so.

    Of several choices the first that is known counts, as it is the one that is meant.
    """
    for option in options(key):
        kind = _kind_of_one(option)
        if kind != "unknown":
            return kind
    return "unknown"


def _kind_of_one(key: Value) -> KeyClass:
    match key:
        case Known(value=str() as text):
            return _kind_of_text(text)
        case Environment(name=str() as name):
            return _kind_of_name(name)
        case MemberOf(object=inner, key=str() as member):
            kind = _kind_of_name(member)
            return kind if kind != "unknown" else _kind_of_one(inner)
        case MemberOf(object=inner):
            return _kind_of_one(inner)
        case Called(callee=MemberOf(object=inner, key=str())):
            return _kind_of_one(inner)
        case Called(callee=Global(), arguments=(first, *_)):
            return key_kind(first)
        case Called(arguments=arguments):
            for argument in arguments:
                if isinstance(argument, Known) and isinstance(argument.value, str):
                    return _kind_of_name(argument.value)
        case Either():
            return key_kind(key)
    return "unknown"


def _kind_of_name(name: str) -> KeyClass:
    if _SERVICE_NAME.search(name):
        return "service"
    return "anon" if _ANON_NAME.search(name) else "unknown"


def _kind_of_text(text: str) -> KeyClass:
    if text.startswith("sb_secret_"):
        return "service"
    if text.startswith("sb_publishable_"):
        return "anon"
    role = jwt_role(text)
    return "service" if role == "service_role" else "anon" if role == "anon" else "unknown"


def jwt_role(text: str) -> str:
    """The `role` claim of a JWT, or nothing."""
    parts = text.strip().split(".")
    if len(parts) != 3 or not text.startswith("eyJ"):
        return ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, UnicodeDecodeError):
        return ""
    role = claims.get("role") if isinstance(claims, dict) else None
    return role if isinstance(role, str) else ""
