"""Where the types in a PL/pgSQL body cannot work: operators that there are not, values that do not fit a variable.

A value that PL/pgSQL assigns, returns or tests is converted by an assignment cast, or else written as text and read as
the other type, which some pairs of types never survive.
https://www.postgresql.org/docs/17/plpgsql-expressions.html and `CoercionContext` of PostgreSQL's primnodes.h.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from analyzer.database.coercion import base_type, cast_context, same
from analyzer.database.datatypes import (
    BOOL,
    DATE,
    FLOAT4,
    FLOAT8,
    INT2,
    INT4,
    INT8,
    INTERVAL,
    JSON,
    JSONB,
    NUMERIC,
    POLYMORPHIC,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    UUID,
    DataType,
)
from analyzer.database.lookup import find_class
from analyzer.database.model import Function, Relation
from analyzer.database.query_analysis import QueryAnalysis
from analyzer.database.rejected import Rejected
from analyzer.database.replay import Database
from analyzer.database.scope import Scope
from analyzer.database.types import shown
from analyzer.database.walk import descendants
from analyzer.facts.sql import (
    Assert,
    Assign,
    CaseStatement,
    Exit,
    ForInteger,
    GetDiagnostics,
    If,
    PlpgsqlBody,
    Raise,
    Return,
    RunSql,
    VariableDeclaration,
    While,
)
from analyzer.facts.sql_query import (
    BinaryOperation,
    BooleanExpression,
    ColumnReference,
    Delete,
    Expression,
    Node,
    Select,
    Update,
)
from analyzer.function_bodies import as_it_runs, body_mistakes, makes_tables, statements
from analyzer.project import Project
from analyzer.source import Lines, Span

_INTEGERS = {INT2.oid, INT4.oid, INT8.oid}
_NUMBERS = _INTEGERS | {NUMERIC.oid, FLOAT4.oid, FLOAT8.oid}
_TIMES = {DATE.oid, TIME.oid, TIMESTAMP.oid, TIMESTAMPTZ.oid, INTERVAL.oid}
# What a value of a type is written as, no value of the others can be read from: `t`, `{1,2}`, `2025-01-01 10:00:00`.
_NEVER = (
    ({BOOL.oid}, _NUMBERS | _TIMES | {UUID.oid, JSON.oid, JSONB.oid}),
    (_NUMBERS, {UUID.oid}),
    (_TIMES, _NUMBERS | {BOOL.oid, UUID.oid}),
    ({UUID.oid}, _NUMBERS | {BOOL.oid, JSON.oid, JSONB.oid}),
    ({JSON.oid, JSONB.oid}, {UUID.oid}),
)
_NOT_ARRAYS = _NUMBERS | {BOOL.oid, UUID.oid}  # an interval is read from `{1}`
_SCALARS = _NUMBERS | _TIMES | {BOOL.oid, UUID.oid}
_ROW_COUNT = "row_count"
_Mistake = tuple[Node, str, str]  # where, what, SQLSTATE


@dataclass(frozen=True, slots=True)
class TypeMistake:
    """An expression that fails whenever it is reached; `text` says how."""

    function: Function
    text: str
    sqlstate: str
    span: Span


@lru_cache(maxsize=8)
def type_mistakes(project: Project) -> tuple[TypeMistake, ...]:
    """The mistakes of types in the PL/pgSQL bodies of the project's own functions."""
    database = project.hosted_database
    found = [
        TypeMistake(mistake.function, mistake.message, mistake.sqlstate, mistake.span)
        for mistake in body_mistakes(project)
        if not mistake.in_expression and _is_of_types(mistake.sqlstate, mistake.message)
    ]
    for function in list(database.functions()):
        if isinstance(function.body, PlpgsqlBody) and function.file >= 0 and database.own(function):
            found += _of_function(database, function, function.body)
    return tuple(found)


def _is_of_types(sqlstate: str, message: str) -> bool:
    return sqlstate == "42804" or (sqlstate == "42883" and message.startswith("operator does not exist"))


def _of_function(database: Database, function: Function, body: PlpgsqlBody) -> Iterator[TypeMistake]:
    lines = database.state.texts[function.file]
    if not isinstance(lines, Lines) or any(parameter.type.oid in POLYMORPHIC for parameter in function.parameters):
        return
    own_tables = makes_tables(body)
    mark = database.state.mark()
    try:
        as_it_runs(database, function)
        last: Node | None = None
        for statement, scope in statements(database, function, body):
            if isinstance(statement, RunSql):
                last = statement.statement
            types = _Types(database, function, scope, own_tables, last)
            for node, text, sqlstate in types.mistakes(statement):
                yield TypeMistake(function, text, sqlstate, lines.span(node.start, node.end))
    finally:
        database.state.undo(mark)


