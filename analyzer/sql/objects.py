"""The grammar of references to objects, with the statements that take every kind of object (DROP, COMMENT)."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.facts.sql_ddl import (
    Behavior,
    Comment,
    Drop,
    FunctionParameter,
    ObjectKind,
    ObjectReference,
    Role,
    SecurityLabel,
)
from analyzer.facts.sql_query import Constant, Identifier, QualifiedName, TypeName
from analyzer.sql import functions, type_names
from analyzer.sql.cursor import Cursor
from analyzer.sql.tokens import COLUMN_WORD, NUMBER, OPERATOR, STRING

# The words that name a kind of object, longest first where one is the start of another
_KINDS: dict[str, tuple[tuple[tuple[str, ...], ObjectKind], ...]] = {
    "access": ((("access", "method"), "access method"),),
    "aggregate": ((("aggregate",), "aggregate"),),
    "cast": ((("cast",), "cast"),),
    "collation": ((("collation",), "collation"),),
    "column": ((("column",), "column"),),
    "constraint": ((("constraint",), "constraint"),),
    "conversion": ((("conversion",), "conversion"),),
    "database": ((("database",), "database"),),
    "domain": ((("domain",), "domain"),),
    "event": ((("event", "trigger"), "event trigger"),),
    "extension": ((("extension",), "extension"),),
    "foreign": ((("foreign", "data", "wrapper"), "foreign data wrapper"), (("foreign", "table"), "foreign table")),
    "function": ((("function",), "function"),),
    "group": ((("group",), "role"),),
    "index": ((("index",), "index"),),
    "language": ((("language",), "language"),),
    "large": ((("large", "object"), "large object"),),
    "materialized": ((("materialized", "view"), "materialized view"),),
    "operator": (
        (("operator", "class"), "operator class"),
        (("operator", "family"), "operator family"),
        (("operator",), "operator"),
    ),
    "owned": ((("owned", "by"), "owned"),),
    "policy": ((("policy",), "policy"),),
    "procedural": ((("procedural", "language"), "language"),),
    "procedure": ((("procedure",), "procedure"),),
    "publication": ((("publication",), "publication"),),
    "role": ((("role",), "role"),),
    "routine": ((("routine",), "routine"),),
    "rule": ((("rule",), "rule"),),
    "schema": ((("schema",), "schema"),),
    "sequence": ((("sequence",), "sequence"),),
    "server": ((("server",), "server"),),
    "statistics": ((("statistics",), "statistics"),),
    "subscription": ((("subscription",), "subscription"),),
    "table": ((("table",), "table"),),
    "tablespace": ((("tablespace",), "tablespace"),),
    "text": (
        (("text", "search", "configuration"), "text search configuration"),
        (("text", "search", "dictionary"), "text search dictionary"),
        (("text", "search", "parser"), "text search parser"),
        (("text", "search", "template"), "text search template"),
    ),
    "transform": ((("transform",), "transform"),),
    "trigger": ((("trigger",), "trigger"),),
    "type": ((("type",), "type"),),
    "user": ((("user", "mapping"), "user mapping"), (("user",), "role")),
    "view": ((("view",), "view"),),
}


def object_kind(p: Cursor) -> ObjectKind:
    """The kind of object that the next words name.

    Raises:
        RejectedError: where they name none.
    """
    for words, kind in _KINDS.get(p.keys[p.i], ()):
        if p.accept_words(*words):
            return kind
    raise p.rejected()


# References


def role(p: Cursor) -> Role:
    """A role, PUBLIC, CURRENT_USER or their like (RoleSpec)."""
    i = p.i
    key = p.keys[i]
    if key in ("current_user", "current_role", "session_user"):
        p.i += 1
        return Role(p.starts[i], p.ends[i], key, True)
    if key == "none":
        raise p.rejected()
    name = p.word()
    return Role(p.starts[i], p.ends[i], name, name == "public")


def roles(p: Cursor) -> tuple[Role, ...]:
    """Roles with commas between them."""
    return p.listed(role)


def grantees(p: Cursor) -> tuple[Role, ...]:
    """Roles that may each have GROUP before them (grantee_list)."""
    return p.listed(_grantee)


def _grantee(p: Cursor) -> Role:
    p.accept("group")
    return role(p)


def _single(kind: ObjectKind, read: Callable[[Cursor], Identifier]) -> Callable[[Cursor], ObjectReference]:
    def parse(p: Cursor) -> ObjectReference:
        name = read(p)
        return ObjectReference(name.start, name.end, kind, QualifiedName(name.start, name.end, (name,)))

    return parse


def _dotted(kind: ObjectKind) -> Callable[[Cursor], ObjectReference]:
    def parse(p: Cursor) -> ObjectReference:
        name = p.qualified_name()
        return ObjectReference(name.start, name.end, kind, name)

    return parse


def _with_parameters(kind: ObjectKind) -> Callable[[Cursor], ObjectReference]:
    def parse(p: Cursor) -> ObjectReference:
        name = p.function_name()
        parameters: tuple[FunctionParameter, ...] | None = None
        if p.keys[p.i] == "(":
            parameters = functions.parameters(p)
        return ObjectReference(name.start, p.end, kind, name, None, parameters)

    return parse


def _on_table(kind: ObjectKind) -> Callable[[Cursor], ObjectReference]:
    def parse(p: Cursor) -> ObjectReference:
        name = p.name()
        p.expect("on")
        found: ObjectKind = kind
        if kind == "constraint" and p.classes[p.i + 1] <= COLUMN_WORD and p.accept("domain"):
            found = "domain constraint"
        table = p.qualified_name()
        return ObjectReference(name.start, p.end, found, QualifiedName(name.start, name.end, (name,)), table)

    return parse


def _column(p: Cursor) -> ObjectReference:
    name = p.qualified_name()
    if len(name.parts) == 1:
        raise p.rejected()
    column = name.parts[-1]
    table = QualifiedName(name.start, name.parts[-2].end, name.parts[:-1])
    return ObjectReference(name.start, name.end, "column", QualifiedName(column.start, column.end, (column,)), table)


def _type(kind: ObjectKind) -> Callable[[Cursor], ObjectReference]:
    def parse(p: Cursor) -> ObjectReference:
        type_ = type_names.type_name(p)
        parts = tuple(Identifier(type_.start, type_.end, part) for part in type_.parts)
        name = QualifiedName(type_.start, type_.end, parts)
        return ObjectReference(type_.start, type_.end, kind, name, types=(type_,))

    return parse


def aggregate(p: Cursor) -> ObjectReference:
    """An aggregate with its parameters (aggregate_with_argtypes)."""
    name = p.function_name()
    parameters = functions.aggregate_parameters(p)
    return ObjectReference(name.start, p.end, "aggregate", name, None, parameters)


def operator_name(p: Cursor) -> QualifiedName:
    """An operator's name with its schema (any_operator)."""
    start = p.start
    parts = []
    while p.classes[p.i] != OPERATOR:
        parts.append(p.name())
        p.expect(".")
    if p.keys[p.i] == "=>":
        raise p.rejected()
    parts.append(Identifier(p.start, p.ends[p.i], p.keys[p.i]))
    p.i += 1
    return QualifiedName(start, p.end, tuple(parts))


