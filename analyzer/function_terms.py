"""What the bodies of functions ask, read and write, and who was given the right to call them."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.database.model import Change, Function, Relation
from analyzer.database.replay import Database
from analyzer.database.walk import descendants
from analyzer.facts.sql import Block, Execute
from analyzer.facts.sql_ddl import CreateTable, CreateTableAs, Grant, Truncate
from analyzer.facts.sql_query import (
    Assignment,
    BinaryOperation,
    CommonTable,
    Constant,
    Delete,
    FunctionCall,
    Insert,
    Merge,
    Node,
    QualifiedName,
    TableReference,
    Update,
    ValueFunction,
)
from analyzer.project import Project
from analyzer.written import statement_at

_MOST_CALLS = 4  # functions inside each other that are followed
_CALLER = frozenset({"uid", "jwt", "role", "email"})
_DEFAULT_PATH = ("public", "extensions")


def is_trigger_function(database: Database, function: Function) -> bool:
    """Whether only a trigger can call it."""
    return database.type_text(function.returns) in ("trigger", "event_trigger")


def asks_for_caller(database: Database, function: Function, calls: int = 0) -> bool:
    """Whether the body looks at who calls, itself or through another function of the project."""
    if function.body is None:
        return False
    for node in descendants(function.body):
        match node:
            case FunctionCall() if node.name.schema == "auth" and node.name.name in _CALLER:
                return True
            case Constant(kind="string", value=str() as text) if text.startswith("request."):
                return True
            case ValueFunction(name="current_user" | "session_user" | "current_role" | "user"):
                return True
            case FunctionCall() if calls < _MOST_CALLS:
                for called in named_functions(database, node.name):
                    if called.oid != function.oid and asks_for_caller(database, called, calls + 1):
                        return True
            case _:
                pass
    return False


def named_functions(database: Database, name: QualifiedName) -> Iterator[Function]:
    """The project's functions that a call in a body may mean, overloads included."""
    for schema in (name.schema,) if name.schema else _DEFAULT_PATH:
        for oid in database.state.functions.get((schema, name.name), ()):
            found = database.state.objects[oid]
            if isinstance(found, Function):
                yield found


def search_path(function: Function) -> tuple[str, ...] | None:
    """The schemas that the function itself sets; None where it takes what the session has."""
    return next((values for name, values in function.settings if name == "search_path"), None)


def written(function: Function) -> Iterator[QualifiedName]:
    """The names of the tables that the body inserts into, updates, deletes from or truncates."""
    for node in descendants(function.body) if function.body is not None else ():
        if isinstance(node, Insert | Update | Delete | Merge):
            yield node.table.name
        elif isinstance(node, Truncate):
            yield from (table.name for table in node.tables)


def read(function: Function) -> Iterator[QualifiedName]:
    """The names of the tables and views that the body reads or writes, common tables excepted."""
    if function.body is None:
        return
    nodes = list(descendants(function.body))
    common = {node.name.text for node in nodes if isinstance(node, CommonTable)}
    for node in nodes:
        if isinstance(node, TableReference) and (node.name.schema or node.name.name not in common):
            yield node.name


def runs_dynamic_sql(function: Function) -> bool:
    return function.body is not None and any(isinstance(node, Execute) for node in descendants(function.body))


def relation_named(database: Database, name: QualifiedName, path: tuple[str, ...] = _DEFAULT_PATH) -> Relation | None:
    """The relation that a name in a body means."""
    for schema in (name.schema,) if name.schema else path:
        found = database.relation(schema, name.name)
        if found is not None:
            return found
    return None


def statements_on(
    project: Project, database: Database, function: Function, *what: str
) -> Iterator[tuple[Change, Node]]:
    """The statements of the function's history that are called so, in their order."""
    for change in database.history(function):
        if change.what in what or change.kind in what:
            statement = statement_at(project, database, change.place)
            if statement is not None:
                yield change, statement


def is_granted_by_name(project: Project, database: Database, function: Function, role: str) -> bool:
    """Whether a migration gives exactly this role the right to call exactly this function."""
    return any(
        isinstance(statement, Grant)
        and not statement.revoke
        and not statement.all_in_schema
        and any(grantee.name == role for grantee in statement.grantees)
        for _, statement in statements_on(project, database, function, "grant")
    )


def argument_types(database: Database, function: Function) -> str:
    """`uuid, integer`, as a statement has to name an overload."""
    return ", ".join(database.type_text(parameter.type.bare) for parameter in function.inputs)


def names_used(function: Function) -> Iterator[QualifiedName]:
    """The names of the tables and views in the body, common tables and tables that the body makes excepted."""
    if function.body is None:
        return
    made = {node.name.name for node in descendants(function.body) if isinstance(node, CreateTable | CreateTableAs)}
    yield from (name for name in read(function) if name.name not in made)


def handles_errors(function: Function) -> bool:
    """Whether the body catches errors somewhere."""
    return function.body is not None and any(
        isinstance(node, Block) and node.handlers for node in descendants(function.body)
    )


def only_counts(function: Function) -> bool:
    """Whether all that the body changes are numbers that go up or down by one, a counter of views for instance."""
    if function.body is None:
        return False
    changes = [node for node in descendants(function.body) if isinstance(node, Insert | Update | Delete | Merge)]
    return bool(changes) and all(
        isinstance(change, Update) and any(map(_goes_by_one, change.assignments)) for change in changes
    )


def _goes_by_one(assignment: Assignment) -> bool:
    value = assignment.value
    return (
        isinstance(value, BinaryOperation)
        and value.operator in ("+", "-")
        and isinstance(value.right, Constant)
        and value.right.value == 1
    )
