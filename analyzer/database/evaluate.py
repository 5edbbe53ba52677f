"""The value of an expression for known rows and variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analyzer.database import calls
from analyzer.database.datatypes import DataType
from analyzer.database.descriptions import signature_text
from analyzer.database.lookup import class_from_text, function_named
from analyzer.database.model import AnyObject, Function, Relation, Type
from analyzer.database.names import qualified
from analyzer.database.privileges import acl_default, acl_items, allows
from analyzer.database.rejected import Rejected, Unfollowed
from analyzer.database.routine_lookup import routine
from analyzer.database.sequences import advance, owned
from analyzer.database.state import State
from analyzer.database.types import data_type, formatted
from analyzer.database.values import TIME, Json, NodeTree, OidVector, Record, Unknown, Value, convert, text_of
from analyzer.facts.sql_ddl import Drop
from analyzer.facts.sql_query import (
    ArrayExpression,
    AtTimeZone,
    Between,
    BinaryOperation,
    BooleanExpression,
    Case,
    Cast,
    Coalesce,
    Collate,
    ColumnReference,
    Constant,
    Expression,
    FieldSelection,
    FunctionCall,
    In,
    IsDistinct,
    IsNull,
    IsTest,
    Like,
    MinMax,
    NamedArgument,
    Node,
    Not,
    NullIf,
    Parameter,
    Quantified,
    Query,
    Row,
    Subscript,
    SubSelect,
    UnaryOperation,
    ValueFunction,
)
from analyzer.source import Source
from analyzer.sql.parse import parse

Caller = Callable[[FunctionCall, list[Value], "Frame"], Value]


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of a query."""

    names: tuple[str, ...]
    rows: list[tuple[Value, ...]]


@dataclass(slots=True)
class Frame:
    """What the names of an expression stand for: the current row of each item of FROM, and variables."""

    state: State
    sources: list[tuple[str, Mapping[str, Value]]] = field(default_factory=list)
    parent: Frame | None = None
    variables: Mapping[str, Value] = field(default_factory=dict)
    common: dict[str, Result] = field(default_factory=dict)
    group: list[Frame] | None = None
    caller: Caller | None = None
    windows: dict[int, Value] = field(default_factory=dict)  # a window function's call, by identity -> its value

    def find(self, name: str) -> tuple[bool, Value]:
        """The value of an unqualified name."""
        frame: Frame | None = self
        while frame is not None:
            for _, row in frame.sources:
                if name in row:
                    return True, row[name]
            if name in frame.variables:
                return True, frame.variables[name]
            frame = frame.parent
        return False, None

    def source(self, alias: str) -> Mapping[str, Value] | None:
        frame: Frame | None = self
        while frame is not None:
            for name, row in frame.sources:
                if name == alias:
                    return row
            frame = frame.parent
        return None

    def result(self, name: str) -> Result | None:
        """The common table of this name."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.common:
                return frame.common[name]
            frame = frame.parent
        return None

    @property
    def calls_own(self) -> Caller | None:
        frame: Frame | None = self
        while frame is not None:
            if frame.caller is not None:
                return frame.caller
            frame = frame.parent
        return None


class ScalarRow(dict[str, Value]):
    """The row of a function in FROM that gives a single value: its alias alone means that value."""


def evaluate(node: Expression, frame: Frame) -> Value:
    """The value; an `Unknown` where it cannot be known.

    Raises:
        Rejected: PostgreSQL would stop with an error.
    """
    return _METHODS.get(type(node), _not_modelled)(node, frame)


def truth(value: Value) -> Value:
    """A condition's value: True, False, None, or an `Unknown`."""
    if isinstance(value, str):
        from analyzer.database.literals import boolean

        return boolean(value)
    return value


def _not_modelled(node: Expression, frame: Frame) -> Value:
    return Unknown("the expression is not modelled")


def _constant(node: Constant, frame: Frame) -> Value:
    from decimal import Decimal

    if node.kind == "numeric":
        return (
            Decimal(str(node.value).replace("_", ""))
            if not str(node.value).lower().startswith("0x")
            else int(str(node.value), 16)
        )
    return node.value