def operator(p: Cursor) -> ObjectReference:
    """An operator with the types of its operands (operator_with_argtypes)."""
    name = operator_name(p)
    p.expect("(")
    left = None if p.accept("none") else type_names.type_name(p)
    if p.keys[p.i] == ")":
        raise p.rejected("missing argument")
    p.expect(",")
    right = None if p.accept("none") else type_names.type_name(p)
    operands: tuple[TypeName | None, ...] = (left, right)
    p.expect(")")
    return ObjectReference(name.start, p.end, "operator", name, types=operands)


def _operator_set(kind: ObjectKind) -> Callable[[Cursor], ObjectReference]:
    def parse(p: Cursor) -> ObjectReference:
        name = p.qualified_name()
        p.expect("using")
        method = p.name()
        table = QualifiedName(method.start, method.end, (method,))
        return ObjectReference(name.start, p.end, kind, name, table)

    return parse


def _cast(p: Cursor) -> ObjectReference:
    start = p.start
    p.expect("(")
    source = type_names.type_name(p)
    p.expect("as")
    target = type_names.type_name(p)
    p.expect(")")
    return ObjectReference(start, p.end, "cast", None, types=(source, target))


def _transform(p: Cursor) -> ObjectReference:
    start = p.start
    p.expect("for")
    type_ = type_names.type_name(p)
    p.expect("language")
    name = p.name()
    return ObjectReference(start, p.end, "transform", QualifiedName(name.start, name.end, (name,)), types=(type_,))


def _user_mapping(p: Cursor) -> ObjectReference:
    start = p.start
    p.expect("for")
    if not p.accept("user"):
        role(p)
    p.expect("server")
    server = p.name()
    return ObjectReference(start, p.end, "user mapping", None, QualifiedName(server.start, server.end, (server,)))


