"""Dropping objects with all that depends on them (dependency.c)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from analyzer.database.descriptions import described
from analyzer.database.model import (
    CastObject,
    Constraint,
    Extension,
    Index,
    Publication,
    Relation,
    Schema,
    Type,
)
from analyzer.database.rejected import Rejected
from analyzer.database.state import DependencyKind, Edge, State, renamed
from analyzer.facts.sql_query import Node

_SHOWN_DETAILS = 100


class Address(NamedTuple):
    """An object, or one of its columns, or (negative) a column's default."""

    oid: int
    sub: int = 0


def dependents(state: State, targets: Sequence[Address]) -> tuple[list[Address], list[tuple[Address, Address]]]:
    """All that goes when the targets go, and those of it that only CASCADE takes, each with what it depends on.

    Raises:
        Rejected: a target is a part of something that needs it.
    """
    found: dict[Address, None] = dict.fromkeys(targets)
    blocked: list[tuple[Address, Address]] = []
    queue = list(targets)
    while queue:
        current = queue.pop(0)
        holder = state.objects.get(current.oid)
        edges: list[tuple[Edge, DependencyKind]] = list(state.dependents.get(current.oid, {}).items())
        if isinstance(holder, Schema):
            edges += [(Edge(oid, 0, 0), "normal") for oid in _contents(state, holder.name)]
        for edge, kind in edges:
            if current.sub and edge.other_sub != current.sub:
                continue
            other = Address(edge.oid, edge.sub)
            if other.oid not in state.objects or other in found:
                continue
            if Address(other.oid) in found:
                continue
            if kind == "normal":
                blocked.append((other, current))
            found[other] = None
            queue.append(other)
    really = [pair for pair in blocked if not _goes_along(state, pair[0], found)]
    return list(found), really


def _goes_along(state: State, address: Address, found: dict[Address, None]) -> bool:
    """Whether an object is a part of something that goes anyway."""
    return any(
        kind != "normal"
        and edge.other_sub == address.sub
        and (Address(edge.oid, edge.sub) in found or Address(edge.oid) in found)
        for edge, kind in state.dependencies.get(address.oid, {}).items()
    )


def _contents(state: State, schema: str) -> list[int]:
    """The objects of a schema that are no parts of others."""
    return [
        obj.oid
        for obj in state.objects.values()
        if getattr(obj, "schema", None) == schema and not isinstance(obj, Index | Constraint | Extension)
    ] + [obj.oid for obj in state.objects.values() if isinstance(obj, Extension) and obj.schema == schema]


def owner_of(state: State, address: Address) -> tuple[int, str] | None:
    """The object that a part belongs to and cannot be dropped without, with how."""
    for edge, kind in state.dependencies.get(address.oid, {}).items():
        if kind in ("internal", "extension") and edge.other_sub == address.sub and edge.oid in state.objects:
            return edge.oid, kind
    return None


def drop(
    state: State, targets: Sequence[Address], *, cascade: bool, node: Node | None = None, what: str = "drop"
) -> list[Address]:
    """Drops the targets and what goes with them; gives all that went.

    Raises:
        Rejected: something depends on them, or they are parts of another object (2BP01).
    """
    wanted = set(targets)
    for target in targets:
        owner = owner_of(state, target)
        if owner is not None and Address(owner[0]) not in wanted:
            raise _part(state, target, owner[0], node)
        index = state.objects.get(target.oid)
        if isinstance(index, Index) and index.parent in state.objects and Address(index.parent) not in wanted:
            raise _part(state, target, index.parent, node)
    gone, blocked = dependents(state, targets)
    explicit = set(targets)
    really = [(dependent, on) for dependent, on in blocked if dependent not in explicit]
    if really and not cascade:
        dependent, on = really[0]
        first = described(state, targets[0].oid, targets[0].sub)
        subject = "drop " + first if len(targets) == 1 else "drop desired object(s)"
        message = f"cannot {subject} because other objects depend on it"
        if len(targets) > 1:
            message = "cannot drop desired object(s) because other objects depend on them"
        raise Rejected(
            "2BP01", message, node, subject=f"{described(state, *dependent)} depends on {described(state, *on)}"
        )
    # what is inside the set but belongs to an object outside of it takes that object along
    extra = [
        Address(owner[0])
        for address in gone
        if address not in wanted and (owner := owner_of(state, address)) is not None and Address(owner[0]) not in gone
    ]
    if extra:
        return drop(state, [*targets, *dict.fromkeys(extra)], cascade=cascade, node=node, what=what)
    for address in gone:
        remove(state, address, what if address in wanted else f"{what} cascade")
    return gone


