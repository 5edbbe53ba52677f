"""A value in a few words, for messages."""

from __future__ import annotations

import json

from analyzer.typescript.values import (
    ArrayValue,
    Builder,
    Called,
    Client,
    Concatenation,
    Either,
    Environment,
    External,
    FunctionValue,
    Global,
    Instance,
    Known,
    MemberOf,
    Namespace,
    ObjectValue,
    Operation,
    Outcome,
    Parameter,
    Request,
    Row,
    Undefined,
    User,
    Value,
)

_MAX_DEPTH = 6
_MAX_TEXT = 60  # characters of a string


def describe(value: Value, depth: int = 0) -> str:
    """What a value is and where it comes from: `env(STRIPE_KEY)`, `body.plan_id`, `user.id`, `orders.total`.

    Strings are shown in quotes and cut; a caller that must not show a secret looks at the value first.
    """
    if depth > _MAX_DEPTH:
        return "..."
    match value:
        case Known(value=str() as text):
            return json.dumps(text if len(text) <= _MAX_TEXT else text[:_MAX_TEXT] + "...", ensure_ascii=False)
        case Known(value=constant):
            return json.dumps(constant)
        case Undefined():
            return "undefined"
        case Environment(name=name, computed=computed):
            return f"env({name})" if name is not None or computed is None else f"env({describe(computed, depth + 1)})"
        case Request(part=part, path=path):
            return _dotted(part, path)
        case User(how=how, path=path):
            return _dotted("session.user" if how == "getSession" else "user", path)
        case Row(query=query, part=part, path=path):
            table = query.target.value if isinstance(query.target, Known) else describe(query.target, depth + 1)
            return _dotted(str(table) if part == "data" else f"{table}:{part}", path)
        case Outcome(area=area, method=method, path=path):
            return _dotted(f"{area}.{method}()", path)
        case Client(key=key, factory=factory):
            return f"{factory}({describe(key, depth + 1)})"
        case Builder(target=target, steps=steps):
            return ".".join([f"from({describe(target, depth + 1)})", *(step.name for step in steps)])
        case Concatenation(parts=parts):
            return " + ".join(describe(part, depth + 1) for part in parts)
        case ObjectValue(entries=entries, maybe=maybe, rest=rest):
            shown = [f"{key}{'?' if key in maybe else ''}: {describe(one, depth + 1)}" for key, one in entries.items()]
            return "{" + ", ".join([*shown, *(f"...{describe(one, depth + 1)}" for one in rest)]) + "}"
        case ArrayValue(elements=elements, complete=complete):
            return (
                "[" + ", ".join([*(describe(one, depth + 1) for one in elements), *([] if complete else ["..."])]) + "]"
            )
        case Either(options=options, how=how):
            word = {"=": "|", "return": "|", "call": "|", "default": "??"}.get(how, how)
            return f" {word} ".join(describe(one, depth + 1) for one in options)
        case FunctionValue(path=path, function=function):
            return f"function {path}#{function}"
        case Instance(cls=cls, static=static):
            return f"class {cls.name}" if static else f"new {cls.name}"
        case Namespace(path=path):
            return f"module {path}"
        case External(package=package, name=name):
            return f"{package}:{name}"
        case Global(name=name):
            return name
        case Parameter(index=index):
            return f"parameter {index}"
        case MemberOf(object=inner, key=key):
            return f"{describe(inner, depth + 1)}.{key or '[]'}"
        case Called(callee=callee, arguments=arguments, new=new):
            shown_arguments = ", ".join(describe(one, depth + 1) for one in arguments)
            return f"{'new ' if new else ''}{describe(callee, depth + 1)}({shown_arguments})"
        case Operation(operator=operator, operands=operands):
            if len(operands) == 1:
                return f"{operator}({describe(operands[0], depth + 1)})"
            return f" {operator} ".join(describe(one, depth + 1) for one in operands)
    return f"unknown ({value.why})"


def _dotted(head: str, path: tuple[str | None, ...]) -> str:
    return ".".join([head, *(part if part is not None else "*" for part in path)])
