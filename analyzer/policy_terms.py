"""What the expressions of policies decide, read and call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analyzer.access import API_ROLES, COMMANDS, ApiRole, Command, applies_to, covers, reached
from analyzer.database.model import Function, Policy, Relation
from analyzer.database.replay import Database
from analyzer.database.stored import Stored
from analyzer.database.walk import children, descendants
from analyzer.facts.sql_query import (
    BinaryOperation,
    BooleanExpression,
    Cast,
    ColumnReference,
    Expression,
    FunctionCall,
    In,
    Node,
    Quantified,
    Select,
    SetOperation,
    TableReference,
)
from analyzer.predicates import Caller, is_always_true
from analyzer.project import Project


def deciding(policy: Policy, command: Command) -> Stored | None:
    """The expression that rows have to meet before a command takes them: those that are there, or the new ones.

    A policy FOR ALL without WITH CHECK uses USING for new rows too; without any expression it admits none.
    https://www.postgresql.org/docs/17/sql-createpolicy.html
    """
    if command == "insert":
        return policy.check if policy.check is not None or policy.command == "insert" else policy.using
    return policy.using


def expressions(policy: Policy) -> Iterator[Stored]:
    """USING, then WITH CHECK."""
    for stored in (policy.using, policy.check):
        if stored is not None:
            yield stored


def node_of(stored: Stored) -> Expression:
    """The expression of a policy."""
    return stored.node  # type: ignore[return-value]


def admits_all(database: Database, policy: Policy, command: Command, caller: Caller) -> bool:
    """Whether every row meets the policy when this caller asks."""
    stored = deciding(policy, command)
    return stored is not None and is_always_true(database, node_of(stored), caller)


def reach(project: Project, database: Database, table: Relation, policy: Policy) -> dict[Command, tuple[ApiRole, ...]]:
    """What a policy decides on: the commands of the Data API's roles that grants let through and it is meant for."""
    if not table.rls:
        return {}
    granted = reached(project, database, table)
    return {
        command: roles
        for command in COMMANDS
        if covers(policy, command)
        and (roles := tuple(role for role in granted.get(command, ()) if applies_to(policy, role)))
    }


def is_restricted(database: Database, table: Relation, command: Command, role: str) -> bool:
    """Whether a restrictive policy also has to be met, whatever it says."""
    return any(
        not policy.permissive and applies_to(policy, role) and covers(policy, command)
        for policy in database.policies(table)
    )


def roles_of(policy: Policy) -> tuple[ApiRole, ...]:
    return tuple(role for role in API_ROLES if applies_to(policy, role))


def calls_per_row(node: Node) -> Iterator[FunctionCall]:
    """The calls that stand in no sub-select: PostgreSQL makes them for every row."""
    yield from (each for each in _outside_queries(node) if isinstance(each, FunctionCall))


def _outside_queries(node: Node) -> Iterator[Node]:
    """The node and all below it that are in no sub-select, in the order of the text."""
    stack: list[Node] = [node]
    while stack:
        current = stack.pop()
        yield current
        if not isinstance(current, Select | SetOperation):
            stack.extend(reversed(list(children(current))))


def has_query(node: Node) -> bool:
    """Whether an expression holds a sub-select."""
    return any(isinstance(each, Select | SetOperation) for each in descendants(node))


def is_auth_call(node: Node, *names: str) -> bool:
    """Whether a node is `auth.uid()` or another call of the schema `auth`."""
    return isinstance(node, FunctionCall) and node.name.schema == "auth" and node.name.name in names


def mentions_user(node: Node) -> bool:
    """Whether an expression asks who the user is."""
    return any(is_auth_call(each, "uid", "jwt", "email") for each in descendants(node))


def relations_read(database: Database, stored: Stored) -> Sequence[tuple[TableReference, Relation]]:
    """The tables and views that the sub-selects of an expression read, where they are named."""
    database.once(("expression", id(stored)), lambda: stored)  # it must stay alive, or its identity could be another's
    return database.once(("relations read", id(stored)), lambda: _relations_read(database, stored))


def _relations_read(database: Database, stored: Stored) -> list[tuple[TableReference, Relation]]:
    found = []
    for node in descendants(node_of(stored)):
        if isinstance(node, TableReference):
            relation = database.state.objects.get(stored.bindings.relations.get(node.name.start, 0))
            if isinstance(relation, Relation):
                found.append((node, relation))
    return found


def functions_called(database: Database, stored: Stored) -> Sequence[tuple[FunctionCall, Function]]:
    """The project's functions that an expression calls."""
    database.once(("expression", id(stored)), lambda: stored)
    return database.once(("functions called", id(stored)), lambda: _functions_called(database, stored))


def _functions_called(database: Database, stored: Stored) -> list[tuple[FunctionCall, Function]]:
    found = []
    for node in descendants(node_of(stored)):
        if isinstance(node, FunctionCall):
            function = database.state.objects.get(stored.bindings.functions.get(node.start, 0))
            if isinstance(function, Function) and database.own(function):
                found.append((node, function))
    return found


def owner_terms(node: Node) -> Iterator[str]:
    """The columns that a condition compares with the user: `user_id = auth.uid()`, `auth.uid() in (owner_id)`."""
    for each in _outside_queries(node):
        match each:
            case BinaryOperation(operator="=", left=left, right=right):
                for one, other in ((left, right), (right, left)):
                    column = _column(one)
                    if column is not None and mentions_user(other):
                        yield column
            case In(operand=operand, items=items):
                if mentions_user(operand):
                    yield from (name for item in items if (name := _column(item)) is not None)
            case Quantified(left=left, array=array) if array is not None:
                column = _column(array)
                if column is not None and mentions_user(left):
                    yield column
            case _:
                pass


def conjuncts(node: Expression) -> Iterator[Expression]:
    """The conditions that have to hold together."""
    if isinstance(node, BooleanExpression) and node.operator == "and":
        for each in node.arguments:
            yield from conjuncts(each)
    else:
        yield node


def columns_in(node: Node) -> set[str]:
    """The names of all columns that an expression reads."""
    return {each.parts[-1].text for each in descendants(node) if isinstance(each, ColumnReference) and each.parts}


def _column(node: Node) -> str | None:
    while isinstance(node, Cast):
        node = node.operand
    return node.parts[-1].text if isinstance(node, ColumnReference) and node.parts and not node.star else None


_SERVER = re.compile(
    r"service[ _-]?(?:role|account|key)|\bedge[ _-]?functions?\b|\bbackend\b|\bsystem can\b|\bserver[ -]only\b",
    re.IGNORECASE,
)


def is_for_server(policy: Policy) -> bool:
    """Whether a policy's name says that it is the server's."""
    return _SERVER.search(policy.name) is not None


def alternatives(node: Expression) -> Iterator[Expression]:
    """The conditions each of which is enough."""
    if isinstance(node, BooleanExpression) and node.operator == "or":
        for each in node.arguments:
            yield from alternatives(each)
    else:
        yield node
