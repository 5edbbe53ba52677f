"""Who may do what: what a request of the Data API reaches, and through which grants and policies."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Literal

from analyzer.database.model import Function, Policy, Relation
from analyzer.database.names import qualified
from analyzer.database.replay import Database
from analyzer.platform import PLATFORM_SCHEMAS
from analyzer.project import Project

ApiRole = Literal["anon", "authenticated"]
Command = Literal["select", "insert", "update", "delete"]
API_ROLES: tuple[ApiRole, ...] = ("anon", "authenticated")
COMMANDS: tuple[Command, ...] = ("select", "insert", "update", "delete")
# https://supabase.com/docs/guides/api/using-custom-schemas
_DEFAULT_SCHEMAS = frozenset({"public", "graphql_public"})


def exposed_schemas(project: Project) -> frozenset[str]:
    """The schemas that the Data API serves: `api.schemas`."""
    entry = project.config.get("api", "schemas") if project.config is not None else None
    if entry is None or not entry.value.items:
        return _DEFAULT_SCHEMAS
    return frozenset(item.text for item in entry.value.items if item.text is not None)


def default_schema(project: Project) -> str:
    """The schema of a request that names none: the first of `api.schemas`."""
    entry = project.config.get("api", "schemas") if project.config is not None else None
    names = [item.text for item in entry.value.items if item.text is not None] if entry is not None else []
    return names[0] if names else "public"


def api_is_off(project: Project) -> bool:
    """Whether `api.enabled` is false: then no request reaches a table."""
    entry = project.config.get("api", "enabled") if project.config is not None else None
    return entry is not None and entry.value.scalar is False


def is_served(project: Project, obj: Relation | Function) -> bool:
    """Whether the Data API has an address for a relation or function."""
    return not api_is_off(project) and obj.schema in exposed_schemas(project)


def commands(database: Database, table: Relation, role: str) -> tuple[Command, ...]:
    """What grants allow a role to do with a relation, policies not looked at; a grant on a column counts."""
    if not may_use_schema(database, table.schema, role):
        return ()
    return tuple(command for command in COMMANDS if has_privilege(database, table, role, command))


def may_use_schema(database: Database, schema: str, role: str) -> bool:
    found = database.state.objects.get(database.state.find("schema", schema))
    return found is None or database.allows(found, role, "usage")


def has_privilege(database: Database, table: Relation, role: str, command: Command) -> bool:
    """Whether a role holds a privilege on a relation, or on one of its columns."""
    return database.allows(table, role, command) or any(
        command in held or f"{command}+" in held
        for column in table.columns
        for holder, held in (column.acl or {}).items()
        if holder in (role, "public")
    )


def may_execute(database: Database, function: Function, role: str) -> bool:
    return may_use_schema(database, function.schema, role) and database.allows(function, role, "execute")


def applies_to(policy: Policy, role: str) -> bool:
    """Whether a policy is meant for a role: by name, or for all."""
    return "public" in policy.roles or role in policy.roles


def covers(policy: Policy, command: Command) -> bool:
    return policy.command in ("all", command)


def policies_for(
    database: Database, table: Relation, role: str, command: Command, *, permissive: bool = True
) -> Iterator[Policy]:
    """The policies that PostgreSQL applies to a command of a role."""
    for policy in database.policies(table):
        if policy.permissive == permissive and applies_to(policy, role) and covers(policy, command):
            yield policy


def tables(database: Database) -> Iterator[Relation]:
    """The project's own tables, partitioned ones included; not those of extensions."""
    for table in database.relations("table", "partitioned"):
        if table.schema not in PLATFORM_SCHEMAS and database.own(table) and table.persistence != "temporary":
            yield table


def shown(table: Relation) -> str:
    """`public.orders`."""
    return f"{table.schema}.{table.name}"


def who(roles: Collection[str]) -> str:
    """The people behind roles, as the subject of a sentence."""
    return "anyone with the public key" if "anon" in roles else "every signed-in user"


def listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def deeds(done: Collection[Command]) -> str:
    """`read, insert and update`."""
    return listed(["read" if command == "select" else command for command in COMMANDS if command in done])


def sql_name(table: Relation) -> str:
    """The table's name as a statement has to write it."""
    return qualified(table.schema, table.name)


