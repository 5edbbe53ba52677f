"""What a stretch of code changes outside itself: rows, other functions, other services."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.facts.typescript import Call, Closure, Member, Name, New, Node
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Query, queries
from analyzer.typescript.responses import FetchFact, fetches
from analyzer.typescript.services import ServiceCall, service_calls
from analyzer.typescript.values import FunctionValue, Site, options
from analyzer.typescript.walk import inside

_WRITES = ("insert", "update", "upsert", "delete", "rpc")
_DEEPEST = 4  # calls that are followed into one another

# Tables that only tell of the work, and columns that only tell how it stands.
_TELLS = re.compile(
    r"log|audit|event|analytic|metric|stat(?:s|istic)|history|notif|track|telemetry|usage|activit|cache|rate_?limit|view"
    r"|trace|debug|webhook|idempot|processed|dedup",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Effect:
    """One change: a `write` of a table or call of a database function, an `invoke` of a function, a `request`."""

    kind: Literal["write", "invoke", "request"]
    site: Site
    name: str  # of the table, the database function or the edge function; the address of a request
    query: Query | None = None
    request: FetchFact | None = None

    @property
    def tells(self) -> bool:
        """Whether it only tells of the work: logs, statistics, notifications."""
        return self.kind == "request" or bool(_TELLS.search(self.name))


def effects_in(program: Program, path: str, statements: Iterable[Node]) -> Iterator[Effect]:
    """The changes that statements may make, with those of the functions that they call, in the order of the text."""
    yield from _effects(program, path, statements, 0, set())


def _effects(
    program: Program, path: str, statements: Iterable[Node], depth: int, seen: set[tuple[str, int]]
) -> Iterator[Effect]:
    for where, nodes in reached_from(program, path, statements, depth, seen):
        held = set(nodes)
        for query in queries(program, where):
            if query.operation in _WRITES and (query.site.node in held or query.begin.node in held):
                yield Effect("write", query.site, query.table or "", query)
        names = {
            node.callee.name for node in nodes if isinstance(node, Call) and isinstance(node.callee, Member | Name)
        }
        for call in service_calls(program, where) if "invoke" in names else ():
            if call.site.node in held and call.area == "functions" and call.method == "invoke":
                yield Effect("invoke", call.site, _invoked(call))
        for request in fetches(program, where) if "fetch" in names else ():
            if request.site.node in held:
                yield Effect("request", request.site, request.path or "", None, request)


def reached_from(
    program: Program,
    path: str,
    statements: Iterable[Node],
    depth: int = 0,
    seen: set[tuple[str, int]] | None = None,
) -> Iterator[tuple[str, list[Node]]]:
    """The nodes of statements, then those of the functions that they call or hold, by module."""
    from analyzer.typescript.evaluate import value

    visited = seen if seen is not None else set()
    nodes = [node for statement in statements for node in inside(statement)]
    yield path, nodes
    if depth >= _DEEPEST:
        return
    for node in nodes:
        if isinstance(node, Closure) and (path, node.function) not in visited:
            visited.add((path, node.function))
            yield from reached_from(program, path, program.modules[path].functions[node.function].body, depth, visited)
        if not isinstance(node, Call | New):
            continue
        for callee in options(value(program, path, node.callee)):
            if isinstance(callee, FunctionValue) and (callee.path, callee.function) not in visited:
                visited.add((callee.path, callee.function))
                body = program.modules[callee.path].functions[callee.function].body
                yield from reached_from(program, callee.path, body, depth + 1, visited)


def _invoked(call: ServiceCall) -> str:
    from analyzer.typescript.values import text_of

    return (text_of(call.arguments[0]) if call.arguments else None) or ""
