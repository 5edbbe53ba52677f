"""Sequences: made by hand, by serial columns and by identity columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from analyzer.database import privileges
from analyzer.database.datatypes import DataType
from analyzer.database.lookup import creation_schema, find_class, relation
from analyzer.database.model import Column, Relation
from analyzer.database.names import free
from analyzer.database.rejected import Rejected
from analyzer.database.state import State
from analyzer.facts.sql_ddl import AlterSequence, CreateSequence, Option
from analyzer.facts.sql_query import Identifier, Node, QualifiedName

SERIALS = {
    "smallserial": DataType(21),
    "serial2": DataType(21),
    "serial": DataType(23),
    "serial4": DataType(23),
    "bigserial": DataType(20),
    "serial8": DataType(20),
}


class Counter(NamedTuple):
    """Where a sequence stands; `next` is None where that is not known."""

    next: int | None
    increment: int = 1


def create_sequence(state: State, node: CreateSequence) -> None:
    """CREATE SEQUENCE."""
    schema = creation_schema(state, node.name)
    if ("class", schema, node.name.name) in state.names:
        if node.if_not_exists:
            return
        raise Rejected("42P07", f'relation "{node.name.name}" already exists', node.name, subject=node.name.name)
    oid = add(state, schema, node.name.name, node.persistence)
    _options(state, oid, node.options, node)


def add(state: State, schema: str, name: str, persistence: str = "") -> int:
    """Makes a sequence."""
    oid = state.new_oid()
    owner = state.role
    acl = privileges.initial_acl(state, "sequence", owner, schema)
    state.add(
        Relation(oid=oid, name=name, schema=schema, kind="sequence", owner=owner, acl=acl, persistence=persistence)  # type: ignore[arg-type]
    )
    state.put(state.sequences, oid, Counter(1))
    return oid


def for_column(state: State, table: Relation, column: str, options: Sequence[Option], node: Node) -> int:
    """Makes the sequence of a serial or identity column; its table does not have to exist yet."""
    named = next((option.value for option in options if option.name == "sequence name" and option.value), None)
    if named is not None:
        name = named.rpartition(".")[2]
        if ("class", table.schema, name) in state.names:
            raise Rejected("42P07", f'relation "{name}" already exists', node, subject=name)
    else:
        name = free(table.name, column, "seq", lambda each: ("class", table.schema, each) in state.names)
    oid = add(state, table.schema, name, table.persistence)
    _options(state, oid, options, node)
    return oid


def alter_sequence(state: State, node: AlterSequence) -> None:
    """ALTER SEQUENCE."""
    found = find_class(state, node.name)
    if found is None and node.if_exists:
        return
    sequence = relation(state, node.name, ("sequence",))
    _options(state, sequence.oid, node.options, node)


def _options(state: State, oid: int, options: Sequence[Option], node: Node) -> None:
    counter: Counter = state.sequences.get(oid, Counter(1))
    increment, following, explicit = counter.increment, counter.next, False
    for option in options:
        name, text = option.name.lower(), option.value
        number = int(text) if text is not None and text.lstrip("+-").isdigit() else None
        if name in ("increment", "increment by") and number is not None:
            increment = number
        elif name in ("start", "start with") and number is not None:
            following, explicit = number, True
        elif name in ("restart", "restart with"):
            following, explicit = (number if number is not None else 1), True
        elif name == "minvalue" and number is not None and not explicit and following == 1:
            following = number
        elif name == "owned by":
            _own(state, oid, text or "", option)
    if increment < 0 and not explicit and following == 1:
        following = -1
    state.put(state.sequences, oid, Counter(following, increment))


def _own(state: State, oid: int, text: str, node: Node) -> None:
    state.forget_dependencies(oid, kinds=("auto",))
    parts = text.split(".")
    if len(parts) < 2 or parts == ["none"]:
        return
    name = QualifiedName(node.start, node.end, tuple(Identifier(node.start, node.end, part) for part in parts[:-1]))
    table = relation(state, name)
    column = table.column(parts[-1])
    if column is None:
        message = f'column "{parts[-1]}" of relation "{table.name}" does not exist'
        raise Rejected("42703", message, node, subject=parts[-1])
    sequence = state.relation(oid)
    if sequence.schema != table.schema:
        raise Rejected("55000", "sequence must be in same schema as table it is linked to", node)
    owned_by(state, oid, table.oid, column.number)


def owned_by(state: State, sequence: int, table: int, number: int, *, identity: bool = False) -> None:
    """Ties a sequence to a column: it goes with it."""
    state.depend(sequence, table, "internal" if identity else "auto", on_sub=number)


def owned(state: State, table: Relation, column: Column) -> int:
    """The sequence that belongs to a column, or 0."""
    for edge, kind in state.dependents.get(table.oid, {}).items():
        if kind in ("auto", "internal") and edge.other_sub == column.number:
            found = state.objects.get(edge.oid)
            if isinstance(found, Relation) and found.kind == "sequence":
                return found.oid
    return 0


def advance(state: State, oid: int) -> int | None:
    """The next value, as `nextval` gives it; None where it is not known."""
    counter: Counter = state.sequences.get(oid, Counter(None))
    if counter.next is None:
        return None
    # not through the journal: what a failed statement took stays taken
    state.sequences[oid] = Counter(counter.next + counter.increment, counter.increment)
    return counter.next


def forget(state: State, oid: int) -> None:
    """From here on the value of a sequence is not known."""
    counter: Counter = state.sequences.get(oid, Counter(None))
    state.put(state.sequences, oid, Counter(None, counter.increment))