def _column(node: ColumnReference, frame: Frame) -> Value:
    parts = node.parts
    if node.star:
        return Unknown("the expression is not modelled")
    if len(parts) == 1:
        found, value = frame.find(parts[0].text)
        if found:
            return value
        row = frame.source(parts[0].text)
        if isinstance(row, ScalarRow):
            return next(iter(row.values()))
        if row is not None:
            return Record(tuple(row), tuple(row.values()))
        return Unknown(f"`{parts[0].text}` is not known here")
    row = frame.source(parts[-2].text)
    name = parts[-1].text
    if row is not None:
        return row.get(name, Unknown(f"`{name}` is not known here"))
    found, value = frame.find(parts[0].text)
    if found:
        for part in parts[1:]:
            value = field_of(value, part.text)
        return value
    return Unknown(f"`{parts[0].text}` is not known here")


def field_of(value: Value, name: str) -> Value:
    """A field of a row."""
    if value is None or isinstance(value, Unknown):
        return value
    if isinstance(value, Record) and name in value.names:
        return value.values[value.names.index(name)]
    return Unknown(f"`{name}` is not known here")


def _parameter(node: Parameter, frame: Frame) -> Value:
    found, value = frame.find(f"${node.number}")
    return value if found else Unknown("the parameter is not known")


def _cast(node: Cast, frame: Frame) -> Value:
    state = frame.state
    type_ = data_type(state, node.type)
    value = evaluate(node.operand, frame)
    return cast_value(state, value, type_, node)


_REGISTRY = {2205: "class", 2206: "type", 24: "function", 2202: "function", 4089: "schema", 4096: "role"}


def cast_value(state: State, value: Value, type_: DataType, node: Node) -> Value:
    """`value::type`, with the types that look names up."""
    if value is None or isinstance(value, Unknown):
        return value
    if type_.array or type_.oid not in _REGISTRY:
        return convert(state, value, type_, node, explicit=True)
    if isinstance(value, int):
        obj = state.objects.get(value)
        return RegName(value, _registered(state, value, type_)) if obj is not None else Unknown("the oid is not known")
    if not isinstance(value, str):
        return Unknown("its type is not modelled")
    if type_.oid == 2205:
        found = class_from_text(state, value)
        if found is None:
            if _is_catalogue(value):
                return Unknown("the catalogue's own oids are not known")
            raise Rejected("42P01", f'relation "{value}" does not exist', node, subject=value)
        return RegName(found.oid, _registered(state, found.oid))
    if type_.oid == 4089:
        oid = state.find("schema", value.strip('"'))
        if oid:
            return RegName(oid, value)
        if value in ("pg_catalog", "information_schema"):
            return Unknown("the catalogue's own oids are not known")
        raise Rejected("3F000", f'schema "{value}" does not exist', node, subject=value)
    if type_.oid == 4096:
        oid = state.find("role", value.strip('"'))
        if oid:
            return RegName(oid, value)
        raise Rejected("42704", f'role "{value}" does not exist', node, subject=value)
    return _procedure_or_type(state, value, type_, node)


def _is_catalogue(text: str) -> bool:
    from analyzer.database.builtin import builtin
    from analyzer.database.lookup import name_parts

    parts = name_parts(text)
    return bool(parts) and (parts[-2] if len(parts) > 1 else "pg_catalog", parts[-1]) in builtin().relations


class RegName(int):
    """An oid that shows itself as the name of what it belongs to."""

    text: str

    def __new__(cls, oid: int, text: str) -> RegName:
        made = int.__new__(cls, oid)
        made.text = text
        return made

    def __str__(self) -> str:
        return self.text


def _registered(state: State, oid: int, type_: DataType | None = None) -> str:
    obj = state.objects.get(oid)
    if isinstance(obj, Function) and type_ is not None and type_.oid == 2202:
        return signature_text(state, obj)
    if isinstance(obj, Type):
        return formatted(state, DataType(oid))
    schema = getattr(obj, "schema", "")
    name = obj.name if obj is not None else ""
    return qualified("" if schema in state.search_path else schema, name)


