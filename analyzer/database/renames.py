"""RENAME, SET SCHEMA, OWNER TO and COMMENT of all kinds of objects (alter.c)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from analyzer.database.alter_table import column_named
from analyzer.database.coercion import same
from analyzer.database.dependencies import renamed_column
from analyzer.database.extensions import FIXED
from analyzer.database.lookup import find_class, missing_relation
from analyzer.database.members import children_of
from analyzer.database.model import (
    AnyObject,
    Constraint,
    Extension,
    Function,
    Index,
    Policy,
    Publication,
    Relation,
    Role,
    Rule,
    Schema,
    Trigger,
    Type,
)
from analyzer.database.privileges import role_name
from analyzer.database.rejected import Rejected
from analyzer.database.routine_lookup import routine, signature_of
from analyzer.database.state import MemberKind, State, renamed
from analyzer.database.type_objects import composite
from analyzer.database.types import find_type, own_type, schema_exists
from analyzer.facts.sql_ddl import Comment, ObjectReference, Rename, SetOwner, SetSchema
from analyzer.facts.sql_query import QualifiedName

_RELATIONS = ("table", "view", "materialized view", "sequence", "foreign table", "index")
_MEMBERS = ("policy", "trigger", "rule", "constraint")
_ROUTINES = ("function", "procedure", "routine", "aggregate")


def rename(state: State, node: Rename) -> None:
    """RENAME TO, RENAME COLUMN, RENAME CONSTRAINT and their like."""
    reference = node.object
    new = node.new_name.text
    match reference.kind:
        case "column" | "attribute":
            _rename_column(state, node)
        case "policy" | "trigger" | "rule" | "constraint" | "domain constraint":
            _rename_member(state, node)
        case kind if kind in _RELATIONS:
            _rename_relation(state, node)
        case kind if kind in _ROUTINES:
            function = routine(state, reference, kind)
            if function is not None:
                _require_no_twin(state, function, function.schema, new, node)
                state.change(renamed(function, name=new), "rename")
        case "type" | "domain":
            _rename_type(state, node)
        case _:
            _rename_named(state, node)


def _require_no_twin(state: State, function: Function, schema: str, name: str, node: Rename | SetSchema) -> None:
    for oid in state.functions.get((schema, name), ()):
        other = state.get(oid, Function)
        if len(other.identity) == len(function.identity) and all(map(same, other.identity, function.identity)):
            text = signature_of(state, name, function.identity)
            raise Rejected("42723", f'function {text} already exists in schema "{schema}"', node, subject=name)


def _relation(state: State, name: QualifiedName, *, missing_ok: bool) -> Relation | Index | None:
    found = find_class(state, name)
    if found is None and not missing_ok:
        if name.schema is not None and not schema_exists(state, name.schema):
            raise Rejected("3F000", f'schema "{name.schema}" does not exist', name, subject=name.schema)
        raise missing_relation(state, name)
    return found


def _rename_relation(state: State, node: Rename) -> None:
    name = node.object.name
    assert name is not None
    found = _relation(state, name, missing_ok=node.if_exists)
    if found is None:
        return
    new = node.new_name.text
    kind = node.object.kind
    if kind == "view" and found.kind != "view":
        raise Rejected("42809", f'"{found.name}" is not a view', name, subject=found.name)
    if kind == "index" and not isinstance(found, Index):
        raise Rejected("42809", f'"{found.name}" is not an index', name, subject=found.name)
    rename_class(state, found, new, node)


def rename_class(state: State, found: Relation | Index, new: str, node: Rename) -> None:
    """Gives a relation or index another name, with its row type or its constraint."""
    if ("class", found.schema, new) in state.names:
        raise Rejected("42P07", f'relation "{new}" already exists', node.new_name, subject=new)
    if isinstance(found, Relation) and found.row_type:
        if ("type", found.schema, new) in state.names:
            raise Rejected("42710", f'type "{new}" already exists', node.new_name, subject=new)
        state.change(renamed(state.get(found.row_type, Type), name=new), "rename")
    state.change(renamed(found, name=new), "rename")
    if isinstance(found, Index) and found.constraint in state.objects:
        constraint = state.get(found.constraint, Constraint)
        state.change(renamed(constraint, name=new), "rename")


def _rename_column(state: State, node: Rename) -> None:
    reference = node.object
    assert reference.name is not None
    assert reference.table is not None
    if reference.kind == "attribute" or node.relation_kind == "type":
        table: Relation | Index | None = state.relation(composite(state, reference.table).relation)
    else:
        table = _relation(state, reference.table, missing_ok=node.if_exists)
    if table is None:
        return
    if isinstance(table, Index):
        raise Rejected("42809", f'"{table.name}" is an index', reference.table)
    old = reference.name.parts[-1]
    column = table.column(old.text)
    if column is None:
        raise Rejected("42703", f'column "{old.text}" does not exist', old, subject=old.text)
    if table.column(node.new_name.text) is not None:
        message = f'column "{node.new_name.text}" of relation "{table.name}" already exists'
        raise Rejected("42701", message, node.new_name, subject=node.new_name.text)
    if column.inherited:
        raise Rejected("42P16", f'cannot rename inherited column "{column.name}"', old, subject=column.name)
    _rename_in(state, table, column.name, node.new_name.text)


def _rename_in(state: State, table: Relation, old: str, new: str) -> None:
    column = table.column(old)
    if column is None:
        return
    state.change(renamed_column(table, column.number, name=new), f"rename column {old} to {new}")
    for child in children_of(state, table.oid):
        _rename_in(state, child, old, new)


def _rename_member(state: State, node: Rename) -> None:
    reference = node.object
    name, table_name = reference.name, reference.table
    assert name is not None
    assert table_name is not None
    kind = reference.kind
    new = node.new_name.text
    if kind == "domain constraint":
        found = find_type(state, tuple(part.text for part in table_name.parts))
        owner = found.oid if found is not None else 0
        title = table_name.name
        members = state.members_of("domain constraint", owner)
    else:
        table = _relation(state, table_name, missing_ok=node.if_exists)
        if table is None:
            return
        owner, title = table.oid, table.name
        members = state.members_of(cast("MemberKind", kind), owner)
    oid = members.get(name.name)
    if oid is None:
        if node.if_exists and kind == "policy":
            return
        word = {
            "constraint": f'constraint "{name.name}" for table "{title}"',
            "domain constraint": f'constraint "{name.name}" for domain {title}',
        }.get(kind, f'{kind} "{name.name}" for table "{title}"')
        raise Rejected("42704", f"{word} does not exist", name, subject=name.name)
    if new in members:
        word = "relation" if kind in ("trigger", "rule", "constraint") else "table"
        raise Rejected("42710", f'{kind} "{new}" for {word} "{title}" already exists', node.new_name, subject=new)
    obj = state.objects[oid]
    if isinstance(obj, Constraint) and obj.index and obj.kind in ("primary key", "unique", "exclude"):
        index = state.get(obj.index, Index)
        if ("class", index.schema, new) in state.names:
            raise Rejected("42P07", f'relation "{new}" already exists', node.new_name, subject=new)
        state.change(renamed(index, name=new), "rename")
    if isinstance(obj, Policy | Trigger | Rule | Constraint):
        state.change(renamed(obj, name=new), "rename")


def _rename_type(state: State, node: Rename) -> None:
    name = node.object.name
    assert name is not None
    found = find_type(state, tuple(part.text for part in name.parts))
    own = own_type(state, found) if found is not None else None
    if own is None:
        raise Rejected("42704", f'type "{name}" does not exist', name, subject=str(name))
    new = node.new_name.text
    if ("type", own.schema, new) in state.names:
        raise Rejected("42710", f'type "{new}" already exists', node.new_name, subject=new)
    if own.relation:
        table = state.relation(own.relation)
        if table.kind != "composite":
            raise Rejected("42809", f"{own.name} is a table's row type", name, subject=own.name)
        state.change(renamed(table, name=new), "rename")
    state.change(renamed(own, name=new), "rename")


def _rename_named(state: State, node: Rename) -> None:
    reference = node.object
    name = reference.name
    if name is None:
        return
    kind = reference.kind
    oid = _named(state, kind, name)
    if not oid:
        if node.if_exists:
            return
        code = "3F000" if kind == "schema" else "42704"
        raise Rejected(code, f'{kind} "{name}" does not exist', name, subject=str(name))
    new = node.new_name.text
    obj = state.objects[oid]
    if state.find(kind, new, getattr(obj, "schema", "") if not isinstance(obj, Extension) else ""):
        code = "42P06" if kind == "schema" else "42710"
        raise Rejected(code, f'{kind} "{new}" already exists', node.new_name, subject=new)
    if isinstance(obj, Schema):
        _rename_schema(state, obj, new)
    elif isinstance(obj, Role):
        state.change(renamed(obj, name=new), "rename")
        _rename_role(state, obj.name, new)
    else:
        state.change(renamed(obj, name=new), "rename")


def _named(state: State, kind: str, name: QualifiedName) -> int:
    oid = state.find(kind, name.name)
    if oid:
        return oid
    for schema in [name.schema] if name.schema is not None else state.search_path:
        oid = state.find(kind, name.name, schema)
        if oid:
            return oid
    return 0


def _rename_schema(state: State, schema: Schema, new: str) -> None:
    for obj in list(state.objects.values()):
        if getattr(obj, "schema", None) == schema.name:
            state.change(renamed(obj, schema=new), "rename schema")
    for key in list(state.default_acls):
        if key[1] == schema.name:
            state.put(state.default_acls, (key[0], new, key[2]), state.default_acls[key])
            state.remove(state.default_acls, key)
    state.change(renamed(schema, name=new), "rename")


def _rename_role(state: State, old: str, new: str) -> None:
    for obj in list(state.objects.values()):
        fields: dict[str, object] = {}
        if getattr(obj, "owner", None) == old:
            fields["owner"] = new
        acl = getattr(obj, "acl", None)
        if acl is not None and old in acl:
            fields["acl"] = {new if role == old else role: held for role, held in acl.items()}
        roles: Sequence[str] = getattr(obj, "roles", ())
        if old in roles:
            fields["roles"] = tuple(new if role == old else role for role in roles)
        if fields:
            state.change(renamed(obj, **fields), "rename role")


def set_schema(state: State, node: SetSchema) -> None:
    """ALTER ... SET SCHEMA."""
    reference = node.object
    schema = node.schema.text
    name = reference.name
    assert name is not None
    obj = find_object(state, reference, missing_ok=node.if_exists)
    if obj is None:
        return
    if not schema_exists(state, schema):
        raise Rejected("3F000", f'schema "{schema}" does not exist', node.schema, subject=schema)
    if getattr(obj, "schema", None) == schema:
        return
    match obj:
        case Function():
            _require_no_twin(state, obj, schema, obj.name, node)
            state.change(renamed(obj, schema=schema), "set schema")
        case Relation():
            move_relation(state, obj, schema, node)
        case Type() if obj.relation:
            move_relation(state, state.relation(obj.relation), schema, node)
        case Extension():
            _move_extension(state, obj, schema)
        case _:
            state.change(renamed(obj, schema=schema), "set schema")


def move_relation(state: State, table: Relation, schema: str, node: SetSchema) -> None:
    """Moves a relation with its row type, indexes, constraints and owned sequences."""
    if ("class", schema, table.name) in state.names:
        message = f'relation "{table.name}" already exists in schema "{schema}"'
        raise Rejected("42P07", message, node, subject=table.name)
    state.change(renamed(table, schema=schema), "set schema")
    if table.row_type:
        state.change(renamed(state.get(table.row_type, Type), schema=schema), "set schema")
    for index in list(state.indexes_of(table.oid)):
        state.change(renamed(index, schema=schema), "set schema")
    for constraint in list(state.constraints_of(table.oid)):
        state.change(renamed(constraint, schema=schema), "set schema")
    for edge, kind in list(state.dependents.get(table.oid, {}).items()):
        owned = state.objects.get(edge.oid)
        if isinstance(owned, Relation) and owned.kind == "sequence" and kind in ("auto", "internal"):
            state.change(renamed(owned, schema=schema), "set schema")


def _move_extension(state: State, extension: Extension, schema: str) -> None:
    if extension.name in FIXED:
        raise Rejected("0A000", f'extension "{extension.name}" does not support SET SCHEMA', subject=extension.name)
    for edge, kind in list(state.dependents.get(extension.oid, {}).items()):
        obj = state.objects.get(edge.oid)
        if kind == "extension" and getattr(obj, "schema", None) == extension.schema and obj is not None:
            state.change(renamed(obj, schema=schema), "set schema")
            if isinstance(obj, Relation) and obj.row_type:
                state.change(renamed(state.get(obj.row_type, Type), schema=schema), "set schema")
    state.change(renamed(extension, schema=schema), "set schema")


def set_owner(state: State, node: SetOwner) -> None:
    """ALTER ... OWNER TO."""
    obj = find_object(state, node.object)
    owner = role_name(state, node.role)
    if isinstance(obj, Function | Schema | Type | Relation | Publication):
        old = obj.owner
        acl = getattr(obj, "acl", None)
        fields: dict[str, object] = {"owner": owner}
        if acl is not None and old != owner:
            moved = dict(acl)
            held = moved.pop(old, frozenset())
            moved[owner] = moved.get(owner, frozenset()) | held
            fields["acl"] = moved
        state.change(renamed(obj, **fields), "owner")


def comment(state: State, node: Comment) -> None:
    """COMMENT ON."""
    reference = node.object
    if reference.kind == "column":
        assert reference.table is not None
        assert reference.name is not None
        table = _relation(state, reference.table, missing_ok=False)
        if isinstance(table, Relation):
            column = column_named(state, table, reference.name.parts[-1])
            _put_comment(state, table.oid, column.number, node.text)
        return
    obj = find_object(state, reference)
    if obj is not None:
        _put_comment(state, obj.oid, 0, node.text)


def _put_comment(state: State, oid: int, sub: int, text: str | None) -> None:
    if text is None:
        state.remove(state.comments, (oid, sub))
    else:
        state.put(state.comments, (oid, sub), text)


def find_object(state: State, reference: ObjectReference, *, missing_ok: bool = False) -> AnyObject | None:
    """The object that a reference means; None where it is PostgreSQL's own, or of a kind that is not kept.

    Raises:
        Rejected: it does not exist.
    """
    kind = reference.kind
    name = reference.name
    if name is None:
        return None
    if kind in _RELATIONS:
        return _relation_of_kind(state, reference, name, missing_ok=missing_ok)
    if kind in _MEMBERS and reference.table is not None:
        table = _relation(state, reference.table, missing_ok=missing_ok)
        oid = state.members_of(cast("MemberKind", kind), table.oid if table is not None else 0).get(name.name)
        if oid is None:
            if missing_ok:
                return None
            owner = table.name if table is not None else ""
            message = f'{kind} "{name.name}" for table "{owner}" does not exist'
            raise Rejected("42704", message, name, subject=name.name)
        return state.objects[oid]
    if kind in _ROUTINES:
        return routine(state, reference, kind, missing_ok=missing_ok)
    if kind in ("type", "domain"):
        type_ = find_type(state, tuple(part.text for part in name.parts))
        if type_ is None and not missing_ok:
            raise Rejected("42704", f'type "{name}" does not exist', name, subject=str(name))
        return own_type(state, type_) if type_ is not None else None
    if kind in (
        "column",
        "cast",
        "operator",
        "operator class",
        "operator family",
        "database",
        "domain constraint",
        "large object",
        "tablespace",
        "access method",
        "transform",
        "language",
    ):
        return None
    oid = _named(state, kind, name)
    if not oid:
        if missing_ok or (kind == "schema" and schema_exists(state, name.name)):
            return None
        code = "3F000" if kind == "schema" else "42704"
        raise Rejected(code, f'{kind} "{name}" does not exist', name, subject=str(name))
    return state.objects[oid]


def _relation_of_kind(
    state: State, reference: ObjectReference, name: QualifiedName, *, missing_ok: bool
) -> Relation | Index | None:
    found = _relation(state, name, missing_ok=missing_ok)
    if found is None:
        return None
    wanted = {
        "view": ("view",),
        "materialized view": ("materialized view",),
        "sequence": ("sequence",),
        "index": ("index",),
        "foreign table": ("foreign",),
        "table": ("table", "partitioned"),
    }[reference.kind]
    if found.kind not in wanted:
        article = "an" if reference.kind == "index" else "a"
        raise Rejected("42809", f'"{found.name}" is not {article} {reference.kind}', name, subject=found.name)
    return found
