"""Patterns, from syntax to facts: what declarations, parameters and assignments bind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.facts.typescript import (
    ArrayPattern,
    Bound,
    Constant,
    Expression,
    ObjectPattern,
    Pattern,
    PatternElement,
    PatternProperty,
    Target,
)
from analyzer.typescript import literals
from analyzer.typescript.lowering import Lowering
from analyzer.typescript.scopes import BindingKind

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMES = frozenset({"identifier", "shorthand_property_identifier_pattern", "undefined"})
_DEFAULTS = frozenset({"assignment_pattern", "object_assignment_pattern"})


def pattern(low: Lowering, node: Node, kind: BindingKind | None) -> Pattern:
    """The pattern at a node: with a `kind` it declares its names, without it assigns to what is there."""
    type_name = node.type
    start, end = node.start_byte, node.end_byte
    if type_name in _NAMES:
        name = low.text[start:end]
        if kind is None:
            return Target(start, end, low.scopes.refer(name, start, end))
        return Bound(start, end, name, low.scopes.declare(name, kind, start, end, low.ambient))
    if type_name == "object_pattern" or type_name == "object":
        return _object_pattern(low, node, kind)
    if type_name == "array_pattern" or type_name == "array":
        return _array_pattern(low, node, kind)
    return Target(start, end, low.expression(node))


def _with_default(low: Lowering, node: Node, kind: BindingKind | None) -> tuple[Pattern, Expression | None]:
    if node.type in _DEFAULTS:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None:
            return pattern(low, left, kind), low.expression(right) if right is not None else None
    return pattern(low, node, kind), None


def _object_pattern(low: Lowering, node: Node, kind: BindingKind | None) -> ObjectPattern:
    properties: list[PatternProperty] = []
    rest: Pattern | None = None
    for child in node.named_children:
        type_name = child.type
        start, end = child.start_byte, child.end_byte
        if (
            type_name in _NAMES
            or type_name == "object_assignment_pattern"
            or type_name == "shorthand_property_identifier"
        ):
            if type_name == "shorthand_property_identifier":
                type_name = "identifier"
                target: Pattern = Target(start, end, low.scopes.refer(low.of(child), start, end))
                default = None
            else:
                target, default = _with_default(low, child, kind)
            name = low.text[target.start : target.end]
            low.mentions.add(name)
            properties.append(PatternProperty(start, end, name, None, target, default))
        elif type_name == "pair_pattern" or type_name == "pair":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None:
                text, computed = _key(low, key)
                if text is not None:
                    low.mentions.add(text)
                target, default = _with_default(low, value, kind)
                properties.append(PatternProperty(start, end, text, computed, target, default))
        elif type_name in ("rest_pattern", "spread_element"):
            inner = _inner(low, child)
            rest = pattern(low, inner, kind) if inner is not None else None
    return ObjectPattern(node.start_byte, node.end_byte, tuple(properties), rest)


def _array_pattern(low: Lowering, node: Node, kind: BindingKind | None) -> ArrayPattern:
    elements: list[PatternElement | None] = []
    rest: Pattern | None = None
    expected = True
    for child in node.children[1:-1]:
        if child.kind_id == low.comment:
            continue
        if not child.is_named:
            if expected:
                elements.append(None)
            expected = True
            continue
        expected = False
        if child.type in ("rest_pattern", "spread_element"):
            inner = _inner(low, child)
            rest = pattern(low, inner, kind) if inner is not None else None
            continue
        target, default = _with_default(low, child, kind)
        elements.append(PatternElement(child.start_byte, child.end_byte, target, default))
    return ArrayPattern(node.start_byte, node.end_byte, tuple(elements), rest)


def _inner(low: Lowering, node: Node) -> Node | None:
    return next((child for child in node.named_children if child.kind_id != low.comment), None)


def _key(low: Lowering, key: Node) -> tuple[str | None, Expression | None]:
    if key.type == "computed_property_name":
        inner = _inner(low, key)
        computed = low.expression(inner) if inner is not None else low.missing(key)
        if isinstance(computed, Constant) and isinstance(computed.value, str):
            return computed.value, None
        return None, computed
    if key.type == "string":
        return literals.unescaped(low.of(key)[1:-1]), None
    return low.of(key), None