def _procedure_or_type(state: State, value: str, type_: DataType, node: Node) -> Value:
    from analyzer.database.lookup import name_parts
    from analyzer.database.types import find_type

    head = value.partition("(")[0]
    parts = name_parts(head)
    if type_.oid == 2206:
        found = find_type(state, tuple(parts)) if parts else None
        if found is None:
            raise Rejected("42704", f'type "{value}" does not exist', node, subject=value)
        return RegName(found.oid, formatted(state, found))
    functions = function_named(state, parts[-2] if len(parts) > 1 else None, parts[-1]) if parts else []
    if "(" in value:
        found_one = _with_signature(state, value, node)
        if found_one is None:
            return Unknown("the catalogue's own oids are not known")
        return RegName(found_one.oid, signature_text(state, found_one))
    if not functions:
        raise Rejected("42883", f'function "{value}" does not exist', node, subject=value)
    if len(functions) == 1:
        return RegName(functions[0].oid, value)
    return Unknown("which function is meant is not known")


def _with_signature(state: State, text: str, node: Node) -> Function | None:
    """The function of a signature such as `public.f(integer, text)`."""
    file = parse(Source("", f"drop routine {text}"))
    if len(file.statements) != 1 or not isinstance(file.statements[0], Drop):
        raise Rejected("22P02", "expected a left parenthesis", node)
    try:
        return routine(state, file.statements[0].objects[0], "routine")
    except Rejected as rejected:
        message = f'function "{text}" does not exist' if rejected.sqlstate == "42883" else rejected.message
        raise Rejected(rejected.sqlstate, message, node, subject=text) from None


def _boolean(node: BooleanExpression, frame: Frame) -> Value:
    decisive = node.operator == "or"
    unknown: Value = None
    null = False
    for argument in node.arguments:
        value = truth(evaluate(argument, frame))
        if value is decisive:
            return decisive
        if isinstance(value, Unknown):
            unknown = value
        elif value is None:
            null = True
    if unknown is not None:
        return unknown
    return None if null else not decisive


def _not(node: Not, frame: Frame) -> Value:
    value = truth(evaluate(node.operand, frame))
    return value if value is None or isinstance(value, Unknown) else not value


def _binary(node: BinaryOperation, frame: Frame) -> Value:
    chain: list[BinaryOperation] = []
    current: Expression = node
    while isinstance(current, BinaryOperation):
        chain.append(current)
        current = current.left
    left = evaluate(current, frame)
    while chain:
        each = chain.pop()
        left = operate(each.operator, left, evaluate(each.right, frame), each)
    return left


def operate(operator: str, left: Value, right: Value, node: Node) -> Value:
    """`left operator right` for any values."""
    if left is None or right is None:
        return None
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        if operator in ("=", "<>", "!=") and left is right and isinstance(left, Unknown) and left.distinct:
            return operator == "="
        if operator in ("=", "<>", "!=") and left is not right:
            one, two = isinstance(left, Unknown) and left.distinct, isinstance(right, Unknown) and right.distinct
            if one or two:
                return operator != "="
        return left if isinstance(left, Unknown) else right
    left, right = _alike(left, right)
    return calls.operate(operator, left, right, node)


def _alike(left: Value, right: Value) -> tuple[Value, Value]:
    """An untyped literal beside a value of another family becomes one of it."""
    if isinstance(left, RegName) and isinstance(right, str):
        return left.text, right
    if isinstance(right, RegName) and isinstance(left, str):
        return left, right.text
    if isinstance(left, str) and not isinstance(right, str):
        return _as_family(left, right), right
    if isinstance(right, str) and not isinstance(left, str):
        return left, _as_family(right, left)
    return left, right


def _as_family(text: str, other: Value) -> Value:
    from datetime import date, datetime, timedelta
    from decimal import Decimal

    state = State.__new__(State)
    try:
        match other:
            case bool():
                return convert(state, text, DataType(16))
            case int() | Decimal():
                return (
                    convert(state, text, DataType(1700))
                    if not isinstance(other, int)
                    else (int(text) if text.strip().lstrip("+-").isdigit() else text)
                )
            case float():
                return convert(state, text, DataType(701))
            case datetime():
                return convert(state, text, DataType(1184 if other.tzinfo is not None else 1114))
            case date():
                return convert(state, text, DataType(1082))
            case timedelta():
                return convert(state, text, DataType(1186))
            case Json():
                return convert(state, text, DataType(3802))
            case list():
                from analyzer.database.values import array_literal

                found = array_literal(text)
                return found if found is not None and text.strip().startswith("{") else text
            case _:
                return text
    except Rejected:
        return text


