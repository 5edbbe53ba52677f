"""The grammar of GRANT, REVOKE, ALTER DEFAULT PRIVILEGES and of roles."""

from __future__ import annotations

from typing import Literal

from analyzer.facts.sql_ddl import (
    AlterDefaultPrivileges,
    AlterRole,
    AlterRoleSet,
    CreateRole,
    Grant,
    GrantRole,
    ObjectKind,
    ObjectReference,
    Option,
    Privilege,
    ReassignOwned,
    Rename,
    Role,
)
from analyzer.facts.sql_query import Identifier, QualifiedName
from analyzer.sql import objects, options, session
from analyzer.sql.cursor import Cursor
from analyzer.sql.tokens import RESERVED_WORD


def grant(p: Cursor, start: int) -> Grant | GrantRole:
    """GRANT of privileges or of roles."""
    p.expect("grant")
    granted = _privileges(p)
    if p.keys[p.i] != "on":
        return _grant_role(p, start, granted)
    kind, found, in_schema = _on(p)
    p.expect("to")
    to = objects.grantees(p)
    option = p.accept_words("with", "grant", "option")
    by = _granted_by(p)
    return Grant(
        start,
        p.end,
        revoke=False,
        privileges=granted,
        object_kind=kind,
        objects=found,
        all_in_schema=in_schema,
        grantees=to,
        grant_option=option,
        granted_by=by,
    )


def revoke(p: Cursor, start: int) -> Grant | GrantRole:
    """REVOKE of privileges or of roles."""
    p.expect("revoke")
    option = p.accept_words("grant", "option", "for")
    role_option = ""
    if not option and p.keys[p.i + 1] == "option" and p.keys[p.i + 2] == "for":
        role_option = p.name().text
        p.i += 2
    revoked = _privileges(p)
    if p.keys[p.i] != "on" or role_option:
        p.expect("from")
        of = objects.grantees(p)
        by = _granted_by(p)
        how = objects.behavior(p)
        settings = (Option(start, p.end, role_option, "false"),) if role_option else ()
        return GrantRole(
            start,
            p.end,
            revoke=True,
            roles=_roles(p, revoked),
            grantees=of,
            options=settings,
            granted_by=by,
            behavior=how,
        )
    kind, found, in_schema = _on(p)
    p.expect("from")
    of = objects.grantees(p)
    by = _granted_by(p)
    how = objects.behavior(p)
    return Grant(
        start,
        p.end,
        revoke=True,
        privileges=revoked,
        object_kind=kind,
        objects=found,
        all_in_schema=in_schema,
        grantees=of,
        grant_option=option,
        granted_by=by,
        behavior=how,
    )


def _privileges(p: Cursor) -> tuple[Privilege, ...]:
    if p.keys[p.i] == "all":
        start = p.start
        p.i += 1
        p.accept("privileges")
        columns = p.names()
        return (Privilege(start, p.end, "all", columns),)
    return p.listed(_privilege)


def _privilege(p: Cursor) -> Privilege:
    start = p.start
    if p.accept("alter"):
        p.expect("system")
        return Privilege(start, p.end, "alter system")
    name = p.label().text if p.keys[p.i] in ("select", "references", "create") else p.name().text
    columns = p.names()
    return Privilege(start, p.end, name, columns)


def _roles(p: Cursor, granted: tuple[Privilege, ...]) -> tuple[Role, ...]:
    if any(privilege.columns for privilege in granted):
        raise p.rejected()
    return tuple(Role(role.start, role.end, role.name, role.name == "public") for role in granted)


def _grant_role(p: Cursor, start: int, granted: tuple[Privilege, ...]) -> GrantRole:
    p.expect("to")
    to = objects.grantees(p)
    settings: tuple[Option, ...] = ()
    if p.accept("with"):
        settings = p.listed(_role_option)
    by = _granted_by(p)
    return GrantRole(start, p.end, revoke=False, roles=_roles(p, granted), grantees=to, options=settings, granted_by=by)


