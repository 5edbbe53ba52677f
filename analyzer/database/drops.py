"""DROP of all kinds of objects."""

from __future__ import annotations

from typing import cast

from analyzer.database.datatypes import DataType
from analyzer.database.dependencies import Address, drop
from analyzer.database.lookup import find_class, is_catalogue
from analyzer.database.model import Function, Index, Relation
from analyzer.database.rejected import Rejected
from analyzer.database.routine_lookup import routine
from analyzer.database.state import MemberKind, State, renamed
from analyzer.database.types import data_type, find_type, own_type, schema_exists, shown
from analyzer.facts.sql_ddl import Drop, ObjectReference
from analyzer.facts.sql_query import QualifiedName

_RELATIONS = {
    "table": ("table", "partitioned"),
    "view": ("view",),
    "materialized view": ("materialized view",),
    "sequence": ("sequence",),
    "foreign table": ("foreign",),
    "index": ("index",),
}
_MEMBERS = {"policy": "policy", "trigger": "trigger", "rule": "rule"}
_ROUTINES = ("function", "procedure", "routine", "aggregate")


def drop_objects(state: State, node: Drop) -> None:
    """DROP.

    Raises:
        Rejected: an object is missing, of another kind, or needed by others.
    """
    if node.kind == "owned":
        _drop_owned(state, node)
        return
    targets: list[Address] = []
    for reference in node.objects:
        found = _find(state, node, reference)
        if found is not None and Address(found) not in targets:
            targets.append(Address(found))
    if not targets:
        return
    node_at = node.objects[0]
    drop(state, targets, cascade=node.behavior == "cascade", node=node_at.name or node_at)


def _find(state: State, node: Drop, reference: ObjectReference) -> int | None:
    kind = node.kind
    name = reference.name
    if kind in _RELATIONS:
        assert name is not None
        return _relation(state, node, name)
    if kind in _MEMBERS:
        return _member(state, node, reference)
    if kind in _ROUTINES:
        if name is not None and name.schema is not None and not schema_exists(state, name.schema) and node.if_exists:
            return None
        found = routine(state, reference, kind, missing_ok=node.if_exists)
        return found.oid if found is not None else None
    if kind in ("type", "domain"):
        return _type(state, node, reference)
    if kind == "operator":
        return _operator(state, node, reference)
    if kind == "cast":
        return _cast(state, node, reference)
    if kind in ("operator class", "operator family"):
        return _operator_class(state, node, reference)
    return _named(state, node, reference)


def _missing(node: Drop, code: str, message: str, name: QualifiedName | None) -> None:
    if not node.if_exists:
        raise Rejected(code, message, name, subject=str(name) if name is not None else "")


def _relation(state: State, node: Drop, name: QualifiedName) -> int | None:
    found = find_class(state, name)
    if found is None:
        if is_catalogue(state, name):
            return None
        if name.schema is not None and not schema_exists(state, name.schema):
            _missing(node, "3F000", f'schema "{name.schema}" does not exist', name)
            return None
        word = "table" if node.kind == "foreign table" else node.kind
        code = "42704" if node.kind == "index" else "42P01"
        shown_name = name.name if name.schema is None else str(name)
        if node.kind == "index":
            shown_name = name.name
        _missing(node, code, f'{word} "{shown_name if node.kind == "index" else name.name}" does not exist', name)
        return None
    kind = "index" if isinstance(found, Index) else found.kind
    if kind not in _RELATIONS[node.kind]:
        article = "an" if node.kind == "index" else "a"
        raise Rejected("42809", f'"{found.name}" is not {article} {node.kind}', name, subject=found.name)
    return found.oid


def _member(state: State, node: Drop, reference: ObjectReference) -> int | None:
    name, table_name = reference.name, reference.table
    assert name is not None
    assert table_name is not None
    table = find_class(state, table_name)
    if table is None or isinstance(table, Index):
        if table_name.schema is not None and not schema_exists(state, table_name.schema):
            _missing(node, "3F000", f'schema "{table_name.schema}" does not exist', table_name)
            return None
        _missing(node, "42P01", f'relation "{table_name}" does not exist', table_name)
        return None
    oid = state.members_of(cast("MemberKind", node.kind), table.oid).get(name.name)
    if oid is None:
        word = "relation" if node.kind == "rule" else "table"
        message = f'{node.kind} "{name.name}" for {word} "{table.name}" does not exist'
        _missing(node, "42704", message, name)
        return None
    return int(oid)


