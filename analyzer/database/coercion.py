"""Whether a value of one type becomes one of another, and which type several values have in common.

https://www.postgresql.org/docs/17/typeconv.html, and parse_coerce.c of PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from analyzer.database.builtin import FIRST_OWN_OID, builtin
from analyzer.database.datatypes import (
    ANY,
    ANYARRAY,
    ANYCOMPATIBLE,
    ANYCOMPATIBLEARRAY,
    ANYCOMPATIBLENONARRAY,
    ANYCOMPATIBLERANGE,
    ANYELEMENT,
    ANYENUM,
    ANYMULTIRANGE,
    ANYNONARRAY,
    ANYRANGE,
    POLYMORPHIC,
    RECORD,
    TEXT,
    UNKNOWN,
    DataType,
)
from analyzer.database.state import State
from analyzer.database.types import kind_of, own_type

Context = Literal["implicit", "assignment", "explicit"]
_RANK = {"i": 0, "a": 1, "e": 2}
_ALLOWED = {"implicit": 0, "assignment": 1, "explicit": 2}
_ANY_ARRAYS = (ANYARRAY.oid, ANYCOMPATIBLEARRAY.oid)
_ANY_RANGES = (ANYRANGE.oid, ANYCOMPATIBLERANGE.oid)


def base_type(state: State, type_: DataType) -> DataType:
    """The type under a domain, or the type itself."""
    for _ in range(32):
        if type_.array or type_.oid < FIRST_OWN_OID:
            return type_
        own = own_type(state, type_)
        if own is None or own.kind != "domain" or own.base is None:
            return type_
        type_ = own.base
    return type_


def category(state: State, type_: DataType) -> str:
    """pg_type.typcategory."""
    if type_.array:
        return "A"
    row = builtin().types.get(type_.oid)
    if row is not None:
        return row.category
    own = own_type(state, type_)
    if own is None:
        return "U"
    if own.kind == "domain":
        return category(state, base_type(state, type_))
    return own.category


def preferred(state: State, type_: DataType) -> bool:
    """pg_type.typispreferred."""
    if type_.array:
        return False
    row = builtin().types.get(type_.oid)
    if row is not None:
        return row.preferred
    own = own_type(state, type_)
    return own is not None and own.preferred


def same(left: DataType, right: DataType) -> bool:
    return left.oid == right.oid and left.array == right.array


def can_coerce(state: State, source: DataType, target: DataType, context: Context = "implicit") -> bool:
    """Whether a value of `source` may become one of `target`."""
    if same(source, target) or source.oid == UNKNOWN.oid or target.oid == ANY.oid:
        return True
    if target.oid in POLYMORPHIC and not target.array:
        return _fits_polymorphic(state, source, target)
    if source.array and target.array:
        return can_coerce(state, source.element, target.element, context)
    found = cast_context(state, source, target)
    return found is not None and _RANK[found] <= _ALLOWED[context]


def cast_context(state: State, source: DataType, target: DataType) -> str | None:
    """In which context the cast exists: `i`, `a` or `e`; None: there is none (find_coercion_pathway)."""
    bare_target = base_type(state, target)
    bare_source = base_type(state, source)
    if same(bare_source, bare_target):
        return "i"
    if not bare_source.array and not bare_target.array:
        known = builtin().casts.get((bare_source.oid, bare_target.oid))
        if known is not None:
            return known.context
        own = state.casts.get(((bare_source.oid, False), (bare_target.oid, False)))
        if own is not None:
            return str(getattr(state.objects[own], "context", "e"))[0]
        if bare_target.oid == RECORD.oid and kind_of(state, bare_source.oid) == "composite":
            return "i"
        if bare_source.oid == RECORD.oid and kind_of(state, bare_target.oid) == "composite":
            return "i"
    elif bare_source.array and bare_target.array:
        return cast_context(state, bare_source.element, bare_target.element)
    elif bare_source.array and bare_target.oid == ANYARRAY.oid:
        return "i"
    if _input_output(state, bare_target):
        return "a"
    if _input_output(state, bare_source):
        return "e"
    return None


def _input_output(state: State, type_: DataType) -> bool:
    """Whether casts go through text."""
    return category(state, type_) == "S"


def _fits_polymorphic(state: State, source: DataType, target: DataType) -> bool:
    bare = base_type(state, source)
    if target.oid in _ANY_ARRAYS:
        return bare.array or bare.oid == ANYARRAY.oid or bare.oid in (22, 30)
    if target.oid in (ANYNONARRAY.oid, ANYCOMPATIBLENONARRAY.oid):
        return not bare.array
    if target.oid == ANYENUM.oid:
        return not bare.array and kind_of(state, bare.oid) == "enum"
    if target.oid in _ANY_RANGES:
        return not bare.array and kind_of(state, bare.oid) == "range"
    if target.oid in (ANYMULTIRANGE.oid, 4538):
        return not bare.array and kind_of(state, bare.oid) == "multirange"
    return True


def common_type(state: State, types: Iterable[DataType | None]) -> DataType | None:
    """The type that several values become in CASE, UNION, VALUES, COALESCE, ARRAY[...] (select_common_type).

    None where one is not known.

    Raises:
        MismatchError: there is no such type; it names the two.
    """
    listed = list(types)
    if any(each is None for each in listed):
        return None
    known = [each for each in listed if each is not None]
    if known and all(same(known[0], each) for each in known) and known[0].oid != UNKNOWN.oid:
        return known[0] if all(each == known[0] for each in known) else known[0].bare
    chosen = UNKNOWN
    for each in known:
        each = base_type(state, each).bare
        if each.oid == UNKNOWN.oid or same(each, chosen):
            continue
        if chosen.oid == UNKNOWN.oid:
            chosen = each
            continue
        if category(state, chosen) != category(state, each):
            raise MismatchError(chosen, each)
        if not preferred(state, chosen) and can_coerce(state, chosen, each) and not can_coerce(state, each, chosen):
            chosen = each
    if chosen.oid == UNKNOWN.oid:
        return TEXT
    for each in known:
        if not can_coerce(state, each, chosen):
            raise MismatchError(each, chosen)
    return chosen


class MismatchError(Exception):
    """Two types that have nothing in common."""

    def __init__(self, left: DataType, right: DataType) -> None:
        super().__init__()
        self.left = left
        self.right = right


def solve_polymorphic(
    state: State, declared: Sequence[DataType], actual: Sequence[DataType | None], result: DataType
) -> DataType | None:
    """What a polymorphic result type is for these arguments; None: not to be told (enforce_generic_type_consistency)."""  # noqa: E501
    if result.oid not in POLYMORPHIC:
        return result
    element: DataType | None = None
    compatible: list[DataType | None] = []
    whole_range: DataType | None = None
    for want, have in zip(declared, actual, strict=False):
        if want.oid not in POLYMORPHIC or have is None or have.oid == UNKNOWN.oid:
            continue
        bare = base_type(state, have).bare
        if want.oid in _ANY_ARRAYS:
            part: DataType | None = bare.element if bare.array else (DataType(26) if bare.oid == 30 else None)
        elif want.oid in (*_ANY_RANGES, ANYMULTIRANGE.oid, 4538):
            whole_range = bare
            part = _range_subtype(state, bare)
        else:
            part = have.bare if want.oid == ANYELEMENT.oid else bare
        if want.oid in (ANYCOMPATIBLE.oid, ANYCOMPATIBLEARRAY.oid, ANYCOMPATIBLENONARRAY.oid, ANYCOMPATIBLERANGE.oid):
            compatible.append(part)
        elif part is not None and element is None:
            element = part
    if compatible:
        try:
            element = common_type(state, compatible)
        except MismatchError:
            return None
    if result.oid in (ANYCOMPATIBLE.oid, ANYCOMPATIBLENONARRAY.oid) and element is None and not compatible:
        return TEXT
    if result.oid == ANYCOMPATIBLEARRAY.oid and element is None:
        return TEXT.many
    if result.oid in (*_ANY_RANGES, ANYMULTIRANGE.oid, 4538):
        return whole_range
    if element is None:
        return None
    return element.many if result.oid in _ANY_ARRAYS else element


def consistent_polymorphic(state: State, declared: Sequence[DataType], actual: Sequence[DataType]) -> bool:
    """Whether the arguments agree on what the polymorphic parameters are (check_generic_type_consistency)."""
    element: DataType | None = None
    array: DataType | None = None
    compatible: list[DataType | None] = []
    for want, have in zip(declared, actual, strict=False):
        if want.oid not in POLYMORPHIC or have.oid == UNKNOWN.oid:
            continue
        bare = base_type(state, have).bare
        if want.oid in (ANYELEMENT.oid, ANYNONARRAY.oid, ANYENUM.oid):
            if element is not None and not same(element, bare):
                return False
            element = bare
        elif want.oid == ANYARRAY.oid:
            if array is not None and not same(array, bare):
                return False
            array = bare
        elif want.oid == ANYCOMPATIBLE.oid or want.oid == ANYCOMPATIBLENONARRAY.oid:
            compatible.append(bare)
        elif want.oid == ANYCOMPATIBLEARRAY.oid:
            compatible.append(bare.element if bare.array else None)
    if element is not None and array is not None and array.array and not same(array.element, element):
        return False
    if compatible:
        try:
            common_type(state, compatible)
        except MismatchError:
            return False
    return True


def _range_subtype(state: State, type_: DataType) -> DataType | None:
    row = builtin().types.get(type_.oid)
    if row is not None:
        return DataType(row.subtype) if row.subtype else None
    own = own_type(state, type_)
    return own.base if own is not None else None
