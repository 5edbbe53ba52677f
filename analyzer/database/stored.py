"""An expression or query that the database keeps, with what each of its names means."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from analyzer.database.datatypes import DataType
from analyzer.facts.sql import Statement
from analyzer.facts.sql_query import Expression, Query


class BoundColumn(NamedTuple):
    """What a column reference means: a column of an item of FROM, of a parameter, or a variable.

    A key of these maps is where a node starts in its text; nodes of one kind never start at the same place.
    """

    entry: int  # which item of FROM, see `Bindings.entries`; -1 for a parameter or variable
    number: int  # the position of the column in the item, from 0; -1 for the whole row
    name: str
    qualified: bool  # whether PostgreSQL would print it with its table


class BoundEntry(NamedTuple):
    """An item of FROM: a relation, or what a query or function gives."""

    name: str  # its alias, or its name
    relation: int  # 0 without one
    numbers: tuple[int, ...]  # the numbers of the relation's columns, in order
    alias: bool


class Bindings(msgspec.Struct, frozen=True, kw_only=True):
    """What the names of an expression mean."""

    entries: tuple[BoundEntry, ...] = ()
    columns: dict[int, BoundColumn] = {}
    functions: dict[int, int] = {}  # start of a call -> the function's oid
    types: dict[int, DataType] = {}
    relations: dict[int, int] = {}  # start of a name in FROM -> the relation's oid
    from_entries: dict[int, int] = {}  # start of an item of FROM -> its entry
    stars: dict[int, tuple[BoundColumn, ...]] = {}
    literals: dict[int, DataType] = {}  # start of an untyped string -> the type that its surroundings gave it
    output: tuple[tuple[str, DataType | None], ...] = ()  # of a query: its columns


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """An expression or query of a file, with its bindings; `file` is the file's position in the replay."""

    node: Expression | Query | Statement
    file: int
    bindings: Bindings
