"""What a condition can be worth for a caller: PostgreSQL's three-valued logic on what is known of a request.

A condition is worth a set of answers: `{True}` is certain, `{True, False, None}` says nothing. The caller is a request
of the Data API, by a visitor or by a signed-in user of whom only the role is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from analyzer.database.model import Function
from analyzer.database.replay import Database
from analyzer.facts.sql import Block, PlpgsqlBody, Return, ReturnBody, SqlBody
from analyzer.facts.sql_query import (
    BinaryOperation,
    BooleanExpression,
    Case,
    Cast,
    Coalesce,
    ColumnReference,
    Constant,
    Expression,
    FunctionCall,
    In,
    IsDistinct,
    IsNull,
    IsTest,
    Not,
    NullIf,
    Parameter,
    Quantified,
    Select,
    SetOperation,
    SubSelect,
    UnaryOperation,
    ValueFunction,
)

Answers: TypeAlias = frozenset["bool | None"]
TRUE: Answers = frozenset({True})
FALSE: Answers = frozenset({False})
NULL: Answers = frozenset({None})
SAID: Answers = frozenset({True, False})
ANY: Answers = frozenset({True, False, None})

_MOST_CALLS = 6  # helper functions inside each other that are followed
_MOST_DEPTH = 200  # nodes below each other


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is certain; None is NULL."""

    value: str | int | bool | None


@dataclass(frozen=True, slots=True)
class Open:
    """A value that depends on the row or the request."""

    null: bool  # whether it can be NULL
    source: str = ""  # `jwt` for the claims of a signed-in user


Value = Known | Open
NOTHING = Known(None)
ANYTHING = Open(null=True)
SOMETHING = Open(null=False)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `role` is the database's role, which is also the claim of that name; "" is whoever it may be."""

    role: str
    signed_in: bool | None  # None: that is not known


ANYBODY = Caller("", None)
NOBODY = Caller("", False)
VISITOR = Caller("anon", False)
USER = Caller("authenticated", True)


@dataclass(frozen=True, slots=True)
class _Frame:
    database: Database
    caller: Caller
    parameters: Mapping[str, Value] = field(default_factory=dict)  # of the function at hand, by name and number
    calls: int = 0
    depth: int = 0


def answers(database: Database, condition: Expression, caller: Caller) -> Answers:
    """All that a condition on a row can be worth when this caller asks."""
    return _condition(condition, _Frame(database, caller))


def is_always_true(database: Database, condition: Expression, caller: Caller) -> bool:
    return answers(database, condition, caller) == TRUE


def can_be_true(database: Database, condition: Expression, caller: Caller) -> bool:
    return True in answers(database, condition, caller)


def _deeper(frame: _Frame) -> _Frame | None:
    if frame.depth >= _MOST_DEPTH:
        return None
    return _Frame(frame.database, frame.caller, frame.parameters, frame.calls, frame.depth + 1)


def _condition(node: Expression, frame: _Frame) -> Answers:
    inner = _deeper(frame)
    if inner is None:
        return ANY
    match node:
        case BooleanExpression(operator="and"):
            return _joined([_condition(each, inner) for each in node.arguments], dominant=False)
        case BooleanExpression():
            return _joined([_condition(each, inner) for each in node.arguments], dominant=True)
        case Not():
            return frozenset(None if each is None else not each for each in _condition(node.operand, inner))
        case SubSelect(kind="exists"):
            return _exists(node, inner)
        case IsNull():
            return _is_null(_value(node.operand, inner), negated=node.negated)
        case IsTest(test="true" | "false" | "unknown"):
            wanted = {"true": True, "false": False, "unknown": None}[node.test]
            return frozenset((each is wanted) != node.negated for each in _condition(node.operand, inner))
        case In():
            return _in(node, inner)
        case IsDistinct():
            return _is_distinct(node, inner)
        case Quantified(query=query) if query is not None:
            return _against_query(_value(node.left, inner), query, inner)
        case _:
            return _answers_of(_value(node, inner))


def _answers_of(value: Value) -> Answers:
    match value:
        case Known(value=None):
            return NULL
        case Known(value=bool() as known):
            return frozenset({known})
        case Known(value=str() as text) if text.lower() in ("t", "true", "yes", "on", "1"):
            return TRUE
        case Known(value=str() as text) if text.lower() in ("f", "false", "no", "off", "0"):
            return FALSE
        case Open(null=False):
            return SAID
        case _:
            return ANY


def _joined(parts: list[Answers], *, dominant: bool) -> Answers:
    """AND (`dominant` is False) or OR (True) of conditions that may hang together in any way."""
    found: set[bool | None] = set()
    if any(dominant in part for part in parts):
        found.add(dominant)
    if all(part != frozenset({dominant}) for part in parts):
        others = [part - {dominant} for part in parts]
        if any(None in part for part in others):
            found.add(None)
        if all((not dominant) in part for part in others):
            found.add(not dominant)
    return frozenset(found)


def _is_null(value: Value, *, negated: bool) -> Answers:
    match value:
        case Known(value=known):
            return frozenset({(known is None) != negated})
        case Open(null=False):
            return frozenset({negated})
        case _:
            return SAID


