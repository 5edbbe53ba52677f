"""What PL/pgSQL's compiler checks of a body: declarations, assignments and RETURN, but not the SQL in it (pl_gram.y)."""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.database.datatypes import TRIGGER, VOID
from analyzer.database.model import Function
from analyzer.database.rejected import Rejected
from analyzer.database.state import State
from analyzer.database.types import data_type
from analyzer.facts.sql import (
    AliasDeclaration,
    Assign,
    Block,
    CursorDeclaration,
    Execute,
    Fetch,
    ForCursor,
    ForeachArray,
    ForExecute,
    ForInteger,
    ForQuery,
    GetDiagnostics,
    PlpgsqlBody,
    PlpgsqlStatement,
    Return,
    ReturnNext,
    ReturnQuery,
    RunSql,
    VariableDeclaration,
)
from analyzer.facts.sql_query import ColumnReference, Expression, FieldSelection, Node, Parameter, Subscript

# https://www.postgresql.org/docs/17/plpgsql-trigger.html
TRIGGER_VARIABLES = (
    "new", "old", "tg_name", "tg_when", "tg_level", "tg_op", "tg_relid", "tg_relname", "tg_table_name",
    "tg_table_schema", "tg_nargs", "tg_argv", "tg_event", "tg_tag",
)  # fmt: skip


#: What a DO block is compiled as (plpgsql_compile_inline).
_INLINE_BLOCK = Function(oid=0, name="inline_code_block", schema="", kind="function", parameters=(), returns=VOID)


def check_inline_block(state: State, body: PlpgsqlBody) -> None:
    """Raises where PL/pgSQL would not compile a DO block: it does so before it runs any of it, whatever the settings.

    Raises:
        Rejected: as for `check_plpgsql`.
    """
    check_plpgsql(state, _INLINE_BLOCK, body)


def check_plpgsql(state: State, function: Function, body: PlpgsqlBody) -> None:
    """Raises where PL/pgSQL would not compile the body.

    Raises:
        Rejected: with 42601, 42704, 42P01, 42703, 42804 or 42P13.
    """
    given: set[str] = set()
    for parameter in function.parameters:
        if parameter.name and parameter.name in given:
            raise Rejected(
                "42P13", f'parameter name "{parameter.name}" used more than once', body, subject=parameter.name
            )
        given.add(parameter.name)
    names = {"found", *(parameter.name for parameter in function.parameters if parameter.name), function.name}
    names |= {f"${number}" for number in range(1, len(function.parameters) + 1)}
    if function.returns.oid == TRIGGER.oid or function.returns.oid == 3838:
        names |= set(TRIGGER_VARIABLES)
        if function.inputs:
            raise Rejected("42P13", "trigger functions cannot have declared arguments", body)
    names |= {column for parameter in function.outputs if (column := parameter.name)}
    _block(state, function, body.block, names)


def _block(
    state: State, function: Function, block: Block, outer: set[str], above: frozenset[str] = frozenset()
) -> None:
    names = set(outer)
    records = set(above)
    if block.label:
        names.add(block.label)
    own: set[str] = set()
    for declaration in block.declarations:
        name = declaration.name.text
        if name in own:
            raise Rejected("42601", f'duplicate declaration at or near "{name}"', declaration.name, subject=name)
        own.add(name)
        records.discard(name)
        if isinstance(declaration, VariableDeclaration) and declaration.type.parts == ("record",):
            records.add(name)
        match declaration:
            case VariableDeclaration():
                parts = declaration.type.parts
                if declaration.type.percent_type and parts[0] in names:
                    pass  # a copy of another variable's type
                elif parts[-1] != "record" and not (len(parts) == 1 and parts[0] == "refcursor"):
                    data_type(state, declaration.type)
            case CursorDeclaration():
                for parameter in declaration.parameters:
                    data_type(state, parameter.type)
            case AliasDeclaration():
                if declaration.target not in names and declaration.target not in own:
                    message = f'variable "{declaration.target}" does not exist'
                    raise Rejected("42704", message, declaration, subject=declaration.target)
        names.add(name)
    for statement in block.statements:
        _statement(state, function, statement, names, records)
    if block.handlers:
        inner = names | {"sqlstate", "sqlerrm"}
        for handler in block.handlers:
            for statement in handler.statements:
                _statement(state, function, statement, inner, records)


def _statement(state: State, function: Function, node: PlpgsqlStatement, names: set[str], records: set[str]) -> None:
    inner = names
    match node:
        case Block():
            _block(state, function, node, names, frozenset(records))
            return
        case Assign():
            _known(node.target, names)
        case RunSql(into=targets) | Execute(into=targets) | Fetch(into=targets):
            for target in targets:
                _known(target, names)
            if len(targets) > 1:
                _require_scalars(targets, records)
        case GetDiagnostics():
            for item in node.items:
                _known(item.target, names)
        case ForInteger() | ForCursor():
            inner = names | {node.variable.text}
        case ForQuery() | ForExecute() | ForeachArray():
            for target in node.targets:
                _known(target, names, loop=True)
        case Return():
            _return(function, node)
        case ReturnNext() | ReturnQuery():
            if not function.returns_set:
                word = "RETURN NEXT" if isinstance(node, ReturnNext) else "RETURN QUERY"
                raise Rejected("42804", f"cannot use {word} in a non-SETOF function", node)
        case _:
            pass
    for each in _inside(node):
        _statement(state, function, each, inner, records)


def _inside(node: object) -> Iterator[PlpgsqlStatement]:
    """The statements directly inside one."""
    for name in ("statements", "otherwise"):
        listed: Sequence[PlpgsqlStatement] | None = getattr(node, name, None)
        if listed:
            yield from listed
    for branch in getattr(node, "branches", ()):
        yield from branch.statements


def _known(target: Expression, names: set[str], *, loop: bool = False) -> None:
    node: Node = target
    while isinstance(node, Subscript | FieldSelection):
        node = node.operand
    if isinstance(node, Parameter):
        return
    if isinstance(node, ColumnReference) and node.parts and node.parts[0].text not in names:
        shown = ".".join(part.text for part in node.parts)
        if loop:
            message = "loop variable of loop over rows must be a record variable or list of scalar variables"
        else:
            message = f'"{shown}" is not a known variable'
        raise Rejected("42601", message, node, subject=shown)


def _require_scalars(targets: Sequence[Expression], records: set[str]) -> None:
    for target in targets:
        if isinstance(target, ColumnReference) and len(target.parts) == 1 and target.parts[0].text in records:
            raise Rejected("42601", "record variable cannot be part of multiple-item INTO list", target)


def _return(function: Function, node: Return) -> None:
    value = node.value
    if value is None:
        needs = function.returns.oid != VOID.oid and not function.returns_set and not function.outputs
        if needs and function.kind != "procedure":
            raise Rejected("42601", 'missing expression at or near ";"', node)
        return
    if function.kind == "procedure":
        raise Rejected("42804", "RETURN cannot have a parameter in a procedure", value)
    if function.returns_set:
        raise Rejected("42804", "RETURN cannot have a parameter in function returning set", value)
    if function.returns.oid == VOID.oid:
        raise Rejected("42804", "RETURN cannot have a parameter in function returning void", value)
    if function.outputs:
        raise Rejected("42804", "RETURN cannot have a parameter in function with OUT parameters", value)
