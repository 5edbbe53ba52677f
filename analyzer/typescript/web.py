"""The parts of a request, in the Fetch API and in the common frameworks."""

from __future__ import annotations

from analyzer.typescript.values import Called, MemberOf, Request, Site, Value, text_of

_REQUEST_MEMBERS: dict[str, Request] = {
    "headers": Request("headers"),
    "method": Request("method"),
    "url": Request("url"),
    "body": Request("body"),
    "query": Request("query"),
    "params": Request("parameter"),
    "nextUrl": Request("url"),
    "originalUrl": Request("url"),
    "cookies": Request("cookie"),
    "raw": Request("request"),
    "req": Request("request"),
    "request": Request("request"),
    "rawBody": Request("body"),
}
_BODIES = frozenset({"json", "text", "arrayBuffer", "blob", "bytes", "parseBody", "raw"})
_HEADER_METHODS = frozenset({"get", "has", "entries", "keys", "values", "forEach", "set", "append", "delete"})
_ANSWERS = frozenset({"json", "text", "html", "body", "redirect", "newResponse", "notFound"})  # of Hono
_READS = frozenset({"get", "getAll", "has"})


def member_of_request(source: Request, key: str | None, at: Site | None) -> Value:
    """A property of a request or of a part of it. Methods become a part with their name at the end of the path."""
    part, path = source.part, source.path
    if part in ("request", "context") and not path:
        if key in _REQUEST_MEMBERS:
            return Request(_REQUEST_MEMBERS[key].part, (), at)
        return Request(part, (key,), at)
    if part == "headers" and not path:
        if key in _HEADER_METHODS or key is None:
            return Request(part, (key,), at)
        return Request("header", (key.lower(),), at)
    if part == "url" and key in ("searchParams", "query", "search"):
        return Request("query", (), at)
    if key is None and part != "cookie":
        return source  # a position in an array
    return Request(part, (*path, key), at)


def call_of_request(callee: Request, arguments: tuple[Value, ...], at: Site) -> Value:
    """A call of a method; its name is the last step of the path."""
    part, path = callee.part, callee.path
    name = path[-1] if path else None
    first = arguments[0] if arguments else None
    key = text_of(first) if first is not None else None
    match part, name:
        case (("request" | "context"), _) if len(path) == 1:
            return _call_of_whole(callee, name, key, arguments, at)
        case "headers", ("get" | "has"):
            return Request("header", (key.lower() if key is not None else None,), at)
        case (("query" | "cookie" | "form" | "body" | "parameter"), _) if name in _READS:
            return Request(part, (*path[:-1], key), at)
        case _, ("entries" | "values" | "keys"):
            return Request(part, path[:-1], at)
        case (("url" | "headers"), ("toString" | "href")):
            return Request(part, path[:-1], at)
        case "parameter", None:  # Next: `await params`
            return callee
        case "body", _ if path and path[-1] in _BODIES:  # Oak: `ctx.request.body.json()`
            return Request("body", path[:-1], at)
        case "body", None:  # Oak: `ctx.request.body()`
            return callee
        case "cookie", None:  # Next: `cookies()`
            return callee
        case "headers", None:
            return callee
    source: Value = Request(part, path[:-1], callee.at) if path else callee
    return Called(MemberOf(source, name, at) if path else source, arguments, False, at)


def _call_of_whole(callee: Request, name: str | None, key: str | None, rest: tuple[Value, ...], at: Site) -> Value:
    if callee.part == "context" and name in _ANSWERS:
        return Called(MemberOf(Request(callee.part, (), callee.at), name, at), rest, False, at)
    if name in _BODIES:
        return Request("body", (), at)
    match name:
        case "clone":
            return Request("request", (), at)
        case "formData":
            return Request("form", (), at)
        case "header" | "get":
            return Request("header", (key.lower(),), at) if key is not None else Request("headers", (), at)
        case "query" | "queries":
            return Request("query", (key,) if key is not None else (), at)
        case "param":
            return Request("parameter", (key,) if key is not None else (), at)
        case "valid":
            return Request("query" if key in ("query", "param") else "body", (), at)
        case "cookie":
            return Request("cookie", (key,), at)
    return Called(MemberOf(Request(callee.part, (), callee.at), name, at), rest, False, at)
