"""Who may do what: access control lists, default privileges, GRANT and REVOKE (aclchk.c)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analyzer.database.dependencies import renamed_column
from analyzer.database.lookup import find_class, missing_relation
from analyzer.database.model import (
    Acl,
    AnyObject,
    Function,
    Index,
    Other,
    Relation,
    Role,
    Schema,
    Type,
)
from analyzer.database.rejected import Rejected
from analyzer.database.routine_lookup import routine
from analyzer.database.state import State, renamed
from analyzer.database.types import find_type, schema_exists
from analyzer.database.values import AclItem, AclItems
from analyzer.facts import sql_ddl
from analyzer.facts.sql_ddl import AlterDefaultPrivileges, Grant, GrantRole, ObjectReference, Privilege
from analyzer.facts.sql_query import Node

# https://www.postgresql.org/docs/17/ddl-priv.html#PRIVILEGE-ABBREVS-TABLE
ALL = {
    "table": frozenset({"select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain"}),
    "column": frozenset({"select", "insert", "update", "references"}),
    "sequence": frozenset({"usage", "select", "update"}),
    "function": frozenset({"execute"}),
    "schema": frozenset({"usage", "create"}),
    "type": frozenset({"usage"}),
    "database": frozenset({"create", "connect", "temporary"}),
    "large object": frozenset({"select", "update"}),
}
_KNOWN = frozenset().union(*ALL.values()) | {"set", "alter system"}
_PUBLIC_DEFAULT = {"function": frozenset({"execute"}), "type": frozenset({"usage"})}
_KINDS = {"procedure": "function", "routine": "function", "aggregate": "function", "domain": "type"}
PUBLIC = "public"


def acl_default(kind: str, owner: str) -> Acl:
    """What an object without a list of its own allows (acldefault)."""
    found = {owner: ALL[kind]}
    if kind in _PUBLIC_DEFAULT:
        found[PUBLIC] = _PUBLIC_DEFAULT[kind]
    return found


def acl_items(state: State, acl: Acl | None, owner: str) -> AclItems | None:
    """A list as the catalogue has it: NULL where an object has none of its own."""
    if acl is None:
        return None
    grantor = state.find("role", owner)
    return AclItems(
        AclItem(
            grantor, 0 if role == PUBLIC else state.find("role", role), name.rstrip("+").upper(), name.endswith("+")
        )
        for role, privileges in acl.items()
        for name in sorted(privileges)
    )


def initial_acl(state: State, kind: str, owner: str, schema: str) -> Acl | None:
    """The list of a new object: the default privileges of its owner (get_user_default_acl)."""
    everywhere = state.default_acls.get((owner, "", kind))
    here = state.default_acls.get((owner, schema, kind))
    if everywhere is None and here is None:
        return None
    base = dict(everywhere if everywhere is not None else acl_default(kind, owner))
    for role, privileges in (here or {}).items():
        base[role] = base.get(role, frozenset()) | privileges
    return base


def kind_of_object(obj: AnyObject) -> str:
    """Which privileges an object has."""
    match obj:
        case Relation(kind="sequence"):
            return "sequence"
        case Relation():
            return "table"
        case Function():
            return "function"
        case Schema():
            return "schema"
        case Type():
            return "type"
        case _:
            return ""


def allows(state: State, obj: AnyObject, role: str, privilege: str) -> bool:
    """Whether a role holds a privilege: by name, through PUBLIC, or through a role that it is a member of."""
    owner = getattr(obj, "owner", "")
    acl: Acl | None = getattr(obj, "acl", None)
    if acl is None:
        acl = acl_default(kind_of_object(obj), owner)
    if any(privilege in held or f"{privilege}+" in held for held in (acl.get(role, ()), acl.get(PUBLIC, ()))):
        return True  # most are asked for what they hold themselves
    holders = {PUBLIC, *memberships(state, role)}
    found = state.objects.get(state.find("role", role))
    if isinstance(found, Role) and found.superuser:
        return True
    if owner in holders:
        return True
    return any(privilege in acl.get(holder, ()) or f"{privilege}+" in acl.get(holder, ()) for holder in holders)


def allows_public(obj: AnyObject, privilege: str) -> bool:
    """Whether PUBLIC itself holds a privilege."""
    acl: Acl | None = getattr(obj, "acl", None)
    if acl is None:
        acl = acl_default(kind_of_object(obj), getattr(obj, "owner", ""))
    return privilege in acl.get(PUBLIC, ())


def memberships(state: State, role: str) -> set[str]:
    """The role and all whose privileges it inherits."""
    found: set[str] = set()
    queue = [role]
    while queue:
        name = queue.pop()
        if name in found:
            continue
        found.add(name)
        obj = state.objects.get(state.find("role", name))
        if isinstance(obj, Role) and obj.inherit:
            queue += obj.member_of
    return found


def role_name(state: State, role: sql_ddl.Role, *, public: bool = False) -> str:
    """The role that a name or `current_user` means.

    Raises:
        Rejected: it does not exist.
    """
    if role.special:
        if role.name == "public":
            if not public:
                raise Rejected("42704", 'role "public" does not exist', role, subject="public")
            return PUBLIC
        return state.role
    if not state.find("role", role.name):
        raise Rejected("42704", f'role "{role.name}" does not exist', role, subject=role.name)
    return role.name


def grant(state: State, node: Grant) -> None:
    """GRANT or REVOKE."""
    kind = _KINDS.get(node.object_kind, node.object_kind)
    objects = list(_objects(state, node, kind))
    grantees = [role_name(state, role, public=True) for role in node.grantees]
    if kind not in ALL:
        return
    for obj in objects:
        own = kind_of_object(obj) or kind
        table_like = kind if kind != "table" else own
        whole = _privileges(node.privileges, table_like, node)
        columns = [each for each in node.privileges if each.columns]
        if whole:
            acl = changed(_acl(obj, own), grantees, whole, node)
            if isinstance(obj, Relation | Function | Schema | Type):
                obj = renamed(obj, acl=acl)
                if isinstance(obj, Relation) and node.revoke and kind == "table":
                    obj = _without_column_grants(obj, grantees, whole)
                state.change(obj, "revoke" if node.revoke else "grant")
        for each in columns:
            if isinstance(obj, Relation):
                obj = _column_grant(state, obj, each, grantees, node)


def _acl(obj: AnyObject, kind: str) -> Acl:
    acl: Acl | None = getattr(obj, "acl", None)
    return acl if acl is not None else acl_default(kind, getattr(obj, "owner", ""))


def _privileges(privileges: Sequence[Privilege], kind: str, node: Grant | AlterDefaultPrivileges) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for each in privileges:
        if each.columns:
            continue
        if each.name == "all":
            found |= ALL[kind]
            continue
        name = "temporary" if each.name == "temp" else each.name
        allowed = ALL[kind] | (
            ALL["table"]
            if kind == "sequence" and isinstance(node, Grant) and node.object_kind == "table"
            else frozenset()
        )
        if name not in _KNOWN:
            raise Rejected("42601", f'unrecognized privilege type "{name}"', each)
        if name not in allowed:
            target = node.object_kind if kind != "function" else "function"
            raise Rejected("0LP01", f"invalid privilege type {name.upper()} for {target}", each)
        found |= {name}
    return found


def changed(acl: Acl, grantees: Iterable[str], privileges: frozenset[str], node: Grant | AlterDefaultPrivileges) -> Acl:
    """The list after a GRANT or REVOKE."""
    found = dict(acl)
    for grantee in grantees:
        held = found.get(grantee, frozenset())
        if not node.revoke:
            held |= privileges
            if node.grant_option:
                held |= {f"{each}+" for each in privileges}
        elif node.grant_option:
            held -= {f"{each}+" for each in privileges}
        else:
            held = frozenset(each for each in held if each.rstrip("+") not in privileges)
        if held:
            found[grantee] = held
        else:
            found.pop(grantee, None)
    return found


def _without_column_grants(relation: Relation, grantees: Sequence[str], privileges: frozenset[str]) -> Relation:
    """REVOKE on a table takes the same privileges of its columns too."""
    if all(column.acl is None for column in relation.columns):
        return relation
    columns = []
    for column in relation.columns:
        if column.acl is not None:
            acl = {
                role: kept
                for role, held in column.acl.items()
                if (kept := held - privileges if role in grantees else held)
            }
            column = renamed(column, acl=acl or None)
        columns.append(column)
    return renamed(relation, columns=tuple(columns))


def _column_grant(
    state: State, relation: Relation, privilege: Privilege, grantees: Sequence[str], node: Grant
) -> Relation:
    names = ALL["column"] if privilege.name == "all" else frozenset({privilege.name})
    if not names <= ALL["column"]:
        raise Rejected("0LP01", f"invalid privilege type {privilege.name.upper()} for column", privilege)
    for name in privilege.columns:
        column = relation.column(name.text)
        if column is None:
            message = f'column "{name.text}" of relation "{relation.name}" does not exist'
            raise Rejected("42703", message, name, subject=name.text)
        acl = changed(column.acl or {}, grantees, names, node)
        relation = renamed_column(relation, column.number, acl=acl or None)
    state.change(relation, "revoke" if node.revoke else "grant")
    return relation


_TABLES = ("table", "partitioned", "foreign", "view", "materialized view")


def _objects(state: State, node: Grant, kind: str) -> Iterator[AnyObject]:
    if node.all_in_schema:
        for reference in node.objects:
            assert reference.name is not None
            schema = reference.name.name
            if not schema_exists(state, schema):
                raise Rejected("3F000", f'schema "{schema}" does not exist', reference, subject=schema)
            yield from _all_in(state, schema, node.object_kind)
        return
    for reference in node.objects:
        found = _object(state, reference, node.object_kind, kind)
        if found is not None:
            yield found


def _all_in(state: State, schema: str, kind: str) -> Iterator[AnyObject]:
    for obj in list(state.objects.values()):
        match obj:
            case Relation() if obj.schema == schema:
                if (kind == "table" and obj.kind in _TABLES) or (kind == "sequence" and obj.kind == "sequence"):
                    yield obj
            case Function() if obj.schema == schema:
                wanted = {"function": obj.kind != "procedure", "procedure": obj.kind == "procedure", "routine": True}
                if wanted.get(kind, False):
                    yield obj
            case _:
                pass


def _object(state: State, reference: ObjectReference, written: str, kind: str) -> AnyObject | None:
    name = reference.name
    if name is None:
        return None
    match kind:
        case "table" | "sequence":
            found = find_class(state, name)
            if found is None:
                from analyzer.database.lookup import is_catalogue

                if is_catalogue(state, name):
                    return None
                if name.schema is not None and not schema_exists(state, name.schema):
                    raise Rejected("3F000", f'schema "{name.schema}" does not exist', name, subject=name.schema)
                raise missing_relation(state, name)
            if isinstance(found, Index):
                raise Rejected("42809", f'"{found.name}" is an index', name)
            if kind == "sequence" and found.kind != "sequence":
                raise Rejected("42809", f'"{found.name}" is not a sequence', name)
            return found
        case "function":
            return routine(state, reference, written)
        case "schema":
            oid = state.find("schema", name.name)
            if not oid:
                if schema_exists(state, name.name):
                    return None
                raise Rejected("3F000", f'schema "{name.name}" does not exist', name, subject=name.name)
            return state.objects[oid]
        case "type":
            type_ = find_type(state, tuple(part.text for part in name.parts))
            if type_ is None:
                raise Rejected("42704", f'type "{name}" does not exist', name, subject=str(name))
            return state.objects.get(type_.oid)
        case "language" | "foreign data wrapper" | "server":
            return _named(state, kind, name.name, name)
        case _:
            return None


def _named(state: State, kind: str, name: str, node: Node) -> AnyObject | None:
    if kind == "language" and name in ("sql", "plpgsql", "c", "internal"):
        return None
    oid = state.find(kind, name)
    if not oid:
        title = {"server": f'server "{name}"', "language": f'language "{name}"'}.get(
            kind, f'foreign-data wrapper "{name}"'
        )
        raise Rejected("42704", f"{title} does not exist", node, subject=name)
    found = state.objects[oid]
    return found if isinstance(found, Other) else None


def alter_default_privileges(state: State, node: AlterDefaultPrivileges) -> None:
    """ALTER DEFAULT PRIVILEGES."""
    roles = [role_name(state, role) for role in node.roles] or [state.role]
    grantees = [role_name(state, role, public=True) for role in node.grantees]
    kind = node.object_kind
    privileges = _privileges(node.privileges, kind, node)
    schemas = [schema.text for schema in node.schemas]
    for schema in node.schemas:
        if not schema_exists(state, schema.text):
            raise Rejected("3F000", f'schema "{schema.text}" does not exist', schema, subject=schema.text)
    for role in roles:
        for place in schemas or [""]:
            key = (role, place, kind)
            old = state.default_acls.get(key)
            if old is None:
                old = {} if place else acl_default(kind, role)
            state.put(state.default_acls, key, changed(old, grantees, privileges, node))


def grant_role(state: State, node: GrantRole) -> None:
    """GRANT or REVOKE of membership."""
    for role in node.roles:
        name = role_name(state, role)
        for grantee in node.grantees:
            member = state.get(state.find("role", role_name(state, grantee)), Role)
            kept = tuple(each for each in member.member_of if each != name)
            state.change(renamed(member, member_of=kept if node.revoke else (*kept, name)), "membership")