def reached(project: Project, database: Database, table: Relation) -> dict[Command, tuple[ApiRole, ...]]:
    """What requests of the Data API may do with a table as far as grants go: the roles for each command."""
    return database.once(("reached", table.oid), lambda: _reached(project, database, table))


def _reached(project: Project, database: Database, table: Relation) -> dict[Command, tuple[ApiRole, ...]]:
    if not is_served(project, table):
        return {}
    by_role = {role: commands(database, table, role) for role in API_ROLES}
    return {
        command: roles
        for command in COMMANDS
        if (roles := tuple(role for role in API_ROLES if command in by_role[role]))
    }


# Columns that say whose a row is, by what projects usually call them.
OWNER_NAMES = frozenset({
    "user_id", "owner_id", "owner", "created_by", "author_id", "profile_id", "creator_id", "uploaded_by", "member_id",
    "customer_id", "account_id", "student_id", "seller_id", "buyer_id", "sender_id", "recipient_id", "userid",
    "host_id", "patient_id", "client_id", "driver_id", "vendor_id", "employee_id", "auth_user_id", "user_uuid",
})  # fmt: skip


# `approved_by`: who did something to the row, not whose it is. Who made it is taken for the owner.
_WHO_DID_IT = re.compile(
    r"(?<!created)(?<!uploaded)(?<!owned)(?<!posted)(?<!written)_by(?:_id)?$|^(?:last|assigned|updated)_"
)


def owner_columns(database: Database, table: Relation) -> tuple[str, ...]:
    """The columns that tie a row to a user: they refer to `auth.users`, or to a table of profiles that does, or are
    called so.
    """
    found: dict[str, None] = {}
    for constraint in database.constraints(table):
        if constraint.kind == "foreign key" and len(constraint.columns) == 1:
            target = database.state.objects.get(constraint.referenced)
            name = table.numbered(constraint.columns[0]).name
            if isinstance(target, Relation) and _is_of_users(database, target) and not _WHO_DID_IT.search(name):
                found[name] = None
    for column in table.columns:
        if column.name in OWNER_NAMES and database.type_text(column.type) in ("uuid", "text", "character varying"):
            found[column.name] = None
    return tuple(found)


def belongs_to_users(database: Database, table: Relation) -> bool:
    """Whether its rows are somebody's: they name a user, or refer to rows that do, by however many steps."""
    return database.once(("belongs to users", table.oid), lambda: _belongs_to_users(database, table))


def _belongs_to_users(database: Database, table: Relation) -> bool:
    seen, waiting = {table.oid}, [table]
    while waiting:
        one = waiting.pop()
        if _is_of_users(database, one) or owner_columns(database, one):
            return True
        for constraint in database.constraints(one):
            target = database.state.objects.get(constraint.referenced)
            if constraint.kind == "foreign key" and isinstance(target, Relation) and target.oid not in seen:
                seen.add(target.oid)
                waiting.append(target)
    return False


def _is_of_users(database: Database, table: Relation) -> bool:
    """Whether a row of the table is a user: `auth.users`, or what has its key."""
    if (table.schema, table.name) == ("auth", "users"):
        return True
    key = next((each.columns for each in database.constraints(table) if each.kind == "primary key"), ())
    for constraint in database.constraints(table):
        target = database.state.objects.get(constraint.referenced)
        if (
            constraint.kind == "foreign key"
            and constraint.columns == key
            and isinstance(target, Relation)
            and (target.schema, target.name) == ("auth", "users")
        ):
            return True
    return False


def may_write(
    database: Database, table: Relation, column: str, role: str, command: Literal["insert", "update"] = "update"
) -> bool:
    """Whether grants let a role write one column."""
    found = table.column(column)
    if found is None:
        return False
    return database.allows(table, role, command) or any(
        command in held or f"{command}+" in held
        for holder, held in (found.acl or {}).items()
        if holder in (role, "public")
    )


def may_read(database: Database, table: Relation, column: str, role: str) -> bool:
    """Whether grants let a role read one column."""
    found = table.column(column)
    if found is None:
        return False
    return database.allows(table, role, "select") or any(
        "select" in held or "select+" in held
        for holder, held in (found.acl or {}).items()
        if holder in (role, "public")
    )