def _is_distinct(node: IsDistinct, frame: _Frame) -> Answers:
    left, right = _value(node.left, frame), _value(node.right, frame)
    if isinstance(left, Known) and isinstance(right, Known):
        return frozenset({(left.value != right.value) != node.negated})
    for one, other in ((left, right), (right, left)):
        if one == NOTHING and isinstance(other, Open) and not other.null:
            return frozenset({not node.negated})
    return SAID


def _in(node: In, frame: _Frame) -> Answers:
    operand = _value(node.operand, frame)
    if node.query is not None:
        found = _against_query(operand, node.query, frame)
    else:
        found = _joined([_equal(operand, _value(item, frame)) for item in node.items], dominant=True)
    return frozenset(None if each is None else not each for each in found) if node.negated else found


def _against_query(operand: Value, query: object, frame: _Frame) -> Answers:
    """`operand = ANY (query)`: a query without rows makes it false, even for NULL."""
    if isinstance(query, Select) and not _has_rows(query, frame):
        return FALSE
    return frozenset({False, None}) if operand == NOTHING else ANY


def _exists(node: SubSelect, frame: _Frame) -> Answers:
    query = node.query
    if not isinstance(query, Select):
        return SAID
    if not query.group_by and query.having is None and any(_counts(target.expression) for target in query.targets):
        return TRUE
    if not _has_rows(query, frame):
        return FALSE
    if not query.from_ and (query.where is None or _condition(query.where, frame) == TRUE):
        return TRUE
    return SAID


def _counts(node: Expression) -> bool:
    return isinstance(node, FunctionCall) and node.name.name in ("count", "sum", "max", "min", "bool_or", "bool_and")


def _has_rows(query: Select, frame: _Frame) -> bool:
    """Whether the query can give a row."""
    return query.where is None or True in _condition(query.where, frame)


def _equal(left: Value, right: Value) -> Answers:
    if NOTHING in (left, right):
        return NULL
    if isinstance(left, Known) and isinstance(right, Known):
        return frozenset({_same(left.value, right.value)})
    if any(isinstance(each, Open) and each.null for each in (left, right)):
        return ANY
    return SAID


def _same(left: object, right: object) -> bool:
    """An untyped literal has the type of the other side."""
    return left == right or str(left).lower() == str(right).lower()


def _value(node: Expression, frame: _Frame) -> Value:
    inner = _deeper(frame)
    if inner is None:
        return ANYTHING
    match node:
        case Constant(kind="null"):
            return NOTHING
        case Constant():
            return Known(node.value)
        case Cast():
            return _cast(node, inner)
        case SubSelect(kind="scalar", query=Select(from_=(), where=None, targets=(target,))):
            return _value(target.expression, inner)
        case SubSelect(kind="scalar", query=Select() as query) if not _has_rows(query, inner) and not any(
            _counts(target.expression) for target in query.targets
        ):
            return NOTHING
        case SubSelect(kind="array"):
            return SOMETHING
        case SubSelect(kind="scalar"):
            return ANYTHING
        case Coalesce():
            return _coalesce(node, inner)
        case NullIf():
            return _null_if(node, inner)
        case Case():
            return _case(node, inner)
        case FunctionCall():
            return _call(node, inner)
        case ValueFunction(name="current_user" | "current_role" | "user" | "session_user"):
            return Known("authenticator") if node.name == "session_user" else _role(frame.caller)
        case ValueFunction():
            return SOMETHING
        case BinaryOperation():
            return _binary(node, inner)
        case UnaryOperation():
            return NOTHING if _value(node.operand, inner) == NOTHING else ANYTHING
        case ColumnReference(parts=(name,)) if name.text in frame.parameters:
            return frame.parameters[name.text]
        case ColumnReference():
            return ANYTHING
        case Parameter():
            return frame.parameters.get(f"${node.number}", ANYTHING)
        case BooleanExpression() | Not() | SubSelect() | IsNull() | IsTest() | In() | IsDistinct() | Quantified():
            return _of_answers(_condition(node, inner))
        case _:
            return ANYTHING


def _of_answers(found: Answers) -> Value:
    if len(found) == 1:
        return Known(next(iter(found)))
    return Open(null=None in found)


def _cast(node: Cast, frame: _Frame) -> Value:
    value = _value(node.operand, frame)
    if isinstance(value, Known) and isinstance(value.value, str) and node.type.name in ("bool", "boolean"):
        return _of_answers(_answers_of(value))
    return value


def _coalesce(node: Coalesce, frame: _Frame) -> Value:
    for argument in node.arguments:
        value = _value(argument, frame)
        if value == NOTHING:
            continue
        if isinstance(value, Open) and value.null:
            rest = [_value(each, frame) for each in node.arguments[node.arguments.index(argument) + 1 :]]
            return Open(null=all(each == NOTHING or (isinstance(each, Open) and each.null) for each in rest))
        return value
    return NOTHING


def _null_if(node: NullIf, frame: _Frame) -> Value:
    left, right = _value(node.left, frame), _value(node.right, frame)
    if isinstance(left, Known) and isinstance(right, Known):
        return NOTHING if left.value is None or _same(left.value, right.value) else left
    return ANYTHING


