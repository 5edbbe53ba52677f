"""Who may do what with each table, view and function of the Data API: the grants and policies that migrations leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.access import (
    API_ROLES,
    COMMANDS,
    ApiRole,
    Command,
    has_privilege,
    is_served,
    may_execute,
    may_use_schema,
    policies_for,
)
from analyzer.database.model import Relation
from analyzer.database.replay import Database
from analyzer.function_terms import is_trigger_function
from analyzer.policy_terms import deciding, is_restricted, node_of
from analyzer.predicates import Caller, can_be_true, is_always_true
from analyzer.project import Project
from analyzer.source import Span
from analyzer.splinter.relations import is_invoker
from analyzer.written import name_span

# `all`: every row. `some`: those that policies admit. `none`: no row, or no right to ask.
Reach = Literal["all", "some", "none"]


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy with its conditions as PostgreSQL would show them."""

    name: str
    command: str  # `all`, `select` ...
    roles: tuple[str, ...]
    permissive: bool
    using: str | None
    check: str | None
    span: Span | None


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One table or view, with an answer for each role and command; `why` names the policies that admit."""

    name: str  # with the schema
    kind: str  # `table`, `view`, `materialized view` ...
    span: Span | None
    rls: bool
    reach: dict[tuple[ApiRole, Command], Reach]
    why: dict[tuple[ApiRole, Command], tuple[str, ...]]
    policies: tuple[PolicyRow, ...]


@dataclass(frozen=True, slots=True)
class CallRow:
    """One function that can be called through the API: by whom, and with whose rights it runs."""

    name: str
    span: Span | None
    definer: bool
    roles: tuple[ApiRole, ...]


@dataclass(frozen=True, slots=True)
class AccessTable:
    rows: tuple[AccessRow, ...]
    calls: tuple[CallRow, ...]


def access_table(project: Project) -> AccessTable:
    """What visitors (`anon`) and signed-in users (`authenticated`) may do; the service role may do everything."""
    database = project.hosted_database
    return AccessTable(tuple(_rows(project, database)), tuple(_calls(project, database)))


def _rows(project: Project, database: Database) -> Iterator[AccessRow]:
    kinds = ("table", "partitioned", "view", "materialized view", "foreign")
    found = [one for one in database.relations(*kinds) if database.own(one) and is_served(project, one)]
    for relation in sorted(found, key=lambda one: (one.schema, one.name)):
        reach: dict[tuple[ApiRole, Command], Reach] = {}
        why: dict[tuple[ApiRole, Command], tuple[str, ...]] = {}
        for role in API_ROLES:
            for command in COMMANDS:
                reach[role, command], why[role, command] = _reach(database, relation, role, command)
        yield AccessRow(
            f"{relation.schema}.{relation.name}",
            "table" if relation.kind == "partitioned" else relation.kind,
            name_span(project, database, relation),
            relation.rls,
            reach,
            why,
            tuple(
                PolicyRow(
                    policy.name,
                    policy.command,
                    tuple(policy.roles),
                    policy.permissive,
                    database.text(policy.using),
                    database.text(policy.check),
                    name_span(project, database, policy),
                )
                for policy in database.policies(relation)
            ),
        )


def _reach(database: Database, relation: Relation, role: ApiRole, command: Command) -> tuple[Reach, tuple[str, ...]]:
    if not may_use_schema(database, relation.schema, role) or not has_privilege(database, relation, role, command):
        return "none", ()
    if relation.kind not in ("table", "partitioned"):
        whole = command == "select" and (relation.kind != "view" or not is_invoker(relation))
        return ("all" if whole else "some"), ()
    if not relation.rls:
        return "all", ()
    caller = Caller(role, signed_in=role == "authenticated")
    admitting = []
    every = False
    for policy in policies_for(database, relation, role, command):
        stored = deciding(policy, command)
        if stored is not None and can_be_true(database, node_of(stored), caller):
            admitting.append(policy.name)
            every = every or is_always_true(database, node_of(stored), caller)
    if not admitting:
        return "none", ()
    return ("all" if every and not is_restricted(database, relation, command, role) else "some"), tuple(admitting)


def _calls(project: Project, database: Database) -> Iterator[CallRow]:
    found = [
        one
        for one in database.functions()
        if database.own(one) and is_served(project, one) and not is_trigger_function(database, one)
    ]
    for function in sorted(found, key=lambda one: (one.schema, one.name)):
        roles = tuple(role for role in API_ROLES if may_execute(database, function, role))
        if roles:
            yield CallRow(
                f"{function.schema}.{function.name}",
                name_span(project, database, function),
                function.security_definer,
                roles,
            )