def _type(state: State, node: Drop, reference: ObjectReference) -> int | None:
    name = reference.name
    assert name is not None
    found = find_type(state, tuple(part.text for part in name.parts))
    own = own_type(state, found) if found is not None else None
    if own is None:
        if found is not None:
            title = shown(state, found)
            message = f"cannot drop type {title} because it is required by the database system"
            raise Rejected("2BP01", message, name)
        if name.schema is not None and not schema_exists(state, name.schema):
            _missing(node, "3F000", f'schema "{name.schema}" does not exist', name)
            return None
        _missing(node, "42704", f'type "{name}" does not exist', name)
        return None
    if node.kind == "domain" and own.kind != "domain":
        raise Rejected("42809", f'"{name}" is not a domain', name, subject=own.name)
    return own.oid


def _operator(state: State, node: Drop, reference: ObjectReference) -> int | None:
    name = reference.name
    assert name is not None
    wanted = [data_type(state, each).bare if each is not None else None for each in reference.types]
    for oid in state.operators.get(name.name, ()):
        obj = state.objects[oid]
        if [getattr(obj, "left", None), getattr(obj, "right", None)] == wanted:
            return oid
    _missing(node, "42883", f"operator does not exist: {name.name}", name)
    return None


def _cast(state: State, node: Drop, reference: ObjectReference) -> int | None:
    source, target = (data_type(state, each).bare if each is not None else DataType(0) for each in reference.types[:2])
    oid = state.casts.get(((source.oid, source.array), (target.oid, target.array)))
    if oid is None:
        message = f"cast from type {shown(state, source)} to type {shown(state, target)} does not exist"
        _missing(node, "42704", message, None)
    return oid


def _operator_class(state: State, node: Drop, reference: ObjectReference) -> int | None:
    name = reference.name
    assert name is not None
    method = str(reference.table) if reference.table is not None else ""
    space = f"operator class {method}" if node.kind == "operator class" else node.kind
    for schema in [name.schema] if name.schema is not None else state.search_path:
        oid = state.find(space, name.name, schema)
        if oid:
            return oid
    _missing(node, "42704", f'{node.kind} "{name}" does not exist for access method "{method}"', name)
    return None


_TITLES = {
    "foreign data wrapper": "foreign-data wrapper",
    "event trigger": "event trigger",
    "statistics": "statistics object",
}
_SCHEMALESS = frozenset(
    {"schema", "role", "extension", "publication", "event trigger", "language", "server", "foreign data wrapper",
     "access method", "subscription", "database", "tablespace", "user mapping", "transform"}
)  # fmt: skip


def _named(state: State, node: Drop, reference: ObjectReference) -> int | None:
    name = reference.name
    if name is None:
        return None
    kind = node.kind
    if kind in _SCHEMALESS:
        oid = state.find(kind, name.name)
        if oid and kind == "role":
            _require_unowned(state, name.name, name)
    else:
        oid = 0
        for schema in [name.schema] if name.schema is not None else state.search_path:
            oid = oid or state.find(kind, name.name, schema)
    if oid:
        return oid
    if kind in ("schema",) and name.name in ("pg_catalog", "information_schema"):
        message = f"cannot drop schema {name.name} because it is required by the database system"
        raise Rejected("2BP01", message, name)
    code = "3F000" if kind == "schema" else "42704"
    _missing(node, code, f'{_TITLES.get(kind, kind)} "{name}" does not exist', name)
    return None


def _require_unowned(state: State, role: str, node: QualifiedName) -> None:
    for obj in state.objects.values():
        acl = getattr(obj, "acl", None)
        if getattr(obj, "owner", None) == role or (acl is not None and role in acl):
            message = f'role "{role}" cannot be dropped because some objects depend on it'
            raise Rejected("2BP01", message, node, subject=role)
        roles = getattr(obj, "roles", ())
        if role in roles:
            message = f'role "{role}" cannot be dropped because some objects depend on it'
            raise Rejected("2BP01", message, node, subject=role)


def _drop_owned(state: State, node: Drop) -> None:
    names = {reference.name.name for reference in node.objects if reference.name is not None}
    targets = [
        Address(obj.oid)
        for obj in state.objects.values()
        if getattr(obj, "owner", None) in names
        and isinstance(obj, Relation | Function)
        and getattr(obj, "kind", "") != "index"
    ]
    if targets:
        drop(state, targets, cascade=True)
    for obj in list(state.objects.values()):
        acl = getattr(obj, "acl", None)
        if acl is not None and names & acl.keys():
            kept = {role: held for role, held in acl.items() if role not in names}
            state.change(renamed(obj, acl=kept), "drop owned")
