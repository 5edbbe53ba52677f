"""The first causes of what a reset rejects: each failure of the replay under the one that it follows from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from analyzer.database.model import Constraint, Failure
from analyzer.database.walk import descendants
from analyzer.facts import sql_ddl
from analyzer.facts.sql import CreateFunction, Do, Statement
from analyzer.facts.sql_query import Insert, Node, QualifiedName
from analyzer.project import Project
from analyzer.source import Span

CauseKind = Literal[
    "outside",  # it needs an object that no migration creates
    "later",  # it needs one that a later statement creates
    "gone",  # it needs one that an earlier statement removed or renamed
    "shadowed",  # it needs a column of a CREATE TABLE IF NOT EXISTS that did nothing
    "duplicate",  # it creates what exists already
    "other",
]


class Key(NamedTuple):
    """An object by its kind and name; `owner` is the table of a column, a policy or a trigger."""

    kind: str
    name: str
    owner: str = ""


class Site(NamedTuple):
    """A statement, by its place in the order of the replay."""

    file: int
    start: int
    end: int
    path: str


@dataclass(slots=True)
class Cause:
    """A failure that follows from no other one, with those that follow from it."""

    failure: Failure
    span: Span  # of the name or value at fault
    kind: CauseKind
    subject: str  # the object at fault, as the migration names it
    other: Span | None = None  # the statement that creates, created or removed the object
    consequences: list[Failure] = field(default_factory=list)
    elsewhere: bool = False  # a file that the CLI skips makes the object, or a statement with a syntax error may


@lru_cache(maxsize=8)
def causes(project: Project) -> tuple[Cause, ...]:
    """The first causes of a reset's failures, in the order in which they come up."""
    if not project.cli_database.failures:
        return ()
    return tuple(_Search(project).run())


class _Search:
    def __init__(self, project: Project) -> None:
        self.database = project.cli_database
        self.project = project
        files = [project.files[path].facts.sql for path in self.database.files]
        self.files = [file for file in files if file is not None]
        self.numbers = {file.path: number for number, file in enumerate(self.files)}
        self.statements: dict[tuple[int, int], Statement] = {}
        self.makers: dict[Key, list[Site]] = {}
        self.removers: dict[Key, list[Site]] = {}
        self.causes: list[Cause] = []
        self.cause_of: dict[tuple[int, int], Cause] = {}  # by the place of the failed statement
        self.missing: dict[Key, Cause] = {}
        self.broken: Cause | None = None  # the first syntax error

    def run(self) -> list[Cause]:
        for number, file in enumerate(self.files):
            for statement in file.statements:
                self.statements[number, statement.start] = statement
                site = Site(number, statement.start, statement.end, file.path)
                for key in made(statement):
                    self.makers.setdefault(key, []).append(site)
                for key in removed(statement):
                    self.removers.setdefault(key, []).append(site)
        skipped = {
            key
            for file in self.project.sql("migration-ignored")
            for statement in file.statements
            for key in made(statement)
        }
        for failure in self.database.failures:
            self._settle(failure, skipped)
        return self.causes

    def _settle(self, failure: Failure, skipped: set[Key]) -> None:
        span = self.database.span(failure.token)
        number = self.numbers.get(span.path, -1)
        place = number, failure.place.start
        key = missing(failure)
        cause = self._earlier(failure, key, place, number)
        if cause is not None:
            cause.consequences.append(failure)
        else:
            cause = self._first(failure, key, place, span)
            cause.elsewhere = cause.elsewhere or (key is not None and cause.kind == "outside" and key in skipped)
            self.causes.append(cause)
            if key is not None:
                self.missing.setdefault(key, cause)
            if failure.sqlstate == "42601":
                self.broken = self.broken or cause
        self.cause_of.setdefault(place, cause)

    def _earlier(self, failure: Failure, key: Key | None, place: tuple[int, int], number: int) -> Cause | None:
        """The cause that a failure follows from: one that misses the same, or kept what it misses from being made."""
        if key is not None:
            for candidate in _alike(key):
                if candidate in self.missing:
                    return self.missing[candidate]
                for site in self.makers.get(candidate, ()):
                    if (site.file, site.start) < place and (site.file, site.start) in self.cause_of:
                        return self.cause_of[site.file, site.start]
            if key.kind == "column" and not key.owner:
                return self._of_column(key.name, place)
            return self._of_serial(key, place) if key.kind == "relation" and key.name.endswith("_seq") else None
        if failure.sqlstate in ("23503", "42P10", "42830"):
            return self._of_table(failure, place, number)
        return None

    def _of_column(self, name: str, place: tuple[int, int]) -> Cause | None:
        """The failure of a statement that would have made a column of this name, in whatever table."""
        for key, sites in self.makers.items():
            if key.kind == "column" and key.name == name:
                for site in sites:
                    if (site.file, site.start) < place and (site.file, site.start) in self.cause_of:
                        return self.cause_of[site.file, site.start]
        for key, cause in self.missing.items():
            if key.kind == "column" and key.name == name:
                return cause
        return None

    def _of_serial(self, key: Key, place: tuple[int, int]) -> Cause | None:
        """The failure of the table that a sequence would have come with: `orders_id_seq` of `orders`."""
        table = key.name.removesuffix("_seq").rpartition("_")[0]
        while table:
            owner = Key("relation", table)
            if owner in self.missing:
                return self.missing[owner]
            for site in self.makers.get(owner, ()):
                if (site.file, site.start) < place and (site.file, site.start) in self.cause_of:
                    return self.cause_of[site.file, site.start]
            table = table.rpartition("_")[0]
        return None

    def _of_table(self, failure: Failure, place: tuple[int, int], number: int) -> Cause | None:
        """The failure of an earlier statement that would have filled or changed a table that this one needs."""
        statement = self.statements.get((number, failure.place.start))
        if statement is None:
            return None
        names = {name.name for name in _names(statement)}
        match = re.search(r'table "([^"]+)"', failure.message)
        if match:
            names.add(match[1])
        for constraint in self._referenced(failure):
            names.add(constraint)
        for other, cause in self.cause_of.items():
            earlier = self.statements.get(other)
            if (
                other < place
                and earlier is not None
                and isinstance(earlier, (Insert, sql_ddl.AlterTable, sql_ddl.CreateIndex))
            ):
                table = (
                    earlier.table.name
                    if isinstance(earlier, Insert)
                    else (earlier.name if isinstance(earlier, sql_ddl.AlterTable) else earlier.table)
                )
                if table.name in names:
                    return cause
        return None

    def _referenced(self, failure: Failure) -> Iterator[str]:
        state = self.database.state
        for obj in state.objects.values():
            if isinstance(obj, Constraint) and obj.name == failure.subject and obj.referenced in state.objects:
                yield state.objects[obj.referenced].name

    def _first(self, failure: Failure, key: Key | None, place: tuple[int, int], span: Span) -> Cause:
        if failure.sqlstate in _DUPLICATES:
            made_key = _duplicate(failure)
            earlier = (
                [site for site in self.makers.get(made_key, ()) if (site.file, site.start) < place] if made_key else []
            )
            other = self._span(earlier[-1]) if earlier else None
            return Cause(failure, span, "duplicate", _named(failure), other)
        if key is None:
            return Cause(failure, span, "other", failure.subject)
        for candidate in _alike(key):
            before = [site for site in self.makers.get(candidate, ()) if (site.file, site.start) < place]
            after = [site for site in self.makers.get(candidate, ()) if (site.file, site.start) > place]
            gone = [site for site in self.removers.get(candidate, ()) if (site.file, site.start) < place]
            if gone:
                return Cause(failure, span, "gone", _named(failure), self._span(gone[-1]))
            if before and candidate.kind == "column":
                return Cause(failure, span, "shadowed", _named(failure), self._span(before[-1]))
            if before:
                return Cause(failure, span, "other", _named(failure))
            if after:
                return Cause(failure, span, "later", _named(failure), self._span(after[0]))
        broken = self.broken is not None and key.kind != "column"
        return Cause(failure, span, "outside", _named(failure), elsewhere=broken)

    def _span(self, site: Site) -> Span:
        return self.files[site.file].lines.span(site.start, site.end)


