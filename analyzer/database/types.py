"""Types by name: finding the one that a statement means, and writing one down."""

from __future__ import annotations

from analyzer.database.builtin import FIRST_OWN_OID, builtin
from analyzer.database.datatypes import (
    BPCHAR,
    SPELLED,
    DataType,
    with_modifiers,
)
from analyzer.database.model import Relation, Type
from analyzer.database.names import qualified, quoted
from analyzer.database.rejected import Rejected
from analyzer.database.state import State
from analyzer.facts.sql_query import ColumnReference, Constant, Expression, Node, TypeName, UnaryOperation


def data_type(state: State, name: TypeName, *, pseudo: bool = True) -> DataType:
    """The type that a type's name means.

    Raises:
        Rejected: there is none.
    """
    if name.percent_type:
        return _copied(state, name)
    found = find_type(state, name.parts)
    if found is None:
        raise missing_type(state, name)
    modifiers = tuple(_modifier(each) for each in name.modifiers)
    if not found.array and name.parts[0] == "pg_catalog" and not modifiers:
        if found.oid == BPCHAR.oid or (found.oid == 1560):
            modifiers = (1,)  # `char` and `bit` alone are of length one
    elif found.oid == 1700 and len(modifiers) == 1:
        modifiers = (*modifiers, 0)
    array = found.array or name.dimensions > 0
    if not pseudo:
        kind = kind_of(state, found.oid)
        if kind == "pseudo":
            raise Rejected("42P16", f"column has pseudo-type {formatted(state, found)}", name)
    return DataType(found.oid, array, modifiers, name.fields)


def find_type(state: State, parts: tuple[str, ...]) -> DataType | None:
    """The type of this name, looked up as PostgreSQL does: pg_catalog first, then the search path."""
    name = parts[-1]
    if len(parts) > 1:
        schema = parts[-2]
        if schema == "pg_catalog":
            found = builtin().type_names.get(name)
            if found is not None:
                return found
            return _catalogue_row("pg_catalog", name)
        return in_schema(state, schema, name)
    own_path = state.setting("search_path")
    if "pg_catalog" not in own_path:
        found = builtin().type_names.get(name)
        if found is not None:
            return found
    for schema in state.search_path:
        found = in_schema(state, schema, name)
        if found is not None:
            return found
    found = builtin().type_names.get(name) if "pg_catalog" in own_path else None
    return found or _catalogue_row("pg_catalog", name)


def in_schema(state: State, schema: str, name: str) -> DataType | None:
    """The type of exactly this schema; `_name` is the array of `name`."""
    oid = state.names.get(("type", schema, name))
    if oid is not None:
        return DataType(oid)
    if name.startswith("_"):
        oid = state.names.get(("type", schema, name[1:]))
        if oid is not None:
            return DataType(oid, True)
    if schema in ("information_schema", "pg_catalog"):
        return _catalogue_row(schema, name)
    return None


def _catalogue_row(schema: str, name: str) -> DataType | None:
    if (schema, name) in builtin().relations:
        return DataType(2249)
    if schema == "information_schema":
        # its domains: https://www.postgresql.org/docs/17/infoschema-datatypes.html
        known = {
            "cardinal_number": 23,
            "character_data": 1043,
            "sql_identifier": 19,
            "time_stamp": 1184,
            "yes_or_no": 1043,
        }
        return DataType(known[name]) if name in known else None
    return None


def missing_type(state: State, name: TypeName) -> Rejected:
    """Why a type was not found."""
    if name.schema is not None and not schema_exists(state, name.schema):
        return Rejected("3F000", f'schema "{name.schema}" does not exist', name, subject=name.schema)
    shown = ".".join(name.parts if name.parts[0] != "pg_catalog" else name.parts[1:])
    return Rejected("42704", f'type "{shown}" does not exist', name, subject=shown)


def schema_exists(state: State, schema: str) -> bool:
    return schema in ("pg_catalog", "information_schema") or ("schema", "", schema) in state.names


