"""What belongs to a table, and names within a schema."""

from __future__ import annotations

from analyzer.database.model import Relation
from analyzer.database.state import State


def children_of(state: State, table: int) -> list[Relation]:
    """The tables that inherit from a table, partitions included."""
    return [state.relation(oid) for oid in list(state.members_of("child", table).values())]


def constraint_taken(state: State, schema: str, name: str) -> bool:
    """Whether a constraint of this schema has the name (ConstraintNameExists)."""
    return any(
        getattr(state.objects.get(oid), "schema", "") == schema
        for oid in state.member_names.get(("constraint", name), ())
    )
