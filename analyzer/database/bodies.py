"""What CREATE FUNCTION checks of a body: all of SQL, and the frame of PL/pgSQL.

https://www.postgresql.org/docs/17/runtime-config-client.html#GUC-CHECK-FUNCTION-BODIES
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.database.builtin import FIRST_OWN_OID
from analyzer.database.coercion import can_coerce
from analyzer.database.datatypes import POLYMORPHIC, RECORD, TRIGGER, UNKNOWN, VOID, DataType
from analyzer.database.model import Function
from analyzer.database.plpgsql_check import check_plpgsql
from analyzer.database.query_analysis import QueryAnalysis
from analyzer.database.rejected import Rejected
from analyzer.database.scope import Scope, ScopeColumn, Variable
from analyzer.database.state import State
from analyzer.database.types import kind_of, own_type, shown
from analyzer.facts.sql import CreateFunction, PlpgsqlBody, ReturnBody, SqlBody, Statement
from analyzer.facts.sql_query import Delete, Insert, Merge, Node, Select, SetOperation, TableQuery, Update, Values

_QUERIES = (Select, Values, TableQuery, SetOperation)
_CHANGES = (Insert, Update, Delete, Merge)


def checks_bodies(state: State) -> bool:
    """The setting `check_function_bodies`."""
    value = state.setting("check_function_bodies")
    return not value or value[0].lower() not in ("off", "false", "no", "0", "of", "f", "n")


def check_body(state: State, function: Function, node: CreateFunction) -> dict[tuple[int, int], None]:
    """What a body in standard SQL depends on; other bodies leave no dependencies.

    Raises:
        Rejected: PostgreSQL would reject the body.
    """
    body = function.body
    atomic = isinstance(body, ReturnBody) or (isinstance(body, SqlBody) and body.atomic)
    if not atomic and not checks_bodies(state):
        return {}
    mark = state.mark()
    try:
        _apply_settings(state, function)
        match body:
            case SqlBody():
                needs = _check_sql(state, function, body.statements, node)
                return needs if body.atomic else {}
            case ReturnBody():
                analysis = QueryAnalysis(state)
                found = analysis.type_of(body.expression, _scope(function))
                _require_value(state, function, found, body.expression)
                return analysis.needs
            case PlpgsqlBody():
                check_plpgsql(state, function, body)
                return {}
            case _:
                return {}
    finally:
        state.undo(mark)


def _apply_settings(state: State, function: Function) -> None:
    """A body is checked under the function's own settings."""
    for name, values in function.settings:
        state.put(state.settings, name, values)


def _scope(function: Function) -> Scope:
    variables: dict[str, Variable] = {}
    for number, parameter in enumerate(function.inputs, 1):
        type_: DataType | None = parameter.type
        if type_ is not None and type_.oid in POLYMORPHIC:
            type_ = None
        variables[parameter.name or f"${number}"] = Variable(parameter.name, type_, number)
    return Scope(variables=variables, function_name=function.name)


def _check_sql(
    state: State, function: Function, statements: Sequence[Statement], node: CreateFunction
) -> dict[tuple[int, int], None]:
    if function.returns.oid == TRIGGER.oid:
        raise Rejected("42P13", "SQL functions cannot return type trigger", node)
    needs: dict[tuple[int, int], None] = {}
    last: Statement | None = None
    columns: Sequence[ScopeColumn] | None = None
    for statement in statements:
        last = statement
        columns = None
        if isinstance(statement, _QUERIES + _CHANGES):
            analysis = QueryAnalysis(state)
            columns = analysis.query(statement, _scope(function))
            needs.update(analysis.needs)
    if function.kind == "procedure" and not function.outputs:
        return needs
    if function.returns.oid == VOID.oid:
        return needs
    if last is None or not isinstance(last, _QUERIES + _CHANGES):
        if isinstance(node.body, SqlBody):
            _mismatch(
                state,
                function,
                node.definition or node,
                "Function's final statement must be SELECT or INSERT/UPDATE/DELETE RETURNING.",
            )
        return needs
    if isinstance(last, _CHANGES) and not last.returning:
        _mismatch(state, function, last, "Function's final statement must be SELECT or INSERT/UPDATE/DELETE RETURNING.")
    if columns is not None:
        _require_row(state, function, columns, last)
    return needs


def _mismatch(state: State, function: Function, node: Node, detail: str) -> None:
    message = f"return type mismatch in function declared to return {shown(state, function.returns)}"
    raise Rejected("42P13", message, node, subject=detail)


def _require_value(state: State, function: Function, found: DataType | None, node: Node) -> None:
    if found is None or found.oid == UNKNOWN.oid or function.returns.oid in POLYMORPHIC:
        return
    if not can_coerce(state, found, function.returns, "assignment"):
        _mismatch(state, function, node, f"Actual return type is {shown(state, found)}.")


def _require_row(state: State, function: Function, columns: Sequence[ScopeColumn], node: Node) -> None:
    """Whether the last statement gives what the function returns (check_sql_fn_retval)."""
    returns = function.returns
    if returns.oid in POLYMORPHIC:
        return
    outputs = function.outputs
    wanted: list[DataType] | None = None
    if len(outputs) > 1 or (outputs and returns.oid == RECORD.oid):
        wanted = [parameter.type for parameter in outputs]
    elif returns.oid >= FIRST_OWN_OID and not returns.array and kind_of(state, returns.oid) == "composite":
        if len(columns) == 1 and columns[0].type is not None and columns[0].type.bare == returns:
            return
        own = own_type(state, returns)
        if own is not None and own.relation:
            wanted = [column.type for column in state.relation(own.relation).columns]
    if returns.oid == RECORD.oid and wanted is None:
        return
    if wanted is None:
        if len(columns) != 1:
            _mismatch(state, function, node, "Final statement must return exactly one column.")
        _require_value(state, function, columns[0].type, node)
        return
    if len(columns) == 1 and columns[0].type is not None and columns[0].type.oid in (RECORD.oid, returns.oid):
        return
    if len(columns) < len(wanted):
        _mismatch(state, function, node, "Final statement returns too few columns.")
    if len(columns) > len(wanted):
        _mismatch(state, function, node, "Final statement returns too many columns.")
    for position, (column, type_) in enumerate(zip(columns, wanted, strict=True), 1):
        if column.type is None or column.type.oid == UNKNOWN.oid or type_.oid in POLYMORPHIC:
            continue
        if not can_coerce(state, column.type, type_, "assignment"):
            one, two = shown(state, column.type), shown(state, type_)
            detail = f"Final statement returns {one} instead of {two} at column {position}."
            _mismatch(state, function, node, detail)
