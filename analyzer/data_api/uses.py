"""Each query of the code with what it names: the relation, its columns, the relations that it embeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from analyzer.data_api import filters
from analyzer.data_api.relationships import Relationship, between, computed
from analyzer.data_api.schema import Schema, schema_of
from analyzer.data_api.select import Embed, Field, Item, SelectError, parse
from analyzer.data_api.together import are_rivals, calling, is_ruled_out
from analyzer.database.model import Relation
from analyzer.facts.typescript import Call, Constant, Node, Object, Property, Template
from analyzer.platform import PROJECT_HOST
from analyzer.project import Project
from analyzer.source import Span
from analyzer.typescript.program import Program
from analyzer.typescript.queries import FILTERS, Query, queries
from analyzer.typescript.summaries import resolved
from analyzer.typescript.values import (
    ArrayValue,
    Client,
    Either,
    Environment,
    Known,
    ObjectValue,
    Site,
    Step,
    Value,
    options,
    origins,
    text_of,
)

How = Literal["select", "filter", "order", "write", "conflict"]

# Code that is kept and not used, and scripts that are run by hand.
_ASIDE = re.compile(
    r"(?:^|[/_.-])(?:archived?|backups?|deprecated|old|unused|legacy)(?:[_.-][^/]*)?/"
    r"|(?:^|/)(?:scripts?|tools|bin|examples?)/|^[^/]+$",
    re.IGNORECASE,
)
# What a variable with the address of the project's own API is called, after the prefixes of the frameworks.
_OWN_URL = re.compile(
    r"^(?:VITE_|NEXT_PUBLIC_|NUXT_|PUBLIC_|EXPO_PUBLIC_|REACT_APP_|GATSBY_|NG_APP_|APP_|SECRET_|MY_|PROJECT_|SB_)*"
    r"(?:SUPABASE|SB|DB|API|PROJECT)?_?(?:PUBLIC_|PROJECT_|API_|LOCAL_|INTERNAL_)*(?:URL|URI|ENDPOINT|HOST)$"
)

# `order("priority, created_at.desc")` orders by both; `author(name)` by a column of an embedded relation.
_ORDERED = re.compile(r"(?:^|,)\s*([^\s,.()-]+)(?:->[^,.]*)?(?:\.(?:asc|desc|nullsfirst|nullslast))*\s*(?=,|$)")


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """A column that a query names. `relation` is None where it is not known what the column belongs to."""

    relation: Relation | None
    column: str
    how: How
    span: Span


@dataclass(frozen=True, slots=True)
class EmbedUse:
    """A relation that a query embeds in the rows of `origin`, with what it may mean."""

    origin: Relation
    embed: Embed
    span: Span
    found: tuple[Relationship, ...]


@dataclass(frozen=True, slots=True)
class SchemaUse:
    """One query of one relation or function by name. `relation` is None for a function, and where there is none."""

    query: Query
    schema: str
    name: str
    span: Span  # of the name
    relation: Relation | None
    columns: tuple[ColumnUse, ...]
    embeds: tuple[EmbedUse, ...]
    certain: bool  # whether the query has no other name, given by another caller or on another path


@lru_cache(maxsize=8)
def uses(project: Project) -> tuple[SchemaUse, ...]:
    """The queries that the code sends to this project by a known name, in the order of files."""
    return tuple(_uses(project))


def _uses(project: Project) -> Iterator[SchemaUse]:
    schema = schema_of(project)
    program = project.program
    deployed = {module.path for function in project.functions.values() for module in function.modules}
    undeployed = {module.path for module in project.function_modules} - deployed
    for path in project.modules:
        if path in undeployed or _ASIDE.search(path.removeprefix(project.layout.home).lstrip("/")):
            continue
        for query in queries(program, path):
            if not query.operation or not is_own(project, query.client):
                continue
            names = [
                one for one in options(query.target) if not is_ruled_out(program, query, query.begin, text_of(one))
            ]
            for option in names:
                name = text_of(option)
                if name is not None:
                    yield _use(program, schema, query, name, option, certain=len(names) == 1)


def is_own(project: Project, client: Client) -> bool:
    """Whether a client speaks with this project, as far as its address tells."""
    for one in options(client.url):
        if isinstance(one, Known) and isinstance(one.value, str):
            host = PROJECT_HOST.search(one.value)
            if host is not None and host["ref"] not in _refs(project):
                return False
        names = [origin.name for origin in origins(one) if isinstance(origin, Environment) and origin.name]
        if names and not any(_OWN_URL.match(name) for name in names):
            return False
    return True


@lru_cache(maxsize=8)
def _refs(project: Project) -> frozenset[str]:
    """The references of this project: that of `config.toml`, or else all that its front end addresses."""
    entry = project.config.get("project_id") if project.config is not None else None
    if entry is not None and entry.value.text and re.fullmatch("[a-z]{20}", entry.value.text):
        return frozenset({entry.value.text})
    from analyzer.project_refs import addressed_projects

    return frozenset(ref for ref, _ in addressed_projects(project))


def _use(program: Program, schema: Schema, query: Query, name: str, written: Value, *, certain: bool) -> SchemaUse:
    within = query.schema or schema.default
    span = _inner(program, written.at or query.begin, query.begin, name, 0, len(name))
    if query.operation == "rpc":
        return SchemaUse(query, within, name, span, None, (), (), certain)
    relation = schema.relation(within, name)
    reader = _Reader(program, schema, query, name, calling(program, written))
    if relation is not None:
        reader.read(relation)
    return SchemaUse(query, within, name, span, relation, tuple(reader.columns), tuple(reader.embeds), certain)


class _Reader:
    """Collects what one query of a known relation names."""

    def __init__(self, program: Program, schema: Schema, query: Query, name: str, named_by: Call | None) -> None:
        self.program, self.schema, self.query, self.name = program, schema, query, name
        self.named_by = named_by  # the call of a function of the project that gives it the name
        self.columns: list[ColumnUse] = []
        self.embeds: list[EmbedUse] = []
        self.by_name: dict[tuple[str, ...], Relation | None] = {}  # embedded relations, by their way from the outside

    def read(self, relation: Relation) -> None:
        self.by_name[()] = relation
        steps = [one for one in self.query.steps if not is_ruled_out(self.program, self.query, one.at, self.name)]
        for step in steps:
            if step.name == "select":
                self._select(relation, step)
        for step in steps:
            match step.name:
                case "insert" | "update" | "upsert":
                    self._write(relation, step)
                case "order":
                    self._order(step)
                case "or":
                    self._or(step)
                case "match":
                    self._match(step)
                case name if name in FILTERS:
                    self._filter(step)

    def _select(self, relation: Relation, step: Step) -> None:
        if not step.arguments:
            return
        for option in self._given(step):
            text = text_of(option)
            if text is None:
                self.by_name = {(): relation}
                return
            place = _Text(self.program, option.at or step.at, step.at, text)
            try:
                items = parse(text)
            except SelectError:
                continue
            self._items(relation, items, place, ())

    def _given(self, step: Step) -> tuple[Value, ...]:
        """What the first argument of a step may be; nothing where assignments on the way decide."""
        value = resolved(self.program, step.arguments[0])
        if isinstance(value, Either) and value.how == "=":
            return ()
        return tuple(one for one in options(value) if self._goes_with_the_name(one))

    def _goes_with_the_name(self, value: Value) -> bool:
        """Whether the call that gives the name does not give another value in this one's place."""
        given_by = calling(self.program, value)
        return given_by is None or self.named_by is None or not are_rivals(given_by, self.named_by)

    def _items(self, relation: Relation | None, items: tuple[Item, ...], place: _Text, way: tuple[str, ...]) -> None:
        for item in items:
            if isinstance(item, Field) and item.name and not (item.name == "count" and not item.path):
                self.columns.append(ColumnUse(relation, item.name, "select", place.span(item.start, item.end)))
            elif isinstance(item, Embed):
                target = self._embed(relation, item, place.span(item.start, item.end))
                inner = (*way, item.name)
                self.by_name[inner] = target
                self.by_name.setdefault((*way, item.relation), target)
                self._items(target, item.items, place, inner)

    def _embed(self, relation: Relation | None, embed: Embed, span: Span) -> Relation | None:
        if relation is None:
            return None
        found = between(self.schema.database, relation, embed.relation, embed.hint)
        if not found and computed(self.schema.database, relation, embed.relation):
            return None
        self.embeds.append(EmbedUse(relation, embed, span, tuple(found)))
        targets = {one.target.oid: one.target for one in found}
        return next(iter(targets.values())) if len(targets) == 1 else None

    def _filter(self, step: Step) -> None:
        if not step.arguments:
            return
        for option in self._given(step):
            text = text_of(option)
            name = filters.named(text) if text is not None else None
            if name is not None and text is not None:
                self._named(name, "filter", _Text(self.program, option.at or step.at, step.at, text))

    def _or(self, step: Step) -> None:
        if not step.arguments or self._elsewhere(step):
            return
        text = text_of(resolved(self.program, step.arguments[0]))
        if text is not None:
            place = _Text(self.program, step.arguments[0].at or step.at, step.at, text)
            for name in filters.alternatives(text):
                self._named(name, "filter", place)

    def _match(self, step: Step) -> None:
        given = resolved(self.program, step.arguments[0]) if step.arguments else None
        for key in given.entries if isinstance(given, ObjectValue) else ():
            name = filters.named(key)
            if name is not None:
                self.columns.append(ColumnUse(self.by_name.get(name.path), name.column, "filter", self._key(step, key)))

    def _order(self, step: Step) -> None:
        if not step.arguments or self._elsewhere(step):
            return
        for option in self._given(step):
            text = text_of(option) or ""
            place = _Text(self.program, option.at or step.at, step.at, text)
            for match in _ORDERED.finditer(text):
                name = filters.Named((), match[1], match.start(1), match.end(1))
                self._named(name, "order", place)

    def _elsewhere(self, step: Step) -> bool:
        """Whether a modifier is meant for an embedded relation: `order("name", { referencedTable: "author" })`."""
        settings = resolved(self.program, step.arguments[1]) if len(step.arguments) > 1 else None
        if settings is None:
            return False
        return not isinstance(settings, ObjectValue) or any(
            key in settings.entries or settings.rest for key in ("referencedTable", "foreignTable")
        )

    def _named(self, name: filters.Named, how: How, place: _Text) -> None:
        relation = self.by_name.get(name.path) if all(name.path) else None
        if not name.path or name.path in self.by_name:
            self.columns.append(ColumnUse(relation, name.column, how, place.span(name.start, name.end)))

    def _write(self, relation: Relation, step: Step) -> None:
        written = self.query.payload
        other = self._of_other_calls(step)
        for key in written.columns if written is not None else ():
            if key in other:
                continue
            self.columns.append(ColumnUse(relation, key, "write", self._key(step, key)))
        settings = resolved(self.program, step.arguments[1]) if len(step.arguments) > 1 else None
        if step.name == "upsert" and isinstance(settings, ObjectValue):
            target = settings.entries.get("onConflict")
            text = text_of(target) if target is not None else None
            if target is not None and text is not None:
                place = _Text(self.program, target.at or step.at, step.at, text)
                for match in re.finditer(r"[^,\s]+", text):
                    self.columns.append(
                        ColumnUse(relation, match[0], "conflict", place.span(match.start(), match.end()))
                    )

    def _of_other_calls(self, step: Step) -> set[str]:
        """The keys that are given only by calls which give another name, too."""
        given = options(resolved(self.program, step.arguments[0])) if step.arguments else ()
        here = {key for one in given if self._goes_with_the_name(one) for key in _keys(one)}
        return {key for one in given for key in _keys(one)} - here

    def _key(self, step: Step, key: str) -> Span:
        call = step.at.node
        given = call.arguments[0] if isinstance(call, Call) and call.arguments else call
        return _key_in(self.program, step.at.path, given, step.arguments[0] if step.arguments else None, key)


