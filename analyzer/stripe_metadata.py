"""The metadata that edge functions give to what they create at Stripe, entry by entry, and where its keys are used.

https://docs.stripe.com/metadata
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from analyzer.facts.typescript import (
    Array,
    Assign,
    Await,
    Binary,
    Bound,
    Call,
    Cast,
    Constant,
    Declarator,
    Index,
    Member,
    Node,
    Object,
    ObjectPattern,
    Property,
    Return,
    Spread,
    Template,
)
from analyzer.project import Project
from analyzer.source import Span
from analyzer.stripe_flow import Creation, creations, stripe_webhooks
from analyzer.typescript.calls import dotted
from analyzer.typescript.describe import describe
from analyzer.typescript.evaluate import value as value_of
from analyzer.typescript.program import Program
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import (
    ArrayValue,
    Called,
    Global,
    MemberOf,
    ObjectValue,
    Request,
    Row,
    Site,
    Value,
    options,
    same,
)

MOST_KEYS, LONGEST_KEY, LONGEST_VALUE = 50, 40, 500  # https://docs.stripe.com/metadata; lengths in characters
_FEW = frozenset({"single", "maybeSingle", "limit", "range"})
_SEARCHED = re.compile(r"metadata\[[\'\"](\w+)[\'\"]\]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a metadata object with its value; `span` is that of the key."""

    key: str
    value: Value
    span: Span


@dataclass(frozen=True, slots=True)
class MetadataObject:
    """An object that a call gives as metadata; `complete` where it has no other keys."""

    creation: Creation
    owner: str  # what gets it: `checkout session`, `subscription`
    entries: tuple[Entry, ...]
    complete: bool
    span: Span


@lru_cache(maxsize=8)
def metadata_objects(project: Project) -> tuple[MetadataObject, ...]:
    """All metadata objects of the project's calls, each once, in the order of files."""
    found: dict[Span, MetadataObject] = {}
    for creation in creations(project):
        if creation.parameters is None:
            continue
        for parameter, holder in _holders("", creation.parameters):
            for option in options(holder.entries["metadata"]) if "metadata" in holder.entries else ():
                if isinstance(option, ObjectValue) and option.at is not None:
                    one = _object(project.program, creation, _owner(creation, parameter), option, option.at)
                    found.setdefault(one.span, one)
    return tuple(found.values())


def _holders(parameter: str, value: Value) -> Iterator[tuple[str, ObjectValue]]:
    """The objects among the parameters of a call, each with the name of the parameter that holds it."""
    for option in options(value):
        if isinstance(option, ObjectValue):
            yield parameter, option
            for name, inner in option.entries.items():
                if name != "metadata":
                    yield from _holders(name, inner)
        elif isinstance(option, ArrayValue):
            for element in option.elements:
                yield from _holders(parameter, element)


def _owner(creation: Creation, parameter: str) -> str:
    named = parameter.removesuffix("_data") if parameter else creation.resource.rpartition(".")[2].removesuffix("s")
    if named == "session":
        return "checkout session"
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", named).lower()


def _object(program: Program, creation: Creation, owner: str, given: ObjectValue, at: Site) -> MetadataObject:
    span = program.place(at)
    lines = program.modules[at.path].lines
    keys = {
        item.key: lines.span(item.key_start, item.key_end)
        for item in (at.node.properties if isinstance(at.node, Object) else ())
        if isinstance(item, Property) and item.key is not None
    }
    entries = tuple(Entry(key, one, keys.get(key, span)) for key, one in given.entries.items())
    return MetadataObject(creation, owner, entries, given.complete, span)


@lru_cache(maxsize=8)
def keys_used(project: Project) -> frozenset[str] | None:
    """The keys that the code takes out of anything's metadata; None where all of a metadata object is used at once."""
    found: set[str] = set()
    for path in project.modules:
        certain = _speaks_of_stripe(project, path)
        for node, is_named_so in _metadata_nodes(project.program, path):
            used = _use(project.program, path, node)
            if used is not None:
                found |= used
            elif certain and not is_named_so:
                return None
        found.update(_searched_for(project.program, path))
    return frozenset(found)


def _metadata_nodes(program: Program, path: str) -> Iterator[tuple[Node, bool]]:
    """The expressions that are metadata: `session.metadata`, variables that hold it, and what is only named so."""
    index = program.index(path)
    for node in index.nodes.get(Member, ()):
        if _is_metadata(node):
            yield node, False
    for binding, names in index.references.items():
        alias = _is_alias(program, path, binding)
        for name in names:
            if alias or "meta" in name.name.lower():
                yield name, not alias


def _searched_for(program: Program, path: str) -> Iterator[str]:
    """The keys that a search at Stripe asks for: `metadata['order_id']:'6735'`."""
    index = program.index(path)
    for node in (*index.nodes.get(Constant, ()), *index.nodes.get(Template, ())):
        texts = node.texts if isinstance(node, Template) else (node.value,) if isinstance(node, Constant) else ()
        for text in texts:
            if isinstance(text, str):
                yield from _SEARCHED.findall(text)


