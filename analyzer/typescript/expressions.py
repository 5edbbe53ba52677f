"""Expressions, from syntax to facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analyzer.facts.typescript import (
    Array,
    Assign,
    Await,
    Binary,
    Call,
    Cast,
    Conditional,
    Constant,
    DynamicImport,
    Expression,
    Import,
    Index,
    Member,
    MetaProperty,
    New,
    Object,
    Opaque,
    Property,
    Regex,
    Sequence,
    Spread,
    SyntaxProblem,
    TaggedTemplate,
    Target,
    Template,
    This,
    Unary,
    Update,
    Yield,
)
from analyzer.typescript import literals
from analyzer.typescript.classes import class_expression
from analyzer.typescript.functions import arrow, function_expression, method
from analyzer.typescript.jsx import jsx_element, jsx_expression
from analyzer.typescript.lowering import ExpressionReader, Lowering, constant
from analyzer.typescript.patterns import pattern

if TYPE_CHECKING:
    from tree_sitter import Node

_LOGICAL = frozenset({"||", "&&"})
_GENERIC_TAG = re.compile(r"""(?P<tag>[\w$]+(?:\.[\w$]+)*)<[\w\s|&\[\],.<>'"?]*>(?=`)""")


def _name(low: Lowering, node: Node) -> Expression:
    start, end = node.start_byte, node.end_byte
    return low.scopes.refer(low.text[start:end], start, end)


def _this(low: Lowering, node: Node) -> Expression:
    return This(node.start_byte, node.end_byte, low.of(node))


def _string(low: Lowering, node: Node) -> Expression:
    start, end = node.start_byte, node.end_byte
    return Constant(start, end, literals.unescaped(low.text[start + 1 : end - 1]))


def _number(low: Lowering, node: Node) -> Expression:
    return constant(node, literals.number(low.of(node)))


def _true(_: Lowering, node: Node) -> Expression:
    return constant(node, True)


def _false(_: Lowering, node: Node) -> Expression:
    return constant(node, False)


def _null(_: Lowering, node: Node) -> Expression:
    return constant(node, None)


def _regex(low: Lowering, node: Node) -> Expression:
    text = low.of(node)
    close = text.rfind("/")
    return Regex(node.start_byte, node.end_byte, text[1:close], text[close + 1 :])


def template(low: Lowering, node: Node) -> Template:
    """A template string, tagged or not."""
    text, position, end = low.text, node.start_byte + 1, node.end_byte
    texts: list[str] = []
    values: list[Expression] = []
    for child in node.named_children:
        if child.type == "template_substitution":
            texts.append(literals.unescaped(text[position : child.start_byte]))
            values.append(_only(low, child))
            position = child.end_byte
    texts.append(literals.unescaped(text[position : end - 1]))
    return Template(node.start_byte, end, tuple(texts), tuple(values))


def _only(low: Lowering, node: Node) -> Expression:
    """The one expression inside a node such as parentheses."""
    for child in node.named_children:
        if child.kind_id != low.comment and child.type != "type_annotation":
            return low.expression(child)
    return low.missing(node)


def _member(low: Lowering, node: Node) -> Expression:
    children = node.children
    if len(children) != 3:
        children = [child for child in children if child.kind_id != low.comment]
        if len(children) < 3:
            return low.opaque(node)
    target, dot, name = children[0], children[1], children[-1]
    start, end = name.start_byte, name.end_byte
    text = low.text[start:end]
    low.mentions.add(text)
    optional = dot.end_byte - dot.start_byte == 2
    value = low.expression(target)
    if isinstance(value, Await | Unary) and target.type != "parenthesized_expression":
        inner = value.value
        return _moved_out(value, Member(inner.start, end, inner, text, optional, start))
    return Member(node.start_byte, end, value, text, optional, start)


def _moved_out(prefix: Await | Unary, inner: Expression) -> Expression:
    """`await a<T>()` as `await (a<T>())`; the grammar, where there are type arguments, reads `(await a)<T>()`."""
    if isinstance(prefix, Await):
        return Await(prefix.start, inner.end, inner)
    return Unary(prefix.start, inner.end, prefix.operator, inner)


def _subscript(low: Lowering, node: Node) -> Expression:
    target, position = node.child_by_field_name("object"), node.child_by_field_name("index")
    if target is None or position is None:
        return low.opaque(node)
    optional = node.child_by_field_name("optional_chain") is not None
    value = low.expression(target)
    index = low.expression(position)
    if isinstance(index, Constant) and isinstance(index.value, str):
        low.mentions.add(index.value)
    if isinstance(value, Await | Unary) and target.type != "parenthesized_expression":
        inner = value.value
        return _moved_out(value, Index(inner.start, node.end_byte, inner, index, optional))
    return Index(node.start_byte, node.end_byte, value, index, optional)


def _call(low: Lowering, node: Node) -> Expression:
    children = node.named_children
    if len(children) == 2:
        callee, arguments = children
        types, optional = "", False
    else:
        callee_node, arguments_node = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if callee_node is None or arguments_node is None:
            return low.opaque(node)
        callee, arguments = callee_node, arguments_node
        types = type_arguments(low, node)
        optional = any(child.type in ("?.", "optional_chain") for child in node.children)
    start, end = node.start_byte, node.end_byte
    if arguments.type == "template_string":
        return TaggedTemplate(start, end, low.expression(callee), template(low, arguments))
    if callee.type == "import":
        return _dynamic_import(low, node, arguments)
    called = low.expression(callee)
    values = _arguments(low, arguments)
    if isinstance(called, Await | Unary) and callee.type != "parenthesized_expression":
        return _moved_out(called, Call(called.value.start, end, called.value, values, types, optional))
    if isinstance(called, Cast) and called.kind == "types":  # f<T>(x), where the grammar saw (f<T>)(x)
        return Call(start, end, called.value, values, called.type, optional)
    if len(values) == 1 and callee.type == "identifier" and low.of(callee) == "require":
        specifier = values[0]
        if isinstance(specifier, Constant) and isinstance(specifier.value, str):
            low.imports.append(Import(specifier.start, specifier.end, specifier.value, (), "require"))
    return Call(start, end, called, values, types, optional)


def _dynamic_import(low: Lowering, node: Node, arguments: Node) -> Expression:
    values = _arguments(low, arguments)
    if not values:
        return low.missing(node)
    specifier = values[0]
    if isinstance(specifier, Constant) and isinstance(specifier.value, str):
        low.imports.append(Import(specifier.start, specifier.end, specifier.value, (), "dynamic"))
    return DynamicImport(node.start_byte, node.end_byte, specifier)


def _arguments(low: Lowering, node: Node) -> tuple[Expression, ...]:
    comment = low.comment
    return tuple([low.expression(child) for child in node.named_children if child.kind_id != comment])


def type_arguments(low: Lowering, node: Node) -> str:
    """The text between the angle brackets of a call, or nothing."""
    types = node.child_by_field_name("type_arguments")
    return low.of(types)[1:-1].strip() if types is not None else ""


def _new(low: Lowering, node: Node) -> Expression:
    callee = node.child_by_field_name("constructor")
    if callee is None:
        return low.opaque(node)
    arguments = node.child_by_field_name("arguments")
    return New(
        node.start_byte,
        node.end_byte,
        low.expression(callee),
        _arguments(low, arguments) if arguments is not None else (),
        type_arguments(low, node),
    )


def _object(low: Lowering, node: Node) -> Expression:
    properties: list[Property | Spread] = []
    for child in node.named_children:
        kind = child.type
        if kind == "pair":
            properties.append(_pair(low, child))
        elif kind == "shorthand_property_identifier":
            start, end = child.start_byte, child.end_byte
            name = low.text[start:end]
            value = low.scopes.refer(name, start, end)
            properties.append(Property(start, end, name, None, value, "shorthand", start, end))
        elif kind == "spread_element":
            properties.append(_spread(low, child))
        elif kind == "method_definition":
            properties.append(_method_property(low, child))
    return Object(node.start_byte, node.end_byte, tuple(properties))


def _pair(low: Lowering, node: Node) -> Property:
    key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
    start, end = node.start_byte, node.end_byte
    if key is None or value is None:
        return Property(start, end, None, None, low.opaque(node), "value", start, start)
    name, computed = property_key(low, key)
    read = named(low, value, name or "")
    return Property(start, end, name, computed, read, "value", key.start_byte, key.end_byte)


def _method_property(low: Lowering, node: Node) -> Property:
    key = node.child_by_field_name("name")
    start, end = node.start_byte, node.end_byte
    if key is None:
        return Property(start, end, None, None, low.opaque(node), "method", start, start)
    name, computed = property_key(low, key)
    kind, closure = method(low, node, name or "")
    property_kind = "get" if kind == "get" else "set" if kind == "set" else "method"
    return Property(start, end, name, computed, closure, property_kind, key.start_byte, key.end_byte)  # type: ignore[arg-type]


def property_key(low: Lowering, key: Node) -> tuple[str | None, Expression | None]:
    """The constant name of a property, or the expression that computes it."""
    kind = key.type
    if kind == "string":
        return literals.unescaped(low.of(key)[1:-1]), None
    if kind == "number":
        return str(literals.number(low.of(key))), None
    if kind == "computed_property_name":
        computed = _only(low, key)
        if isinstance(computed, Constant) and isinstance(computed.value, str):
            return computed.value, None
        return None, computed
    return low.of(key), None


def named(low: Lowering, node: Node, name: str) -> Expression:
    """The expression at a node, where a function or class without a name takes this one."""
    kind = node.type
    if kind == "arrow_function":
        return arrow(low, node, name)
    if kind in ("function_expression", "generator_function"):
        return function_expression(low, node, name)
    return low.expression(node)


def _array(low: Lowering, node: Node) -> Expression:
    elements: list[Expression | None] = []
    expected = True
    for child in node.children[1:-1]:
        if child.kind_id == low.comment:
            continue
        if child.is_named:
            elements.append(low.expression(child))
            expected = False
        else:
            if expected:
                elements.append(None)
            expected = True
    return Array(node.start_byte, node.end_byte, tuple(elements))


def _spread(low: Lowering, node: Node) -> Spread:
    return Spread(node.start_byte, node.end_byte, _only(low, node))


def _await(low: Lowering, node: Node) -> Expression:
    if low.asynchronous is False:
        start = node.start_byte
        low.problems.append(SyntaxProblem(start, start + 5, "`await` in a function that is not `async`"))
    return Await(node.start_byte, node.end_byte, _only(low, node))


def _yield(low: Lowering, node: Node) -> Expression:
    values = [child for child in node.named_children if child.kind_id != low.comment]
    return Yield(node.start_byte, node.end_byte, low.expression(values[0]) if values else None)


def _generic_tag(low: Lowering, node: Node) -> Expression | None:
    """`tag<T>` before a template, which the grammar takes for the comparison `(tag < T) > template`."""
    match = _GENERIC_TAG.match(low.text, node.start_byte, node.end_byte)
    if match is None:
        return None
    first = last = node
    while first.type == "binary_expression" and (inner := first.child_by_field_name("left")) is not None:
        first = inner
    while last.type == "binary_expression" and (inner := last.child_by_field_name("right")) is not None:
        last = inner
    if first.end_byte != match.end("tag") or last.type != "template_string" or last.start_byte != match.end():
        return None
    return TaggedTemplate(node.start_byte, node.end_byte, low.expression(first), template(low, last))


def _binary(low: Lowering, node: Node) -> Expression:
    if "`" in low.text[node.start_byte : node.end_byte] and (tagged := _generic_tag(low, node)) is not None:
        return tagged
    children = node.children
    if len(children) != 3:
        children = [child for child in children if child.kind_id != low.comment]
        if len(children) != 3:
            return low.opaque(node)
    left, operator, right = children
    symbol = operator.type
    if symbol == "??":
        _check_mixed(low, left, operator, _LOGICAL)
        _check_mixed(low, right, operator, _LOGICAL)
    elif symbol in _LOGICAL:
        _check_mixed(low, left, operator, frozenset({"??"}))
        _check_mixed(low, right, operator, frozenset({"??"}))
    return Binary(node.start_byte, node.end_byte, symbol, low.expression(left), low.expression(right))


def _check_mixed(low: Lowering, operand: Node, operator: Node, others: frozenset[str]) -> None:
    if operand.type == "binary_expression":
        inner = operand.child_by_field_name("operator")
        if inner is not None and inner.type in others:
            other = operator.type if inner.type == "??" else inner.type
            message = f"`??` and `{other}` are mixed without parentheses"
            low.problems.append(SyntaxProblem(operator.start_byte, operator.end_byte, message))


def _unary(low: Lowering, node: Node) -> Expression:
    operator, value = node.child_by_field_name("operator"), node.child_by_field_name("argument")
    if operator is None or value is None:
        return low.opaque(node)
    return Unary(node.start_byte, node.end_byte, operator.type, low.expression(value))


def _update(low: Lowering, node: Node) -> Expression:
    operator, value = node.child_by_field_name("operator"), node.child_by_field_name("argument")
    if operator is None or value is None:
        return low.opaque(node)
    return Update(node.start_byte, node.end_byte, operator.type, low.expression(value))


def _assign(low: Lowering, node: Node) -> Expression:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return low.opaque(node)
    operator = node.child_by_field_name("operator")
    target = pattern(low, left, None)
    value = named(low, right, low.of(left) if left.type in ("identifier", "member_expression") else "")
    return Assign(node.start_byte, node.end_byte, operator.type if operator is not None else "=", target, value)


def _conditional(low: Lowering, node: Node) -> Expression:
    parts = [node.child_by_field_name(field) for field in ("condition", "consequence", "alternative")]
    test, then, otherwise = parts
    if test is None or then is None or otherwise is None:
        return low.opaque(node)
    return Conditional(
        node.start_byte, node.end_byte, low.expression(test), low.expression(then), low.expression(otherwise)
    )


def _sequence(low: Lowering, node: Node) -> Expression:
    values: list[Expression] = []
    for child in node.named_children:
        if child.kind_id != low.comment:
            value = low.expression(child)
            values.extend(value.values if isinstance(value, Sequence) else (value,))
    return Sequence(node.start_byte, node.end_byte, tuple(values))


def _meta(low: Lowering, node: Node) -> Expression:
    return MetaProperty(node.start_byte, node.end_byte, low.of(node))


def _as(low: Lowering, node: Node) -> Expression:
    children = [child for child in node.named_children if child.kind_id != low.comment]
    if not children:
        return low.missing(node)
    kind = "satisfies" if node.type == "satisfies_expression" else "as"
    type_text = low.of(children[1]) if len(children) > 1 else "const"
    return Cast(node.start_byte, node.end_byte, low.expression(children[0]), kind, type_text)  # type: ignore[arg-type]


def _non_null(low: Lowering, node: Node) -> Expression:
    return Cast(node.start_byte, node.end_byte, _only(low, node), "!", "")


def _type_assertion(low: Lowering, node: Node) -> Expression:
    children = [child for child in node.named_children if child.kind_id != low.comment]
    if len(children) != 2:
        return low.opaque(node)
    type_text = low.of(children[0])[1:-1].strip()
    return Cast(node.start_byte, node.end_byte, low.expression(children[1]), "angle", type_text)


def _instantiation(low: Lowering, node: Node) -> Expression:
    return Cast(node.start_byte, node.end_byte, _only(low, node), "types", type_arguments(low, node))


def _arrow(low: Lowering, node: Node) -> Expression:
    return arrow(low, node, "")


def _function(low: Lowering, node: Node) -> Expression:
    return function_expression(low, node, "")


def _template(low: Lowering, node: Node) -> Expression:
    return template(low, node)


def _stray(_: Lowering, node: Node) -> Expression:
    """Syntax that is no expression, met inside broken code."""
    return Opaque(node.start_byte, node.end_byte, ())


def _pattern_as_expression(low: Lowering, node: Node) -> Expression:
    """`({ a } = b)` read as an expression in broken code: only what is assigned to matters."""
    target = pattern(low, node, None)
    return target.value if isinstance(target, Target) else Opaque(target.start, target.end, ())


READERS: dict[str, ExpressionReader] = {
    "identifier": _name,
    "undefined": _name,
    "shorthand_property_identifier": _name,
    "this": _this,
    "super": _this,
    "string": _string,
    "number": _number,
    "true": _true,
    "false": _false,
    "null": _null,
    "regex": _regex,
    "template_string": _template,
    "parenthesized_expression": _only,
    "member_expression": _member,
    "subscript_expression": _subscript,
    "call_expression": _call,
    "new_expression": _new,
    "object": _object,
    "array": _array,
    "spread_element": _spread,
    "await_expression": _await,
    "yield_expression": _yield,
    "binary_expression": _binary,
    "unary_expression": _unary,
    "update_expression": _update,
    "assignment_expression": _assign,
    "augmented_assignment_expression": _assign,
    "ternary_expression": _conditional,
    "sequence_expression": _sequence,
    "meta_property": _meta,
    "as_expression": _as,
    "satisfies_expression": _as,
    "non_null_expression": _non_null,
    "type_assertion": _type_assertion,
    "instantiation_expression": _instantiation,
    "arrow_function": _arrow,
    "function_expression": _function,
    "generator_function": _function,
    "class": class_expression,
    "jsx_element": jsx_element,
    "jsx_self_closing_element": jsx_element,
    "jsx_expression": jsx_expression,
    "object_pattern": _pattern_as_expression,
    "array_pattern": _pattern_as_expression,
    "type_annotation": _stray,
    "type_arguments": _stray,
    "type_identifier": _stray,
    "property_identifier": _stray,
    "private_property_identifier": _stray,
    "predefined_type": _stray,
    "formal_parameters": _stray,
    "comment": _stray,
}
