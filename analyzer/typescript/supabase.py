"""What the members of supabase-js mean."""

from __future__ import annotations

from typing import Literal

from analyzer.typescript.values import (
    Builder,
    Called,
    Client,
    Environment,
    External,
    MemberOf,
    ObjectValue,
    Outcome,
    Site,
    Step,
    Undefined,
    Unknown,
    Value,
    text_of,
)

SUPABASE_JS = "@supabase/supabase-js"
_AUTH_HELPERS = frozenset(
    [
        "createClientComponentClient",
        "createServerComponentClient",
        "createRouteHandlerClient",
        "createServerActionClient",
        "createMiddlewareClient",
        "createPagesBrowserClient",
        "createPagesServerClient",
        "createServerSupabaseClient",
        "createBrowserSupabaseClient",
        "createMiddlewareSupabaseClient",
        "useSupabaseClient",
        "createSupabaseClient",
        "createSupabaseServerClient",
        "createSupabaseLoadClient",
    ]
)
_SSR = frozenset({"createBrowserClient", "createServerClient"})
# https://supabase.nuxtjs.org/services/serversupabaseclient: imported from `#supabase/server`, or without any import
_NUXT: dict[str, Literal["anon", "service", "user"]] = {
    "serverSupabaseClient": "user",
    "serverSupabaseServiceRole": "service",
    "useSupabaseClient": "anon",
}
FACTORIES = frozenset(_NUXT) | _AUTH_HELPERS | _SSR | {"createClient"}


def new_client(callee: External, arguments: tuple[Value, ...], at: Site) -> Client | None:
    """The client that a factory of a Supabase package makes."""
    package, name = callee.package, callee.name
    first = arguments[0] if arguments else Undefined(at)
    second = arguments[1] if len(arguments) > 1 else Undefined(at)
    third = arguments[2] if len(arguments) > 2 else None
    if name == "createClient" and package in (SUPABASE_JS, "@supabase/ssr", "@supabase/server"):
        return Client(first, second, third, name, _schema_of(third), at=at)
    if name in _SSR and package in ("@supabase/ssr", "@supabase/auth-helpers-remix", "@supabase/auth-helpers-nextjs"):
        return Client(first, second, third, name, _schema_of(third), at=at)
    if package.startswith(("#", "@nuxtjs/supabase")):
        return nuxt_client(name, at)
    if name in _AUTH_HELPERS and package.startswith(("@supabase/auth-helpers", SUPABASE_JS)):
        url = Environment("NEXT_PUBLIC_SUPABASE_URL", "process.env", at=at)
        key = Environment("NEXT_PUBLIC_SUPABASE_ANON_KEY", "process.env", at=at)
        return Client(url, key, arguments[-1] if arguments else None, name, at=at)
    return None


def nuxt_client(name: str, at: Site) -> Client | None:
    """The client that a function of Nuxt's Supabase module gives."""
    if name not in _NUXT:
        return None
    unknown = Unknown("set by Nuxt", at)
    return Client(unknown, unknown, None, name, role=_NUXT[name], at=at)


def _schema_of(options: Value | None) -> str:
    if isinstance(options, ObjectValue):
        database = options.entries.get("db")
        if isinstance(database, ObjectValue) and "schema" in database.entries:
            return text_of(database.entries["schema"]) or ""
    return ""


def typed_client(type_text: str, at: Site | None) -> Client | None:
    """The client that a parameter of this type holds: all that is known is that it is one."""
    bare = type_text.rpartition("|")[0].strip() if type_text.endswith(("null", "undefined")) else type_text
    head = bare.partition("<")[0].strip()
    if head in ("SupabaseClient", "TypedSupabaseClient", "SupabaseClientType") or head.endswith(".SupabaseClient"):
        return Client(Unknown("a parameter", at), Unknown("a parameter", at), None, "parameter", at=at)
    if bare.startswith("ReturnType<typeof createClient"):
        return Client(Unknown("a parameter", at), Unknown("a parameter", at), None, "parameter", at=at)
    return None


def member_of_client(source: Value, key: str | None, at: Site | None) -> Value:
    """A property of a client, or of one of its areas (`client.auth`, `client.auth.admin`)."""
    return MemberOf(source, key, at)


def method_of_client(source: Value, name: str, arguments: tuple[Value, ...], at: Site) -> Value | None:
    """The result of a method of a client, of its areas or of a query."""
    first = arguments[0] if arguments else Undefined(at)
    match source:
        case Client():
            return _method_of_whole(source, name, arguments, first, at)
        case Builder(client=client, kind=kind, target=target, steps=steps, at=begun, arguments=given):
            return Builder(client, kind, target, (*steps, Step(name, arguments, at)), begun, given)
        case MemberOf(object=Client() as client, key="storage") if name == "from":
            return Called(MemberOf(source, "from", at), arguments, False, at)
        case MemberOf(object=Client() as client, key=("auth" | "storage" | "functions" | "realtime") as area):
            return Outcome(client, area, name, arguments, (), at)
        case MemberOf(object=MemberOf(object=Client() as client, key="auth"), key=str() as group):
            return Outcome(client, "auth", f"{group}.{name}", arguments, (), at)
        case Called(callee=MemberOf(object=MemberOf(object=Client() as client, key="storage")), arguments=bucket):
            return Outcome(client, "storage", name, (*bucket, *arguments), (), at)
    return None


def _method_of_whole(client: Client, name: str, arguments: tuple[Value, ...], first: Value, at: Site) -> Value | None:
    match name:
        case "from":
            return Builder(client, "from", first, (), at)
        case "rpc":
            return Builder(client, "rpc", first, (), at, arguments[1:])
        case "schema":
            return Client(
                client.url, client.key, client.options, client.factory, text_of(first) or "", client.role, client.at
            )
    return None
