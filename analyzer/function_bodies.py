"""What PostgreSQL would reject in the bodies of functions when they run, against the final database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

from analyzer.database.datatypes import POLYMORPHIC, DataType
from analyzer.database.model import Function, Relation, Trigger
from analyzer.database.query_analysis import QueryAnalysis
from analyzer.database.rejected import Rejected
from analyzer.database.replay import Database
from analyzer.database.scope import Scope, Variable
from analyzer.database.types import data_type
from analyzer.database.walk import children, descendants
from analyzer.facts.sql import (
    Assert,
    Assign,
    Block,
    CaseStatement,
    CursorDeclaration,
    ExceptionHandler,
    Execute,
    Exit,
    ForCursor,
    ForeachArray,
    ForExecute,
    ForInteger,
    ForQuery,
    GetDiagnostics,
    If,
    Perform,
    PlpgsqlBody,
    Raise,
    Return,
    ReturnNext,
    ReturnQuery,
    RunSql,
    VariableDeclaration,
    While,
)
from analyzer.facts.sql_ddl import CreateTable, CreateTableAs, CreateView
from analyzer.facts.sql_query import (
    Delete,
    FunctionCall,
    FunctionItem,
    Insert,
    Merge,
    Node,
    Select,
    SetOperation,
    TableQuery,
    TableReference,
    Update,
    Values,
)
from analyzer.project import Project
from analyzer.source import Lines, Span

_TRIGGER = DataType(2279)
_QUERIES = (Select, Values, TableQuery, SetOperation, Insert, Update, Delete, Merge)
_SEEN = (*_QUERIES, VariableDeclaration, CursorDeclaration)
_STATEMENTS = (
    Assert,
    Assign,
    CaseStatement,
    Execute,
    Exit,
    ForCursor,
    ForeachArray,
    ForExecute,
    ForInteger,
    ForQuery,
    If,
    GetDiagnostics,
    If,
    Perform,
    Raise,
    Return,
    ReturnNext,
    ReturnQuery,
    RunSql,
    While,
)
_TEXT = DataType(25)
# https://www.postgresql.org/docs/17/plpgsql-trigger.html
_TRIGGER_TEXTS = ("tg_name", "tg_when", "tg_level", "tg_op", "tg_relname", "tg_table_name", "tg_table_schema")

_CATALOGUES = frozenset({"information_schema", "pg_catalog"})
_CATALOGUE_FUNCTIONS = frozenset({"to_regclass", "to_regproc", "to_regtype"})
# https://www.postgresql.org/docs/17/errcodes-appendix.html
_NOT_THERE = frozenset({
    "undefined_table", "undefined_column", "undefined_function", "undefined_object", "invalid_schema_name",
    "42P01", "42703", "42883", "42704", "3F000",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class BodyMistake:
    """A statement of a body that fails whenever it runs."""

    function: Function
    sqlstate: str
    message: str
    subject: str
    span: Span
    reads_functions: bool  # whether its statement reads functions in FROM, whose columns are not always known
    tables: tuple[tuple[str, str], ...]  # of its statement: schemas ("" where none is named) and names
    is_optional: bool  # whether the body looks whether tables and columns are there, or catches that they are not
    is_caught: bool  # whether the body catches whatever fails
    in_expression: bool = False  # of PL/pgSQL: a condition, what is assigned or returned; else in a query


@lru_cache(maxsize=8)
def body_mistakes(project: Project) -> tuple[BodyMistake, ...]:
    """The mistakes in the PL/pgSQL bodies of the project's own functions, in the order of their making."""
    database = project.hosted_database
    return tuple(
        mistake
        for function in list(database.functions())
        if isinstance(function.body, PlpgsqlBody) and function.file >= 0 and database.own(function)
        for mistake in _of_function(database, function, function.body)
    )


def by_function(mistakes: Iterable[BodyMistake]) -> Iterator[tuple[BodyMistake, list[BodyMistake]]]:
    """The first mistake of each function, with its others."""
    found: dict[int, list[BodyMistake]] = {}
    for mistake in mistakes:
        found.setdefault(mistake.function.oid, []).append(mistake)
    for first, *others in found.values():
        yield first, others


