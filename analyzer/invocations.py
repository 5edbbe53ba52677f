"""The calls of edge functions by name, with what they send and what they read of the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from analyzer.facts.typescript import MODULE_LEVEL, Call, Expression, Member, Name, New
from analyzer.platform import FUNCTION_URL, PROJECT_HOST
from analyzer.project import Project
from analyzer.source import Span
from analyzer.typescript.program import Program
from analyzer.typescript.promises import Run, use_of
from analyzer.typescript.responses import header_names
from analyzer.typescript.summaries import callers, mentions, resolved, substituted
from analyzer.typescript.values import (
    Called,
    Client,
    Concatenation,
    Environment,
    Global,
    Known,
    MemberOf,
    ObjectValue,
    Outcome,
    Site,
    Undefined,
    Unknown,
    Value,
    either,
    options,
    origins,
    text_of,
)

_ASIDE = re.compile(r"(?:^|[/_.-])(?:archived?|backups?|deprecated|old|unused)(?:[_.-][^/]*)?/", re.IGNORECASE)
_LOCAL = ("/", "http://localhost", "http://127.0.0.1")
_MOST_CALLERS = 60  # of a function that hands on a name or what is sent
_MAX_DEPTH = 3  # functions that hand it on to each other
_NOT_FOLLOWED = Unknown("options that are not followed")


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A call of a function of this project: `functions.invoke("name")`, or a request to `.../functions/v1/name`.

    Where a function of the application makes it for its callers (`invoke(name, body)`), there is one for each of
    those, at the place of the caller.
    """

    slug: str
    path: str
    span: Span  # of the name, or of the address
    site: Site  # the call of `invoke` or `fetch`
    how: Literal["invoke", "fetch"]
    tail: str  # what follows the name in the address: `/sub`, `?id=1`
    method: str | None  # None: it is computed
    headers: dict[str, Value]  # by name in lower case
    headers_known: bool  # whether there are no others
    body: Value  # before JSON.stringify; Undefined where nothing is sent, Unknown where that cannot be told
    run: Run
    reads: frozenset[str]  # of the result: `data`, `error`, `ok`, `status` ...; `*` where it goes elsewhere
    caller: Site | None = None  # the call of the application's function that makes it

    @property
    def is_set_aside(self) -> bool:
        """Whether the call stands in a folder of code that is kept and not used."""
        return bool(_ASIDE.search(self.path))


@lru_cache(maxsize=16)
def function_calls(project: Project) -> tuple[FunctionCall, ...]:
    """The calls whose function is known, in the order of the files. Calls of other projects are left out."""
    return tuple(_calls(project))


def _calls(project: Project) -> Iterator[FunctionCall]:
    program = project.program
    for path in project.modules:
        for call in sorted(program.index(path).calls, key=lambda one: (one.start, one.end)):
            name = call.callee.name if isinstance(call.callee, Member | Name) else ""
            if not isinstance(call, Call) or not call.arguments:
                continue
            if name == "invoke" and _is_invoke(program, path, call):
                yield from _sent(project, path, call, "invoke")
            elif name == "fetch" and _is_fetch(program, path, call):
                yield from _sent(project, path, call, "fetch")


def _is_invoke(program: Program, path: str, call: Call) -> bool:
    from analyzer.typescript.evaluate import value

    return any(
        isinstance(one, Outcome) and one.area == "functions" and one.method == "invoke" and not one.path
        for one in options(value(program, path, call))
    )


def _is_fetch(program: Program, path: str, call: Call) -> bool:
    from analyzer.typescript.evaluate import value

    callee = value(program, path, call.callee)
    return isinstance(callee, Global) and callee.name == "fetch"


@dataclass(frozen=True, slots=True)
class _Given:
    """What is given to a call, as one caller of the function around it has it."""

    target: Value
    settings: Value | None
    span: Span
    caller: Site | None


