"""The grammar of CREATE for objects that few projects define: publications, casts, operators, foreign servers ..."""

from __future__ import annotations

from typing import Literal

from analyzer.facts.sql_ddl import (
    CreateCast,
    CreateForeignObject,
    CreateOperatorClass,
    CreatePublication,
    CreateStatistics,
    CreateSubscription,
    DefineObject,
    ObjectKind,
    ObjectReference,
    Option,
    PublicationObject,
)
from analyzer.facts.sql_query import Identifier, QualifiedName, TableReference
from analyzer.sql import from_items, functions, index_elements, objects, options, skipped, tables, type_names
from analyzer.sql.cursor import Cursor
from analyzer.sql.tokens import OPERATOR

# Publications


def create_publication(p: Cursor, start: int) -> CreatePublication:
    """CREATE PUBLICATION, from that word on."""
    p.i += 1
    name = p.name()
    everything = False
    found: tuple[PublicationObject, ...] = ()
    if p.accept("for"):
        if p.accept("all"):
            p.expect("tables")
            everything = True
        else:
            found = publication_objects(p)
    settings = options.with_options(p)
    return CreatePublication(start, p.end, name, everything, found, settings)


def publication_objects(p: Cursor) -> tuple[PublicationObject, ...]:
    """`TABLE a, b (c), TABLES IN SCHEMA s` (pub_obj_list)."""
    found: list[PublicationObject] = []
    schemas = False
    while True:
        start = p.start
        if p.accept("table"):
            schemas = False
        elif p.accept("tables"):
            p.expect("in", "schema")
            schemas = True
        elif not found:
            raise p.rejected()
        if schemas:
            if p.accept("current_schema"):
                found.append(PublicationObject(start, p.end, None, None))
            else:
                schema = p.name()
                found.append(PublicationObject(start, p.end, None, schema))
        else:
            found.append(_publication_table(p, start))
        if not p.accept(","):
            return tuple(found)


def _publication_table(p: Cursor, start: int) -> PublicationObject:
    table = from_items.table_reference(p)
    columns = p.names()
    where = tables.parenthesized_expression(p) if p.accept("where") else None
    return PublicationObject(start, p.end, table, None, columns, where)


def create_subscription(p: Cursor, start: int) -> CreateSubscription:
    """CREATE SUBSCRIPTION, from that word on."""
    p.i += 1
    name = p.name()
    p.expect("connection")
    connection = p.string()
    p.expect("publication")
    publications = p.listed(Cursor.label)
    settings = options.with_options(p)
    return CreateSubscription(start, p.end, name, connection, publications, settings)


def create_statistics(p: Cursor, start: int) -> CreateStatistics:
    """CREATE STATISTICS, from that word on."""
    p.i += 1
    exists = p.accept_words("if", "not", "exists")
    name: QualifiedName | None = None
    if p.keys[p.i] not in ("(", "on"):
        name = p.qualified_name()
    kinds = p.names()
    p.expect("on")
    elements = p.listed(index_elements.column_or_expression)
    p.expect("from")
    found = tuple(item for item in from_items.from_list(p) if isinstance(item, TableReference))
    return CreateStatistics(start, p.end, name, kinds, elements, found, exists)


# Casts, operators and what is defined by a list of options


def create_cast(p: Cursor, start: int) -> CreateCast:
    """CREATE CAST, from that word on."""
    p.i += 1
    p.expect("(")
    source = type_names.type_name(p)
    p.expect("as")
    target = type_names.type_name(p)
    p.expect(")")
    function: ObjectReference | None = None
    inout = False
    if p.accept("without"):
        p.expect("function")
    else:
        p.expect("with")
        inout = p.accept("inout")
        if not inout:
            p.expect("function")
            function = objects.reference(p, "function")
    context: Literal["", "implicit", "assignment"] = ""
    if p.accept("as"):
        context = "implicit" if p.accept("implicit") else "assignment"
        if context == "assignment":
            p.expect("assignment")
    return CreateCast(start, p.end, source, target, function, inout, context)


def create_aggregate(p: Cursor, start: int, *, replace: bool) -> DefineObject:
    """CREATE AGGREGATE, from that word on."""
    p.i += 1
    name = p.function_name()
    if p.keys[p.i + 2] == "=":
        settings = p.parenthesized(_definition)
        return DefineObject(start, p.end, "aggregate", name, settings, (), replace)
    parameters = functions.aggregate_parameters(p)
    settings = p.parenthesized(_definition)
    return DefineObject(start, p.end, "aggregate", name, settings, parameters, replace)