_DUPLICATES = frozenset({"42P07", "42710", "42701", "42723", "42P06", "42P04"})
_MISSING = re.compile(
    r'^(?P<kind>[a-z][a-z ]*?) "(?P<name>[^"]+)"'
    r'(?: (?:of|for|on) (?:relation|table) "(?P<owner>[^"]+)")? does not exist$'
)
_FUNCTION = re.compile(r'^(?:function|procedure) ([^\s(]+)\(|^could not find a (?:function|procedure) named "([^"]+)"')
_BARE_COLUMN = re.compile(r"^column (?P<path>\S+) does not exist$")
_EXISTS = re.compile(
    r'^(?P<kind>[a-z][a-z ]*?) "(?P<name>[^"]+)"'
    r'(?: (?:of|for|on) (?:relation|table) "(?P<owner>[^"]+)")? already exists'
)
_KINDS = {
    "domain": "type",
    "foreign table": "relation",
    "view": "relation",
    "table": "relation",
    "sequence": "relation",
    "index": "relation",
    "materialized view": "relation",
}


def missing(failure: Failure) -> Key | None:
    """The object that a statement fails for want of."""
    message = failure.message
    if failure.sqlstate == "42883":
        match = _FUNCTION.match(message)
        return Key("function", _bare(match[1] or match[2])) if match else None
    match = _MISSING.match(message)
    if match:
        kind = _KINDS.get(match["kind"], match["kind"])
        return Key(kind, _bare(match["name"]), _bare(match["owner"] or ""))
    match = _BARE_COLUMN.match(message)
    return Key("column", match["path"].rpartition(".")[2]) if match else None


def _duplicate(failure: Failure) -> Key | None:
    match = _EXISTS.match(failure.message)
    if match is None:
        return None
    return Key(_KINDS.get(match["kind"], match["kind"]), _bare(match["name"]), _bare(match["owner"] or ""))