def _sent(project: Project, path: str, call: Call, how: Literal["invoke", "fetch"]) -> Iterator[FunctionCall]:
    from analyzer.typescript.evaluate import value

    program = project.program
    first, second = call.arguments[0], call.arguments[1] if len(call.arguments) > 1 else None
    given = _Given(
        value(program, path, first),
        value(program, path, second) if second is not None else None,
        program.span(path, first),
        None,
    )
    client_headers = _client_headers(program, path, call) if how == "invoke" else ({}, True)
    run, reads = use_of(program, path, call)
    for one in _by_caller(program, path, program.function_of(path, call), given, 0):
        for slug, tail in _named(project, one.target, how):
            method, headers, known, body = _settings(program, one.settings, "POST" if how == "invoke" else "GET")
            yield FunctionCall(
                slug,
                one.caller.path if one.caller is not None else path,
                one.span,
                Site(path, call),
                how,
                tail,
                method,
                {**client_headers[0], **headers},
                known and client_headers[1],
                body,
                run,
                frozenset(reads),
                one.caller,
            )


def _by_caller(program: Program, path: str, number: int, given: _Given, depth: int) -> Iterator[_Given]:
    """What is given, once for each caller of the function that hands it on."""
    handed_on = number != MODULE_LEVEL and depth < _MAX_DEPTH and _is_handed_on(given)
    sites = callers(program, path, number) if handed_on else []
    if not sites or len(sites) > _MOST_CALLERS:
        yield _Given(
            resolved(program, given.target),
            resolved(program, given.settings) if given.settings is not None else None,
            given.span,
            given.caller,
        )
        return
    for site in sites:
        if isinstance(site.node, Call | New):
            yield from _by_caller(
                program,
                site.path,
                program.function_of(site.path, site.node),
                _substituted(program, path, number, given, site, site.node),
                depth + 1,
            )


def _is_handed_on(given: _Given) -> bool:
    """Whether the callers decide which function is called, or which keys are sent."""
    if mentions(given.target) and not any(FUNCTION_URL.search(_joined(option)) for option in options(given.target)):
        return True
    if given.settings is None or not mentions(given.settings):
        return False
    if not isinstance(given.settings, ObjectValue):
        return True
    body = given.settings.entries.get("body")
    shown = [_parsed(one) for one in options(body)] if body is not None else list(given.settings.rest)
    return any(not (isinstance(one, ObjectValue) and one.complete) and mentions(one) for one in shown)


def _substituted(program: Program, path: str, number: int, given: _Given, site: Site, call: Call | New) -> _Given:
    from analyzer.typescript.evaluate import value

    function = program.modules[path].functions[number]
    arguments: dict[int, Value] = {}
    for position, parameter in enumerate(function.parameters):
        if position < len(call.arguments):
            arguments[position] = value(program, site.path, call.arguments[position])
        elif parameter.default is not None:
            arguments[position] = value(program, path, parameter.default)
        else:
            arguments[position] = Undefined(site)
    target = substituted(program, given.target, path, number, arguments)
    settings = substituted(program, given.settings, path, number, arguments) if given.settings is not None else None
    span = given.span
    if mentions(given.target, path, number) or given.caller is None:
        written = next((one for one in call.arguments if _is_text(program, site.path, one)), None)
        span = program.span(site.path, written if written is not None else call.callee)
    return _Given(target, settings, span, given.caller or site)


def _is_text(program: Program, path: str, node: Expression) -> bool:
    from analyzer.typescript.evaluate import value

    return text_of(value(program, path, node)) is not None


def _client_headers(program: Program, path: str, call: Call) -> tuple[dict[str, Value], bool]:
    """The headers that a client adds to all its requests: `createClient(url, key, { global: { headers } })`."""
    from analyzer.typescript.evaluate import value

    found: dict[str, Value] = {}
    known = True
    for one in options(value(program, path, call)):
        client = resolved(program, one.client) if isinstance(one, Outcome) else None
        if not isinstance(client, Client) or not isinstance(client.options, ObjectValue):
            continue
        group = client.options.entries.get("global")
        if isinstance(group, ObjectValue):
            headers, complete = header_names(group.entries.get("headers"))
            found.update(headers)
            known = known and complete
    return found, known


