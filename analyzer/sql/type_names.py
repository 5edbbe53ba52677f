"""The grammar of type names."""

from __future__ import annotations

from analyzer.facts.sql_query import Constant, Expression, TypeName
from analyzer.sql import expression
from analyzer.sql.cursor import Cursor
from analyzer.sql.keywords import SPELLED_TYPES
from analyzer.sql.tokens import RESERVED_WORD, TYPE_WORD

# What the grammar's own spellings are called in the catalogue:
# https://www.postgresql.org/docs/current/datatype.html#DATATYPE-TABLE
_SIMPLE = {
    "bigint": "int8",
    "boolean": "bool",
    "dec": "numeric",
    "decimal": "numeric",
    "int": "int4",
    "integer": "int4",
    "json": "json",
    "numeric": "numeric",
    "real": "float4",
    "smallint": "int2",
}
_WITH_MODIFIERS = frozenset({"dec", "decimal", "numeric"})
_CHARACTERS = frozenset({"char", "character", "nchar", "varchar", "national"})
_INTERVAL_FIELDS = frozenset({"year", "month", "day", "hour", "minute", "second"})
_INTERVAL_ENDS = {
    "year": ("month",),
    "month": (),
    "day": ("hour", "minute", "second"),
    "hour": ("minute", "second"),
    "minute": ("second",),
    "second": (),
}


def type_name(p: Cursor) -> TypeName:
    """A type with its array bounds (Typename)."""
    return _typed(p, percent=False)


def function_type(p: Cursor) -> TypeName:
    """The type of a parameter or result, which may be `table.column%TYPE` (func_type)."""
    return _typed(p, percent=True)


def _typed(p: Cursor, *, percent: bool) -> TypeName:
    start = p.starts[p.i]
    keys = p.keys
    setof = False
    if keys[p.i] == "setof":
        p.i += 1
        setof = True
    parts, modifiers, fields = simple_type(p)
    key = keys[p.i]
    if key == "%" and percent and keys[p.i + 1] in ("type", "rowtype"):
        p.i += 2
        kind = keys[p.i - 1]
        dimensions = _dimensions(p)
        if kind == "rowtype":
            return TypeName(start, p.ends[p.i - 1], parts, modifiers, dimensions, setof, "rowtype")
        return TypeName(start, p.ends[p.i - 1], parts, modifiers, dimensions, setof, "type")
    if key == "[" or key == "array":
        dimensions = _dimensions(p)
        return TypeName(start, p.ends[p.i - 1], parts, modifiers, dimensions, setof, "", fields)
    return TypeName(start, p.ends[p.i - 1], parts, modifiers, 0, setof, "", fields)


def _dimensions(p: Cursor) -> int:
    keys = p.keys
    if keys[p.i] == "array":
        p.i += 1
        if keys[p.i] == "[":
            p.i += 1
            p.integer()
            p.expect("]")
        return 1
    count = 0
    while keys[p.i] == "[":
        p.i += 1
        if keys[p.i] != "]":
            p.integer()
        p.expect("]")
        count += 1
    return count


_Simple = tuple[tuple[str, ...], tuple[Expression, ...], str]


def simple_type(p: Cursor) -> _Simple:
    """A type without array bounds (SimpleTypename): its name, modifiers and an interval's fields."""
    key = p.keys[p.i]
    if key in SPELLED_TYPES:
        return _spelled_type(p, key)
    if key == "double" and p.keys[p.i + 1] == "precision":
        p.i += 2
        return ("pg_catalog", "float8"), (), ""
    if p.keys[p.i + 1] == "." and p.classes[p.i] <= TYPE_WORD:
        parts = [p.type_or_function_name().text]
        while p.keys[p.i] == ".":
            p.i += 1
            if p.classes[p.i] > RESERVED_WORD:
                raise p.rejected()
            parts.append(p.label().text)
        return tuple(parts), _modifiers(p), ""
    return (p.type_or_function_name().text,), _modifiers(p), ""


def _spelled_type(p: Cursor, key: str) -> _Simple:
    p.i += 1
    simple = _SIMPLE.get(key)
    if simple:
        return ("pg_catalog", simple), _modifiers(p) if key in _WITH_MODIFIERS else (), ""
    if key in _CHARACTERS:
        return _characters(p, key)
    if key == "float":
        return _float(p), (), ""
    if key == "bit":
        name = "varbit" if p.accept("varying") else "bit"
        return ("pg_catalog", name), _modifiers(p), ""
    if key == "interval":
        return _interval(p)
    modifiers = _precision(p)
    zone = False
    if p.keys[p.i] in ("with", "without") and p.keys[p.i + 1] == "time":
        zone = p.keys[p.i] == "with"
        p.i += 2
        p.expect("zone")
    return ("pg_catalog", f"{key}tz" if zone else key), modifiers, ""


def _characters(p: Cursor, key: str) -> _Simple:
    if key == "national":
        key = p.accept_any(frozenset({"char", "character"}))
        if not key:
            raise p.rejected()
    name = "varchar" if key == "varchar" or p.accept("varying") else "bpchar"
    return ("pg_catalog", name), _precision(p), ""


def _float(p: Cursor) -> tuple[str, ...]:
    if p.keys[p.i] != "(":
        return ("pg_catalog", "float8")
    p.i += 1
    bits = p.integer()
    p.expect(")")
    return ("pg_catalog", "float4" if bits <= 24 else "float8")


def _interval(p: Cursor) -> _Simple:
    modifiers = _precision(p)
    fields = ""
    if not modifiers:
        fields, modifiers = interval_fields(p)
    return ("pg_catalog", "interval"), modifiers, fields


def interval_fields(p: Cursor) -> tuple[str, tuple[Expression, ...]]:
    """`DAY TO SECOND (3)` and its like with the precision, or nothing (opt_interval)."""
    first = p.keys[p.i]
    if first not in _INTERVAL_FIELDS:
        return "", ()
    p.i += 1
    last = first
    if p.keys[p.i] == "to":
        last = p.keys[p.i + 1]
        if last not in _INTERVAL_ENDS[first]:
            p.i += 1
            raise p.rejected()
        p.i += 2
    text = first if last == first else f"{first} to {last}"
    return text, _precision(p) if last == "second" else ()


def _precision(p: Cursor) -> tuple[Expression, ...]:
    if p.keys[p.i] != "(":
        return ()
    p.i += 1
    start = p.start
    value = p.integer()
    constant = Constant(start, p.end, "integer", value)
    p.expect(")")
    return (constant,)


def _modifiers(p: Cursor) -> tuple[Expression, ...]:
    return p.parenthesized(expression.expression) if p.keys[p.i] == "(" else ()
