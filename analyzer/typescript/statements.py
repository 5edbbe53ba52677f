"""Statements, from syntax to facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from analyzer.facts.typescript import (
    Block,
    Case,
    Debugger,
    Declarator,
    Declare,
    DeclareClass,
    DeclareFunction,
    Evaluate,
    Expression,
    For,
    ForEach,
    If,
    Jump,
    Opaque,
    Pattern,
    Return,
    Statement,
    Switch,
    Throw,
    Try,
    While,
)
from analyzer.typescript.classes import read_class
from analyzer.typescript.declarations import enum_declaration, interface, namespace, type_alias
from analyzer.typescript.exchange import export_statement, import_statement
from analyzer.typescript.expressions import named
from analyzer.typescript.functions import read_function
from analyzer.typescript.lowering import Lowering, StatementReader
from analyzer.typescript.patterns import pattern

if TYPE_CHECKING:
    from tree_sitter import Node

Declares = Literal["const", "let", "var", "using"]
_DECLARES: dict[str, Declares] = {"const": "const", "let": "let", "var": "var"}


def _declare(low: Lowering, node: Node) -> Statement:
    kind = _DECLARES.get(node.children[0].type, "const")
    binding = "const" if kind == "using" else kind
    declarators = []
    for child in node.named_children:
        if child.type != "variable_declarator":
            continue
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if name is None:
            continue
        type_node = child.child_by_field_name("type")
        target = pattern(low, name, binding)
        read = named(low, value, low.of(name) if name.type == "identifier" else "") if value is not None else None
        type_text = low.of(type_node)[1:].strip() if type_node is not None else ""
        declarators.append(Declarator(child.start_byte, child.end_byte, target, read, type_text))
    return Declare(node.start_byte, node.end_byte, kind, tuple(declarators))


def _evaluate(low: Lowering, node: Node) -> Statement | None:
    value = _expression_in(low, node)
    return Evaluate(node.start_byte, node.end_byte, value) if value is not None else None


def _expression_in(low: Lowering, node: Node | None) -> Expression | None:
    if node is None:
        return None
    if node.type != "expression_statement":
        return low.expression(node)
    for child in node.named_children:
        if child.kind_id != low.comment:
            return low.expression(child)
    return None


def _condition(low: Lowering, node: Node, field: str) -> Expression:
    inner = node.child_by_field_name(field)
    return low.expression(inner) if inner is not None else low.missing(node)


def _if(low: Lowering, node: Node) -> Statement:
    test = _condition(low, node, "condition")
    then = low.body(node.child_by_field_name("consequence"))
    clause = node.child_by_field_name("alternative")
    otherwise: tuple[Statement, ...] = ()
    if clause is not None:
        inner = [child for child in clause.named_children if child.kind_id != low.comment]
        otherwise = low.body(inner[0]) if inner else ()
    return If(node.start_byte, node.end_byte, test, then, otherwise)


def _for(low: Lowering, node: Node) -> Statement:
    outer = low.scopes.enter()
    first = node.child_by_field_name("initializer")
    initial = low.statement(first) if first is not None and first.is_named else None
    if first is not None and first.is_named and initial is None:
        initial = Evaluate(first.start_byte, first.end_byte, low.expression(first))
    test_node = node.child_by_field_name("condition")
    step = node.child_by_field_name("increment")
    test = (
        _expression_in(low, test_node)
        if test_node is not None and test_node.type not in (";", "empty_statement")
        else None
    )
    loop = For(
        node.start_byte,
        node.end_byte,
        initial if isinstance(initial, Declare | Evaluate) else None,
        test,
        low.expression(step) if step is not None else None,
        low.body(node.child_by_field_name("body")),
    )
    low.scopes.current = outer
    return loop


def _for_each(low: Lowering, node: Node) -> Statement:
    outer = low.scopes.enter()
    kind_node = node.child_by_field_name("kind")
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    value = low.expression(right) if right is not None else low.missing(node)
    kind = _DECLARES.get(kind_node.type, "const") if kind_node is not None else None
    target: Pattern
    if left is None:
        from analyzer.facts.typescript import Target

        target = Target(node.start_byte, node.start_byte, low.missing(node))
    else:
        target = pattern(low, left, kind if kind != "using" else "const")
    asynchronous = any(child.type == "await" for child in node.children[:3])
    loop = ForEach(
        node.start_byte,
        node.end_byte,
        target,
        kind or "",
        "in" if operator is not None and operator.type == "in" else "of",
        asynchronous,
        value,
        low.body(node.child_by_field_name("body")),
    )
    low.scopes.current = outer
    return loop


def _while(low: Lowering, node: Node) -> Statement:
    test = _condition(low, node, "condition")
    return While(node.start_byte, node.end_byte, test, low.body(node.child_by_field_name("body")), False)


def _do(low: Lowering, node: Node) -> Statement:
    body = low.body(node.child_by_field_name("body"))
    return While(node.start_byte, node.end_byte, _condition(low, node, "condition"), body, True)


def _switch(low: Lowering, node: Node) -> Statement:
    value = _condition(low, node, "value")
    cases = []
    body = node.child_by_field_name("body")
    outer = low.scopes.enter()
    for child in body.named_children if body is not None else ():
        if child.type not in ("switch_case", "switch_default"):
            continue
        test_node = child.child_by_field_name("value")
        test = low.expression(test_node) if test_node is not None else None
        statements = low.statements(child.children_by_field_name("body"))
        cases.append(Case(child.start_byte, child.end_byte, test, statements))
    low.scopes.current = outer
    return Switch(node.start_byte, node.end_byte, value, tuple(cases))


def _try(low: Lowering, node: Node) -> Statement:
    body = low.body(node.child_by_field_name("body"))
    clause, final = node.child_by_field_name("handler"), node.child_by_field_name("finalizer")
    parameter: Pattern | None = None
    handler: tuple[Statement, ...] | None = None
    start = end = node.end_byte
    if clause is not None:
        start, end = clause.start_byte, clause.start_byte + len("catch")
        outer = low.scopes.enter()
        named_by = clause.child_by_field_name("parameter")
        if named_by is not None:
            parameter = pattern(low, named_by, "catch")
        block = clause.child_by_field_name("body")
        handler = low.statements(block.named_children) if block is not None else ()
        low.scopes.current = outer
    finalizer = low.body(final.child_by_field_name("body")) if final is not None else None
    return Try(node.start_byte, node.end_byte, body, parameter, handler, finalizer, start, end)


def _return(low: Lowering, node: Node) -> Statement:
    return Return(node.start_byte, node.end_byte, _first(low, node))


def _throw(low: Lowering, node: Node) -> Statement:
    return Throw(node.start_byte, node.end_byte, _first(low, node) or low.missing(node))


def _first(low: Lowering, node: Node) -> Expression | None:
    for child in node.named_children:
        if child.kind_id != low.comment:
            return low.expression(child)
    return None


def _jump(low: Lowering, node: Node) -> Statement:
    label = node.child_by_field_name("label")
    kind: Literal["break", "continue"] = "continue" if node.type == "continue_statement" else "break"
    return Jump(node.start_byte, node.end_byte, kind, low.of(label) if label is not None else "")


def _block(low: Lowering, node: Node) -> Statement:
    return Block(node.start_byte, node.end_byte, low.body(node), "")


def _labeled(low: Lowering, node: Node) -> Statement:
    label = node.child_by_field_name("label")
    body = low.body(node.child_by_field_name("body"))
    return Block(node.start_byte, node.end_byte, body, low.of(label) if label is not None else "")


def _with(low: Lowering, node: Node) -> Statement:
    value = _condition(low, node, "object")
    inner = Evaluate(value.start, value.end, value)
    return Block(node.start_byte, node.end_byte, (inner, *low.body(node.child_by_field_name("body"))), "")


def declare_function(low: Lowering, node: Node) -> Statement | None:
    """A function declaration; one without a body (an overload) declares only its name."""
    name = node.child_by_field_name("name")
    if name is None:
        return None
    text = low.of(name)
    binding = low.scopes.declare(text, "function", name.start_byte, name.end_byte, low.ambient)
    if node.type == "function_signature":
        return None
    return DeclareFunction(node.start_byte, node.end_byte, binding, read_function(low, node, text, "function"))


def declare_class(low: Lowering, node: Node) -> Statement | None:
    """A class declaration."""
    name = node.child_by_field_name("name")
    if name is None:
        return None
    text = low.of(name)
    binding = low.scopes.declare(text, "class", name.start_byte, name.end_byte, low.ambient)
    return DeclareClass(node.start_byte, node.end_byte, read_class(low, node, text, binding))


def _ambient(low: Lowering, node: Node) -> Statement | None:
    """`declare ...`: names without code."""
    if any(child.type == "module" for child in node.children):
        return None
    before, low.ambient = low.ambient, True
    if any(child.type == "global" for child in node.children):  # what it declares, the module may declare itself, too
        outer = low.scopes.enter()
        for child in node.named_children:
            low.statements(child.named_children)
        low.scopes.current, low.ambient = outer, before
        return None
    statements = low.statements(node.named_children)
    low.ambient = before
    return Block(node.start_byte, node.end_byte, statements, "declare") if statements else None


def _debugger(_: Lowering, node: Node) -> Statement:
    return Debugger(node.start_byte, node.end_byte)


def _broken(low: Lowering, node: Node) -> Statement:
    """The statements and expressions that can be made out in code that did not parse."""
    inside: list[Statement] = []
    for child in node.named_children:
        if child.kind_id == low.comment:
            continue
        statement = low.statement(child)
        if statement is None:
            value = low.expression(child)
            if isinstance(value, Opaque) and not value.parts:
                continue
            statement = Evaluate(child.start_byte, child.end_byte, value)
        inside.append(statement)
    return Block(node.start_byte, node.end_byte, tuple(inside), "")


READERS: dict[str, StatementReader] = {
    "lexical_declaration": _declare,
    "variable_declaration": _declare,
    "expression_statement": _evaluate,
    "if_statement": _if,
    "for_statement": _for,
    "for_in_statement": _for_each,
    "while_statement": _while,
    "do_statement": _do,
    "switch_statement": _switch,
    "try_statement": _try,
    "return_statement": _return,
    "throw_statement": _throw,
    "break_statement": _jump,
    "continue_statement": _jump,
    "statement_block": _block,
    "labeled_statement": _labeled,
    "with_statement": _with,
    "function_declaration": declare_function,
    "generator_function_declaration": declare_function,
    "function_signature": declare_function,
    "class_declaration": declare_class,
    "abstract_class_declaration": declare_class,
    "enum_declaration": enum_declaration,
    "interface_declaration": interface,
    "type_alias_declaration": type_alias,
    "internal_module": namespace,
    "module": namespace,
    "ambient_declaration": _ambient,
    "import_statement": import_statement,
    "export_statement": export_statement,
    "debugger_statement": _debugger,
    "ERROR": _broken,
}