def _settings(
    program: Program, settings: Value | None, method: str
) -> tuple[str | None, dict[str, Value], bool, Value]:
    """The method, the headers, whether those are all, and the body."""
    if settings is None or isinstance(settings, Undefined):
        return method, {}, True, Undefined()
    found = resolved(program, settings)
    if not isinstance(found, ObjectValue):
        return None, {}, False, _NOT_FOLLOWED
    given = found.entries.get("method")
    verb = text_of(given) if given is not None else None if found.rest else method
    headers, known = header_names(found.entries.get("headers"))
    body = found.entries.get("body", _NOT_FOLLOWED if found.rest else Undefined())
    if "body" in found.maybe:
        body = _NOT_FOLLOWED
    shown = [option for one in options(body) for option in options(_parsed(one))]
    return verb.upper() if verb is not None else None, headers, known and not found.rest, either(shown, "?:")


def _parsed(body: Value) -> Value:
    """What a body is before JSON.stringify."""
    if isinstance(body, Called) and body.callee == Global("JSON.stringify") and body.arguments:
        return body.arguments[0]
    return body


def _named(project: Project, target: Value, how: str) -> Iterator[tuple[str, str]]:
    """The functions that a name or an address of this project means, each with what follows its name."""
    for option in options(target):
        if how == "fetch":
            yield from _requested(project, option)
            continue
        first = option.parts[0] if isinstance(option, Concatenation) else option
        text = text_of(first) or ""
        slug = text.split("/")[0].split("?")[0]
        if slug and (text != slug or first is option):  # `x-${kind}` names none
            yield slug, text[len(slug) :]


def _requested(project: Project, url: Value) -> Iterator[tuple[str, str]]:
    """The functions that an address of this project names."""
    if isinstance(url, Called) and isinstance(url.callee, Global) and url.callee.name == "URL" and url.arguments:
        url = url.arguments[0]
    for option in options(url):
        parts = option.parts if isinstance(option, Concatenation) else (option,)
        text = _joined(option)
        match = FUNCTION_URL.search(text)
        if match is None or _is_foreign(project, parts, text):
            continue
        name = match["path"] or match["host"]
        if name and not text.startswith("\0", match.end()):  # `/functions/v1/${name}` names none, `x-${kind}` neither
            yield name, text[match.end() :]


def _joined(address: Value) -> str:
    return "".join(map(_text, address.parts if isinstance(address, Concatenation) else (address,)))


def _text(part: Value) -> str:
    """The text of a part of an address, with a NUL for what is not known."""
    match part:
        case Known(value=str() as text):
            return text
        case Called(callee=MemberOf(key="replace" | "replaceAll"), arguments=(_, Known(value=str() as text))):
            return "\0" + text  # `url.replace(".supabase.co", ".functions.supabase.co")`
    return "\0"


def _is_foreign(project: Project, parts: tuple[Value, ...], text: str) -> bool:
    """Whether the address belongs to another project, or may."""
    host = PROJECT_HOST.search(text)
    if host is not None:
        return host["ref"] not in _refs(project)
    first = parts[0]
    if isinstance(first, Known):
        return not (isinstance(first.value, str) and first.value.startswith(_LOCAL))
    names = [origin.name or "" for origin in origins(first) if isinstance(origin, Environment)]
    return not any("SUPABASE" in name or "FUNCTIONS" in name for name in names)


def _refs(project: Project) -> frozenset[str]:
    entry = project.config.get("project_id") if project.config is not None else None
    return frozenset({entry.value.text}) if entry is not None and entry.value.text else frozenset()
