"""Where a value is put to work although nothing has asked whether it is there."""

from __future__ import annotations

from analyzer.facts.typescript import (
    Array,
    Await,
    Binary,
    Bound,
    Call,
    Cast,
    Conditional,
    Declarator,
    If,
    Member,
    New,
    Node,
    Object,
    Property,
    Spread,
    Template,
    Unary,
    While,
)
from analyzer.typescript.calls import package_call
from analyzer.typescript.evaluate import value
from analyzer.typescript.program import Program
from analyzer.typescript.values import External, Global, options

# Methods of a string that give it back in another form.
_SAME = frozenset({"trim", "trimEnd", "trimStart", "toString", "toLowerCase", "toUpperCase", "replace", "replaceAll"})
_SENDS = frozenset({"fetch", "Headers", "Request", "URL", "WebSocket"})
_TESTED = "tested"
_DEEPEST = 8  # variables that a value is passed on through


def untested_use(program: Program, path: str, node: Node) -> Node | None:
    """The first place that certainly uses the value of a node: in an address, a header, a call of a package.

    `None` where something tests it anywhere in the module, however that comes out, and where it only goes to places
    that may test it: functions of the project, what a function returns, lists.
    """
    found = _use(program, path, node, 0)
    return found if isinstance(found, Node) else None


def _use(program: Program, path: str, node: Node, depth: int) -> Node | str | None:
    """The use, `tested`, or None where it is not known what becomes of the value."""
    current = node
    while (parent := program.parent(path, current)) is not None:
        match parent:
            case Cast() | Await() | Spread() | Object():
                current = parent
            case Property(value=content) if content is current:
                current = parent
            case Binary(operator="??" | "||"):
                current = parent
            case Binary(operator="+") | Template():
                return parent
            case Conditional(test=test) if test is not current:
                current = parent
            case Binary() | Unary() | Conditional() | If() | While() | Array():  # a list of settings is gone through
                return _TESTED
            case Member(name=name):
                call = program.parent(path, parent)
                if name not in _SAME or not isinstance(call, Call) or call.callee is not parent:
                    return _TESTED
                current = call
            case Call() | New():
                return _of_argument(program, path, parent)
            case Declarator(target=Bound(binding=binding)):
                return _of_variable(program, path, binding, depth + 1) if depth < _DEEPEST else None
            case _:
                return None
    return None


def _of_argument(program: Program, path: str, call: Call | New) -> Node | str | None:
    for callee in options(value(program, path, call.callee)):
        if isinstance(callee, External) or package_call(callee) is not None:
            return call
        if isinstance(callee, Global):
            return call if callee.name in _SENDS else _TESTED
    return None


def _of_variable(program: Program, path: str, binding: int, depth: int) -> Node | str | None:
    found = [_use(program, path, one, depth) for one in program.index(path).references.get(binding, ())]
    if _TESTED in found:
        return _TESTED
    return next((one for one in found if one is not None), None)
