"""Objects in the words of PostgreSQL's messages (objectaddress.c)."""

from __future__ import annotations

from analyzer.database.lookup import visible
from analyzer.database.model import (
    CastObject,
    Constraint,
    EventTrigger,
    Extension,
    Function,
    Index,
    OperatorClassObject,
    OperatorObject,
    Other,
    Policy,
    Publication,
    Relation,
    Role,
    Rule,
    Schema,
    Trigger,
    Type,
)
from analyzer.database.names import quoted
from analyzer.database.state import State
from analyzer.database.types import shown

_RELATIONS = {"partitioned": "table", "foreign": "foreign table", "composite": "composite type"}


def described(state: State, oid: int, sub: int = 0) -> str:
    """`table orders`, `policy a on table orders`, `column b of table orders`."""
    obj = state.objects.get(oid)
    match obj:
        case Relation():
            title = f"{_RELATIONS.get(obj.kind, obj.kind)} {visible(state, obj.schema, obj.name)}"
            if sub:
                column = quoted(obj.numbered(abs(sub)).name)
                return f"default value for column {column} of {title}" if sub < 0 else f"column {column} of {title}"
            return title
        case Index():
            return f"index {visible(state, obj.schema, obj.name)}"
        case Constraint(domain=domain, table=table):
            owner = f"type {shown_name(state, domain)}" if domain else described(state, table)
            return f"constraint {quoted(obj.name)} on {owner}"
        case Policy(table=table):
            return f"policy {quoted(obj.name)} on {described(state, table)}"
        case Trigger(table=table):
            return f"trigger {quoted(obj.name)} on {described(state, table)}"
        case Rule(table=table):
            return f"rule {quoted(obj.name)} on {described(state, table)}"
        case Function():
            return f"{obj.kind} {signature_text(state, obj)}"
        case Type():
            return f"type {shown_name(state, oid)}"
        case Schema():
            return f"schema {quoted(obj.name)}"
        case Extension():
            return f"extension {quoted(obj.name)}"
        case Role():
            return f"role {quoted(obj.name)}"
        case Publication():
            return f"publication {quoted(obj.name)}"
        case EventTrigger():
            return f"event trigger {quoted(obj.name)}"
        case OperatorObject():
            left = shown(state, obj.left) if obj.left is not None else "NONE"
            return f"operator {obj.name}({left},{shown(state, obj.right)})"
        case OperatorClassObject():
            return f"operator class {quoted(obj.name)} for access method {obj.method}"
        case CastObject():
            return f"cast from {shown(state, obj.source)} to {shown(state, obj.target)}"
        case Other():
            return f"{obj.kind} {quoted(obj.name)}"
        case None:
            return "object"


def shown_name(state: State, oid: int) -> str:
    """The name of a type as messages show it."""
    obj = state.objects.get(oid)
    if not isinstance(obj, Type):
        return "type"
    return quoted(obj.name) if obj.schema in state.search_path else f"{quoted(obj.schema)}.{quoted(obj.name)}"


def signature_text(state: State, function: Function) -> str:
    """`name(integer,text)` as messages name a function."""
    arguments = ",".join(shown(state, each) for each in function.identity)
    prefix = "" if function.schema in state.search_path else f"{quoted(function.schema)}."
    return f"{prefix}{quoted(function.name)}({arguments})"