def _of_function(database: Database, function: Function, body: PlpgsqlBody) -> Iterator[BodyMistake]:
    state = database.state
    lines = state.texts[function.file]
    if not isinstance(lines, Lines) or _is_unused_trigger(database, function):
        return
    own_tables = makes_tables(body)
    of_any_type = any(parameter.type.oid in POLYMORPHIC for parameter in function.parameters)
    optional, caught = _is_prepared(body), _catches(body, {"others"})
    changed = _changed_rows(database, function)
    mark = state.mark()
    try:
        as_it_runs(database, function)
        for part, scope in _parts(database, function, body):
            is_query = isinstance(part, _QUERIES)
            tables = tuple(_tables(part))
            if (own_tables and _reads(part)) or (of_any_type and not is_query):
                continue
            if changed & {name for _, name in tables}:
                continue
            rejected = _rejected(database, part, scope)
            if rejected is not None and rejected.start >= 0:
                yield BodyMistake(
                    function,
                    rejected.sqlstate,
                    rejected.message,
                    rejected.subject,
                    lines.span(rejected.start, rejected.end),
                    any(isinstance(node, FunctionItem) for node in descendants(part)),
                    tables,
                    optional,
                    caught,
                    not is_query,
                )
    finally:
        state.undo(mark)


def _is_unused_trigger(database: Database, function: Function) -> bool:
    """Whether it is made for triggers, and none runs it any more."""
    return function.returns.oid == _TRIGGER.oid and function.oid not in _served(database)


def _changed_rows(database: Database, function: Function) -> Set[str]:
    """The names under which triggers give the function the rows that a statement has changed."""
    names = database.once(("changed rows",), lambda: tuple(_transitions(database)))
    return {name for oid, name in names if oid == function.oid}


def _transitions(database: Database) -> Iterator[tuple[int, str]]:
    for obj in database.state.objects.values():
        if isinstance(obj, Trigger):
            yield from ((obj.function, each.name) for each in obj.transitions)


def _rejected(database: Database, part: Node, scope: Scope) -> Rejected | None:
    """Why PostgreSQL rejects a query or an expression."""
    analysis = QueryAnalysis(database.state)
    try:
        if isinstance(part, _QUERIES):
            analysis.query(part, scope)
        else:
            analysis.type_of(part, scope)  # type: ignore[arg-type]
    except Rejected as rejected:
        return rejected
    except RecursionError:
        return None
    return None


def _reads(part: Node) -> bool:
    return any(isinstance(node, _QUERIES) for node in descendants(part))


def as_it_runs(database: Database, function: Function) -> None:
    """Sets what a call of the function sets; the caller undoes it."""
    state = database.state
    for name, values in function.settings:
        state.put(state.settings, name, values)
    if not any(name == "search_path" for name, _ in function.settings):
        state.put(state.settings, "search_path", ("public", "extensions"))


def statements(database: Database, function: Function, body: PlpgsqlBody) -> Iterator[tuple[Node, Scope]]:
    """The declarations and statements of a body, each with the variables that it sees."""
    yield from _statements(database, function.name, body.block, _parameters(database, function))


def _parts(database: Database, function: Function, body: PlpgsqlBody) -> Iterator[tuple[Node, Scope]]:
    """The queries and expressions of a body, each with the variables that it sees."""
    for statement, scope in statements(database, function, body):
        for part in _parts_of(statement):
            yield part, scope


def _parts_of(statement: Node) -> Iterator[Node]:
    match statement:
        case RunSql(statement=query) if isinstance(query, _QUERIES):
            yield query
        case Perform(query=query) | CursorDeclaration(query=query) | ForQuery(query=query):
            yield query
        case ReturnQuery(query=query) if query is not None:
            yield query
        case VariableDeclaration(default=value) | Return(value=value) | ReturnNext(value=value) if value is not None:
            yield value
        case Assign(value=value):
            yield value
        case If(branches=branches):
            yield from (branch.condition for branch in branches)
        case While(condition=condition) | Assert(condition=condition):
            yield condition
        case Raise(arguments=arguments):
            yield from arguments
        case _:
            pass


