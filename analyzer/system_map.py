"""The parts of a system and what goes between them: pages, edge functions, tables, other services."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from analyzer.data_api.uses import uses
from analyzer.function_table import FunctionRow, function_table
from analyzer.invocations import function_calls
from analyzer.project import Project
from analyzer.stripe_flow import creations, stripe_webhooks
from analyzer.typescript.reach import reached
from analyzer.typescript.responses import fetches
from analyzer.typescript.values import Concatenation, Environment, Known, Value, options

Kind = Literal["frontend", "function", "table", "service"]
How = Literal["calls", "reads", "writes", "sends to", "is called by"]


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Something of the system. `note` is what is worth knowing about it: `open`."""

    kind: Kind
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """What goes from one part to another. `paid`: on the way from the checkout to what was bought."""

    source: str
    target: str
    how: How
    paid: bool = False


@dataclass(frozen=True, slots=True)
class SystemMap:
    parts: tuple[Part, ...]
    links: tuple[Link, ...]


FRONT_END = "front end"


def system_map(project: Project) -> SystemMap:
    """The picture of a project, in order."""
    rows = function_table(project)
    bought = _bought(project, rows)
    links = {*_of_front_end(project), *_of_functions(rows), *_of_services(project)}
    named = {link.source for link in links} | {link.target for link in links}
    parts: set[Part] = {Part("function", _function(row.slug), "open" if row.is_open else "") for row in rows}
    parts |= {Part("frontend", FRONT_END)} if FRONT_END in named else set()
    for name in named:
        prefix, _, rest = name.partition(" ")
        if prefix == "table":
            parts.add(Part("table", name))
        elif prefix == "service":
            parts.add(Part("service", name, rest))
    marked = (Link(link.source, link.target, link.how, _is_paid(link, bought)) for link in links)
    known = {part.name for part in parts}
    return SystemMap(
        tuple(sorted(parts)),
        tuple(sorted(link for link in marked if link.source in known and link.target in known)),
    )


def _is_paid(link: Link, bought: set[str]) -> bool:
    """Whether a purchase takes this way: from one of its parts to another, or into a table."""
    writes = link.how == "writes" and link.source != FRONT_END
    return link.source in bought and (link.target in bought or writes)


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
                    host = _host(request.url)
                    if host is not None:
                        yield Link(_function(function.slug), f"service {host}", "sends to")


def _host(url: Value) -> str | None:
    for option in options(url):
        first = option.parts[0] if isinstance(option, Concatenation) and option.parts else option
        for one in options(first):
            if isinstance(one, Environment) and one.name and not one.name.startswith("SUPABASE_"):
                return one.name
            if isinstance(one, Known) and isinstance(one.value, str) and one.value.startswith("http"):
                try:
                    host = urlsplit(one.value).hostname
                except ValueError:
                    continue
                return "Stripe" if host == "api.stripe.com" else host
    return None


def _bought(project: Project, rows: tuple[FunctionRow, ...]) -> set[str]:
    """The functions from the checkout to the delivery: those that sell, Stripe's webhooks, and what those call."""
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
    names = {_function(slug) for slug in found}
    return names | ({FRONT_END, "service Stripe"} if sellers else set())


def _function(slug: str) -> str:
    return f"function {slug}"
