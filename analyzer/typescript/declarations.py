"""Type, enum and namespace declarations, from syntax to facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.facts.typescript import Block, DeclareEnum, DeclareType, EnumMember, Statement, TypeMember
from analyzer.typescript import literals
from analyzer.typescript.lowering import Lowering

if TYPE_CHECKING:
    from tree_sitter import Node


def interface(low: Lowering, node: Node) -> Statement | None:
    """An interface with the members it declares itself."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None:
        return None
    members = _members(low, body) if body is not None else ()
    return DeclareType(node.start_byte, node.end_byte, low.of(name), "interface", members, "")


def type_alias(low: Lowering, node: Node) -> Statement | None:
    """A type alias; the members are those of an object type, or of the object types that it intersects."""
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is None or value is None:
        return None
    members: tuple[TypeMember, ...] = ()
    if value.type == "object_type":
        members = _members(low, value)
    elif value.type == "intersection_type":
        for part in value.named_children:
            if part.type == "object_type":
                members += _members(low, part)
    return DeclareType(node.start_byte, node.end_byte, low.of(name), "alias", members, low.of(value))


def _members(low: Lowering, node: Node) -> tuple[TypeMember, ...]:
    members = []
    for child in node.named_children:
        if child.type not in ("property_signature", "method_signature"):
            continue
        name, type_node = child.child_by_field_name("name"), child.child_by_field_name("type")
        if name is None or name.type == "computed_property_name":
            continue
        text = literals.unescaped(low.of(name)[1:-1]) if name.type == "string" else low.of(name)
        optional = any(part.type == "?" for part in child.children)
        type_text = low.of(type_node)[1:].strip() if type_node is not None else ""
        members.append(TypeMember(child.start_byte, child.end_byte, text, type_text, optional))
    return tuple(members)


def enum_declaration(low: Lowering, node: Node) -> Statement | None:
    """An enum with its members."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None or body is None:
        return None
    text = low.of(name)
    binding = low.scopes.declare(text, "enum", name.start_byte, name.end_byte, low.ambient)
    members = []
    for child in body.named_children:
        if child.type == "enum_assignment":
            key, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if key is not None:
                read = low.expression(value) if value is not None else None
                members.append(EnumMember(child.start_byte, child.end_byte, _enum_key(low, key), read))
        elif child.kind_id != low.comment:
            members.append(EnumMember(child.start_byte, child.end_byte, _enum_key(low, child), None))
    return DeclareEnum(node.start_byte, node.end_byte, text, binding, tuple(members))


def _enum_key(low: Lowering, node: Node) -> str:
    return literals.unescaped(low.of(node)[1:-1]) if node.type == "string" else low.of(node)


def namespace(low: Lowering, node: Node) -> Statement | None:
    """A namespace; what it exports is not followed."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None or name.type == "string":
        return None
    text = low.of(name)
    if name.type == "identifier":
        low.scopes.declare(text, "namespace", name.start_byte, name.end_byte, low.ambient)
    before, low.namespace = low.namespace, True
    statements = low.body(body)
    low.namespace = before
    return Block(node.start_byte, node.end_byte, statements, text)
