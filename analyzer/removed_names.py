"""The names that migrations have taken away: those of what they dropped or renamed, and that nothing has in the end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from analyzer.database.lookup import find_class
from analyzer.database.model import Function, Relation, Type
from analyzer.database.replay import Database
from analyzer.facts.sql_ddl import AlterEnumRenameValue, AlterTable, Drop, DropColumn, Rename, SetSchema
from analyzer.facts.sql_query import Node, QualifiedName
from analyzer.migration_steps import Step, removals, steps
from analyzer.project import Project
from analyzer.source import Span

_UNDOES = re.compile(r"(?:^|[/_.-])(?:rollback|down)(?:[_.-][^/]*)?$", re.IGNORECASE)
_RELATIONS = frozenset({"table", "view", "materialized view", "foreign table"})


class Name(NamedTuple):
    """What a name stood for; `name` is that of a column or an enum's value, and else empty."""

    kind: Literal["relation", "column", "function", "value"]
    schema: str
    owner: str  # the relation, function or enum
    name: str = ""


@dataclass(frozen=True, slots=True)
class Removal:
    """Where a name went, and what it is now: empty where the object is gone."""

    span: Span
    renamed_to: str
    newest: bool  # whether the last migration took it away


@lru_cache(maxsize=8)
def removed_names(project: Project) -> Mapping[Name, Removal]:
    """The names that were taken away last, and that nothing has in the end.

    What a later statement asks for again, and fails, somebody has made by hand; a file that undoes another one, by its
    name, is run by hand.
    """
    found: dict[Name, tuple[int, Removal]] = {}
    for step in steps(project):
        if not _UNDOES.search(step.file.path):
            for name, node, new in _removed(project, step):
                found[name] = step.number, Removal(step.span(node), new, step.newest)
    database = project.hosted_database
    asked: dict[str, int] = {}
    for failure in database.failures:
        asked[failure.subject.rpartition(".")[2]] = failure.place.file
    return {
        name: removal
        for name, (number, removal) in found.items()
        if not _is_there(database, name) and asked.get(name.name or name.owner, -1) <= number
    }


def _removed(project: Project, step: Step) -> Iterator[tuple[Name, Node, str]]:
    database = project.hosted_database
    match step.statement:
        case Drop():
            for obj in removals(project).get(step.place, ()):
                if isinstance(obj, Relation) and obj.kind in ("table", "partitioned", "view", "materialized view"):
                    yield Name("relation", obj.schema, obj.name), _part(step.statement, obj.name), ""
                elif isinstance(obj, Function):
                    yield Name("function", obj.schema, obj.name), _part(step.statement, obj.name), ""
        case AlterTable(subcommands=parts):
            table = _table(database, step.statement.name)
            for part in parts if table is not None else ():
                if isinstance(part, DropColumn) and table is not None:
                    yield Name("column", table.schema, table.name, part.name.text), part.name, ""
        case Rename():
            yield from _renamed(database, step.statement)
        case SetSchema():
            name = step.statement.object.name
            if name is not None and step.statement.object.kind in _RELATIONS:
                new = f"{step.statement.schema.text}.{name.name}"
                yield Name("relation", name.schema or "public", name.name), name, new
        case AlterEnumRenameValue():
            name, old = step.statement.name, str(step.statement.label.value)
            new = str(step.statement.new_label.value)
            yield Name("value", name.schema or "public", name.name, old), step.statement.label, new
        case _:
            return


def _renamed(database: Database, statement: Rename) -> Iterator[tuple[Name, Node, str]]:
    reference, new = statement.object, statement.new_name.text
    if reference.name is None:
        return
    if reference.kind in _RELATIONS:
        yield Name("relation", reference.name.schema or "public", reference.name.name), reference.name, new
    elif reference.kind == "function":
        yield Name("function", reference.name.schema or "public", reference.name.name), reference.name, new
    elif reference.kind == "column" and reference.table is not None:
        table = _table(database, reference.table)
        if table is not None:
            yield Name("column", table.schema, table.name, reference.name.parts[-1].text), reference.name, new


def _table(database: Database, name: QualifiedName) -> Relation | None:
    """The table as it is in the end, if it still has the name."""
    found = database.relation(name.schema or "public", name.name)
    if found is not None or name.schema is not None:
        return found
    other = find_class(database.state, name)
    return other if isinstance(other, Relation) else None


def _part(statement: Drop, name: str) -> Node:
    """The object's name in a DROP; the statement, for what CASCADE took along."""
    return next(
        (each.name for each in statement.objects if each.name is not None and each.name.name == name), statement
    )


def _is_there(database: Database, name: Name) -> bool:
    match name.kind:
        case "relation":
            return database.relation(name.schema, name.owner) is not None
        case "column":
            table = database.relation(name.schema, name.owner)
            return table is None or table.column(name.name) is not None
        case "function":
            return any(True for _ in database.functions(name.schema, name.owner))
        case "value":
            found = database.state.objects.get(database.state.find("type", name.owner, name.schema))
            return not isinstance(found, Type) or name.name in found.labels
