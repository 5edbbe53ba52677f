"""Which relations PostgREST can embed in which: it finds them by the foreign keys between those of one schema.

https://docs.postgrest.org/en/v13/references/api/resource_embedding.html and
https://github.com/PostgREST/postgrest/blob/v13.0.0/src/PostgREST/Plan.hs (findRel)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.database.model import Constraint, Relation
from analyzer.database.replay import Database


@dataclass(frozen=True, slots=True)
class Relationship:
    """A way from one table to another: along a foreign key, against it, or over a table that joins both."""

    target: Relation
    constraint: Constraint | None  # None: over a table that joins both
    column: str  # of a foreign key with one column
    forward: bool  # along the foreign key, so that there is one related row
    junction: Relation | None = None
    referenced: str = ""  # the column that a foreign key with one column leads to


def between(database: Database, origin: Relation, name: str, hint: str = "") -> list[Relationship]:
    """The relationships of `origin` that an embedded `name!hint` may mean."""
    return [one for one in _meant(database, origin, name, hint) if one.target.schema == origin.schema]


def beyond(database: Database, origin: Relation, name: str, hint: str = "") -> list[Relationship]:
    """Those that it would mean if they did not lead into another schema."""
    return [one for one in _meant(database, origin, name, hint) if one.target.schema != origin.schema]


def computed(database: Database, origin: Relation, name: str) -> bool:
    """Whether a function takes a row of `origin`: its name then stands for a column or a relation.

    https://docs.postgrest.org/en/v13/references/api/computed_fields.html
    """
    return any(
        len(function.inputs) == 1 and function.inputs[0].type.oid == origin.row_type
        for function in database.functions(None, name)
    )


def _meant(database: Database, origin: Relation, name: str, hint: str) -> Iterator[Relationship]:
    return (one for one in _from(database, origin) if _is_meant(one, name, hint))


def _from(database: Database, origin: Relation) -> Iterator[Relationship]:
    for constraint in _foreign_keys(database):
        table = database.state.objects.get(constraint.table)
        target = database.state.objects.get(constraint.referenced)
        if not isinstance(table, Relation) or not isinstance(target, Relation):
            continue
        column = table.numbered(constraint.columns[0]).name if len(constraint.columns) == 1 else ""
        referenced = target.numbered(constraint.referenced_columns[0]).name if column else ""
        if table.oid == origin.oid:
            yield Relationship(target, constraint, column, True, referenced=referenced)
        if target.oid == origin.oid:
            yield Relationship(table, constraint, column, False, referenced=referenced)
            yield from _over(database, table, constraint)


def _over(database: Database, junction: Relation, first: Constraint) -> Iterator[Relationship]:
    """The tables on the other side of a table whose primary key is made of two foreign keys."""
    key = next((one for one in database.constraints(junction) if one.kind == "primary key"), None)
    if key is None or not set(first.columns) <= set(key.columns):
        return
    for second in database.constraints(junction):
        if second.kind == "foreign key" and second.oid != first.oid and set(second.columns) <= set(key.columns):
            target = database.state.objects.get(second.referenced)
            if isinstance(target, Relation):
                yield Relationship(target, None, "", False, junction)


def _foreign_keys(database: Database) -> tuple[Constraint, ...]:
    return database.once(
        ("foreign keys",),
        lambda: tuple(
            one
            for one in database.state.objects.values()
            if isinstance(one, Constraint) and one.kind == "foreign key" and one.table
        ),
    )


def _is_meant(one: Relationship, name: str, hint: str) -> bool:
    ways = {one.constraint.name} if one.constraint is not None else set()
    if one.junction is not None:
        ways.add(one.junction.name)
    if hint:
        return name == one.target.name and (hint in ways or (one.column != "" and hint in (one.column, one.referenced)))
    ways |= {one.column} if one.forward and one.column else set()
    return name == one.target.name or (name in ways and one.junction is None)