def _large_object(p: Cursor) -> ObjectReference:
    i = p.i
    if p.classes[i] != NUMBER:
        raise p.rejected()
    p.i += 1
    number = Identifier(p.starts[i], p.ends[i], p.slice(i))
    return ObjectReference(number.start, number.end, "large object", QualifiedName(number.start, number.end, (number,)))


def _role(p: Cursor) -> ObjectReference:
    found = role(p)
    name = QualifiedName(found.start, found.end, (Identifier(found.start, found.end, found.name),))
    return ObjectReference(found.start, found.end, "role", name)


_REFERENCES: dict[ObjectKind, Callable[[Cursor], ObjectReference]] = {
    "access method": _single("access method", Cursor.name),
    "aggregate": aggregate,
    "cast": _cast,
    "collation": _dotted("collation"),
    "column": _column,
    "constraint": _on_table("constraint"),
    "conversion": _dotted("conversion"),
    "database": _single("database", Cursor.name),
    "domain": _type("domain"),
    "event trigger": _single("event trigger", Cursor.name),
    "extension": _single("extension", Cursor.name),
    "foreign data wrapper": _single("foreign data wrapper", Cursor.name),
    "foreign table": _dotted("foreign table"),
    "function": _with_parameters("function"),
    "index": _dotted("index"),
    "language": _single("language", Cursor.name),
    "large object": _large_object,
    "materialized view": _dotted("materialized view"),
    "operator": operator,
    "operator class": _operator_set("operator class"),
    "operator family": _operator_set("operator family"),
    "owned": _role,
    "policy": _on_table("policy"),
    "procedure": _with_parameters("procedure"),
    "publication": _single("publication", Cursor.name),
    "role": _role,
    "routine": _with_parameters("routine"),
    "rule": _on_table("rule"),
    "schema": _single("schema", Cursor.name),
    "sequence": _dotted("sequence"),
    "server": _single("server", Cursor.name),
    "statistics": _dotted("statistics"),
    "subscription": _single("subscription", Cursor.name),
    "table": _dotted("table"),
    "tablespace": _single("tablespace", Cursor.name),
    "text search configuration": _dotted("text search configuration"),
    "text search dictionary": _dotted("text search dictionary"),
    "text search parser": _dotted("text search parser"),
    "text search template": _dotted("text search template"),
    "transform": _transform,
    "trigger": _on_table("trigger"),
    "type": _type("type"),
    "user mapping": _user_mapping,
    "view": _dotted("view"),
}


def reference(p: Cursor, kind: ObjectKind) -> ObjectReference:
    """A reference to an object of a kind that has been read."""
    return _REFERENCES[kind](p)


# Statements


def behavior(p: Cursor) -> Behavior:
    """CASCADE or RESTRICT, or nothing."""
    if p.accept("cascade"):
        return "cascade"
    return "restrict" if p.accept("restrict") else ""


def drop(p: Cursor, start: int) -> Drop:
    """What follows DROP."""
    kind = object_kind(p)
    if kind in ("column", "constraint", "large object"):
        p.i -= 1
        raise p.rejected()
    concurrently = kind == "index" and p.accept("concurrently")
    exists = p.accept_words("if", "exists")
    objects = p.listed(_REFERENCES[kind]) if kind not in _DROPPED_ALONE else (_REFERENCES[kind](p),)
    if kind == "database" and (p.accept("with") or p.keys[p.i] == "("):
        p.parenthesized(Cursor.label)
    how = behavior(p)
    return Drop(start, p.end, kind, objects, exists, how, concurrently)


_DROPPED_ALONE = frozenset(
    {"cast", "database", "operator class", "operator family", "policy", "rule", "subscription", "tablespace"}
    | {"transform", "trigger", "user mapping"}
)


def comment(p: Cursor, start: int) -> Comment:
    """COMMENT ON."""
    p.expect("comment", "on")
    found = reference(p, object_kind(p))
    p.expect("is")
    return Comment(start, p.ends[p.i], found, _string_or_null(p))


def _string_or_null(p: Cursor) -> str | None:
    return None if p.accept("null") else p.string()


def security_label(p: Cursor, start: int) -> SecurityLabel:
    """SECURITY LABEL."""
    p.expect("security", "label")
    provider = p.word_or_string() if p.accept("for") else ""
    p.expect("on")
    found = reference(p, object_kind(p))
    p.expect("is")
    label = _string_or_null(p)
    return SecurityLabel(start, p.end, found, provider, label)


def string_constant(p: Cursor) -> Constant:
    """A string constant with its place."""
    text = p.string_text()
    return Constant(text.start, text.end, "string", text.value)


def name_of(p: Cursor) -> str:
    """A name, or a string in its place."""
    return p.string() if p.classes[p.i] == STRING else p.name().text
