"""Functions, from syntax to facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from analyzer.facts.typescript import Closure, Expression, Function, Parameter, Return, Statement
from analyzer.typescript.lowering import Lowering
from analyzer.typescript.patterns import pattern

if TYPE_CHECKING:
    from tree_sitter import Node

Kind = Literal["function", "arrow", "method", "get", "set", "constructor"]

_PROPERTY_WORDS = frozenset({"accessibility_modifier", "readonly", "override_modifier"})


def arrow(low: Lowering, node: Node, name: str) -> Closure:
    """An arrow function, named after what it is written for."""
    return Closure(node.start_byte, node.end_byte, read_function(low, node, name, "arrow"))


def function_expression(low: Lowering, node: Node, name: str) -> Closure:
    """A function expression; its own name, if it has one, is visible only inside."""
    own = node.child_by_field_name("name")
    if own is None:
        return Closure(node.start_byte, node.end_byte, read_function(low, node, name, "function"))
    outer = low.scopes.enter()
    low.scopes.declare(low.of(own), "function", own.start_byte, own.end_byte)
    index = read_function(low, node, low.of(own), "function")
    low.scopes.current = outer
    return Closure(node.start_byte, node.end_byte, index)


def method(low: Lowering, node: Node, name: str) -> tuple[Kind, Closure]:
    """A method or accessor of a class or object, with which of them it is."""
    kind: Kind = "method"
    for child in node.children:
        if child.is_named:
            if child.type in ("accessibility_modifier", "override_modifier", "decorator"):
                continue
            break
        if child.type in ("get", "set"):
            kind = "get" if child.type == "get" else "set"
    if name == "constructor" and kind == "method":
        kind = "constructor"
    return kind, Closure(node.start_byte, node.end_byte, read_function(low, node, name, kind))


def read_function(low: Lowering, node: Node, name: str, kind: Kind) -> int:
    """Reads a function with a body and returns its index in the module."""
    index = len(low.functions)
    low.functions.append(None)
    asynchronous = generator = False
    parameters: tuple[Parameter, ...] = ()
    body: tuple[Statement, ...] = ()
    type_text = ""
    around, around_async = low.function, low.asynchronous
    outer = low.scopes.enter(index)
    low.function = index
    body_node: Node | None = None
    for child in node.children:
        child_kind = child.type
        if child_kind == "async":
            asynchronous = True
        elif child_kind == "*":
            generator = True
        elif child_kind == "formal_parameters":
            low.asynchronous = None  # `await` in a default value: left to others
            parameters = _parameters(low, child)
        elif child_kind == "type_annotation" or child_kind in ("type_predicate_annotation", "asserts_annotation"):
            type_text = low.of(child)[1:].strip()
        elif child_kind == "identifier" and kind == "arrow" and not parameters and body_node is None:
            if not any(other.type == "=>" and other.start_byte < child.start_byte for other in node.children):
                target = pattern(low, child, "parameter")
                parameters = (Parameter(child.start_byte, child.end_byte, target, None, "", False),)
                continue
            body_node = child
        elif child.is_named:
            body_node = child
    low.asynchronous = asynchronous
    body_node = node.child_by_field_name("body") or body_node
    body_start = node.end_byte
    if body_node is not None:
        body_start = body_node.start_byte
        if body_node.type == "statement_block":
            body = low.statements(body_node.named_children)
        else:
            value = low.expression(body_node)
            body = (Return(body_node.start_byte, body_node.end_byte, value),)
    low.scopes.current = outer
    low.function, low.asynchronous = around, around_async
    low.functions[index] = Function(
        node.start_byte,
        node.end_byte,
        name,
        kind,
        parameters,
        body,
        asynchronous,
        generator,
        around,
        type_text,
        body_start,
    )
    return index


def _parameters(low: Lowering, node: Node) -> tuple[Parameter, ...]:
    parameters = []
    for child in node.named_children:
        if child.type not in ("required_parameter", "optional_parameter"):
            continue
        inner = child.child_by_field_name("pattern")
        if inner is None or inner.type == "this":
            continue
        rest = inner.type == "rest_pattern"
        if rest:
            names = inner.named_children
            if not names:
                continue
            inner = names[0]
        value, type_node = child.child_by_field_name("value"), child.child_by_field_name("type")
        target = pattern(low, inner, "parameter")
        default: Expression | None = low.expression(value) if value is not None else None
        type_text = low.of(type_node)[1:].strip() if type_node is not None else ""
        is_property = any(part.type in _PROPERTY_WORDS for part in child.children)
        parameters.append(Parameter(child.start_byte, child.end_byte, target, default, type_text, rest, is_property))
    return tuple(parameters)
