"""Functions and procedures (functioncmds.c, pg_proc.c)."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.database import privileges
from analyzer.database.bodies import check_body
from analyzer.database.builtin import FIRST_OWN_OID
from analyzer.database.coercion import same
from analyzer.database.datatypes import ANY, POLYMORPHIC, RECORD, UNKNOWN, VOID, DataType
from analyzer.database.dependencies import depend_on_needs
from analyzer.database.expressions import value
from analyzer.database.lookup import creation_schema
from analyzer.database.model import Function, Parameter
from analyzer.database.rejected import Rejected
from analyzer.database.routine_lookup import routine, signature_of
from analyzer.database.state import State, renamed
from analyzer.database.types import data_type, shown
from analyzer.facts.sql import CreateFunction, ReturnBody, SqlBody
from analyzer.facts.sql_ddl import AlterFunction, FunctionParameter, SetParameter
from analyzer.facts.sql_query import Node, TypeName

_LANGUAGES = frozenset({"sql", "plpgsql", "c", "internal"})


def create_function(state: State, node: CreateFunction) -> None:
    """CREATE FUNCTION or PROCEDURE; OR REPLACE keeps owner and rights, and resets everything else."""
    schema = creation_schema(state, node.name)
    standard = isinstance(node.body, ReturnBody) or (isinstance(node.body, SqlBody) and node.body.atomic)
    if node.language is None and not standard:
        raise Rejected("42P13", "no language specified", node)
    language = (node.language or "sql").lower()
    if node.definition is None and node.body is None and node.link_symbol is None:
        raise Rejected("42P13", "no function body specified", node)
    _require_language(state, language, node)
    parameters = _parameters(state, node.parameters, node)
    returns, returns_set = _result(state, node, parameters)
    if returns.oid in POLYMORPHIC and not any(
        each.type.oid in POLYMORPHIC for each in parameters if each.mode != "table"
    ):
        raise Rejected("42P13", "cannot determine result data type", node)
    settings = _settings((), node.settings, state)
    existing = _same_signature(state, schema, node.name.name, parameters)
    owner = existing.owner if existing is not None else state.role
    function = Function(
        oid=existing.oid if existing is not None else state.new_oid(),
        name=node.name.name,
        schema=schema,
        kind="window" if node.window else node.kind,
        parameters=parameters,
        returns=returns,
        returns_set=returns_set,
        language=language,
        volatility=node.volatility or "volatile",
        security_definer=bool(node.security_definer),
        strict=bool(node.strict),
        leakproof=bool(node.leakproof),
        parallel=node.parallel or "unsafe",
        settings=settings,
        owner=owner,
        acl=existing.acl if existing is not None else privileges.initial_acl(state, "function", owner, schema),
        definition=node.definition,
        body=node.body,
        file=state.place.file,
    )
    if existing is not None:
        _require_replaceable(state, existing, function, node)
    needs = check_body(state, function, node)
    if existing is not None:
        state.change(function, "replace")
        state.forget_dependencies(function.oid, kinds=("normal",))
    else:
        state.add(function)
    _depend(state, function, needs)


def _require_language(state: State, language: str, node: Node) -> None:
    if language not in _LANGUAGES and not state.find("language", language):
        raise Rejected("42704", f'language "{language}" does not exist', node, subject=language)


def _parameters(state: State, given: Sequence[FunctionParameter], node: CreateFunction) -> tuple[Parameter, ...]:
    found: list[Parameter] = []
    had_default = False
    for parameter in given:
        mode = parameter.mode or "in"
        if parameter.type.setof:
            raise Rejected("42P13", "functions cannot accept set arguments", parameter)
        type_ = _parameter_type(state, parameter.type)
        name = parameter.name.text if parameter.name is not None else ""
        if name:
            clash = [each for each in found if each.name == name and not _separate(each.mode, mode)]
            if clash:
                raise Rejected("42P13", f'parameter name "{name}" used more than once', parameter, subject=name)
        stored = None
        if parameter.default is not None:
            analysis, source = value(state, parameter.default)
            if (
                source is not None
                and not analysis.coerce(parameter.default, source, type_, "assignment")
                and type_.oid not in POLYMORPHIC
            ):
                one, two = shown(state, type_), shown(state, source)
                message = f"argument of DEFAULT must be type {one}, not type {two}"
                raise Rejected("42804", message, parameter.default)
            stored = analysis.stored(parameter.default)
            had_default = True
        elif had_default and mode in ("in", "inout", "variadic"):
            raise Rejected(
                "42P13", "input parameters after one with a default value must also have defaults", parameter
            )
        if mode == "variadic" and not type_.array and type_.oid not in (ANY.oid, 2277, 5078):
            raise Rejected("42P13", "VARIADIC parameter must be an array", parameter)
        found.append(Parameter(mode, name, type_, stored))
    del node
    return tuple(found)


def _separate(one: str, two: str) -> bool:
    """Whether parameters of two modes may share a name: an input and an output."""
    inputs, outputs = ("in", "variadic"), ("out", "table")
    return (one in inputs and two in outputs) or (
        one in outputs and two in inputs and two != "table" and one != "table"
    )


def _parameter_type(state: State, name: TypeName) -> DataType:
    type_ = data_type(state, name).bare
    if type_ == UNKNOWN:
        raise Rejected("42P13", "SQL function cannot accept shell type unknown", name)
    return type_


def _result(state: State, node: CreateFunction, parameters: Sequence[Parameter]) -> tuple[DataType, bool]:
    outputs = [parameter for parameter in parameters if parameter.mode in ("out", "inout", "table")]
    if node.kind == "procedure":
        return (RECORD if outputs else VOID), False
    if node.returns_table:
        return (outputs[0].type if len(outputs) == 1 else RECORD), True
    if node.returns is not None:
        type_ = data_type(state, node.returns).bare
        if outputs:
            expected = outputs[0].type if len(outputs) == 1 else RECORD
            if not same(type_, expected):
                message = f"function result type must be {shown(state, expected)} because of OUT parameters"
                raise Rejected("42P13", message, node.returns)
        return type_, node.returns.setof
    if outputs:
        return (outputs[0].type if len(outputs) == 1 else RECORD), False
    raise Rejected("42P13", "function result type must be specified", node)


def _same_signature(state: State, schema: str, name: str, parameters: Sequence[Parameter]) -> Function | None:
    wanted = [each.type for each in parameters if each.mode in ("in", "inout", "variadic")]
    for oid in state.functions.get((schema, name), ()):
        function = state.get(oid, Function)
        have = function.identity
        if len(have) == len(wanted) and all(same(one, two) for one, two in zip(have, wanted, strict=True)):
            return function
    return None


def _require_replaceable(state: State, old: Function, new: Function, node: CreateFunction) -> None:
    """What OR REPLACE may not change (ProcedureCreate)."""
    title = f"{new.name}"
    if not node.replace:
        message = f'function "{new.name}" already exists with same argument types'
        raise Rejected("42723", message, node.name, subject=new.name)
    if old.kind != new.kind:
        raise Rejected("42809", "cannot change routine kind", node.name, subject=title)
    if not same(old.returns, new.returns) or old.returns_set != new.returns_set:
        word = "procedure" if new.kind == "procedure" else "function"
        message = (
            "cannot change whether a procedure has output parameters"
            if word == "procedure"
            else "cannot change return type of existing function"
        )
        raise Rejected("42P13", message, node.returns or node.name, subject=signature_of(state, new.name, new.identity))
    if new.returns.oid == RECORD.oid:
        before = [(each.name, each.type) for each in old.outputs]
        after = [(each.name, each.type) for each in new.outputs]
        if before != after and (before or after):
            message = "cannot change return type of existing function"
            raise Rejected("42P13", message, node.name, subject=signature_of(state, new.name, new.identity))
    for one, two in zip(old.inputs, new.inputs, strict=True):
        if one.name and one.name != two.name:
            message = f'cannot change name of input parameter "{one.name}"'
            raise Rejected("42P13", message, node.name, subject=one.name)
    before_defaults = [each for each in old.inputs if each.default is not None]
    after_defaults = [each for each in new.inputs if each.default is not None]
    if len(after_defaults) < len(before_defaults):
        raise Rejected("42P13", "cannot remove parameter defaults from existing function", node.name, subject=new.name)
    for one, two in zip(reversed(old.inputs), reversed(new.inputs), strict=True):
        if one.default is not None and not same(one.type, two.type):
            raise Rejected("42P13", "cannot change data type of existing parameter default value", node.name)


def _settings(
    old: tuple[tuple[str, tuple[str, ...]], ...], given: Sequence[SetParameter], state: State
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = dict(old)
    for each in given:
        name = each.name.lower()
        if each.reset and name == "all":
            found.clear()
        elif each.from_current:
            found[name] = state.settings.get(name, ())
        elif each.values is None:
            found.pop(name, None)
        else:
            found[name] = each.values
    return tuple(found.items())


def _depend(state: State, function: Function, needs: dict[tuple[int, int], None]) -> None:
    state_types = [function.returns, *(parameter.type for parameter in function.parameters)]
    for type_ in state_types:
        if type_.oid >= FIRST_OWN_OID:
            state.depend(function.oid, type_.oid, "normal")
    for parameter in function.parameters:
        if parameter.default is not None:
            for oid in parameter.default.bindings.functions.values():
                state.depend(function.oid, oid, "normal")
    depend_on_needs(state, function.oid, needs)


def alter_function(state: State, node: AlterFunction) -> None:
    """ALTER FUNCTION with new properties."""
    function = routine(state, node.object, node.object.kind)
    if function is None:
        return
    changed = renamed(
        function,
        volatility=node.volatility or function.volatility,
        security_definer=function.security_definer if node.security_definer is None else node.security_definer,
        strict=function.strict if node.strict is None else node.strict,
        leakproof=function.leakproof if node.leakproof is None else node.leakproof,
        parallel=node.parallel or function.parallel,
        settings=_settings(function.settings, node.settings, state),
    )
    state.change(changed, "alter")