# https://postgis.net/docs/using_postgis_dbmanagement.html
_SHAPES = {
    f"{name.lower()}{suffix.lower()}": f"{name}{suffix}"
    for name in ("Geometry", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
                 "GeometryCollection", "CircularString", "CompoundCurve", "CurvePolygon", "MultiCurve", "MultiSurface",
                 "PolyhedralSurface", "Triangle", "Tin")
    for suffix in ("", "Z", "M", "ZM")
}  # fmt: skip


def _modifier(node: Expression) -> int | str:
    match node:
        case Constant(value=bool()):
            return 0
        case Constant(value=int(value)):
            return value
        case Constant(value=str(value)):
            return value
        case UnaryOperation(operator="-", operand=Constant(value=int(value))):
            return -value
        case ColumnReference(parts=parts):
            return _SHAPES.get(parts[-1].text, parts[-1].text)  # PostGIS: geometry(Point, 4326)
        case _:
            return 0


def _copied(state: State, name: TypeName) -> DataType:
    """`table.column%TYPE`, `table%ROWTYPE`."""
    parts = name.parts
    if name.percent_type == "rowtype":
        relation = _relation(state, parts, name)
        return DataType(relation.row_type)
    if len(parts) < 2:
        raise Rejected("42601", f"improper %TYPE reference (too few dotted names): {'.'.join(parts)}", name)
    relation = _relation(state, parts[:-1], name)
    column = relation.column(parts[-1])
    if column is None:
        message = f'column "{parts[-1]}" of relation "{relation.name}" does not exist'
        raise Rejected("42703", message, name, subject=parts[-1])
    return DataType(column.type.oid, column.type.array or name.dimensions > 0, column.type.modifiers)


def _relation(state: State, parts: tuple[str, ...], node: Node) -> Relation:
    schemas = (parts[-2],) if len(parts) > 1 else state.search_path
    for schema in schemas:
        oid = state.names.get(("class", schema, parts[-1]))
        if oid is not None:
            found = state.objects[oid]
            if isinstance(found, Relation):
                return found
    shown = ".".join(parts)
    raise Rejected("42P01", f'relation "{shown}" does not exist', node, subject=shown)


def kind_of(state: State, oid: int) -> str:
    """What kind of type it is, in words; see `model.Type`."""
    if oid < FIRST_OWN_OID:
        row = builtin().types.get(oid)
        return {"b": "base", "p": "pseudo", "r": "range", "m": "multirange"}[row.kind] if row else "base"
    found = state.objects.get(oid)
    return found.kind if isinstance(found, Type) else "base"


def own_type(state: State, type_: DataType) -> Type | None:
    """The type as an object, where it is not PostgreSQL's own."""
    found = state.objects.get(type_.oid) if type_.oid >= FIRST_OWN_OID else None
    return found if isinstance(found, Type) else None


def formatted(state: State, type_: DataType | None, *, modifiers: bool = True) -> str:
    """The type as `format_type` writes it with an empty search path."""
    if type_ is None:
        return "unknown"
    if type_.oid < FIRST_OWN_OID:
        row = builtin().types.get(type_.oid)
        name = SPELLED.get(type_.oid) or (row.name if row else "record")
    else:
        found = state.objects.get(type_.oid)
        name = qualified(getattr(found, "schema", ""), found.name) if found is not None else "???"
    if type_.oid == BPCHAR.oid and not type_.modifiers and modifiers:
        name = "bpchar"
    return with_modifiers(name, type_ if modifiers else type_.bare)


def shown(state: State, type_: DataType | None) -> str:
    """The type as messages name it: without its schema where the search path finds it."""
    if type_ is None:
        return "unknown"
    found = own_type(state, type_)
    if found is not None and (found.schema in state.search_path):
        return quoted(found.name) + ("[]" if type_.array else "")
    text = formatted(state, type_, modifiers=False)
    return "character" if text == "bpchar" else text


def named(state: State, oid: int) -> str:
    """The bare name of a type."""
    if oid < FIRST_OWN_OID:
        row = builtin().types.get(oid)
        return row.name if row else "record"
    return state.objects[oid].name
