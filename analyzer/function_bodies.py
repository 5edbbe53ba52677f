"""What PostgreSQL would reject in the bodies of functions when they run, against the final database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from analyzer.database.datatypes import DataType
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
    if not isinstance(lines, Lines) or makes_tables(body):
        return
    mark = state.mark()
    optional, caught = _is_prepared(body), _catches(body, {"others"})
    try:
        as_it_runs(database, function)
        for statement, scope in _queries(database, function, body):
            try:
                QueryAnalysis(state).query(statement, scope)  # type: ignore[arg-type]
            except Rejected as rejected:
                if rejected.start >= 0:
                    span = lines.span(rejected.start, rejected.end)
                    reads = any(isinstance(node, FunctionItem) for node in descendants(statement))
                    tables = tuple(_tables(statement))
                    yield BodyMistake(
                        function,
                        rejected.sqlstate,
                        rejected.message,
                        rejected.subject,
                        span,
                        reads,
                        tables,
                        optional,
                        caught,
                    )
            except RecursionError:
                continue
    finally:
        state.undo(mark)


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


def _queries(database: Database, function: Function, body: PlpgsqlBody) -> Iterator[tuple[Node, Scope]]:
    """The SQL statements of a body, each with the variables that it sees."""
    for statement, scope in statements(database, function, body):
        match statement:
            case RunSql(statement=query) if isinstance(query, _QUERIES):
                yield query, scope
            case Perform(query=query) | CursorDeclaration(query=query) | ForQuery(query=query):
                yield query, scope
            case ReturnQuery(query=query) if query is not None:
                yield query, scope
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


def _tables_of_triggers(database: Database) -> dict[int, set[int]]:
    """The tables that each function serves as a trigger."""
    found: dict[int, set[int]] = {}
    for obj in database.state.objects.values():
        if isinstance(obj, Trigger):
            found.setdefault(obj.function, set()).add(obj.table)
    return found


def _row_of_trigger(database: Database, function: Function) -> DataType | None:
    """The row type of NEW and OLD where the function serves one table; None where it serves several."""
    tables = database.once(("tables of triggers",), lambda: _tables_of_triggers(database)).get(function.oid, set())
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
