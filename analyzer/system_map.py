"""The parts of a system and what goes between them: pages, edge functions, tables, other services."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from analyzer.data_api.uses import uses
from analyzer.database_calls import database_calls
from analyzer.function_table import FunctionRow, function_table
from analyzer.invocations import function_calls
from analyzer.messages import host_of
from analyzer.platform import FUNCTION_VARIABLES, HOSTED_VARIABLES
from analyzer.project import Project
from analyzer.stripe_flow import creations, stripe_webhooks
from analyzer.typescript.reach import reached
from analyzer.typescript.responses import fetches

Kind = Literal["frontend", "job", "function", "table", "service"]
KINDS: dict[Kind, str] = {
    "frontend": "Front end",
    "job": "Jobs",
    "function": "Edge functions",
    "table": "Tables",
    "service": "Other services",
}
How = Literal["calls", "reads", "writes", "sends to"]

_WORKFLOW = re.compile(r"^\.github/workflows/")


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Something of the system, called by its kind and its name. A function has settings, and may be open to anybody."""

    kind: Kind
    name: str
    is_open: bool = False
    settings: tuple[str, ...] = ()  # those that the platform does not give

    @property
    def key(self) -> str:
        """What links call it."""
        return self.name if self.kind == "frontend" else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """What goes from one part to another, by their keys. `paid`: on the way from the checkout to what was bought."""

    source: str
    target: str
    how: How
    paid: bool = False


@dataclass(frozen=True, slots=True)
class SystemMap:
    """Parts and links, each in order."""

    parts: tuple[Part, ...]
    links: tuple[Link, ...]

    def around(self, names: Iterable[str]) -> SystemMap:
        """The parts of these names, or of these kinds and names (`table orders`), and what they have links with.

        Raises:
            KeyError: no part is called so; with the name.
        """
        wanted: set[str] = set()
        for name in names:
            found = {part.key for part in self.parts if name in (part.name, part.key)}
            if not found:
                raise KeyError(name)
            wanted |= found
        return self._of([link for link in self.links if link.source in wanted or link.target in wanted], wanted)

    def purchase(self) -> SystemMap:
        """The way of a purchase; empty where nothing is sold."""
        return self._of([link for link in self.links if link.paid], ())

    def _of(self, links: Sequence[Link], also: Collection[str]) -> SystemMap:
        kept = {*also, *(link.source for link in links), *(link.target for link in links)}
        return SystemMap(tuple(part for part in self.parts if part.key in kept), tuple(links))


FRONT_END = "front end"
_PROVIDED = FUNCTION_VARIABLES | HOSTED_VARIABLES
_DATABASE_JOBS = "database jobs"
_WORKFLOWS = "GitHub workflows"


def system_map(project: Project) -> SystemMap:
    """The picture of a project."""
    rows = function_table(project)
    bought = _bought(project, rows)
    links = {*_of_front_end(project), *_of_functions(rows), *_of_services(project), *_of_jobs(project)}
    parts = {
        Part("function", row.slug, row.is_open, tuple(name for name in row.settings if name not in _PROVIDED))
        for row in rows
    }
    parts |= {_part(name) for link in links for name in (link.source, link.target) if not name.startswith("function ")}
    known = {part.key for part in parts}
    marked = (Link(link.source, link.target, link.how, bought.on_the_way(link)) for link in links)
    return SystemMap(
        tuple(sorted(parts)),
        tuple(sorted(link for link in marked if link.source in known and link.target in known)),
    )


def _part(key: str) -> Part:
    if key == FRONT_END:
        return Part("frontend", FRONT_END)
    kind, _, name = key.partition(" ")
    return Part(cast("Kind", kind), name)


@dataclass(frozen=True, slots=True)
class _Bought:
    """The keys of the functions that sell, and of all parts from the front end to what delivers."""

    sellers: Collection[str]
    parts: Collection[str]

    def on_the_way(self, link: Link) -> bool:
        """Whether a purchase takes this way: to a function that sells, from one of its parts to another, or into a table."""  # noqa: E501
        if link.source == FRONT_END:
            return link.target in self.sellers
        return link.source in self.parts and (link.target in self.parts or link.how == "writes")


def _of_front_end(project: Project) -> Iterator[Link]:
    frontend = {module.path for module in project.frontend_modules}
    for call in function_calls(project):
        if call.path in frontend and call.slug in project.functions:
            yield Link(FRONT_END, _function(call.slug), "calls")
    for use in uses(project):
        if use.query.site.path in frontend and use.relation is not None:
            yield Link(FRONT_END, f"table {use.name}", "reads" if use.query.operation == "select" else "writes")


def _of_functions(rows: tuple[FunctionRow, ...]) -> Iterator[Link]:
    for row in rows:
        yield from (Link(_function(row.slug), _function(slug), "calls") for slug in row.calls)
        yield from (Link(_function(row.slug), f"table {name}", "reads") for name in row.reads if name != "?")
        yield from (Link(_function(row.slug), f"table {name}", "writes") for name in row.writes if name != "?")


def _of_jobs(project: Project) -> Iterator[Link]:
    """What cron, functions and triggers of the database call, and workflows."""
    for call in database_calls(project):
        yield Link(f"job {_DATABASE_JOBS}", _function(call.slug), "calls")
    for file in project.files.values():
        if _WORKFLOW.search(file.path):
            yield from (Link(f"job {_WORKFLOWS}", _function(slug), "calls") for slug in file.addressed)


def _of_services(project: Project) -> Iterator[Link]:
    """The hosts that functions send requests to, by name or by the setting with the address; Stripe by its SDK."""
    own = {module.path: function.slug for function in project.functions.values() for module in function.modules[:1]}
    for creation in creations(project):
        if creation.site.path in own:
            yield Link(_function(own[creation.site.path]), "service Stripe", "sends to")
    for slug in stripe_webhooks(project):
        yield Link("service Stripe", _function(slug), "calls")
    for function in project.functions.values():
        places = reached(project.program, function.entry or "") if function.entry is not None else frozenset()
        for module in function.modules:
            for request in fetches(project.program, module.path):
                if (module.path, request.function) in places:
                    host = host_of(request.url)
                    if host is not None:
                        yield Link(_function(function.slug), f"service {host}", "sends to")


def _bought(project: Project, rows: tuple[FunctionRow, ...]) -> _Bought:
    """From the checkout to the delivery: the functions that sell, Stripe's webhooks, and what those call."""
    own = {module.path: function.slug for function in project.functions.values() for module in function.modules[:1]}
    sellers = {own[one.site.path] for one in creations(project) if one.site.path in own and "checkout" in one.resource}
    calls = {row.slug: row.calls for row in rows}
    pending = [*stripe_webhooks(project)]
    found = {*sellers}
    while pending:
        slug = pending.pop()
        if slug not in found:
            found.add(slug)
            pending.extend(calls.get(slug, ()))
    return _Bought(
        frozenset(map(_function, sellers)),
        frozenset(map(_function, found)) | ({"service Stripe"} if sellers else frozenset()),
    )


def _function(slug: str) -> str:
    return f"function {slug}"