def _unary(node: UnaryOperation, frame: Frame) -> Value:
    value = evaluate(node.operand, frame)
    if value is None or isinstance(value, Unknown):
        return value
    if node.operator == "-" and not isinstance(value, bool | str):
        try:
            return -value  # type: ignore[operator]
        except TypeError:
            return calls.NOT_MODELLED
    return value if node.operator == "+" else calls.NOT_MODELLED


def _call(node: FunctionCall, frame: Frame) -> Value:
    name, schema = node.name.name, node.name.schema
    if frame.group is not None and node.over is None:
        from analyzer.database.aggregates import AGGREGATES, aggregate

        if name in AGGREGATES:
            return aggregate(node, frame)
    if node.over is not None:
        return frame.windows.get(id(node), Unknown("window functions are not modelled"))
    special = _SPECIAL.get(name)
    if special is not None and schema in (None, "pg_catalog"):
        return special(node, frame)
    arguments: list[Value] = []
    for argument in node.arguments:
        value = evaluate(argument.value if isinstance(argument, NamedArgument) else argument, frame)
        arguments.append(value)
    if node.variadic and arguments and isinstance(arguments[-1], list):
        arguments = [*arguments[:-1], *arguments[-1]]
    own = _own_function(frame.state, schema, name)
    caller = frame.calls_own
    if own and caller is not None:
        return caller(node, arguments, frame)
    if own:
        return _random_of_extension(name)
    if any(isinstance(argument, NamedArgument) for argument in node.arguments):
        return calls.NOT_MODELLED
    return calls.call(name, arguments, node)


def _own_function(state: State, schema: str | None, name: str) -> bool:
    places = (schema,) if schema is not None else state.search_path
    return any(state.functions.get((place, name)) for place in places)


def _random_of_extension(name: str) -> Value:
    return calls.call(name, [], _NOWHERE)


_NOWHERE = Constant(-1, -1, "null", None)


def _current_setting(node: FunctionCall, frame: Frame) -> Value:
    name = evaluate(node.arguments[0], frame)
    missing_ok = len(node.arguments) > 1 and evaluate(node.arguments[1], frame) is True
    if isinstance(name, str):
        from analyzer.database.settings import UNKNOWN_SETTING

        value = frame.state.settings.get(name.lower())
        if value is UNKNOWN_SETTING:
            return Unknown("the setting is not known")
        if value is not None:
            return ", ".join(value)
        if "." in name:
            if missing_ok:
                return None
            raise Rejected("42704", f'unrecognized configuration parameter "{name}"', node, subject=name)
        if name == "server_version_num":
            return str(int(frame.state.settings.get("server_version_num", ("170004",))[0]))
    return Unknown("the setting is not known")


def _to_regclass(node: FunctionCall, frame: Frame) -> Value:
    value = evaluate(node.arguments[0], frame)
    if value is None or isinstance(value, Unknown):
        return value
    text = text_of(value)
    found = class_from_text(frame.state, text)
    if found is None:
        return Unknown("the catalogue's own oids are not known") if _is_catalogue(text) else None
    return RegName(found.oid, _registered(frame.state, found.oid))


def _to_reg(kind: str) -> Callable[[FunctionCall, Frame], Value]:
    types = {
        "type": DataType(2206),
        "proc": DataType(24),
        "procedure": DataType(2202),
        "namespace": DataType(4089),
        "role": DataType(4096),
    }

    def read(node: FunctionCall, frame: Frame) -> Value:
        value = evaluate(node.arguments[0], frame)
        if value is None or isinstance(value, Unknown):
            return value
        try:
            return cast_value(frame.state, text_of(value), types[kind], node)
        except Rejected:
            return None

    return read


def _nextval(node: FunctionCall, frame: Frame) -> Value:
    value = evaluate(node.arguments[0], frame)
    if isinstance(value, RegName):
        oid = int(value)
    elif isinstance(value, str):
        found = class_from_text(frame.state, value)
        if found is None:
            raise Rejected("42P01", f'relation "{value}" does not exist', node, subject=value)
        oid = found.oid
    else:
        return Unknown("the sequence is not known")
    following = advance(frame.state, oid)
    return following if following is not None else Unknown("the sequence's value is not known")