def _role_option(p: Cursor) -> Option:
    start = p.start
    name = p.label().text
    value = p.accept_any(frozenset({"option", "true", "false"}))
    if not value:
        raise p.rejected()
    return Option(start, p.end, name, "true" if value == "option" else value)


def _granted_by(p: Cursor) -> Role | None:
    return objects.role(p) if p.accept_words("granted", "by") else None


_ALL_IN_SCHEMA: dict[str, ObjectKind] = {
    "tables": "table",
    "sequences": "sequence",
    "functions": "function",
    "procedures": "procedure",
    "routines": "routine",
}


def _on(p: Cursor) -> tuple[ObjectKind, tuple[ObjectReference, ...], bool]:
    p.expect("on")
    keys = p.keys
    key = keys[p.i]
    if key == "all" and keys[p.i + 1] in _ALL_IN_SCHEMA:
        kind = _ALL_IN_SCHEMA[keys[p.i + 1]]
        p.i += 2
        p.expect("in", "schema")
        return kind, p.listed(_schema), True
    kind = "table"
    if key == "parameter":
        p.i += 1
        return "parameter", p.listed(_parameter), False
    if key == "foreign" and keys[p.i + 1] == "server":
        p.i += 2
        return "server", p.listed(lambda cursor: objects.reference(cursor, "server")), False
    if key in _GRANTED and keys[p.i + 1] not in (",", "to", "from", "."):
        kind = objects.object_kind(p)
        if kind == "role":
            raise p.rejected()
    if kind in ("type", "domain"):
        return kind, p.listed(_plain(kind)), False
    return kind, p.listed(lambda cursor: objects.reference(cursor, kind)), False


_GRANTED = frozenset(
    {"table", "sequence", "foreign", "function", "procedure", "routine", "database", "domain", "language", "large"}
    | {"schema", "tablespace", "type"}
)


def _plain(kind: ObjectKind):  # type: ignore[no-untyped-def]
    def parse(p: Cursor) -> ObjectReference:
        name = p.qualified_name()
        return ObjectReference(name.start, name.end, kind, name)

    return parse


def _schema(p: Cursor) -> ObjectReference:
    return objects.reference(p, "schema")


def _parameter(p: Cursor) -> ObjectReference:
    name = p.qualified_name()
    return ObjectReference(name.start, name.end, "parameter", name)


# ALTER DEFAULT PRIVILEGES

DefaultKind = Literal["table", "sequence", "function", "type", "schema", "large object"]
_DEFAULT_KINDS: dict[str, DefaultKind] = {
    "tables": "table",
    "sequences": "sequence",
    "functions": "function",
    "routines": "function",
    "types": "type",
    "schemas": "schema",
}


def alter_default_privileges(p: Cursor, start: int) -> AlterDefaultPrivileges:
    """ALTER DEFAULT PRIVILEGES."""
    p.expect("alter", "default", "privileges")
    schemas: tuple[Identifier, ...] = ()
    roles: tuple[Role, ...] = ()
    while True:
        if p.accept_words("in", "schema"):
            schemas = p.listed(Cursor.name)
        elif p.accept("for"):
            if not p.accept_any(frozenset({"role", "user"})):
                raise p.rejected()
            roles = objects.roles(p)
        else:
            break
    revoked = p.accept("revoke")
    if not revoked:
        p.expect("grant")
    option = revoked and p.accept_words("grant", "option", "for")
    found = _privileges(p)
    p.expect("on")
    kind = _DEFAULT_KINDS.get(p.keys[p.i])
    if kind is not None:
        p.i += 1
    else:
        p.expect("large", "objects")
        kind = "large object"
    p.expect("from" if revoked else "to")
    grantees = objects.grantees(p)
    if not revoked:
        option = p.accept_words("with", "grant", "option")
    how = objects.behavior(p) if revoked else ""
    return AlterDefaultPrivileges(
        start,
        p.end,
        schemas=schemas,
        roles=roles,
        revoke=revoked,
        privileges=found,
        object_kind=kind,
        grantees=grantees,
        grant_option=option,
        behavior=how,
    )