def _definition(p: Cursor) -> Option:
    start = p.start
    name = p.label().text
    value: str | None = None
    if p.accept("="):
        begin = p.start
        if p.keys[p.i + 1] in ("(", ".", "%", "[") or (
            p.classes[p.i] == OPERATOR and p.keys[p.i + 1] not in (",", ")")
        ):
            _definition_value(p)
            value = p.text[begin : p.end]
        else:
            value = options.option_value(p)
    return Option(start, p.end, name, value)


def _definition_value(p: Cursor) -> None:
    if p.keys[p.i] in ("+", "-"):
        options.number(p)
    elif p.keys[p.i] == "operator":
        p.i += 1
        p.expect("(")
        objects.operator_name(p)
        p.expect(")")
    else:
        type_names.function_type(p)


def create_operator(p: Cursor, start: int) -> DefineObject | CreateOperatorClass:
    """CREATE OPERATOR, OPERATOR CLASS or OPERATOR FAMILY, from that word on."""
    p.i += 1
    if p.accept("class"):
        return _operator_class(p, start)
    if p.accept("family"):
        name = p.qualified_name()
        p.expect("using")
        method = p.name().text
        return CreateOperatorClass(start, p.end, "operator family", name, method)
    name = objects.operator_name(p)
    settings = p.parenthesized(_definition)
    return DefineObject(start, p.end, "operator", name, settings)


def _operator_class(p: Cursor, start: int) -> CreateOperatorClass:
    name = p.qualified_name()
    default = p.accept("default")
    p.expect("for", "type")
    type_ = type_names.type_name(p)
    p.expect("using")
    method = p.name().text
    if p.accept("family"):
        p.qualified_name()
    p.expect("as")
    rest = skipped.other(p, start, "create operator class")
    return CreateOperatorClass(start, rest.end, "operator class", name, method, type_, default)


def create_collation(p: Cursor, start: int) -> DefineObject:
    """CREATE COLLATION, from that word on."""
    p.i += 1
    exists = p.accept_words("if", "not", "exists")
    name = p.qualified_name()
    if p.accept("from"):
        source = p.qualified_name()
        settings: tuple[Option, ...] = (Option(source.start, source.end, "from", str(source)),)
    else:
        settings = p.parenthesized(_definition)
    return DefineObject(start, p.end, "collation", name, settings, (), False, exists)


_TEXT_SEARCH: dict[str, ObjectKind] = {
    "configuration": "text search configuration",
    "dictionary": "text search dictionary",
    "parser": "text search parser",
    "template": "text search template",
}


def create_text_search(p: Cursor, start: int) -> DefineObject:
    """CREATE TEXT SEARCH ..., from TEXT on."""
    p.expect("text", "search")
    kind = _TEXT_SEARCH.get(p.keys[p.i])
    if kind is None:
        raise p.rejected()
    p.i += 1
    name = p.qualified_name()
    settings = p.parenthesized(_definition)
    return DefineObject(start, p.end, kind, name, settings)


# Foreign data


def create_wrapper(p: Cursor, start: int) -> CreateForeignObject:
    """CREATE FOREIGN DATA WRAPPER, from DATA on."""
    p.expect("data", "wrapper")
    name = p.name()
    handler: QualifiedName | None = None
    validator: QualifiedName | None = None
    while True:
        if p.accept("handler"):
            handler = p.qualified_name()
        elif p.accept("validator"):
            validator = p.qualified_name()
        elif not (p.accept_words("no", "handler") or p.accept_words("no", "validator")):
            break
    settings = options.foreign(p)
    return CreateForeignObject(
        start, p.end, kind="foreign data wrapper", name=name, handler=handler, validator=validator, options=settings
    )


def create_server(p: Cursor, start: int) -> CreateForeignObject:
    """CREATE SERVER, from that word on."""
    p.i += 1
    exists = p.accept_words("if", "not", "exists")
    name = p.name()
    type_ = p.string() if p.accept("type") else None
    version: str | None = None
    if p.accept("version"):
        version = None if p.accept("null") else p.string()
    p.expect("foreign", "data", "wrapper")
    wrapper: Identifier = p.name()
    settings = options.foreign(p)
    return CreateForeignObject(
        start,
        p.end,
        kind="server",
        name=name,
        if_not_exists=exists,
        wrapper=wrapper,
        type=type_,
        version=version,
        options=settings,
    )


def create_user_mapping(p: Cursor, start: int) -> CreateForeignObject:
    """CREATE USER MAPPING, from USER on."""
    p.expect("user", "mapping")
    exists = p.accept_words("if", "not", "exists")
    p.expect("for")
    role = None if p.accept("user") else objects.role(p)
    p.expect("server")
    server = p.name()
    settings = options.foreign(p)
    return CreateForeignObject(
        start, p.end, kind="user mapping", if_not_exists=exists, role=role, server=server, options=settings
    )
