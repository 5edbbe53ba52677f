"""Who chooses the host of an address that code sends to, and whether anything looks at it first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.facts.typescript import Binary, Call, Constant, Expression, Member, Node, Regex
from analyzer.typescript.calls import calls, dotted, package_call
from analyzer.typescript.checks import checks_before
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import conditions
from analyzer.typescript.program import Program
from analyzer.typescript.reach import around_and_callers
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import (
    Called,
    Concatenation,
    Global,
    Known,
    MemberOf,
    Request,
    Site,
    Value,
    options,
    origins,
    same,
)
from analyzer.typescript.walk import inside

_SENT = frozenset({"body", "query", "form"})
_CLIENTS = frozenset({"axios", "ky", "got", "node-fetch", "ofetch"})
_SAME = frozenset({"toString", "trim", "href"})  # of an address, or a text: the same address
_BEFORE_HOST = re.compile(r"https?://[^/?#@]*", re.IGNORECASE)
_TRUSTED = ("signature", "secret", "role", "mode")  # whoever passes these is one of our own
_LOOKS = re.compile(r"valid|allow|safe|assert|check|block|private|ssrf|trusted|sanitiz|guard", re.IGNORECASE)
_HOSTS = frozenset({"hostname", "host", "origin"})
_SCHEME = re.compile(r"[\^/\\]*(?:\(\?:)?https?\??\)?:?[/\\]*")


@dataclass(frozen=True, slots=True)
class SentTo:
    """A request to an address whose host the caller of the function chooses."""

    site: Site  # of the address
    chosen: Request


def chosen_hosts(program: Program, path: str) -> Iterator[SentTo]:
    """The requests of a module whose host comes from the request and nothing compares with what is allowed."""
    for call in calls(program, path):
        node = call.site.node
        if not isinstance(node, Call) or not node.arguments or not _sends(call.callee):
            continue
        chosen = _chooses_host(resolved(program, value(program, path, node.arguments[0])))
        if chosen is not None and not _is_looked_at(program, path, node, chosen):
            yield SentTo(Site(path, node.arguments[0]), chosen)


def _sends(callee: Value) -> bool:
    for one in options(callee):
        if isinstance(one, Global) and one.name in ("fetch", "globalThis.fetch"):
            return True
        found = package_call(one)
        if found is not None and found[0] in _CLIENTS:
            return True
    return False


def _chooses_host(address: Value) -> Request | None:
    """The part of the request that is the whole address, or its host."""
    for option in options(address):
        match option:
            case Request(part=part) if part in _SENT and option.path:
                return option
            case Called(callee=Global(name="URL"), arguments=(inner,)):
                found = _chooses_host(inner)
            case Called(callee=MemberOf(object=inner, key=key)) | MemberOf(object=inner, key=key) if key in _SAME:
                found = _chooses_host(inner)
            case Concatenation(parts=parts):
                found = _begins_with_choice(parts)
            case _:
                found = None
        if found is not None:
            return found
    return None


def _begins_with_choice(parts: tuple[Value, ...]) -> Request | None:
    before = ""
    for part in parts:
        if isinstance(part, Known) and isinstance(part.value, str):
            before += part.value
            continue
        if before and not _BEFORE_HOST.fullmatch(before):
            return None
        return _chooses_host(part)
    return None


def _is_looked_at(program: Program, path: str, node: Node, chosen: Request) -> bool:
    """Whether those who get here are trusted, or something has looked at the address or its host before."""
    if any(check.kind in _TRUSTED for check in checks_before(program, path, node)):
        return True
    paths = {path}
    for place, reached in around_and_callers(program, path, node):
        paths.add(place)
        if any(_compares(program, place, condition.test, chosen) for condition in conditions(program, place, reached)):
            return True
    return any(_guards(program, one, chosen) for one in paths)


def _compares(program: Program, path: str, test: Node, chosen: Request) -> bool:
    """Whether a test says more of a value than that it is there, a text, or of the web."""
    for node in inside(test):
        match node:
            case Binary(operator="===" | "==" | "!==" | "!=" | "in", left=left, right=right):
                for one, other in ((left, right), (right, left)):
                    if _is_made_of(program, path, one, chosen) and not _says_little(other):
                        return True
            case Call(callee=callee, arguments=arguments):
                given = [*arguments, *([callee.object] if isinstance(callee, Member) else [])]
                if any(_is_made_of(program, path, one, chosen) for one in given) and not any(map(_is_scheme, given)):
                    return True
    return False


def _guards(program: Program, path: str, chosen: Request) -> bool:
    """Whether the value goes into a function that is called like a check, or somebody reads its host."""
    index = program.index(path)
    checked = [
        argument
        for node in index.nodes.get(Call, ())
        if isinstance(node, Call) and _LOOKS.search(dotted(node.callee))
        for argument in node.arguments
    ]
    read = [node.object for node in index.nodes.get(Member, ()) if isinstance(node, Member) and node.name in _HOSTS]
    return any(_is_made_of(program, path, one, chosen) for one in (*checked, *read))


def _is_made_of(program: Program, path: str, node: Expression, chosen: Request) -> bool:
    return any(same(one, chosen) for one in origins(resolved(program, value(program, path, node))))


def _says_little(node: Node) -> bool:
    """`null`, `""`, a length, the name of a type or of a scheme: what no host is compared with."""
    return isinstance(node, Constant) and (
        not isinstance(node.value, str) or node.value in ("", "string", "undefined", "http:", "https:")
    )


def _is_scheme(node: Node) -> bool:
    match node:
        case Constant(value=str(text)):
            return bool(_SCHEME.fullmatch(text))
        case Regex(pattern=text):
            return bool(_SCHEME.fullmatch(text))
        case _:
            return False
