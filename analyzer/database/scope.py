"""The names that an expression may use: items of FROM, common tables, parameters and variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from analyzer.database.datatypes import OID, DataType

# Every table has them: https://www.postgresql.org/docs/17/ddl-system-columns.html
SYSTEM_COLUMNS = {
    "ctid": DataType(27),
    "xmin": DataType(28),
    "xmax": DataType(28),
    "cmin": DataType(29),
    "cmax": DataType(29),
    "tableoid": OID,
}


class ScopeColumn(NamedTuple):
    """A column that an item of FROM gives; the type is None where it is not known."""

    name: str
    type: DataType | None
    number: int = 0  # in its relation


@dataclass(slots=True)
class Entry:
    """An item of FROM. `open` means that its columns are not known: every name may be one."""

    index: int
    name: str
    columns: list[ScopeColumn]
    relation: int = 0
    schema: str = ""
    row_type: DataType | None = None
    open: bool = False
    hidden: set[str] = field(default_factory=set)  # columns that a JOIN ... USING merged into others
    qualified_only: bool = False  # excluded, new, old: never found by an unqualified name
    lateral_only: bool = False
    is_function: bool = False


class Merged(NamedTuple):
    """A column that JOIN ... USING made of two."""

    name: str
    type: DataType | None
    entry: int
    number: int


class Variable(NamedTuple):
    """A parameter of a function or a variable of PL/pgSQL."""

    name: str
    type: DataType | None
    number: int  # of a parameter from 1, else 0
    fields: Mapping[str, DataType | None] | None = None  # of a record, as far as they are known


@dataclass(slots=True)
class Scope:
    """One level of a query."""

    parent: Scope | None = None
    entries: list[Entry] = field(default_factory=list)
    merged: dict[str, Merged] = field(default_factory=dict)
    common_tables: dict[str, Sequence[ScopeColumn] | None] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    variables_first: bool = False  # PL/pgSQL: a name that is both a variable and a column is ambiguous
    function_name: str = ""
    aggregates: list[object] = field(default_factory=list)
    outputs: dict[str, DataType | None] = field(default_factory=dict)  # names of the select list, for ORDER BY
    in_aggregate: int = 0


def common_table(scope: Scope | None, name: str) -> tuple[bool, Sequence[ScopeColumn] | None]:
    """Whether WITH defines the name, and its columns where they are known."""
    while scope is not None:
        if name in scope.common_tables:
            return True, scope.common_tables[name]
        scope = scope.parent
    return False, None