def _is_alias(program: Program, path: str, binding: int) -> bool:
    """Whether a variable is another name of an object's metadata."""
    return any(
        not definition.takes and any(_is_metadata(one) for one in _alternatives(definition.node))
        for definition in program.index(path).definitions.get(binding, ())
    )


def _is_metadata(node: Node | None) -> bool:
    return isinstance(node, Member) and node.name == "metadata"


def _alternatives(node: Node | None) -> Iterator[Node]:
    match node:
        case Cast(value=inner) | Await(value=inner):
            yield from _alternatives(inner)
        case Binary(left=left, right=right):
            yield from _alternatives(left)
            yield from _alternatives(right)
        case Declarator(value=inner) | Assign(value=inner):
            yield from _alternatives(inner)
        case None:
            return
        case _:
            yield node


def _use(program: Program, path: str, node: Node) -> set[str] | None:
    """The keys that are taken out of a metadata object at one place; None where the whole of it goes somewhere."""
    parent = program.parent(path, node)
    while isinstance(parent, Cast | Await) or (isinstance(parent, Binary) and parent.operator in ("||", "??", "&&")):
        node, parent = parent, program.parent(path, parent)
    match parent:
        case Member(object=holder, name=name):
            return {name} if holder is node else set()
        case Index(object=holder, index=Constant(value=str(key))) if holder is node:
            return {key}
        case Declarator(target=ObjectPattern(properties=properties, rest=None)):
            return {item.key for item in properties if item.key is not None}
        case Declarator(target=Bound()):
            return set()  # what is done with the variable is seen where it stands
        case Call(callee=callee) if dotted(callee).startswith("console."):
            return set()
        case Call() | Property() | Spread() | Return() | Index() | Array() | Declarator():
            return None
        case _:
            return set()  # a test whether there is any


def _speaks_of_stripe(project: Project, path: str) -> bool:
    """Whether a module handles what Stripe sends."""
    webhooks = {module.path for slug in stripe_webhooks(project) for module in project.functions[slug].modules}
    return path in webhooks or any("stripe" in one.specifier for one in project.modules[path].imports)


def grows_with(project: Project, entry: Entry) -> tuple[Site, str] | None:
    """What makes a value as long as somebody likes: a list as JSON, whose length nothing looks at."""
    program = project.program
    for option in options(entry.value):
        grown = _list_in(resolved(program, option))
        if grown is not None and option.at is not None and not _is_measured(program, option.at.path, (option, grown)):
            return option.at, describe(grown)
    return None


def _list_in(value: Value) -> Value | None:
    """The list without a limit that `JSON.stringify` makes a text of."""
    match value:
        case Called(callee=Global(name="JSON.stringify"), arguments=(content, *_)):
            return _without_limit(content)
    return None


def _without_limit(value: Value) -> Value | None:
    for option in options(value):
        match option:
            case Request(part="body" | "query" | "form"):
                return option
            case Row(part="data", path=(), query=query) if not any(step.name in _FEW for step in query.steps):
                return option
            case Called(callee=MemberOf(object=content, key="map" | "filter" | "flatMap" | "concat")):
                found = _without_limit(content)
                if found is not None:
                    return found
            case ObjectValue(entries=entries):
                for inner in entries.values():
                    found = _without_limit(inner) if isinstance(inner, Called | Row) else None
                    if found is not None:
                        return found
    return None


def _is_measured(program: Program, path: str, values: tuple[Value, ...]) -> bool:
    """Whether the code compares the length of one of some values with something, or a schema holds it to a size.

    Whether it is empty says nothing.
    """
    index = program.index(path)
    keys = {one.path[-1] for one in values if isinstance(one, Request) and one.path}
    return any(
        isinstance(node, Member)
        and node.name == "length"
        and _is_limited(program.parent(path, node))
        and any(same(one, other) for one in options(value_of(program, path, node.object)) for other in values)
        for node in index.nodes.get(Member, ())
    ) or any(
        isinstance(node, Property) and node.key in keys and _has_a_limit(node.value)
        for node in index.nodes.get(Property, ())
    )


def _has_a_limit(node: Node) -> bool:
    """Whether a schema such as `z.array(z.string()).max(5)` limits what it describes."""
    while isinstance(node, Call) and isinstance(node.callee, Member):
        if node.callee.name in ("max", "length", "maxLength", "size"):
            return True
        node = node.callee.object
    return False


def _is_limited(node: Node | None) -> bool:
    """Whether a comparison holds a length to more than nothing."""
    if not isinstance(node, Binary) or node.operator not in ("<", "<=", ">", ">="):
        return False
    return not any(isinstance(side, Constant) and side.value in (0, 1) for side in (node.left, node.right))