def makes_tables(body: PlpgsqlBody) -> bool:
    """Whether the body makes relations of its own, or runs texts that may."""
    return any(
        isinstance(node, CreateTable | CreateTableAs | CreateView | Execute | ForExecute) for node in descendants(body)
    )


def _is_prepared(body: PlpgsqlBody) -> bool:
    """Whether the body asks the catalogue what there is, or catches that something is not."""
    return any(
        (isinstance(node, TableReference) and (node.name.schema or node.name.name) in _CATALOGUES)
        or (isinstance(node, TableReference) and node.name.name.startswith("pg_"))
        or (isinstance(node, FunctionCall) and node.name.name in _CATALOGUE_FUNCTIONS)
        for node in descendants(body)
    ) or _catches(body, _NOT_THERE)


def _catches(body: PlpgsqlBody, conditions: Collection[str]) -> bool:
    return any(
        isinstance(node, ExceptionHandler) and any(one in conditions for one in node.conditions)
        for node in descendants(body)
    )


def _tables(statement: Node) -> Iterator[tuple[str, str]]:
    for node in descendants(statement):
        if isinstance(node, TableReference):
            yield node.name.schema or "", node.name.name


def _parameters(database: Database, function: Function) -> dict[str, Variable]:
    found = {"found": Variable("found", DataType(16), 0)}
    for position, parameter in enumerate(function.inputs, 1):
        found[f"${position}"] = Variable(f"${position}", parameter.type, 0)
    for parameter in function.parameters:
        if parameter.name:
            found[parameter.name] = Variable(parameter.name, parameter.type, 0)
    if function.returns.oid == _TRIGGER.oid:
        row = _row_of_trigger(database, function)
        found |= {name: Variable(name, row, 0) for name in ("new", "old")}
        found |= {name: Variable(name, _TEXT, 0) for name in _TRIGGER_TEXTS}
        found |= {name: Variable(name, None, 0) for name in ("tg_relid", "tg_nargs", "tg_argv")}
    return found


def _served(database: Database) -> dict[int, set[int]]:
    return database.once(("tables of triggers",), lambda: _tables_of_triggers(database))


def _tables_of_triggers(database: Database) -> dict[int, set[int]]:
    """The tables that each function serves as a trigger."""
    found: dict[int, set[int]] = {}
    for obj in database.state.objects.values():
        if isinstance(obj, Trigger):
            found.setdefault(obj.function, set()).add(obj.table)
    return found


def _row_of_trigger(database: Database, function: Function) -> DataType | None:
    """The row type of NEW and OLD where the function serves one table; None where it serves several."""
    tables = _served(database).get(function.oid, set())
    if len(tables) != 1:
        return None
    table = database.state.objects.get(next(iter(tables)))
    return DataType(table.row_type) if isinstance(table, Relation) and table.row_type else None


def _statements(
    database: Database, function: str, node: Node, outer: dict[str, Variable]
) -> Iterator[tuple[Node, Scope]]:
    variables = dict(outer)
    if isinstance(node, Block):
        for declaration in node.declarations:
            variables[declaration.name.text] = Variable(declaration.name.text, _type_of(database, declaration), 0)
            yield declaration, _scope(function, variables)
        if node.handlers:
            variables |= {name: Variable(name, _TEXT, 0) for name in ("sqlstate", "sqlerrm")}
    elif isinstance(node, _STATEMENTS):
        yield node, _scope(function, variables)
    if isinstance(node, ForInteger | ForCursor):
        type_ = DataType(23) if isinstance(node, ForInteger) else None
        variables[node.variable.text] = Variable(node.variable.text, type_, 0)
    for child in children(node):
        if not isinstance(child, _SEEN):
            yield from _statements(database, function, child, variables)


def _scope(function: str, variables: dict[str, Variable]) -> Scope:
    return Scope(variables=variables, variables_first=True, function_name=function)


def _type_of(database: Database, declaration: Node) -> DataType | None:
    if not isinstance(declaration, VariableDeclaration) or declaration.type.parts == ("record",):
        return None
    try:
        return data_type(database.state, declaration.type)
    except Rejected:
        return None
