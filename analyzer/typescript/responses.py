"""The responses that a module gives, and the requests that it sends with `fetch`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.facts.typescript import Call, Expression, New
from analyzer.typescript.program import Program
from analyzer.typescript.promises import Run, use_of
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import (
    Called,
    Concatenation,
    Environment,
    External,
    FunctionValue,
    Global,
    Known,
    MemberOf,
    ObjectValue,
    Request,
    Site,
    Undefined,
    Unknown,
    Value,
    options,
    text_of,
)

ResponseKind = Literal["json", "text", "redirect", "empty", "unknown"]


@dataclass(frozen=True, slots=True)
class ResponseFact:
    """One response. `headers` has the known names in lower case; `complete` where there are no others.

    Where a helper makes it (`json(data, 400)`) the place is the helper's call.
    """

    site: Site
    status: Value  # Known(200) where none is given
    kind: ResponseKind
    body: Value
    headers: dict[str, Value]
    complete: bool
    function: int
    through: FunctionValue | None = None

    @property
    def status_code(self) -> int | None:
        """The status where it is certain."""
        value = self.status.value if isinstance(self.status, Known) else None
        return value if isinstance(value, int) and not isinstance(value, bool) else None


def responses(program: Program, path: str) -> Iterator[ResponseFact]:
    """The responses that a module makes, also through helpers, in the order of the text."""
    for call in sorted(program.index(path).calls, key=lambda one: (one.start, one.end)):
        yield from response_at(program, path, call)


def responds(program: Program, path: str, call: Call | New) -> bool:
    """Whether a call makes a response."""
    return any(True for _ in response_at(program, path, call))


def response_at(program: Program, path: str, call: Call | New) -> Iterator[ResponseFact]:
    """The response that a call makes; several where a helper makes different ones."""
    from analyzer.typescript.evaluate import value

    made = value(program, path, call)
    callee = value(program, path, call.callee) if isinstance(call, Call) else None
    through = callee if isinstance(callee, FunctionValue) else None
    number = program.function_of(path, call)
    seen = 0
    for one in options(made):
        if not isinstance(one, Called) or one.at is None:
            continue
        own = one.at.node is call
        if not own and (through is None or not _simple(program, through)):
            continue
        found = _response(one, Site(path, call), number, None if own else through)
        if found is not None and seen < 3:
            seen += 1
            yield found


def _simple(program: Program, function: FunctionValue) -> bool:
    """Whether a function is a helper that only makes a response, and not a handler of its own."""
    from analyzer.facts.typescript import Await
    from analyzer.typescript.walk import inside

    key = "simple helper", f"{function.path}:{function.function}"
    known = program.answers.get(key)
    if known is None:
        body = program.modules[function.path].functions[function.function]
        known = program.answers[key] = body.end - body.start <= _HELPER_SIZE and not any(
            isinstance(node, Await) for statement in body.body for node in inside(statement)
        )
    return bool(known)


_HELPER_SIZE = 2_000  # characters


def _response(made: Called, site: Site, number: int, through: FunctionValue | None) -> ResponseFact | None:
    arguments = made.arguments
    first = arguments[0] if arguments else Undefined(made.at)
    second = arguments[1] if len(arguments) > 1 else None
    match made.callee:
        case Global(name="Response") | External(name="NextResponse" | "Response") if made.new:
            return _constructed(first, second, site, number, through)
        case Global(name="Response.json"):
            return _with_options(first, second, "json", site, number, through)
        case MemberOf(object=External(name="NextResponse"), key="json"):
            return _with_options(first, second, "json", site, number, through)
        case Global(name="Response.redirect") | MemberOf(object=External(name="NextResponse"), key="redirect"):
            status = second if second is not None else Known(302)
            return ResponseFact(site, status, "redirect", Undefined(), {"location": first}, True, number, through)
        case MemberOf(object=Request(part="context"), key=("json" | "text" | "html" | "body" | "redirect") as key):
            status = second if second is not None else Known(302 if key == "redirect" else 200)
            kind: ResponseKind = "json" if key == "json" else "redirect" if key == "redirect" else "text"
            return ResponseFact(site, status, kind, first, {}, False, number, through)
        case External(package="@sveltejs/kit", name="json"):
            return _with_options(first, second, "json", site, number, through)
    return None


def _constructed(
    body: Value, init: Value | None, site: Site, number: int, through: FunctionValue | None
) -> ResponseFact:
    kind: ResponseKind = "unknown"
    match body:
        case Called(callee=Global(name="JSON.stringify"), arguments=(inner, *_)):
            kind, body = "json", inner
        case Undefined() | Known(value=None):
            kind = "empty"
        case Known() | Concatenation():
            kind = "text"
    return _with_options(body, init, kind, site, number, through)


def _with_options(
    body: Value, init: Value | None, kind: ResponseKind, site: Site, number: int, through: FunctionValue | None
) -> ResponseFact:
    status: Value = Known(200)
    headers: dict[str, Value] = {}
    complete = True
    chosen = next((one for one in options(init) if isinstance(one, ObjectValue)), None) if init is not None else None
    if chosen is not None:
        status = chosen.entries.get("status", status)
        complete = chosen.complete or "headers" in chosen.entries
        headers, known = header_names(chosen.entries.get("headers"))
        complete = complete and known
    elif init is not None and not isinstance(init, Undefined):
        status, complete = Unknown("options that are not followed"), False
    if kind in ("unknown", "text"):
        content_type = text_of(headers["content-type"]) if "content-type" in headers else None
        if content_type is not None and "json" in content_type:
            kind = "json"
    return ResponseFact(site, status, kind, body, headers, complete, number, through)


def header_names(headers: Value | None) -> tuple[dict[str, Value], bool]:
    """The headers of a table by their names in lower case, and whether there are no others."""
    if headers is None or isinstance(headers, Undefined):
        return {}, True
    found: dict[str, Value] = {}
    complete = True
    for one in options(headers):
        if isinstance(one, ObjectValue):
            for name, value in one.entries.items():
                found.setdefault(name.lower(), value)
            complete = complete and one.complete
        else:
            complete = False
    return found, complete


@dataclass(frozen=True, slots=True)
class FetchFact:
    """One `fetch`. `url` is its symbolic address; `base` what it begins with, `path` the constant text behind that."""

    site: Site
    url: Value
    base: Value
    path: str | None
    method: str | None  # GET where none is given; None where it is computed
    headers: dict[str, Value]  # by name in lower case
    authorization: Value | None
    body: Value | None  # before JSON.stringify
    run: Run
    reads: frozenset[str]  # `ok`, `status`, `json` ...; `*` where the response goes elsewhere
    function: int


def fetches(program: Program, path: str) -> Iterator[FetchFact]:
    """The calls of `fetch` in a module, in the order of the text."""
    from analyzer.typescript.evaluate import value

    for call in sorted(program.index(path).calls, key=lambda one: (one.start, one.end)):
        if not isinstance(call, Call) or not call.arguments:
            continue
        callee = value(program, path, call.callee)
        if isinstance(callee, Global) and callee.name == "fetch":
            yield _fetch(program, path, call, call.arguments)


def _fetch(program: Program, path: str, call: Call, arguments: tuple[Expression, ...]) -> FetchFact:
    from analyzer.typescript.evaluate import value

    url = resolved(program, value(program, path, arguments[0]))
    if isinstance(url, Called) and isinstance(url.callee, Global) and url.callee.name == "URL" and url.arguments:
        url = url.arguments[0]
    settings = resolved(program, value(program, path, arguments[1])) if len(arguments) > 1 else None
    chosen = next((one for one in options(settings) if isinstance(one, ObjectValue)), None) if settings else None
    method: str | None = "GET"
    headers: dict[str, Value] = {}
    body: Value | None = None
    if chosen is not None:
        given = chosen.entries.get("method")
        if given is not None:
            verb = text_of(given)
            method = verb.upper() if verb is not None else None
        headers, _ = header_names(chosen.entries.get("headers"))
        body = chosen.entries.get("body")
        if isinstance(body, Called) and body.callee == Global("JSON.stringify") and body.arguments:
            body = body.arguments[0]
    elif settings is not None:
        method = None
    run, reads = use_of(program, path, call)
    base, tail = split_address(url)
    return FetchFact(
        Site(path, call),
        url,
        base,
        tail,
        method,
        headers,
        headers.get("authorization"),
        body,
        run,
        frozenset(reads),
        program.function_of(path, call),
    )


def split_address(url: Value) -> tuple[Value, str | None]:
    """What an address begins with, and the constant text that follows (up to the next part that is not constant)."""
    for one in options(url):
        match one:
            case Known(value=str() as text):
                scheme, separator, rest = text.partition("://")
                if not separator:
                    return Known("", one.at), text
                host, slash, tail = rest.partition("/")
                return Known(f"{scheme}://{host}", one.at), slash + tail
            case Concatenation(parts=(Known(value=str() as text), *_)) if "://" in text:
                return split_address(Known(text, one.at))
            case Concatenation(parts=(first, Known(value=str() as text), *_)):
                return first, text
            case Concatenation(parts=(first, *_)):
                return first, None
            case Environment() | MemberOf() | Called():
                return one, ""
    return url, None