# Roles


def create_role(p: Cursor, start: int) -> CreateRole:
    """CREATE ROLE, USER or GROUP, from that word on."""
    kind: Literal["role", "user", "group"] = (
        "user" if p.keys[p.i] == "user" else "group" if p.keys[p.i] == "group" else "role"
    )
    p.i += 1
    name = objects.role(p)
    p.accept("with")
    found = _role_options(p)
    return CreateRole(start, p.end, kind, name, found)


def _role_options(p: Cursor) -> tuple[Option, ...]:
    found: list[Option] = []
    while p.classes[p.i] <= RESERVED_WORD:
        found.append(_option(p))
    return tuple(found)


_NEGATABLE = frozenset(
    ["superuser", "createdb", "createrole", "inherit", "login", "replication", "bypassrls", "createuser"]
)


def _option(p: Cursor) -> Option:
    start = p.start
    key = p.keys[p.i]
    value: str | None = "true"
    match key:
        case "password":
            p.i += 1
            value = None if p.accept("null") else p.string()
        case "encrypted":
            p.i += 1
            p.expect("password")
            key, value = "password", p.string()
        case "inherit":
            p.i += 1
        case "connection":
            p.i += 1
            p.expect("limit")
            key, value = "connection limit", options.number(p)
        case "valid":
            p.i += 1
            p.expect("until")
            key, value = "valid until", p.string()
        case "sysid":
            p.i += 1
            value = options.number(p)
        case "in":
            p.i += 1
            if not p.accept_any(frozenset({"role", "group"})):
                raise p.rejected()
            key, value = "in role", ",".join(role.name for role in objects.roles(p))
        case "role" | "admin" | "user":
            p.i += 1
            value = ",".join(role.name for role in objects.roles(p))
        case _:
            key, value = _flag(p)
    return Option(start, p.end, key, value)


def _flag(p: Cursor) -> tuple[str, str]:
    key = p.name().text
    if key in _NEGATABLE:
        return key, "true"
    if key.startswith("no") and key[2:] in _NEGATABLE:
        return key[2:], "false"
    p.i -= 1
    raise p.rejected(f'unrecognized role option "{key}"')


def alter_role(p: Cursor, start: int) -> AlterRole | AlterRoleSet | Rename:
    """ALTER ROLE, USER or GROUP, from that word on."""
    group = p.keys[p.i] == "group"
    p.i += 1
    role = None if p.accept("all") else objects.role(p)
    if p.accept("rename"):
        p.expect("to")
        return _rename(p, start, role)
    if group:
        if not p.accept_any(frozenset({"add", "drop"})):
            raise p.rejected()
        p.expect("user")
        members = ",".join(member.name for member in objects.roles(p))
        return AlterRole(start, p.end, _required(p, role), (Option(start, p.end, "user", members),))
    database = p.name() if p.accept_words("in", "database") else None
    if p.keys[p.i] in ("set", "reset"):
        parameter = session.set_or_reset(p)
        return AlterRoleSet(start, p.end, role, database, parameter)
    p.accept("with")
    found = _role_options(p)
    return AlterRole(start, p.end, _required(p, role), found)


def _required(p: Cursor, role: Role | None) -> Role:
    if role is None:
        raise p.rejected()
    return role


def _rename(p: Cursor, start: int, role: Role | None) -> Rename:
    old = _required(p, role)
    name = QualifiedName(old.start, old.end, (Identifier(old.start, old.end, old.name),))
    new = objects.role(p)
    return Rename(
        start,
        p.end,
        ObjectReference(old.start, old.end, "role", name),
        Identifier(new.start, new.end, new.name),
    )


def reassign_owned(p: Cursor, start: int) -> ReassignOwned:
    """REASSIGN OWNED."""
    p.expect("reassign", "owned", "by")
    roles = objects.roles(p)
    p.expect("to")
    new = objects.role(p)
    return ReassignOwned(start, p.end, roles, new)