def _alike(key: Key) -> tuple[Key, ...]:
    """What PostgreSQL may call by another kind: a table's row type."""
    return (key, Key("relation", key.name)) if key.kind == "type" else (key,)


def _named(failure: Failure) -> str:
    match = _MISSING.match(failure.message) or _EXISTS.match(failure.message)
    if match and match["owner"]:
        return f"{match['owner']}.{match['name']}" if match["kind"] == "column" else match["name"]
    if match:
        return match["name"]
    function = _FUNCTION.match(failure.message)
    return f"{function[1] or function[2]}()" if function else failure.subject


def _bare(name: str) -> str:
    return name.rpartition(".")[2]


def _names(statement: Node) -> Iterator[QualifiedName]:
    return (node for node in descendants(statement) if isinstance(node, QualifiedName))


# What statements make and remove


def made(statement: Node) -> Iterator[Key]:
    """The objects that a statement makes where it succeeds, and a DO block may make."""
    match statement:
        case Do(body=body):
            if body is not None:
                for node in descendants(body):
                    if type(node) in _MAKERS:
                        yield from made(node)
        case sql_ddl.CreateTable(name=name, columns=columns):
            yield Key("relation", name.name)
            for column in columns:
                yield Key("column", column.name.text, name.name)
        case sql_ddl.CreateTableAs(name=name) | sql_ddl.CreateView(name=name) | sql_ddl.CreateSequence(name=name):
            yield Key("relation", name.name)
        case sql_ddl.AlterTable(name=name, subcommands=subcommands):
            for each in subcommands:
                if isinstance(each, sql_ddl.AddColumn):
                    yield Key("column", each.column.name.text, name.name)
                elif isinstance(each, sql_ddl.AddConstraint) and each.constraint.name is not None:
                    yield Key("constraint", each.constraint.name.text, name.name)
        case sql_ddl.CreateIndex(name=identifier):
            if identifier is not None:
                yield Key("relation", identifier.text)
        case sql_ddl.CreatePolicy(name=identifier, table=table):
            yield Key("policy", identifier.text, table.name)
        case sql_ddl.CreateTrigger(name=identifier, table=table):
            yield Key("trigger", identifier.text, table.name)
        case CreateFunction(name=name):
            yield Key("function", name.name)
        case (
            sql_ddl.CreateEnum(name=name)
            | sql_ddl.CreateCompositeType(name=name)
            | sql_ddl.CreateDomain(name=name)
            | sql_ddl.CreateRangeType(name=name)
            | sql_ddl.CreateBaseType(name=name)
        ):
            yield Key("type", name.name)
        case sql_ddl.CreateSchema(name=schema):
            if schema is not None:
                yield Key("schema", schema.text)
        case sql_ddl.CreateRole(name=role):
            yield Key("role", getattr(role, "name", ""))
        case sql_ddl.CreatePublication(name=identifier):
            yield Key("publication", identifier.text)
        case sql_ddl.CreateExtension(name=identifier):
            yield Key("extension", identifier.text)
        case sql_ddl.Rename(object=reference, new_name=new_name):
            yield _key_of(reference, new_name.text)
        case _:
            return


def removed(statement: Node) -> Iterator[Key]:
    """The objects that a statement drops, or gives another name."""
    match statement:
        case Do(body=body):
            if body is not None:
                for node in descendants(body):
                    if isinstance(node, (sql_ddl.Drop, sql_ddl.Rename, sql_ddl.AlterTable)):
                        yield from removed(node)
        case sql_ddl.Drop(objects=objects):
            for reference in objects:
                yield _key_of(reference)
        case sql_ddl.Rename(object=reference):
            yield _key_of(reference)
        case sql_ddl.AlterTable(name=name, subcommands=subcommands):
            for each in subcommands:
                if isinstance(each, sql_ddl.DropColumn):
                    yield Key("column", each.name.text, name.name)
                elif isinstance(each, sql_ddl.DropConstraint):
                    yield Key("constraint", each.name.text, name.name)
        case _:
            return


_MAKERS = frozenset(
    {
        sql_ddl.CreateTable, sql_ddl.CreateTableAs, sql_ddl.CreateView, sql_ddl.CreateSequence, sql_ddl.AlterTable,
        sql_ddl.CreateIndex, sql_ddl.CreatePolicy, sql_ddl.CreateTrigger, CreateFunction, sql_ddl.CreateEnum,
        sql_ddl.CreateCompositeType, sql_ddl.CreateDomain, sql_ddl.CreateSchema, sql_ddl.CreateRole,
        sql_ddl.CreatePublication, sql_ddl.CreateExtension, sql_ddl.Rename,
    }
)  # fmt: skip


def _key_of(reference: sql_ddl.ObjectReference, name: str | None = None) -> Key:
    own = name if name is not None else (reference.name.name if reference.name is not None else "")
    kind = _KINDS.get(reference.kind, reference.kind)
    if kind in ("procedure", "routine"):
        kind = "function"
    return Key(kind, own, reference.table.name if reference.table is not None else "")