def _case(node: Case, frame: _Frame) -> Value:
    if node.operand is not None:
        return ANYTHING
    found: list[Value] = []
    for when in node.whens:
        condition = _condition(when.condition, frame)
        if True in condition:
            found.append(_value(when.result, frame))
        if condition == TRUE:
            break
    else:
        found.append(_value(node.otherwise, frame) if node.otherwise is not None else NOTHING)
    if all(each == found[0] for each in found):
        return found[0]
    return Open(null=any(each == NOTHING or (isinstance(each, Open) and each.null) for each in found))


def _binary(node: BinaryOperation, frame: _Frame) -> Value:
    left, right = _value(node.left, frame), _value(node.right, frame)
    if node.operator in ("->", "->>") and isinstance(left, Open) and left.source == "jwt":
        return _claim(right, frame.caller)
    if NOTHING in (left, right):
        return NOTHING  # every operator of PostgreSQL that conditions use is strict
    match node.operator:
        case "=":
            return _of_answers(_equal(left, right))
        case "<>" | "!=":
            found = _equal(left, right)
            return _of_answers(frozenset(None if each is None else not each for each in found))
        case _:
            can_be_null = any(isinstance(each, Open) and each.null for each in (left, right))
            return Open(null=can_be_null or node.operator.startswith("-"))


def _claim(key: Value, caller: Caller) -> Value:
    """A claim of the JWT. Without a user it is the public key's, which holds `role`, `iss`, `ref` and two times.

    https://supabase.com/docs/guides/auth/jwt-fields
    """
    if key == Known("role"):
        return _role(caller)
    if caller.signed_in is None:
        return ANYTHING
    if caller.signed_in:
        return SOMETHING if key in (Known("sub"), Known("aud"), Known("session_id")) else ANYTHING
    return ANYTHING if not isinstance(key, Known) or key.value in ("iss", "ref", "iat", "exp") else NOTHING


def _role(caller: Caller) -> Value:
    return Known(caller.role) if caller.role else SOMETHING


def _call(node: FunctionCall, frame: _Frame) -> Value:
    name = node.name.name
    match node.name.schema, name:
        case "auth", "uid" | "email" if frame.caller.signed_in is False:
            return NOTHING
        case "auth", "uid" | "email":
            return Open(null=not frame.caller.signed_in or name == "email")
        case "auth", "role":
            return _role(frame.caller)
        case "auth", "jwt":
            return Open(null=False, source="jwt")
        case _, "current_setting":
            return _setting(node, frame)
        case _, "lower" | "upper" | "trim" | "btrim" if len(node.arguments) == 1:
            value = _value(node.arguments[0], frame)
            return value if value == NOTHING else ANYTHING
        case _:
            pass
    function = _function(node, frame)
    arguments = [_value(argument, frame) for argument in node.arguments]
    if function is None or frame.calls >= _MOST_CALLS:
        return ANYTHING
    if function.strict and NOTHING in arguments:
        return NOTHING
    body = _result_expression(function)
    if body is None:
        return ANYTHING
    parameters: dict[str, Value] = {}
    for index, parameter in enumerate(function.inputs):
        value = arguments[index] if index < len(arguments) else ANYTHING
        parameters[f"${index + 1}"] = value
        if parameter.name:
            parameters[parameter.name] = value
    return _value(body, _Frame(frame.database, frame.caller, parameters, frame.calls + 1, frame.depth))


def _setting(node: FunctionCall, frame: _Frame) -> Value:
    name = _value(node.arguments[0], frame) if node.arguments else ANYTHING
    match name:
        case Known(value="request.jwt.claims"):
            return Open(null=False, source="jwt")
        case Known(value="request.jwt.claim.sub"):
            return NOTHING if frame.caller.signed_in is False else Open(null=not frame.caller.signed_in)
        case Known(value="request.jwt.claim.role" | "role"):
            return _role(frame.caller)
        case _:
            return ANYTHING


def _function(node: FunctionCall, frame: _Frame) -> Function | None:
    """The project's function that is called, where its name and number of arguments say which."""
    state = frame.database.state
    schemas = [node.name.schema] if node.name.schema else ["public"]
    found = [
        function
        for schema in schemas
        for oid in state.functions.get((schema, node.name.name), ())
        if isinstance(function := state.objects[oid], Function)
        and len(node.arguments) <= len(function.inputs)
        and all(parameter.default is not None for parameter in function.inputs[len(node.arguments) :])
    ]
    return found[0] if len(found) == 1 else None


def _result_expression(function: Function) -> Expression | None:
    """What the function gives back, where its body is one expression."""
    match function.body:
        case ReturnBody(expression=expression):
            return expression
        case SqlBody(statements=(Select() as query,)):
            return SubSelect(query.start, query.end, "scalar", query)
        case SqlBody(statements=(SetOperation() as query,)):
            return SubSelect(query.start, query.end, "scalar", query)
        case PlpgsqlBody(block=Block(statements=(Return(value=value),), declarations=(), handlers=())):
            return value
        case _:
            return None