def _setval(node: FunctionCall, frame: Frame) -> Value:
    from analyzer.database.sequences import Counter

    state = frame.state
    name = evaluate(node.arguments[0], frame)
    value = evaluate(node.arguments[1], frame) if len(node.arguments) > 1 else None
    called = evaluate(node.arguments[2], frame) if len(node.arguments) > 2 else True
    found = class_from_text(state, name) if isinstance(name, str) and not isinstance(name, RegName) else None
    oid = int(name) if isinstance(name, RegName) else (found.oid if found is not None else 0)
    if not oid and isinstance(name, str):
        raise Rejected("42P01", f'relation "{name}" does not exist', node, subject=name)
    counter = state.sequences.get(oid)
    if counter is not None:
        following: int | None = None
        if isinstance(value, int) and not isinstance(value, bool) and isinstance(called, bool):
            following = int(value) + int(counter.increment) if called else int(value)
        state.put(state.sequences, oid, Counter(following, counter.increment))
    return value


def _serial_sequence(node: FunctionCall, frame: Frame) -> Value:
    table = evaluate(node.arguments[0], frame)
    column = evaluate(node.arguments[1], frame)
    if not isinstance(table, str) or not isinstance(column, str):
        return Unknown("the sequence is not known")
    found = class_from_text(frame.state, table)
    own = getattr(found, "column", None)
    if found is None or own is None:
        raise Rejected("42P01", f'relation "{table}" does not exist', node, subject=table)
    each = own(column)
    oid = (each.sequence or owned(frame.state, found, each)) if each is not None and isinstance(found, Relation) else 0
    if oid not in frame.state.objects:
        return None
    sequence = frame.state.relation(oid)
    return qualified(sequence.schema, sequence.name)


def _timezone(node: FunctionCall, frame: Frame) -> Value:
    return TIME


def _set_config(node: FunctionCall, frame: Frame) -> Value:
    name = evaluate(node.arguments[0], frame)
    value = evaluate(node.arguments[1], frame)
    if isinstance(name, str):
        from analyzer.database.settings import UNKNOWN_SETTING, split_setting

        if isinstance(value, Unknown):
            frame.state.put(frame.state.settings, name.lower(), UNKNOWN_SETTING)
            return value
        text = "" if value is None else text_of(value)
        frame.state.put(frame.state.settings, name.lower(), split_setting(name, text))
    return value


def _unaccent(node: FunctionCall, frame: Frame) -> Value:
    import unicodedata

    value = evaluate(node.arguments[-1], frame)
    if not isinstance(value, str):
        return value
    return "".join(each for each in unicodedata.normalize("NFD", value) if not unicodedata.combining(each))


def _pg_get(node: FunctionCall, frame: Frame) -> Value:
    from analyzer.database.definitions import definition

    oid = evaluate(node.arguments[0], frame)
    name = node.name.name
    if not isinstance(oid, int) or isinstance(oid, bool):
        return oid if oid is None or isinstance(oid, Unknown) else Unknown("the object is not known")
    return definition(frame.state, name, int(oid))


def _oidvectortypes(node: FunctionCall, frame: Frame) -> Value:
    types = evaluate(node.arguments[0], frame)
    if not isinstance(types, OidVector):
        return Unknown("the types are not known")
    return ", ".join(formatted(frame.state, each) for each in types)


def _privilege(node: FunctionCall, frame: Frame) -> Value:
    """`has_table_privilege([role,] object, privileges)` and its like; of several privileges one is enough."""
    values = [evaluate(argument, frame) for argument in node.arguments]
    for value in values:
        if value is None or isinstance(value, Unknown):
            return value
    if len(values) not in (2, 3):
        return Unknown("the privileges of columns are not looked up")
    state = frame.state
    role = text_of(values[0]) if len(values) == 3 else state.role
    if role != "public" and not state.find("role", role):
        raise Rejected("42704", f'role "{role}" does not exist', node, subject=role)
    found = _object_of(state, node, values[-2])
    wanted = [one.strip().lower() for one in text_of(values[-1]).split(",")]
    if found is None or any("grant option" in one for one in wanted):
        return Unknown("the privilege is not known")
    return any(allows(state, found, role, one) for one in wanted)