def _part(state: State, target: Address, owner: int, node: Node | None) -> Rejected:
    title, whole = described(state, *target), described(state, owner)
    return Rejected("2BP01", f"cannot drop {title} because {whole} requires it", node, subject=title)


def remove(state: State, address: Address, what: str) -> None:
    """Takes one object, column or default out of the catalogue."""
    obj = state.objects.get(address.oid)
    if obj is None:
        return
    if address.sub:
        if isinstance(obj, Relation):
            _remove_from_relation(state, obj, address.sub, what)
        elif isinstance(obj, Type):
            state.change(renamed(obj, default=None), "drop default")
        return
    match obj:
        case Relation():
            state.remove(state.rows, obj.oid)
            state.remove(state.rows_unknown, obj.oid)
            state.remove(state.sequences, obj.oid)
            _leave_publications(state, obj.oid)
        case Schema():
            for key in [key for key in state.default_acls if key[1] == obj.name]:
                state.remove(state.default_acls, key)
        case Index():
            state.remove(state.keys, obj.oid)
        case CastObject():
            state.remove(state.casts, (_key(obj.source), _key(obj.target)))
        case _:
            pass
    state.discard(obj.oid, what)


def _key(type_: tuple[object, ...]) -> tuple[int, bool]:
    return type_[0], type_[1]  # type: ignore[return-value]


def _leave_publications(state: State, table: int) -> None:
    for edge in list(state.dependents.get(table, {})):
        obj = state.objects.get(edge.oid)
        if isinstance(obj, Publication):
            tables = tuple(each for each in obj.tables if each.table != table)
            state.change(renamed(obj, tables=tables), "drop table")


def _remove_from_relation(state: State, relation: Relation, sub: int, what: str) -> None:
    number = abs(sub)
    column = next((each for each in relation.columns if each.number == number), None)
    if column is None:
        return
    if sub < 0:
        replaced = renamed_column(
            relation, number, default=None, generated=None, sequence=0 if not column.identity else column.sequence
        )
        state.forget_dependencies(relation.oid, sub=sub)
        state.change(replaced, f"drop default of {column.name}")
        return
    state.forget_dependencies(relation.oid, sub=number)
    state.forget_dependencies(relation.oid, sub=-number)
    inner = state.dependents.get(relation.oid)
    if inner:
        for edge in [edge for edge in inner if edge.other_sub == number and edge.oid not in state.objects]:
            state.remove(inner, edge)
    columns = tuple(each for each in relation.columns if each.number != number)
    state.change(renamed(relation, columns=columns), f"{what} column {column.name}")


def renamed_column(relation: Relation, number: int, **fields: object) -> Relation:
    """The relation with other values for one column."""
    columns = tuple(renamed(each, **fields) if each.number == number else each for each in relation.columns)
    return renamed(relation, columns=columns)


def depend_on_needs(
    state: State,
    oid: int,
    needs: Iterable[tuple[int, int]],
    *,
    sub: int = 0,
    own: int = 0,
    own_kind: str = "normal",
) -> None:
    """Notes what an expression of an object needs; on its own table's columns as `own_kind` says."""
    for needed, column in needs:
        if needed == own:
            if own_kind == "none":
                continue
            state.depend(oid, needed, own_kind, sub=sub, on_sub=column)  # type: ignore[arg-type]
        else:
            state.depend(oid, needed, "normal", sub=sub, on_sub=column)
