"""Finding the function that a statement names, with or without its parameters (parse_func.c, LookupFuncWithArgs)."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.database.builtin import builtin
from analyzer.database.coercion import same
from analyzer.database.datatypes import DataType
from analyzer.database.lookup import function_named
from analyzer.database.model import Function
from analyzer.database.rejected import Rejected
from analyzer.database.state import State
from analyzer.database.types import data_type, schema_exists, shown
from analyzer.facts.sql_ddl import FunctionParameter, ObjectReference

_KINDS = {"function": ("function", "window", "aggregate"), "procedure": ("procedure",), "aggregate": ("aggregate",)}


def routine(state: State, reference: ObjectReference, kind: str, *, missing_ok: bool = False) -> Function | None:
    """The function, procedure or aggregate that a reference means; None for one of PostgreSQL's own.

    Raises:
        Rejected: there is none (42883), or several (42725), or it is of another kind (42809).
    """
    name = reference.name
    assert name is not None
    if name.schema is not None and not schema_exists(state, name.schema):
        if missing_ok:
            return None
        raise Rejected("3F000", f'schema "{name.schema}" does not exist', name, subject=name.schema)
    found = function_named(state, name.schema, name.name)
    wanted = _KINDS.get(kind)
    if reference.parameters is None:
        matching = [each for each in found if wanted is None or each.kind in wanted]
        first = {(each.schema): None for each in matching}
        if len(matching) > 1 and len(first) > 1:
            matching = [each for each in matching if each.schema == matching[0].schema] if name.schema else matching
        if len(matching) > 1:
            raise Rejected("42725", f'{_word(kind)} name "{name}" is not unique', name, subject=str(name))
        if matching:
            return matching[0]
        if builtin().functions(name.name) and name.schema in (None, "pg_catalog"):
            return None
        if missing_ok:
            return None
        if found:
            raise Rejected("42809", f"{name}() is not {_article(kind)}", name)
        if kind == "procedure":
            raise Rejected("42883", f'could not find a procedure named "{name}"', name, subject=str(name))
        raise Rejected("42883", f'could not find a {_word(kind)} named "{name}"', name, subject=str(name))
    try:
        types = [data_type(state, parameter.type).bare for parameter in inputs(reference.parameters)]
        every = [data_type(state, parameter.type).bare for parameter in reference.parameters]
    except Rejected:
        if missing_ok:
            return None
        raise
    for each in found:
        if _equal(each.identity, types) or (each.kind == "procedure" and _equal(_all_parameters(each), every)):
            if wanted is not None and each.kind not in wanted:
                raise Rejected("42809", f"{signature_of(state, str(name), types)} is not {_article(kind)}", name)
            return each
    if name.schema in (None, "pg_catalog"):
        for own in builtin().functions(name.name):
            if _equal(own.arguments, types):
                return None
    if missing_ok:
        return None
    message = f"{_word(kind)} {signature_of(state, str(name), types)} does not exist"
    raise Rejected("42883", message, name, subject=signature_of(state, str(name), types))


def inputs(parameters: Sequence[FunctionParameter]) -> list[FunctionParameter]:
    """The parameters that tell overloads apart."""
    return [parameter for parameter in parameters if parameter.mode in ("", "in", "inout", "variadic")]


def _all_parameters(function: Function) -> tuple[DataType, ...]:
    return tuple(parameter.type.bare for parameter in function.parameters)


def _equal(left: Sequence[DataType], right: Sequence[DataType]) -> bool:
    return len(left) == len(right) and all(same(one, two) for one, two in zip(left, right, strict=True))


def signature_of(state: State, name: str, types: Sequence[DataType]) -> str:
    """`name(integer, text)` as messages write it."""
    return f"{name}({', '.join(shown(state, each) for each in types)})"


def _word(kind: str) -> str:
    return {"routine": "function"}.get(kind, kind)


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