def _acldefault(node: FunctionCall, frame: Frame) -> Value:
    """`acldefault('f', proowner)`: what an object without a list of its own allows."""
    kind, owner = (evaluate(argument, frame) for argument in node.arguments)
    letters = {"r": "table", "s": "sequence", "f": "function", "n": "schema", "T": "type"}
    role = frame.state.objects.get(owner) if isinstance(owner, int) else None
    if role is None or kind not in letters:
        return Unknown("the default privileges are not known")
    return acl_items(frame.state, acl_default(letters[str(kind)], role.name), role.name)


def _object_of(state: State, node: FunctionCall, value: Value) -> AnyObject | None:
    """What a privilege is asked for: by its oid, or by its name."""
    if isinstance(value, int):
        return state.objects.get(int(value))
    text = text_of(value)
    if node.name.name in ("has_table_privilege", "has_sequence_privilege"):
        found = class_from_text(state, text)
        if found is None and not _is_catalogue(text):
            raise Rejected("42P01", f'relation "{text}" does not exist', node, subject=text)
        return found
    kind = DataType(4089) if node.name.name == "has_schema_privilege" else DataType(2202)
    oid = cast_value(state, text, kind, node)
    return state.objects.get(int(oid)) if isinstance(oid, int) else None


def _pg_get_expr(node: FunctionCall, frame: Frame) -> Value:
    tree = evaluate(node.arguments[0], frame)
    if isinstance(tree, NodeTree):
        return str(tree)
    return tree if tree is None or isinstance(tree, Unknown) else Unknown("the expression is not known")


def _nothing(node: FunctionCall, frame: Frame) -> Value:
    for argument in node.arguments:
        evaluate(argument.value if isinstance(argument, NamedArgument) else argument, frame)
    return None


def _version(node: FunctionCall, frame: Frame) -> Value:
    return "PostgreSQL " + frame.state.settings.get("server_version", ("17.4",))[0]


def _current_schema(node: FunctionCall, frame: Frame) -> Value:
    return frame.state.creation_schema


def _format_type(node: FunctionCall, frame: Frame) -> Value:
    value = evaluate(node.arguments[0], frame)
    if isinstance(value, int) and not isinstance(value, bool):
        return formatted(frame.state, DataType(abs(value), array=value < 0))  # as pg_proc tells arrays
    return value


_SPECIAL: dict[str, Callable[[FunctionCall, Frame], Value]] = {
    "current_setting": _current_setting,
    "set_config": _set_config,
    "to_regclass": _to_regclass,
    "to_regtype": _to_reg("type"),
    "to_regproc": _to_reg("proc"),
    "to_regprocedure": _to_reg("procedure"),
    "to_regnamespace": _to_reg("namespace"),
    "to_regrole": _to_reg("role"),
    "nextval": _nextval,
    "setval": _setval,
    "pg_get_serial_sequence": _serial_sequence,
    "timezone": _timezone,
    "unaccent": _unaccent,
    "pg_get_constraintdef": _pg_get,
    "pg_get_functiondef": _pg_get,
    "pg_get_function_identity_arguments": _pg_get,
    "oidvectortypes": _oidvectortypes,
    "pg_get_function_arguments": _pg_get,
    "pg_get_function_result": _pg_get,
    "pg_get_indexdef": _pg_get,
    "pg_get_viewdef": _pg_get,
    "pg_get_triggerdef": _pg_get,
    "pg_get_userbyid": _pg_get,
    "obj_description": _pg_get,
    "has_table_privilege": _privilege,
    "has_function_privilege": _privilege,
    "has_schema_privilege": _privilege,
    "has_sequence_privilege": _privilege,
    "acldefault": _acldefault,
    "pg_get_expr": _pg_get_expr,
    "pg_notify": _nothing,
    "pg_advisory_lock": _nothing,
    "pg_advisory_xact_lock": _nothing,
    "pg_sleep": _nothing,
    "version": _version,
    "current_schema": _current_schema,
    "format_type": _format_type,
}


def _coalesce(node: Coalesce, frame: Frame) -> Value:
    for argument in node.arguments:
        value = evaluate(argument, frame)
        if value is not None:
            return value
    return None


