"""The migrations as steps: what each statement does to what was there before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from analyzer.database.lookup import find_class
from analyzer.database.model import AnyObject, Place, Relation
from analyzer.database.replay import Database
from analyzer.database.values import Row
from analyzer.facts.sql import SqlFile, Statement
from analyzer.facts.sql_query import Node, QualifiedName
from analyzer.project import Project
from analyzer.source import Span


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of a migration that PostgreSQL accepts, in the order of the replay."""

    number: int  # of the file's text in the replay
    file: SqlFile
    statement: Statement
    newest: bool  # whether it stands in the last migration, the only one that may not have been applied yet

    @property
    def place(self) -> tuple[int, int]:
        """Orders statements; a `Place` compares with it by its first two items."""
        return self.number, self.statement.start

    def span(self, node: Node) -> Span:
        return self.file.lines.span(node.start, node.end)


@lru_cache(maxsize=8)
def steps(project: Project) -> tuple[Step, ...]:
    """The statements of all migrations that the hosted project has had, those that fail left out."""
    database = project.hosted_database
    numbers = {
        path: number
        for number, text in enumerate(database.state.texts)
        if (path := getattr(text, "path", None)) is not None
    }
    failed = {(failure.place.file, failure.place.start) for failure in database.failures}
    files = [
        file.facts.sql
        for path in database.files
        if (file := project.files.get(path)) is not None and file.placement.kind != "roles"
    ]
    return tuple(
        Step(numbers[file.path], file, statement, file is files[-1])
        for file in files
        if file is not None
        for statement in file.statements
        if (numbers[file.path], statement.start) not in failed
    )


@lru_cache(maxsize=8)
def versions(project: Project) -> Mapping[int, tuple[AnyObject, ...]]:
    """All versions that each object has had, by its oid; the last one first."""
    state = project.hosted_database.state
    found: dict[int, list[AnyObject]] = {oid: [obj] for oid, obj in state.objects.items()}
    for mapping, key, old in reversed(state.journal):
        if mapping is state.objects and hasattr(old, "oid"):
            found.setdefault(key, []).append(old)
    return {oid: tuple(each) for oid, each in found.items()}


@lru_cache(maxsize=8)
def removals(project: Project) -> Mapping[tuple[int, int], tuple[AnyObject, ...]]:
    """The objects that a statement removed, dependants included, by the statement's place; as they were last."""
    state = project.hosted_database.state
    found: dict[tuple[int, int], list[AnyObject]] = {}
    for oid, each in versions(project).items():
        changes = state.history.get(oid)
        if oid not in state.objects and changes and changes[-1].kind == "dropped":
            place = changes[-1].place
            found.setdefault((place.file, place.start), []).append(each[0])
    return {place: tuple(objects) for place, objects in found.items()}


@lru_cache(maxsize=8)
def row_versions(project: Project) -> Mapping[int, tuple[Row, ...]]:
    """All versions that the known rows of each table have had, by the table's oid."""
    state = project.hosted_database.state
    tables = {id(rows): oid for oid, rows in state.rows.items()}
    for mapping, key, old in state.journal:
        if mapping is state.rows and isinstance(old, dict):
            tables[id(old)] = key
    found = {oid: list(rows.values()) for oid, rows in state.rows.items()}
    for mapping, _, old in state.journal:
        oid = tables.get(id(mapping))
        if oid is not None and isinstance(old, dict):
            found.setdefault(oid, []).append(old)
    return {oid: tuple(rows) for oid, rows in found.items()}


def table_named(database: Database, name: QualifiedName) -> Relation | None:
    """The table or view that has this name in the end; an unqualified name is looked for in `public`."""
    found = database.relation(name.schema or "public", name.name)
    if found is None and name.schema is None:
        other = find_class(database.state, name)
        found = other if isinstance(other, Relation) else None
    return found


def made_at(database: Database, obj: AnyObject) -> Place | None:
    """The statement that first made an object; None for one of the platform."""
    history = database.history(obj)
    return history[0].place if history and history[0].kind == "created" else None
