"""A data type as a column, parameter or expression has it."""

from __future__ import annotations

from typing import NamedTuple


class DataType(NamedTuple):
    """A type of the catalogue, or an array of it, with its modifiers (`varchar(20)`, `numeric(10,2)`, `vector(3)`)."""

    oid: int
    array: bool = False
    modifiers: tuple[int | str, ...] = ()
    fields: str = ""  # of an interval: `day to second`

    @property
    def bare(self) -> DataType:
        return DataType(self.oid, self.array) if self.modifiers or self.fields else self

    @property
    def element(self) -> DataType:
        return DataType(self.oid, False, self.modifiers)

    @property
    def many(self) -> DataType:
        """An array of it; arrays of arrays are the same type."""
        return self if self.array else DataType(self.oid, True, self.modifiers)


# https://github.com/postgres/postgres/blob/REL_17_STABLE/src/include/catalog/pg_type.dat
BOOL = DataType(16)
BYTEA = DataType(17)
NAME = DataType(19)
INT8 = DataType(20)
INT2 = DataType(21)
INT4 = DataType(23)
TEXT = DataType(25)
OID = DataType(26)
JSON = DataType(114)
FLOAT4 = DataType(700)
FLOAT8 = DataType(701)
UNKNOWN = DataType(705)
BPCHAR = DataType(1042)
VARCHAR = DataType(1043)
DATE = DataType(1082)
TIME = DataType(1083)
TIMESTAMP = DataType(1114)
TIMESTAMPTZ = DataType(1184)
INTERVAL = DataType(1186)
TIMETZ = DataType(1266)
BIT = DataType(1560)
VARBIT = DataType(1562)
NUMERIC = DataType(1700)
REGCLASS = DataType(2205)
REGTYPE = DataType(2206)
RECORD = DataType(2249)
CSTRING = DataType(2275)
ANY = DataType(2276)
ANYARRAY = DataType(2277)
VOID = DataType(2278)
TRIGGER = DataType(2279)
ANYELEMENT = DataType(2283)
ANYNONARRAY = DataType(2776)
UUID = DataType(2950)
ANYENUM = DataType(3500)
JSONB = DataType(3802)
ANYRANGE = DataType(3831)
EVENT_TRIGGER = DataType(3838)
ANYMULTIRANGE = DataType(4537)
ANYCOMPATIBLE = DataType(5077)
ANYCOMPATIBLEARRAY = DataType(5078)
ANYCOMPATIBLENONARRAY = DataType(5079)
ANYCOMPATIBLERANGE = DataType(5080)

POLYMORPHIC = frozenset({2276, 2277, 2283, 2776, 3500, 3831, 4537, 5077, 5078, 5079, 5080, 4538})

# https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/utils/adt/format_type.c
SPELLED = {
    16: "boolean",
    18: '"char"',
    20: "bigint",
    21: "smallint",
    23: "integer",
    700: "real",
    701: "double precision",
    1042: "character",
    1043: "character varying",
    1083: "time without time zone",
    1114: "timestamp without time zone",
    1184: "timestamp with time zone",
    1266: "time with time zone",
    1560: "bit",
    1562: "bit varying",
}
_PRECISION_FIRST = frozenset({1083, 1114, 1184, 1266})  # `timestamp(3) with time zone`


def with_modifiers(name: str, type_: DataType) -> str:
    """The name of a type with its modifiers, as `format_type` writes it; `name` is that of the element."""
    text = name
    if type_.modifiers:
        listed = "(" + ",".join(map(str, type_.modifiers)) + ")"
        head, space, tail = name.partition(" ")
        text = head + listed + space + tail if type_.oid in _PRECISION_FIRST else name + listed
    if type_.fields:
        text += " " + type_.fields
    return text + "[]" if type_.array else text