def _keys(value: Value) -> Iterator[str]:
    for one in value.elements if isinstance(value, ArrayValue) else (value,):
        if isinstance(one, ObjectValue):
            yield from one.entries


def key_span(program: Program, query: Query, key: str) -> Span:
    """An argument of a database function where it is written; else all that is given."""
    begin = query.begin.node
    given = begin.arguments[1] if isinstance(begin, Call) and len(begin.arguments) > 1 else begin
    return _key_in(program, query.begin.path, given, query.payload.value if query.payload else None, key)


def _key_in(program: Program, path: str, given: Node, value: Value | None, key: str) -> Span:
    """A key in what is given, or where that is written; else all that is given."""
    for where, node in ((path, given), *_objects(program, value)):
        span = _property(program, where, node, key)
        if span is not None:
            return span
    return program.span(path, given)


def _objects(program: Program, value: Value | None) -> Iterator[tuple[str, Node]]:
    for option in options(resolved(program, value)) if value is not None else ():
        for one in origins(option):
            if isinstance(one, ObjectValue) and one.at is not None:
                yield one.at.path, one.at.node


def _property(program: Program, path: str, node: Node, key: str) -> Span | None:
    for item in node.properties if isinstance(node, Object) else ():
        if isinstance(item, Property) and item.key == key:
            return program.modules[path].lines.span(item.key_start, item.key_end)
    return None


@dataclass(frozen=True, slots=True)
class _Text:
    """A text in the code, and the call that it is given to, whose place stands for one that is put together."""

    program: Program
    at: Site
    call: Site
    text: str

    def span(self, start: int, end: int) -> Span:
        return _inner(self.program, self.at, self.call, self.text, start, end)


def _inner(program: Program, at: Site, call: Site, text: str, start: int, end: int) -> Span:
    """The place of a part of a text: in the literal, where it is one without escapes; else the whole."""
    node = at.node
    literal = isinstance(node, Constant) or (isinstance(node, Template) and not node.values)
    if literal and node.end - node.start == len(text) + 2:
        return program.modules[at.path].lines.span(node.start + 1 + start, node.start + 1 + end)
    if literal or at.path == call.path:
        return program.span(at.path, node)
    return program.span(call.path, call.node)
