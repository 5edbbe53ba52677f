"""What `pg_get_...def` functions show of an object."""

from __future__ import annotations

from analyzer.database.deparse import deparse
from analyzer.database.model import Constraint, Function, Index, Relation, Role
from analyzer.database.names import quoted
from analyzer.database.state import State
from analyzer.database.types import formatted
from analyzer.database.values import Unknown, Value

_NOT = Unknown("the definition is not modelled")


def definition(state: State, function: str, oid: int) -> Value:
    """The text that one of these functions gives."""
    obj = state.objects.get(oid)
    match function, obj:
        case "pg_get_userbyid", Role(name=name):
            return name
        case "pg_get_constraintdef", Constraint():
            return constraint_definition(state, obj)
        case "pg_get_function_identity_arguments", Function():
            return ", ".join(
                _parameter(state, each.name, each.mode, formatted(state, each.type)) for each in obj.inputs
            )
        case "pg_get_functiondef", Function():
            return function_definition(state, obj)
        case "pg_get_function_arguments", Function():
            return _arguments(state, obj)
        case "pg_get_function_result", Function():
            return _result(state, obj)
        case "pg_get_indexdef", Index():
            return index_definition(state, obj)
        case "pg_get_viewdef", Relation():
            return deparse(state, obj.query)
        case "obj_description", _:
            return state.comments.get((oid, 0))
        case _, None:
            return None
        case _:
            return _NOT


def _parameter(state: State, name: str, mode: str, type_: str) -> str:
    del state
    words = [] if mode == "in" else [mode.upper()]
    return " ".join([*words, *([quoted(name)] if name else []), type_])


def _arguments(state: State, function: Function) -> str:
    """The parameters with their defaults (pg_get_function_arguments)."""
    found = []
    for each in function.parameters:
        if each.mode == "table":
            continue
        text = _parameter(state, each.name, each.mode, formatted(state, each.type))
        found.append(f"{text} DEFAULT {deparse(state, each.default)}" if each.default is not None else text)
    return ", ".join(found)


def function_definition(state: State, function: Function) -> Value:
    """`CREATE OR REPLACE FUNCTION ...` (pg_get_functiondef)."""
    if function.kind == "aggregate" or function.definition is None:
        return _NOT
    word = "PROCEDURE" if function.kind == "procedure" else "FUNCTION"
    lines = [
        f"CREATE OR REPLACE {word} {quoted(function.schema)}.{quoted(function.name)}({_arguments(state, function)})"
    ]
    if word == "FUNCTION":
        lines.append(f" RETURNS {_result(state, function)}")
    lines.append(f" LANGUAGE {function.language}")
    words = [function.volatility.upper()] if function.volatility != "volatile" else []
    if function.parallel != "unsafe":
        words.append(f"PARALLEL {function.parallel.upper()}")
    words += ["STRICT"] if function.strict else []
    words += ["SECURITY DEFINER"] if function.security_definer else []
    if words:
        lines.append(" " + " ".join(words))
    for name, values in function.settings:
        shown = ", ".join(f"'{value}'" for value in values) if values else "''"
        lines.append(f" SET {name} TO {shown}")
    body = function.definition.value
    mark = "$procedure$" if word == "PROCEDURE" else "$function$"
    lines.append(f"AS {mark}{body}{mark}")
    return "\n".join(lines) + "\n"


def _result(state: State, function: Function) -> Value:
    tables = [each for each in function.parameters if each.mode == "table"]
    if tables:
        return "TABLE(" + ", ".join(f"{quoted(each.name)} {formatted(state, each.type)}" for each in tables) + ")"
    if function.kind == "procedure":
        return None
    return ("SETOF " if function.returns_set else "") + formatted(state, function.returns)


def constraint_definition(state: State, constraint: Constraint) -> str:
    """`CHECK (...)`, `FOREIGN KEY (...) REFERENCES ...` and their like (pg_get_constraintdef)."""
    if constraint.kind == "check":
        tail = " NO INHERIT" if constraint.no_inherit else ""
        return f"CHECK ({deparse(state, constraint.expression)}){tail}{'' if constraint.validated else ' NOT VALID'}"
    table = state.relation(constraint.table)
    columns = ", ".join(quoted(table.numbered(number).name) for number in constraint.columns)
    deferrable = (" DEFERRABLE" if constraint.deferrable else "") + (
        " INITIALLY DEFERRED" if constraint.deferred else ""
    )
    if constraint.kind == "foreign key":
        target = state.relation(constraint.referenced)
        referenced = ", ".join(quoted(target.numbered(number).name) for number in constraint.referenced_columns)
        name = (
            quoted(target.name)
            if target.schema in state.search_path
            else f"{quoted(target.schema)}.{quoted(target.name)}"
        )
        actions = ""
        if constraint.on_update != "NO ACTION":
            actions += f" ON UPDATE {constraint.on_update}"
        if constraint.on_delete != "NO ACTION":
            actions += f" ON DELETE {constraint.on_delete}"
        valid = "" if constraint.validated else " NOT VALID"
        return f"FOREIGN KEY ({columns}) REFERENCES {name}({referenced}){actions}{deferrable}{valid}"
    if constraint.kind in ("primary key", "unique"):
        index = state.objects.get(constraint.index)
        nulls = " NULLS NOT DISTINCT" if isinstance(index, Index) and index.nulls_not_distinct else ""
        return f"{constraint.kind.upper()}{nulls} ({columns}){deferrable}"
    return constraint.kind.upper()


def index_keys(state: State, index: Index) -> list[str]:
    """The columns and expressions of an index."""
    table = state.relation(index.table)
    found = [
        quoted(table.numbered(key.column).name) if key.column else (deparse(state, key.expression) or "")
        for key in index.keys
    ]
    return found + [quoted(table.numbered(number).name) for number in index.include]


def index_definition(state: State, index: Index) -> str:
    """`CREATE INDEX ...` (pg_get_indexdef)."""
    table = state.relation(index.table)
    keys = []
    for key, text in zip(index.keys, index_keys(state, index), strict=False):
        words = [text if key.column else (text if text.startswith("(") or text.endswith(")") else f"({text})")]
        if key.operator_class:
            words.append(key.operator_class)
        if key.descending:
            words.append("DESC")
            if not key.nulls_first:
                words.append("NULLS LAST")
        elif key.nulls_first:
            words.append("NULLS FIRST")
        keys.append(" ".join(words))
    unique = "UNIQUE " if index.unique else ""
    include = ", ".join(quoted(table.numbered(number).name) for number in index.include)
    text = (
        f"CREATE {unique}INDEX {quoted(index.name)} ON {quoted(table.schema)}.{quoted(table.name)} "
        f"USING {index.method} ({', '.join(keys)})"
    )
    if include:
        text += f" INCLUDE ({include})"
    if index.nulls_not_distinct:
        text += " NULLS NOT DISTINCT"
    if index.predicate is not None:
        text += f" WHERE {deparse(state, index.predicate)}"
    return text
