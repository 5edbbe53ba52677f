"""Imports and exports, from syntax to facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.facts.typescript import (
    GLOBAL,
    ArrayPattern,
    Bound,
    Declare,
    DeclareClass,
    DeclareEnum,
    DeclareFunction,
    Export,
    ExportDefault,
    Import,
    Imported,
    ObjectPattern,
    Pattern,
    Statement,
)
from analyzer.typescript import literals
from analyzer.typescript.classes import read_class
from analyzer.typescript.functions import read_function
from analyzer.typescript.lowering import Lowering, PendingExport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node


def import_statement(low: Lowering, node: Node) -> Statement | None:
    """Records an import with the names it declares."""
    type_only = any(child.type in ("type", "typeof") for child in node.children)
    names: list[Imported] = []
    source = node.child_by_field_name("source")
    for child in node.named_children:
        if child.type == "import_clause":
            names.extend(_clause(low, child, type_only))
        elif child.type == "import_require_clause":
            source = child.child_by_field_name("source")
            for part in child.named_children:
                if part.type == "identifier":
                    names.append(_imported(low, part, "*", type_only))
                    break
    if source is not None:
        specifier = literals.unescaped(low.of(source)[1:-1])
        kind = "type" if type_only else "import"
        low.imports.append(Import(source.start_byte, source.end_byte, specifier, tuple(names), kind))  # type: ignore[arg-type]
    return None


def _clause(low: Lowering, node: Node, type_only: bool) -> Iterator[Imported]:
    for child in node.named_children:
        if child.type == "identifier":
            yield _imported(low, child, "default", type_only)
        elif child.type == "namespace_import":
            for part in child.named_children:
                if part.type == "identifier":
                    yield _imported(low, part, "*", type_only)
        elif child.type == "named_imports":
            for specifier in child.named_children:
                if specifier.type != "import_specifier":
                    continue
                name, alias = specifier.child_by_field_name("name"), specifier.child_by_field_name("alias")
                if name is None:
                    continue
                only_type = type_only or any(part.type in ("type", "typeof") for part in specifier.children)
                yield _imported(low, alias or name, _export_name(low, name), only_type)


def _imported(low: Lowering, local: Node, imported: str, type_only: bool) -> Imported:
    name, start, end = low.of(local), local.start_byte, local.end_byte
    binding = low.scopes.declare(name, "import", start, end, ambient=type_only)
    return Imported(start, end, imported, name, binding)


def _export_name(low: Lowering, node: Node) -> str:
    return literals.unescaped(low.of(node)[1:-1]) if node.type == "string" else low.of(node)


def export_statement(low: Lowering, node: Node) -> Statement | None:
    """Records what is exported; the declaration itself stays a statement."""
    source = node.child_by_field_name("source")
    declaration, value = node.child_by_field_name("declaration"), node.child_by_field_name("value")
    tokens = {child.type for child in node.children}
    if source is not None:
        _re_export(low, node, source)
        return None
    if "default" in tokens or "=" in tokens:
        if value is None and "=" in tokens:
            value = node.named_children[-1] if node.named_children else None
        return _default(low, node, declaration, value)
    if declaration is not None:
        statement = low.statement(declaration)
        if not low.namespace:
            for name, binding in _declared(low, statement):
                low.exports.append(Export(declaration.start_byte, declaration.end_byte, name, binding, None, "", ""))
        return statement
    for clause in node.named_children:
        if clause.type == "export_clause" and not low.namespace:
            for specifier, name, alias in _specifiers(low, clause):
                low.pending_exports.append(PendingExport(specifier.start_byte, specifier.end_byte, alias, name))
    return None


def _re_export(low: Lowering, node: Node, source: Node) -> None:
    specifier = literals.unescaped(low.of(source)[1:-1])
    type_only = any(child.type == "type" for child in node.children)
    start, end = source.start_byte, source.end_byte
    low.imports.append(Import(start, end, specifier, (), "type" if type_only else "import"))
    found = False
    for child in node.named_children:
        if child.type == "export_clause":
            found = True
            for part, name, alias in _specifiers(low, child):
                low.exports.append(Export(part.start_byte, part.end_byte, alias, GLOBAL, None, specifier, name))
        elif child.type == "namespace_export":
            found = True
            parts = child.named_children
            name = _export_name(low, parts[0]) if parts else ""
            low.exports.append(Export(child.start_byte, child.end_byte, name, GLOBAL, None, specifier, "*"))
    if not found:
        low.exports.append(Export(start, end, "*", GLOBAL, None, specifier, "*"))


def _specifiers(low: Lowering, clause: Node) -> Iterator[tuple[Node, str, str]]:
    for specifier in clause.named_children:
        if specifier.type == "export_specifier":
            name, alias = specifier.child_by_field_name("name"), specifier.child_by_field_name("alias")
            if name is not None:
                yield specifier, _export_name(low, name), _export_name(low, alias or name)


def _default(low: Lowering, node: Node, declaration: Node | None, value: Node | None) -> Statement | None:
    start, end = node.start_byte, node.end_byte
    inner = declaration or value
    if inner is None:
        return None
    name = inner.child_by_field_name("name")
    if inner.type in ("interface_declaration", "type_alias_declaration"):
        return low.statement(inner)
    if declaration is not None and name is not None:
        statement = low.statement(declaration)
        for _, binding in _declared(low, statement):
            low.exports.append(Export(start, end, "default", binding, None, "", ""))
        return statement
    if inner.type in ("function_declaration", "generator_function_declaration", "function_expression"):
        from analyzer.facts.typescript import Closure, Expression

        read: Expression = Closure(inner.start_byte, inner.end_byte, read_function(low, inner, "default", "function"))
    elif inner.type in ("class_declaration", "class"):
        read = read_class(low, inner, "", GLOBAL)
    else:
        from analyzer.typescript.expressions import named

        read = named(low, inner, "default")
    low.exports.append(Export(start, end, "default", GLOBAL, read, "", ""))
    return ExportDefault(start, end, read)


def _declared(low: Lowering, statement: Statement | None) -> Iterator[tuple[str, int]]:
    match statement:
        case Declare(declarators=declarators):
            for declarator in declarators:
                yield from bound_names(declarator.target)
        case DeclareFunction(binding=binding):
            yield low.scopes.bindings[binding].name, binding
        case DeclareClass(value=value):
            yield value.name, value.binding
        case DeclareEnum(name=name, binding=binding):
            yield name, binding


def bound_names(pattern: Pattern | None) -> Iterator[tuple[str, int]]:
    """The names that a pattern declares, with their bindings."""
    match pattern:
        case Bound(name=name, binding=binding):
            yield name, binding
        case ObjectPattern(properties=properties, rest=rest):
            for part in properties:
                yield from bound_names(part.target)
            yield from bound_names(rest)
        case ArrayPattern(elements=elements, rest=rest):
            for element in elements:
                if element is not None:
                    yield from bound_names(element.target)
            yield from bound_names(rest)
