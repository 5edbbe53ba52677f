"""Which of the values that a query may have never come together.

A function that sends queries is called with a name and the columns for it, and another time with others; a test keeps
a step from all tables but one.
"""

from __future__ import annotations

from analyzer.facts.typescript import Binary, Call, Cast, Constant, Name
from analyzer.typescript.flow import conditions
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Query
from analyzer.typescript.values import Site, Value


def is_ruled_out(program: Program, query: Query, at: Site, name: str | None) -> bool:
    """Whether a test around a step of a query says that it is not sent to `name`: `if (table === "a") ...`."""
    asked = _asked(query)
    if name is None or asked is None or at.path != query.begin.path:
        return False
    for condition in conditions(program, at.path, at.node):
        test = condition.test
        if not isinstance(test, Binary) or test.operator not in ("===", "==", "!==", "!="):
            continue
        for side, other in ((test.left, test.right), (test.right, test.left)):
            if isinstance(side, Name) and _is_same(side, asked) and isinstance(other, Constant):
                equal = condition.holds == (test.operator in ("===", "=="))
                if equal != (other.value == name):
                    return True
    return False


def _asked(query: Query) -> Name | None:
    """The variable that holds the name which a query is sent to."""
    begin = query.begin.node
    given = begin.arguments[0] if isinstance(begin, Call) and begin.arguments else None
    while isinstance(given, Cast):
        given = given.value
    return given if isinstance(given, Name) else None


def _is_same(one: Name, other: Name) -> bool:
    return one.binding == other.binding and one.name == other.name


def calling(program: Program, value: Value) -> Call | None:
    """The call that a value is an argument of, as it is written."""
    if value.at is None:
        return None
    node = program.parent(value.at.path, value.at.node)
    while isinstance(node, Cast):
        node = program.parent(value.at.path, node)
    return node if isinstance(node, Call) else None


def are_rivals(one: Call, other: Call) -> bool:
    """Whether two calls are of one function, so that an argument of one never meets an argument of the other."""
    return (
        one is not other
        and isinstance(one.callee, Name)
        and isinstance(other.callee, Name)
        and one.callee.name == other.callee.name
    )
