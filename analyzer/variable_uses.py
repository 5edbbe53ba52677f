"""What the variables of the environment are used for: two names with one use stand for one setting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from analyzer.facts.typescript import Call, Expression, Name, New
from analyzer.project import Project
from analyzer.source import Span
from analyzer.typescript.evaluate import value
from analyzer.typescript.values import (
    Concatenation,
    Environment,
    External,
    Known,
    ObjectValue,
    Value,
    options,
    origins,
)

_HOST = re.compile(r"^https?://([^/?#\s]+)")
_PREFIX = re.compile(r"^/[\w.~-]+/[\w.~-]+(?=[/?#]|$)")  # two whole segments of a path: `/api/application`


@dataclass(frozen=True, slots=True)
class Use:
    """A variable's value at work. Equal `purpose`s are the same use: the base of URLs that go on alike, a header of
    requests to the same place, the same argument of a package's constructor."""

    name: str
    purpose: tuple[str, ...]
    shown: str  # the purpose in words
    path: str
    span: Span


@lru_cache(maxsize=16)
def uses(project: Project) -> tuple[Use, ...]:
    """The uses in the functions' code whose purpose is certain, in the order of the text."""
    return tuple(use for module in project.function_modules for use in _of_module(project, module.path))


def _of_module(project: Project, path: str) -> Iterator[Use]:
    index = project.program.index(path)
    for call in index.calls:
        if isinstance(call, Call) and isinstance(call.callee, Name) and call.callee.name == "fetch" and call.arguments:
            yield from _of_request(project, path, call)
    for node in index.nodes.get(New, ()):
        if isinstance(node, New):
            yield from _of_constructor(project, path, node)


def _of_request(project: Project, path: str, call: Call) -> Iterator[Use]:
    url = call.arguments[0]
    target = value(project.program, path, url)
    where = None
    for option in options(target):
        parts = option.parts if isinstance(option, Concatenation) else (option,)
        first = parts[0]
        if isinstance(first, Known) and isinstance(first.value, str) and (host := _HOST.match(first.value)):
            where = f"https://{host[1].lower()}"
        elif len(parts) > 1 and isinstance(parts[1], Known) and isinstance(parts[1].value, str):
            prefix = _PREFIX.match(parts[1].value)
            if prefix is None:
                continue
            where = prefix[0]
            for name in _names(first):
                span = _span(project, path, url)
                yield Use(name, ("url", where), f"the base of requests to `{where}`", path, span)
    if where is not None and len(call.arguments) > 1:
        yield from _of_headers(project, path, call.arguments[1], where)


def _of_headers(project: Project, path: str, options_of_fetch: Expression, where: str) -> Iterator[Use]:
    given = value(project.program, path, options_of_fetch)
    headers = given.entries.get("headers") if isinstance(given, ObjectValue) else None
    if not isinstance(headers, ObjectValue):
        return
    for header, content in headers.entries.items():
        for name in _names(content):
            span = _span(project, path, options_of_fetch)
            shown = f"the `{header}` header of requests to `{where}`"
            yield Use(name, ("header", header.lower(), where), shown, path, span)


def _of_constructor(project: Project, path: str, node: New) -> Iterator[Use]:
    callee = value(project.program, path, node.callee)
    if not isinstance(callee, External):
        return
    for position, argument in enumerate(node.arguments):
        for name in _names(value(project.program, path, argument)):
            shown = f"argument {position + 1} of `new {callee.package}`"
            yield Use(
                name, ("new", callee.package, callee.name, str(position)), shown, path, _span(project, path, node)
            )


def _names(content: Value) -> Iterator[str]:
    """The one variable that a value is made of; of a chain `A || B`, each."""
    for option in options(content):
        names = {origin.name for origin in origins(option) if isinstance(origin, Environment) and origin.name}
        if len(names) == 1:
            yield names.pop()


def _span(project: Project, path: str, node: Expression) -> Span:
    return project.program.span(path, node)
