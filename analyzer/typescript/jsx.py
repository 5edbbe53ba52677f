"""JSX, from syntax to facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.facts.typescript import Constant, Expression, Jsx, JsxAttribute, Spread
from analyzer.typescript import literals
from analyzer.typescript.lowering import Lowering

if TYPE_CHECKING:
    from tree_sitter import Node


def jsx_element(low: Lowering, node: Node) -> Expression:
    """An element or fragment with its attributes and children."""
    opening = node
    if node.type == "jsx_element":
        opening = node.child_by_field_name("open_tag") or node
    name, component = _name(low, opening.child_by_field_name("name"))
    attributes: list[JsxAttribute | Spread] = []
    for child in opening.named_children:
        kind = child.type
        if kind == "jsx_attribute":
            attributes.append(_attribute(low, child))
        elif kind == "jsx_expression":
            value = _inside(low, child)
            if isinstance(value, Spread):
                attributes.append(value)
    children: list[Expression] = []
    if opening is not node:
        children = _children(low, node)
    return Jsx(node.start_byte, node.end_byte, name, component, tuple(attributes), tuple(children))


def jsx_expression(low: Lowering, node: Node) -> Expression:
    """What stands in the braces."""
    return _inside(low, node) or low.missing(node)


def _name(low: Lowering, node: Node | None) -> tuple[str, Expression | None]:
    if node is None:
        return "", None
    name = low.of(node)
    if node.type == "identifier" and (name[:1].islower() or "-" in name):
        return name, None
    if node.type == "jsx_namespace_name":
        return name, None
    return name, low.expression(node)


def _inside(low: Lowering, node: Node) -> Expression | None:
    for child in node.named_children:
        if child.kind_id != low.comment:
            return low.expression(child)
    return None


def _attribute(low: Lowering, node: Node) -> JsxAttribute:
    parts = [child for child in node.named_children if child.kind_id != low.comment]
    value: Expression | None = None
    if len(parts) > 1:
        given = parts[1]
        start, end = given.start_byte, given.end_byte
        if given.type == "string":
            value = Constant(start, end, literals.without_entities(low.text[start + 1 : end - 1]))
        else:
            value = low.expression(given)
    return JsxAttribute(node.start_byte, node.end_byte, low.of(parts[0]) if parts else "", value)


def _children(low: Lowering, node: Node) -> list[Expression]:
    children: list[Expression] = []
    text_start = text_end = -1
    for child in node.named_children:
        kind = child.type
        if kind in ("jsx_text", "html_character_reference"):
            if text_start < 0:
                text_start = child.start_byte
            text_end = child.end_byte
            continue
        if text_start >= 0:
            _add_text(low, children, text_start, text_end)
            text_start = -1
        if kind in ("jsx_opening_element", "jsx_closing_element"):
            continue
        value = _inside(low, child) if kind == "jsx_expression" else low.expression(child)
        if value is not None:
            children.append(value)
    if text_start >= 0:
        _add_text(low, children, text_start, text_end)
    return children


def _add_text(low: Lowering, children: list[Expression], start: int, end: int) -> None:
    text = literals.jsx_text(low.text[start:end])
    if text.strip():
        children.append(Constant(start, end, text))
