"""What the code creates at Stripe and what it expects back: sessions, their metadata, and the webhook's events.

https://docs.stripe.com/metadata and https://docs.stripe.com/payments/checkout/fulfill-orders
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from analyzer.facts.typescript import Binary, Cast, Constant, Declarator, Member, Name, Node, ObjectPattern
from analyzer.project import Project
from analyzer.source import Span
from analyzer.typescript.calls import calls, package_call
from analyzer.typescript.evaluate import value
from analyzer.typescript.program import Program
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import (
    ArrayValue,
    Called,
    MemberOf,
    ObjectValue,
    Site,
    Undefined,
    Value,
    options,
    text_of,
)
from analyzer.webhooks import provider_checks

# What has metadata of its own.
Kind = Literal["session", "subscription", "payment_intent", "invoice", "customer"]

_RESOURCES: Mapping[str, Kind] = {
    "checkout.sessions": "session",
    "subscriptions": "subscription",
    "paymentIntents": "payment_intent",
    "invoices": "invoice",
    "customers": "customer",
}
# Parameters of a checkout session whose metadata goes to what the session creates.
_HANDED_ON: Mapping[str, Kind] = {"subscription_data": "subscription", "payment_intent_data": "payment_intent"}
_NAMED: tuple[tuple[str, Kind], ...] = (
    ("session", "session"),
    ("checkout", "session"),
    ("invoice", "invoice"),
    ("subscription", "subscription"),
    ("intent", "payment_intent"),
    ("payment", "payment_intent"),
    ("customer", "customer"),
)
SHOWN: Mapping[Kind, str] = {
    "session": "checkout session",
    "subscription": "subscription",
    "payment_intent": "payment intent",
    "invoice": "invoice",
    "customer": "customer",
}
EVENT = re.compile(
    r"^(?:checkout\.session|customer|invoice|payment_intent|payment_method|charge|setup_intent|subscription_schedule"
    r"|account|payout|transfer|product|price|refund|identity|issuing_\w+|review|radar|source|mandate|person|topup"
    r"|billing_portal|capability|coupon|credit_note|quote|plan|promotion_code)(?:\.[a-z_]+)+$"
)


@dataclass(frozen=True, slots=True)
class Creation:
    """A call that creates or updates something at Stripe."""

    span: Span  # of the call
    site: Site
    resource: str  # `checkout.sessions`
    method: str  # `create`, `update`
    parameters: ObjectValue | None  # None: they are computed

    def given(self, *keys: str) -> Value | None:
        """A parameter by its path; None where it is not given, or not known."""
        found: Value | None = self.parameters
        for key in keys:
            found = found.entries.get(key) if isinstance(found, ObjectValue) else None
        return found

    @property
    def modes(self) -> frozenset[str]:
        """The modes that a checkout session may have, as far as they are known."""
        mode = self.given("mode")
        if mode is None:
            return frozenset()
        return frozenset(text for option in options(mode) if (text := text_of(option)) is not None)


@dataclass(frozen=True, slots=True)
class Written:
    """Metadata that a call gives to one kind of object. `complete` where there are no other keys."""

    kind: Kind
    keys: frozenset[str]
    complete: bool
    creation: Creation


@dataclass(frozen=True, slots=True)
class MetadataRead:
    """A key that is read of the metadata of an object that Stripe sends."""

    kind: Kind
    key: str
    span: Span
    path: str


@lru_cache(maxsize=8)
def creations(project: Project) -> tuple[Creation, ...]:
    """What the edge functions create and update at Stripe through its SDK, in the order of files."""
    return tuple(_creations(project))


def _creations(project: Project) -> Iterator[Creation]:
    program = project.program
    if not any("stripe" in one.specifier for module in project.function_modules for one in module.imports):
        return
    for module in project.function_modules:
        for call in calls(program, module.path):
            found = package_call(call.callee)
            if found is None or found[0] != "stripe":
                continue
            resource, _, method = found[1].removeprefix("default.").rpartition(".")
            if method not in ("create", "update"):
                continue
            arguments = getattr(call.site.node, "arguments", ())
            position = 0 if method == "create" else 1
            given = None
            if position < len(arguments):
                for option in options(resolved(program, value(program, module.path, arguments[position]))):
                    given = option if isinstance(option, ObjectValue) else None
            yield Creation(program.place(call.site), call.site, resource, method, given)


@lru_cache(maxsize=8)
def metadata_written(project: Project) -> tuple[Written, ...]:
    """All metadata that the code gives to what it creates."""
    return tuple(one for creation in creations(project) for one in _written(creation))


def _written(creation: Creation) -> Iterator[Written]:
    kind = _RESOURCES.get(creation.resource)
    if kind is None:
        return
    if creation.parameters is None:
        yield Written(kind, frozenset(), False, creation)
        return
    whole = not creation.parameters.rest
    yield _of(kind, creation.given("metadata"), creation, known=whole)
    if kind == "session":
        for parameter, inner in _HANDED_ON.items():
            data = creation.given(parameter)
            known = whole and (data is None or (isinstance(data, ObjectValue) and not data.rest))
            if data is not None or not known:
                yield _of(inner, creation.given(parameter, "metadata"), creation, known=known)


def _of(kind: Kind, metadata: Value | None, creation: Creation, *, known: bool) -> Written:
    keys: set[str] = set()
    complete = known
    for option in options(metadata) if metadata is not None else ():
        if isinstance(option, ObjectValue):
            keys |= option.entries.keys()
            complete = complete and option.complete
        elif not isinstance(option, Undefined):
            complete = False
    return Written(kind, frozenset(keys), complete, creation)


@lru_cache(maxsize=8)
def metadata_reads(project: Project) -> tuple[MetadataRead, ...]:
    """The keys that webhooks read of the metadata of what Stripe sends them, in the order of files."""
    found: dict[Span, MetadataRead] = {}
    for slug in stripe_webhooks(project):
        for module in project.functions[slug].modules:
            for read in _reads(project.program, module.path):
                found.setdefault(read.span, read)
    return tuple(found.values())


def _reads(program: Program, path: str) -> Iterator[MetadataRead]:
    index = program.index(path)
    for node in index.nodes.get(Member, ()):
        if isinstance(node, Member) and (kind := _kind_of_metadata(program, path, node.object)) is not None:
            start = node.name_start
            yield MetadataRead(kind, node.name, program.modules[path].lines.span(start, start + len(node.name)), path)
    for node in index.nodes.get(Declarator, ()):
        if isinstance(node, Declarator) and isinstance(node.target, ObjectPattern) and node.value is not None:
            kind = _kind_of_metadata(program, path, node.value)
            for part in node.target.properties if kind is not None else ():
                if isinstance(part.key, str) and kind is not None:
                    yield MetadataRead(kind, part.key, program.span(path, part), path)


def _kind_of_metadata(program: Program, path: str, node: Node) -> Kind | None:
    """Whose metadata an expression is: `session.metadata`, or a name that holds it."""
    for inner in _alternatives(node):
        if isinstance(inner, Member) and inner.name == "metadata":
            return _kind_of(program, path, inner.object)
        if isinstance(inner, Name) and "meta" in inner.name.lower():
            for definition in program.index(path).definitions.get(inner.binding, ()):
                source = definition.source
                if isinstance(source, Member | Cast | Binary) and not definition.takes:
                    return _kind_of_metadata(program, path, source)
    return None


def _alternatives(node: Node) -> Iterator[Node]:
    """`a || b`, `a ?? b`, `a as T`: each of them."""
    if isinstance(node, Cast):
        yield from _alternatives(node.value)
    elif isinstance(node, Binary):
        yield from _alternatives(node.left)
        yield from _alternatives(node.right)
    else:
        yield node


def _kind_of(program: Program, path: str, node: Node) -> Kind | None:
    """What an object is that Stripe sends: by the call that fetched it, else by its name in the code."""
    for option in options(value(program, path, node)):  # type: ignore[arg-type]
        found = package_call(option) if isinstance(option, Called | MemberOf) else None
        if found is not None and found[0] == "stripe":
            resource, _, method = found[1].removeprefix("default.").rpartition(".")
            if method in ("retrieve", "create", "update", "cancel") and resource in _RESOURCES:
                return _RESOURCES[resource]
    while isinstance(node, Cast):
        node = node.value
    name = node.name if isinstance(node, Member | Name) else ""
    lowered = name.lower().replace("_", "")
    return next((kind for word, kind in _NAMED if word in lowered), None)


@lru_cache(maxsize=64)
def events_named(project: Project, slug: str) -> Mapping[str, Span]:
    """The types of Stripe's events that a function's code names, with the first place of each."""
    found: dict[str, Span] = {}
    for module in project.functions[slug].modules:
        for node in project.program.index(module.path).nodes.get(Constant, ()):
            if isinstance(node, Constant) and isinstance(node.value, str) and EVENT.match(node.value):
                found.setdefault(node.value, project.program.span(module.path, node))
    return found


@lru_cache(maxsize=8)
def stripe_webhooks(project: Project) -> tuple[str, ...]:
    """The functions that verify Stripe's signature."""
    return tuple(
        slug
        for slug in project.functions
        if any(check.how == "stripe-signature" or "construct" in check.how for check in provider_checks(project, slug))
    )


def payment_methods(creation: Creation) -> frozenset[str] | None:
    """The payment methods that a checkout session names; None where the Dashboard decides, or that is not known."""
    given = creation.given("payment_method_types")
    if not isinstance(given, ArrayValue):
        return None
    return frozenset(text for element in given.elements if (text := text_of(element)) is not None)