@dataclass(frozen=True, slots=True)
class _Types:
    """What is wrong with the types in one statement."""

    database: Database
    function: Function
    scope: Scope
    own_tables: bool  # whether the function makes tables, so that names may mean others than those that there are
    last: Node | None  # the SQL statement before it

    def mistakes(self, statement: Node) -> Iterator[_Mistake]:
        match statement:
            case VariableDeclaration(name=name, default=value) if value is not None:
                yield from self._assigned(value, self.scope.variables[name.text].type, f"`{name.text}`")
            case Assign(target=ColumnReference() as target, value=value):
                yield from self._assigned(value, self._type_of(target), f"`{_written(target)}`")
            case If(branches=branches):
                for branch in branches:
                    yield from self._assigned(branch.condition, BOOL, "the condition")
            case While(condition=condition) | Assert(condition=condition):
                yield from self._assigned(condition, BOOL, "the condition")
            case Exit(condition=condition) if condition is not None:
                yield from self._assigned(condition, BOOL, "the condition")
            case CaseStatement(operand=None, branches=cases):
                for condition in (one for case in cases for one in case.conditions):
                    yield from self._assigned(condition, BOOL, "the condition")
            case Return(value=value) if value is not None:
                yield from self._assigned(value, self._result(), f"what `{self.function.name}` returns")
            case ForInteger(lower=lower, upper=upper):
                yield from self._assigned(lower, INT4, "the lower bound")
                yield from self._assigned(upper, INT4, "the upper bound")
            case Raise(arguments=arguments):
                for argument in arguments:
                    yield from self._assigned(argument, None, "")
            case GetDiagnostics(items=items):
                for item in items:
                    if item.item.lower() == _ROW_COUNT and isinstance(item.target, ColumnReference):
                        yield from self._counted(item.target)
            case RunSql(statement=Select() as query, into=into) if into:
                yield from self._selected(query, into)
            case _:
                pass

    def _assigned(self, value: Expression, target: DataType | None, name: str) -> Iterator[_Mistake]:
        """What is wrong with an expression, or with giving its value to something."""
        if self.own_tables and any(isinstance(node, Select) for node in descendants(value)):
            return
        try:
            found = QueryAnalysis(self.database.state).type_of(value, self.scope)
        except Rejected as rejected:
            if rejected.start >= 0 and _is_of_types(rejected.sqlstate, rejected.message):
                yield Node(rejected.start, rejected.end), rejected.message, rejected.sqlstate
        except RecursionError:
            return
        else:
            yield from self._misfit(value, found, target, name)

    def _counted(self, target: ColumnReference) -> Iterator[_Mistake]:
        """ROW_COUNT is a number; that a boolean takes 0 and 1 does for a statement that meets one row at most."""
        found = self._type_of(target)
        if found is None or not same(found, BOOL):
            yield from self._misfit(target, INT8, found, f"`{_written(target)}`")
        elif not self.own_tables and self.last is not None and _may_meet_many(self.database, self.last):
            text = f"`{_written(target)}` is boolean, and takes no count of rows above 1"
            yield target, text, "22P02"

    def _selected(self, query: Select, into: tuple[Expression, ...]) -> Iterator[_Mistake]:
        """SELECT INTO: what is wrong in the query itself is found with the other queries."""
        if self.own_tables:
            return
        try:
            columns = QueryAnalysis(self.database.state).query(query, self.scope)
        except (Rejected, RecursionError):
            return
        if columns is None or len(columns) != len(into) or len(columns) != len(query.targets):
            return
        for column, target, given in zip(columns, into, query.targets, strict=True):
            if isinstance(target, ColumnReference):
                yield from self._misfit(given, column.type, self._type_of(target), f"`{_written(target)}`")

    def _misfit(self, node: Node, source: DataType | None, target: DataType | None, name: str) -> Iterator[_Mistake]:
        """A value that no value of the other type is written like."""
        if source is None or target is None:
            return
        state = self.database.state
        one, other = base_type(state, source).bare, base_type(state, target).bare
        if cast_context(state, one, other) in ("i", "a"):
            return
        if _never(one, other):
            yield (
                node,
                f"{name} is of type {shown(state, target)}, which no {shown(state, source)} converts to",
                "22P02",
            )

    def _type_of(self, node: ColumnReference) -> DataType | None:
        try:
            return QueryAnalysis(self.database.state).type_of(node, self.scope)
        except (Rejected, RecursionError):
            return None

    def _result(self) -> DataType | None:
        """The type of what RETURN gives; None where RETURN gives nothing, or a row."""
        function = self.function
        return None if function.returns_set or function.outputs or function.kind == "procedure" else function.returns


def _may_meet_many(database: Database, statement: Node) -> bool:
    """Whether nothing keeps an UPDATE or DELETE to one row: no unique key all of whose columns it compares."""
    if not isinstance(statement, Update | Delete):
        return False
    name = statement.table.name
    relation = find_class(database.state, name)
    if not isinstance(relation, Relation):
        return False
    compared = map(relation.column, _compared(statement.where))
    numbers = {column.number for column in compared if column is not None}
    return not any(
        index.unique and index.predicate is None and all(key.column in numbers for key in index.keys)
        for index in database.indexes(relation)
    )


def _compared(where: Expression | None) -> Iterator[str]:
    """The columns that a condition holds to one value each."""
    if isinstance(where, BooleanExpression) and where.operator == "and":
        for argument in where.arguments:
            yield from _compared(argument)
    elif isinstance(where, BinaryOperation) and where.operator == "=":
        for side in (where.left, where.right):
            if isinstance(side, ColumnReference) and side.parts:
                yield side.parts[-1].text


def _never(source: DataType, target: DataType) -> bool:
    if source.array or target.array:
        if source.array and target.array:
            return False
        return target.oid in _NOT_ARRAYS if source.array else source.oid in _SCALARS
    return any(source.oid in given and target.oid in wanted for given, wanted in _NEVER)


def _written(target: ColumnReference) -> str:
    return ".".join(part.text for part in target.parts)
