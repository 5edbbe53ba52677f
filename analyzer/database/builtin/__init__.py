"""The catalogue that PostgreSQL itself brings, read from a file beside this module."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from analyzer.database.datatypes import DataType

FIRST_OWN_OID = 16384  # what is below belongs to PostgreSQL: FirstNormalObjectId in access/transam.h


class BuiltinType(NamedTuple):
    """A row of pg_type that is no array."""

    oid: int
    name: str
    kind: str  # b base, p pseudo, r range, m multirange
    category: str
    preferred: bool
    subtype: int  # of a range


class Signature(NamedTuple):
    """A function as overload resolution sees it."""

    name: str
    oid: int  # 0 for PostgreSQL's own
    arguments: tuple[DataType, ...]
    result: DataType
    returns_set: bool = False
    kind: str = "f"  # f function, p procedure, a aggregate, w window
    variadic: DataType | None = None  # the type of one element; `any` takes all
    defaults: int = 0
    volatility: str = "v"
    strict: bool = False
    argument_names: tuple[str, ...] = ()
    outputs: tuple[tuple[str, DataType], ...] = ()  # OUT parameters and columns of RETURNS TABLE


class Operator(NamedTuple):
    """A row of pg_operator; `left` is None for a prefix operator."""

    name: str
    left: DataType | None
    right: DataType
    result: DataType
    volatility: str = "i"
    oid: int = 0


class Cast(NamedTuple):
    """A row of pg_cast: its context is `i`mplicit, `a`ssignment or `e`xplicit."""

    context: str
    volatility: str  # `b` needs no function
    method: str


class OperatorClass(NamedTuple):
    """A row of pg_opclass."""

    method: str
    name: str
    type: DataType
    default: bool


class BuiltinRelation(NamedTuple):
    """A catalogue table or view with its columns."""

    schema: str
    name: str
    kind: str
    columns: tuple[tuple[str, DataType], ...]


@dataclass(slots=True)
class Builtin:
    """All of it; functions are decoded when they are first asked for."""

    types: dict[int, BuiltinType] = field(default_factory=dict)
    type_names: dict[str, DataType] = field(default_factory=dict)
    operators: dict[str, list[Operator]] = field(default_factory=lambda: defaultdict(list))
    casts: dict[tuple[int, int], Cast] = field(default_factory=dict)
    operator_classes: list[OperatorClass] = field(default_factory=list)
    relations: dict[tuple[str, str], BuiltinRelation] = field(default_factory=dict)
    arrays: dict[int, int] = field(default_factory=dict)  # array type -> element
    lines: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    decoded: dict[str, tuple[Signature, ...]] = field(default_factory=dict)

    def functions(self, name: str) -> tuple[Signature, ...]:
        """The functions of this name."""
        found = self.decoded.get(name)
        if found is None:
            lines = self.lines.get(name)
            found = tuple(_signature(line, self.arrays) for line in lines) if lines else ()
            self.decoded[name] = found
        return found

    def type_of(self, oid: int) -> DataType:
        element = self.arrays.get(oid)
        return DataType(oid) if element is None else DataType(element, True)


@lru_cache(maxsize=1)
def builtin() -> Builtin:
    """The catalogue of the newest major that is known; what differs in older ones is small and handled where it shows."""  # noqa: E501
    found = Builtin()
    text = (Path(__file__).parent / "postgresql17.txt").read_text("utf-8")
    for line in text.split("\n"):
        match line[:2]:
            case "f\t":
                found.lines[line[2 : line.index("\t", 2)]].append(line)
            case "t\t":
                _add_type(found, line.split("\t"))
            case "o\t":
                _, name, left, right, result, volatility = line.split("\t")
                of = found.type_of
                left_type = of(int(left)) if left != "0" else None
                found.operators[name].append(Operator(name, left_type, of(int(right)), of(int(result)), volatility))
            case "c\t":
                _, source, target, context, volatility, method = line.split("\t")
                found.casts[int(source), int(target)] = Cast(context, volatility, method)
            case "k\t":
                _, method, name, type_, default = line.split("\t")
                found.operator_classes.append(OperatorClass(method, name, found.type_of(int(type_)), default == "1"))
            case "r\t":
                _, schema, name, kind, columns = line.split("\t")
                pairs = (column.rpartition(":") for column in columns.split(" "))
                typed = tuple((column, found.type_of(int(type_))) for column, _, type_ in pairs)
                found.relations[schema, name] = BuiltinRelation(schema, name, kind, typed)
    return found


def _add_type(found: Builtin, fields: Sequence[str]) -> None:
    _, oid, name, kind, category, preferred, element, subtype = fields
    number = int(oid)
    if element != "0" and name.startswith("_"):
        found.arrays[number] = int(element)
        found.type_names[name] = DataType(int(element), True)
    else:
        found.types[number] = BuiltinType(number, name, kind, category, preferred == "1", int(subtype))
        found.type_names[name] = DataType(number)


def _signature(line: str, arrays: Mapping[int, int]) -> Signature:
    def type_of(oid: str) -> DataType:
        element = arrays.get(int(oid))
        return DataType(int(oid)) if element is None else DataType(element, True)

    fields = [*line.split("\t"), "", ""]
    _, name, flags, variadic, defaults, arguments, result, outputs, names = fields[:9]
    pairs = [output.rpartition(":") for output in outputs.split()]
    return Signature(
        name,
        0,
        tuple(map(type_of, arguments.split())),
        type_of(result),
        flags[1] == "s",
        flags[0],
        type_of(variadic) if variadic != "0" else None,
        int(defaults),
        flags[2],
        flags[3] == "!",
        tuple("" if each == "-" else each for each in names.split()),
        tuple((output, type_of(type_)) for output, _, type_ in pairs),
    )
