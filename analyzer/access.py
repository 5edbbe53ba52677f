"""Who may do what: what a request of the Data API reaches, and through which grants and policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analyzer.database.model import Function, Policy, Relation
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
        if table.schema not in PLATFORM_SCHEMAS and database.own(table):
            yield table


def shown(table: Relation) -> str:
    """`public.orders`."""
    return f"{table.schema}.{table.name}"