def _min_max(node: MinMax, frame: Frame) -> Value:
    values = [evaluate(argument, frame) for argument in node.arguments]
    unknown = next((each for each in values if isinstance(each, Unknown)), None)
    if unknown is not None:
        return unknown
    known = [each for each in values if each is not None]
    best: Value = None
    for each in known:
        if best is None or (calls.compare(each, best) > 0) == (node.operation == "greatest"):
            best = each
    return best


def _null_if(node: NullIf, frame: Frame) -> Value:
    left, right = evaluate(node.left, frame), evaluate(node.right, frame)
    equal = operate("=", left, right, node)
    if isinstance(equal, Unknown):
        return equal
    return None if equal is True else left


def _value_function(node: ValueFunction, frame: Frame) -> Value:
    name = node.name.lower()
    if name in ("current_user", "session_user", "user", "current_role"):
        return frame.state.role if name != "session_user" else "postgres"
    if name == "current_schema":
        return frame.state.creation_schema
    if name == "current_catalog":
        return "postgres"
    return TIME


def _sub_select(node: SubSelect, frame: Frame) -> Value:
    from analyzer.database.run_query import run_query

    try:
        result = run_query(node.query, frame, limit=1 if node.kind == "exists" else None)
    except Unfollowed as unfollowed:
        return Unknown(unfollowed.why)
    if node.kind == "exists":
        return bool(result.rows)
    if node.kind == "array":
        return [row[0] for row in result.rows]
    if not result.rows:
        return None
    if len(result.rows) > 1:
        raise Rejected("21000", "more than one row returned by a subquery used as an expression", node)
    return result.rows[0][0]


def _any_of(left: Value, values: Sequence[Value], operator: str, node: Node) -> Value:
    if operator == "=" and type(left) is str and all(type(each) is str for each in values):
        return left in values  # a name among names: what guards over the catalogue ask, thousands of times
    unknown: Value = None
    null = False
    for each in values:
        found = operate(operator, left, each, node)
        if found is True:
            return True
        if isinstance(found, Unknown):
            unknown = found
        elif found is None:
            null = True
    if unknown is not None:
        return unknown
    return None if null else False


def _query_values(query: Query, frame: Frame) -> list[Value] | Unknown:
    from analyzer.database.run_query import run_query

    try:
        result = run_query(query, frame)
    except Unfollowed as unfollowed:
        return Unknown(unfollowed.why)
    if len(result.names) == 1:
        return [row[0] for row in result.rows]
    return [Record(tuple("" for _ in row), row) for row in result.rows]


def _in(node: In, frame: Frame) -> Value:
    left = evaluate(node.operand, frame)
    values = (
        _query_values(node.query, frame) if node.query is not None else [evaluate(each, frame) for each in node.items]
    )
    if isinstance(values, Unknown):
        return values
    found = _any_of(left, values, "=", node)
    if found is None or isinstance(found, Unknown):
        return found
    return not found if node.negated else found


def _quantified(node: Quantified, frame: Frame) -> Value:
    left = evaluate(node.left, frame)
    if node.query is not None:
        values: Any = _query_values(node.query, frame)
    else:
        assert node.array is not None
        values = evaluate(node.array, frame)
        if isinstance(values, str):
            from analyzer.database.values import array_literal

            values = array_literal(values)
    if values is None or isinstance(values, Unknown):
        return values
    if not isinstance(values, list):
        return calls.NOT_MODELLED
    if node.quantifier == "any":
        return _any_of(left, values, node.operator, node)
    negated = {"=": "<>", "<>": "=", "!=": "=", "<": ">=", ">": "<=", "<=": ">", ">=": "<"}.get(node.operator)
    if negated is None:
        return calls.NOT_MODELLED
    found = _any_of(left, values, negated, node)
    return found if found is None or isinstance(found, Unknown) else not found


def _case(node: Case, frame: Frame) -> Value:
    operand = evaluate(node.operand, frame) if node.operand is not None else None
    for when in node.whens:
        condition = evaluate(when.condition, frame)
        if node.operand is not None:
            condition = operate("=", operand, condition, when)
        condition = truth(condition)
        if isinstance(condition, Unknown):
            return condition
        if condition is True:
            return evaluate(when.result, frame)
    return evaluate(node.otherwise, frame) if node.otherwise is not None else None


