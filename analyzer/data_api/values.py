"""Which values a column takes: the labels of its enum, and what its CHECK constraints say of a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzer.database.datatypes import DataType
from analyzer.database.literals import check_literal
from analyzer.database.model import Constraint, Place, Relation, Type
from analyzer.database.rejected import Rejected
from analyzer.database.replay import Database
from analyzer.database.rows import check_value
from analyzer.database.values import Cell
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import Constant

_HERE = Place(0, 0, 0)
_TEXTS = frozenset({"text", "character varying", "varchar", "citext", "character", "bpchar"})
_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision", "int2", "int4", "int8"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a column does not take a value; `allowed` lists what it takes, where that is a list."""

    kind: Literal["enum", "check"]
    name: str  # of the enum or the constraint
    allowed: tuple[str, ...]


def refusal(database: Database, relation: Relation, column: str, value: object) -> Refusal | None:
    """Why PostgreSQL refuses to store a value in a column; None where it takes it, or that cannot be told."""
    found = relation.column(column)
    if found is None or found.type.array:
        return None
    labels = enum_of(database, relation, column)
    if labels is not None:
        name, allowed = labels
        return Refusal("enum", name, allowed) if isinstance(value, str) and value not in allowed else None
    type_ = database.type_text(found.type.bare)
    fits = (isinstance(value, str) and type_ in _TEXTS) or (
        isinstance(value, int | float) and not isinstance(value, bool) and type_ in _NUMBERS
    )
    for constraint in database.constraints(relation) if fits else ():
        if constraint.kind == "check" and constraint.columns == (found.number,) and constraint.expression is not None:
            cells = {found.number: Cell(value, _HERE)}
            if check_value(database.state, relation, constraint.expression, cells) is False:
                return Refusal("check", constraint.name, allowed_by(constraint))
    return None


def enum_of(database: Database, relation: Relation, column: str) -> tuple[str, tuple[str, ...]] | None:
    """The name and the labels of a column's enum."""
    found = relation.column(column)
    type_ = database.state.objects.get(found.type.oid) if found is not None and not found.type.array else None
    return (type_.name, type_.labels) if isinstance(type_, Type) and type_.kind == "enum" else None


def allowed_by(constraint: Constraint) -> tuple[str, ...]:
    """The texts that a CHECK of the form `column IN (...)` lists."""
    if constraint.expression is None:
        return ()
    texts = [
        node
        for node in descendants(constraint.expression.node)
        if isinstance(node, Constant) and node.kind == "string" and isinstance(node.value, str)
    ]
    return tuple(dict.fromkeys(str(node.value) for node in sorted(texts, key=lambda node: node.start)))


def is_readable(database: Database, type_: DataType, value: object) -> bool:
    """Whether PostgreSQL can read a JSON value, or the text of a filter, as a type; True where that is not certain."""
    if type_.array or database.type_text(type_.bare) in ("json", "jsonb") or isinstance(value, float):
        return True
    own = database.state.objects.get(type_.oid)
    if isinstance(own, Type) and own.kind == "enum":
        return True  # what an enum takes is asked of `refusal`
    text = str(value).lower() if isinstance(value, bool) else str(value)
    try:
        check_literal(database.state, text, type_, None)
    except Rejected:
        return False
    return True
