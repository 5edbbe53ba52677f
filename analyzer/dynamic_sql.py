"""SQL that a PL/pgSQL body builds at run time, and what of its caller's values gets into it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from analyzer.database.walk import descendants
from analyzer.facts.sql import Assign, Body, Execute, ForExecute, ReturnQuery, VariableDeclaration
from analyzer.facts.sql_query import (
    BinaryOperation,
    Case,
    Cast,
    Coalesce,
    ColumnReference,
    Constant,
    Expression,
    FunctionCall,
)

_PLACEHOLDER = re.compile(r"%(?:(?P<position>\d+)\$)?(?:-?\d+)?(?P<kind>[sIL%])")
# Functions that give back the text that they are given, or a part of it.
_KEEPING = frozenset(
    {
        "concat",
        "concat_ws",
        "lower",
        "upper",
        "trim",
        "btrim",
        "ltrim",
        "rtrim",
        "left",
        "right",
        "substring",
        "array_to_string",
    }
)
_TEXT = frozenset({"text", "varchar", "bpchar"})
_MOST_STEPS = 12


def built_from(body: Body, parameters: Collection[str]) -> Iterator[tuple[str, Expression]]:
    """The parameters that get into a command as they are, each with the command."""
    nodes = list(descendants(body))
    assigned: dict[str, list[Expression]] = {}
    for node in nodes:
        if isinstance(node, Assign) and isinstance(node.target, ColumnReference):
            assigned.setdefault(node.target.parts[-1].text, []).append(node.value)
        elif isinstance(node, VariableDeclaration) and node.default is not None:
            assigned.setdefault(node.name.text, []).append(node.default)
    for node in nodes:
        if isinstance(node, Execute | ForExecute | ReturnQuery) and node.command is not None:
            for name in _raw(node.command, parameters, assigned, 0):
                yield name, node.command
                break


def _raw(
    node: Expression, parameters: Collection[str], assigned: Mapping[str, list[Expression]], steps: int
) -> Iterator[str]:
    """The parameters whose text stands in the value of an expression unquoted."""
    if steps > _MOST_STEPS:
        return
    for part in _parts(node):
        if isinstance(part, ColumnReference):
            name = part.parts[-1].text if part.parts else ""
            if name in assigned:
                for value in assigned[name]:
                    yield from _raw(value, parameters, assigned, steps + 1)
            elif name in parameters:
                yield name
        elif part is not node:
            yield from _raw(part, parameters, assigned, steps + 1)


def _parts(node: Expression) -> Iterator[Expression]:
    """The expressions whose text is part of the text of this one."""
    match node:
        case ColumnReference():
            yield node
        case BinaryOperation(operator="||" | "->>", left=left, right=right):
            yield left
            if node.operator == "||":
                yield right
        case Cast(operand=operand, type=type_) if type_.name in _TEXT:
            yield operand
        case Coalesce(arguments=arguments):
            yield from arguments
        case Case(whens=whens, otherwise=otherwise):
            yield from (when.result for when in whens)
            if otherwise is not None:
                yield otherwise
        case FunctionCall(arguments=arguments) if node.name.name == "format" and arguments:
            yield from _formatted(arguments)
        case FunctionCall(arguments=arguments) if node.name.name in _KEEPING:
            yield from arguments
        case _:
            pass


def _formatted(arguments: tuple[Expression, ...]) -> Iterator[Expression]:
    """The arguments of `format` that `%s` takes as they are; a format that is no literal is one itself."""
    template = arguments[0]
    if not isinstance(template, Constant) or not isinstance(template.value, str):
        yield from arguments
        return
    following = 1
    for match in _PLACEHOLDER.finditer(template.value):
        if match["kind"] == "%":
            continue
        position = int(match["position"]) if match["position"] else following
        following = position + 1
        if match["kind"] == "s" and position < len(arguments):
            yield arguments[position]