def _array(node: ArrayExpression, frame: Frame) -> Value:
    values = [evaluate(each, frame) for each in node.elements]
    unknown = next((each for each in values if isinstance(each, Unknown)), None)
    return unknown if unknown is not None else values


def _row(node: Row, frame: Frame) -> Value:
    values = tuple(evaluate(each, frame) for each in node.elements)
    return Record(tuple(f"f{index + 1}" for index in range(len(values))), values)


def _is_null(node: IsNull, frame: Frame) -> Value:
    value = evaluate(node.operand, frame)
    if isinstance(value, Unknown):
        return node.negated if value is TIME or value.distinct else value
    return (value is None) != node.negated


def _is_test(node: IsTest, frame: Frame) -> Value:
    value = truth(evaluate(node.operand, frame))
    if isinstance(value, Unknown):
        return value
    if node.test not in ("true", "false", "unknown"):
        return calls.NOT_MODELLED
    wanted: Value = {"true": True, "false": False, "unknown": None}[node.test]
    return (value is wanted) != node.negated


def _is_distinct(node: IsDistinct, frame: Frame) -> Value:
    left, right = evaluate(node.left, frame), evaluate(node.right, frame)
    if left is None or right is None:
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return left if isinstance(left, Unknown) else right
        different: Value = (left is None) != (right is None)
    else:
        different = operate("<>", left, right, node)
    if isinstance(different, Unknown):
        return different
    return bool(different) != node.negated


def _between(node: Between, frame: Frame) -> Value:
    value = evaluate(node.operand, frame)
    low = operate(">=", value, evaluate(node.low, frame), node)
    high = operate("<=", value, evaluate(node.high, frame), node)
    if low is False or high is False:
        return node.negated
    for each in (low, high):
        if each is None or isinstance(each, Unknown):
            return each
    return not node.negated


def _like(node: Like, frame: Frame) -> Value:
    value, pattern = evaluate(node.operand, frame), evaluate(node.pattern, frame)
    for each in (value, pattern):
        if each is None or isinstance(each, Unknown):
            return each
    if node.kind == "similar" or node.escape is not None:
        return calls.NOT_MODELLED
    text, wanted = text_of(value), text_of(pattern)
    if len(text) > 100_000:
        return calls.NOT_MODELLED
    return calls.like(text, wanted, fold=node.kind == "ilike") != node.negated


def _collate(node: Collate, frame: Frame) -> Value:
    return evaluate(node.operand, frame)


def _at_time_zone(node: AtTimeZone, frame: Frame) -> Value:
    value = evaluate(node.operand, frame)
    return value if value is None or isinstance(value, Unknown) else Unknown("time zones are not modelled")


def _subscript(node: Subscript, frame: Frame) -> Value:
    value = evaluate(node.operand, frame)
    if value is None or isinstance(value, Unknown):
        return value
    if node.slice:
        return calls.NOT_MODELLED
    index = evaluate(node.upper if node.upper is not None else node.lower, frame)  # type: ignore[arg-type]
    if isinstance(value, list) and isinstance(index, int):
        return value[index - 1] if 1 <= index <= len(value) else None
    if isinstance(value, Json):
        return operate("->", value, index, node)
    return calls.NOT_MODELLED


def _field(node: FieldSelection, frame: Frame) -> Value:
    if node.field is None:
        return evaluate(node.operand, frame)
    return field_of(evaluate(node.operand, frame), node.field.text)


_METHODS: dict[type, Callable[[Any, Frame], Value]] = {
    Constant: _constant,
    ColumnReference: _column,
    Parameter: _parameter,
    Cast: _cast,
    BooleanExpression: _boolean,
    Not: _not,
    BinaryOperation: _binary,
    UnaryOperation: _unary,
    FunctionCall: _call,
    Coalesce: _coalesce,
    MinMax: _min_max,
    NullIf: _null_if,
    ValueFunction: _value_function,
    SubSelect: _sub_select,
    In: _in,
    Quantified: _quantified,
    Case: _case,
    ArrayExpression: _array,
    Row: _row,
    IsNull: _is_null,
    IsTest: _is_test,
    IsDistinct: _is_distinct,
    Between: _between,
    Like: _like,
    Collate: _collate,
    AtTimeZone: _at_time_zone,
    Subscript: _subscript,
    FieldSelection: _field,
}
