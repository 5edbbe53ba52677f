"""Classes, from syntax to facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from analyzer.facts.typescript import GLOBAL, MODULE_LEVEL, Class, ClassMember, Closure, Expression, Function
from analyzer.typescript import literals
from analyzer.typescript.functions import method
from analyzer.typescript.lowering import Lowering

if TYPE_CHECKING:
    from tree_sitter import Node

_CLASS_KINDS: dict[str, Literal["method", "get", "set", "constructor"]] = {
    "method": "method",
    "get": "get",
    "set": "set",
    "constructor": "constructor",
}


def class_expression(low: Lowering, node: Node) -> Expression:
    """A class as a value; its own name, if it has one, is visible only inside."""
    name = node.child_by_field_name("name")
    if name is None:
        return read_class(low, node, "", GLOBAL)
    outer = low.scopes.enter()
    binding = low.scopes.declare(low.of(name), "class", name.start_byte, name.end_byte)
    result = read_class(low, node, low.of(name), binding)
    low.scopes.current = outer
    return result


def read_class(low: Lowering, node: Node, name: str, binding: int) -> Class:
    """Reads the members of a class whose name is declared."""
    superclass: Expression | None = None
    members: list[ClassMember] = []
    asynchronous, low.asynchronous = low.asynchronous, None  # fields have a body of their own
    for child in node.named_children:
        if child.type == "class_heritage":
            superclass = _superclass(low, child)
        elif child.type == "class_body":
            for member in child.named_children:
                read = _member(low, member)
                if read is not None:
                    members.append(read)
        elif child.type == "decorator":
            _decorator(low, child)
    low.asynchronous = asynchronous
    return Class(node.start_byte, node.end_byte, name, binding, superclass, tuple(members))


def _decorator(low: Lowering, node: Node) -> Expression:
    return low.opaque(node)


def _superclass(low: Lowering, node: Node) -> Expression | None:
    for clause in node.named_children:
        if clause.type == "extends_clause":
            value = clause.child_by_field_name("value")
            return low.expression(value) if value is not None else None
    return None


def _member(low: Lowering, node: Node) -> ClassMember | None:
    kind = node.type
    start, end = node.start_byte, node.end_byte
    if kind == "class_static_block":
        return ClassMember(start, end, None, _static_block(low, node), True, "static", "")
    if kind not in ("method_definition", "public_field_definition"):
        return None
    name_node = node.child_by_field_name("name")
    static = any(child.type == "static" for child in node.children)
    name, value = _member_name(low, name_node), None
    if kind == "method_definition":
        method_kind, closure = method(low, node, name or "")
        shown = _CLASS_KINDS.get(method_kind, "method")
        return ClassMember(start, end, name, closure, static, shown, "")
    value_node, type_node = node.child_by_field_name("value"), node.child_by_field_name("type")
    if value_node is not None:
        from analyzer.typescript.expressions import named

        value = named(low, value_node, name or "")
    type_text = low.of(type_node)[1:].strip() if type_node is not None else ""
    return ClassMember(start, end, name, value, static, "field", type_text)


def _member_name(low: Lowering, node: Node | None) -> str | None:
    if node is None:
        return None
    if node.type == "computed_property_name":
        low.opaque(node)
        return None
    if node.type == "string":
        return literals.unescaped(low.of(node)[1:-1])
    return low.of(node)


def _static_block(low: Lowering, node: Node) -> Closure:
    """A static block as a function that runs when the class is made."""
    index = len(low.functions)
    low.functions.append(None)
    around, low.function = low.function, index
    outer = low.scopes.enter(index)
    body = node.child_by_field_name("body")
    statements = low.statements(body.named_children) if body is not None else ()
    low.scopes.current = outer
    low.function = around
    start, end = node.start_byte, node.end_byte
    low.functions[index] = Function(
        start, end, "", "method", (), statements, False, False, around if around != index else MODULE_LEVEL, "", start
    )
    return Closure(start, end, index)
