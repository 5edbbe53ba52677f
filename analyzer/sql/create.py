"""The grammar of CREATE, by the kind of object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from analyzer.facts.sql import CreateRule, Statement
from analyzer.facts.sql_ddl import (
    CreateBaseType,
    CreateCompositeType,
    CreateDomain,
    CreateEnum,
    CreateExtension,
    CreateIndex,
    CreatePolicy,
    CreateRangeType,
    CreateSchema,
    CreateSequence,
    Other,
    PolicyCommand,
    Role,
    SchemaElement,
)
from analyzer.facts.sql_query import Constant, Identifier
from analyzer.sql import (
    constraints,
    create_rare,
    expression,
    functions,
    index_elements,
    objects,
    options,
    privileges,
    skipped,
    statement,
    tables,
    triggers,
    type_names,
)
from analyzer.sql.cursor import Cursor


def create(p: Cursor, start: int) -> Statement:
    """CREATE of any kind of object."""
    p.expect("create")
    replace = p.accept_words("or", "replace")
    key = p.keys[p.i]
    if key in _REPLACEABLE:
        return _REPLACEABLE[key](p, start, replace)
    if replace:
        raise p.rejected()
    parse = _BY_WORD.get(key)
    if parse is None:
        raise p.rejected()
    return parse(p, start)


# What OR REPLACE may precede


def _function(p: Cursor, start: int, replace: bool) -> Statement:
    return functions.create_function(p, start, replace=replace)


def _view(p: Cursor, start: int, replace: bool) -> Statement:
    return tables.create_view(p, start, "", replace=replace)


def _temporary(p: Cursor, start: int, replace: bool) -> Statement:
    how = tables.persistence(p)
    key = p.keys[p.i]
    if key in ("view", "recursive"):
        return tables.create_view(p, start, how, replace=replace)
    if replace:
        raise p.rejected()
    if key == "sequence":
        return _sequence_behind(p, start, how)
    if key == "materialized":
        return tables.create_materialized_view(p, start, how)
    return tables.create_table(p, start, how, foreign=False)


def _trigger(p: Cursor, start: int, replace: bool) -> Statement:
    return triggers.create_trigger(p, start, replace=replace)


def _rule(p: Cursor, start: int, replace: bool) -> Statement:
    p.expect("rule")
    name = p.name()
    p.expect("as", "on")
    word = p.accept_any(frozenset({"select", "insert", "update", "delete"}))
    if not word:
        raise p.rejected()
    event: Literal["select", "insert", "update", "delete"] = (
        "select" if word == "select" else "insert" if word == "insert" else "update" if word == "update" else "delete"
    )
    p.expect("to")
    table = p.qualified_name()
    where = expression.expression(p) if p.accept("where") else None
    p.expect("do")
    instead = p.accept("instead")
    if not instead:
        p.accept("also")
    actions: list[Statement] = []
    if not p.accept("nothing"):
        if p.keys[p.i] == "(" and not _is_query(p):
            p.i += 1
            while not p.accept(")"):
                if p.accept(";"):
                    continue
                actions.append(statement.rule_action(p))
                if p.keys[p.i] not in (";", ")"):
                    raise p.rejected()
        else:
            actions.append(statement.rule_action(p))
    return CreateRule(
        start,
        p.end,
        name=name,
        table=table,
        event=event,
        instead=instead,
        where=where,
        actions=tuple(actions),
        replace=replace,
    )


def _is_query(p: Cursor) -> bool:
    """Whether the parenthesis of a rule's action is that of one query and not of a list."""
    return p.keys[p.i + 1] == "("


def _aggregate(p: Cursor, start: int, replace: bool) -> Statement:
    return create_rare.create_aggregate(p, start, replace=replace)


def _language(p: Cursor, start: int, replace: bool) -> Statement:  # noqa: ARG001
    return skipped.other(p, start, "create language")


def _transform(p: Cursor, start: int, replace: bool) -> Statement:  # noqa: ARG001
    return skipped.other(p, start, "create transform")


_REPLACEABLE: dict[str, Callable[[Cursor, int, bool], Statement]] = {
    "function": _function,
    "procedure": _function,
    "view": _view,
    "recursive": _view,
    "temp": _temporary,
    "temporary": _temporary,
    "local": _temporary,
    "global": _temporary,
    "unlogged": _temporary,
    "trigger": _trigger,
    "constraint": _trigger,
    "rule": _rule,
    "aggregate": _aggregate,
    "language": _language,
    "trusted": _language,
    "procedural": _language,
    "transform": _transform,
}


# The rest


def _table(p: Cursor, start: int) -> Statement:
    return tables.create_table(p, start, "", foreign=False)


def _materialized(p: Cursor, start: int) -> Statement:
    return tables.create_materialized_view(p, start, "")


def _foreign(p: Cursor, start: int) -> Statement:
    p.i += 1
    if p.keys[p.i] == "table":
        return tables.create_table(p, start, "", foreign=True)
    return create_rare.create_wrapper(p, start)


def _index(p: Cursor, start: int) -> CreateIndex:
    unique = p.accept("unique")
    p.expect("index")
    concurrently = p.accept("concurrently")
    exists = p.accept_words("if", "not", "exists")
    name = None
    if p.keys[p.i] != "on" or exists:
        name = p.name()
    p.expect("on")
    only = p.accept("only")
    table = p.qualified_name()
    method = p.name().text if p.accept("using") else ""
    elements = p.parenthesized(index_elements.index_element)
    include: tuple[Identifier, ...] = ()
    if p.accept("include"):
        included = p.parenthesized(index_elements.index_element)
        include = tuple(element.column for element in included if element.column)
    not_distinct = False
    if p.accept("nulls"):
        not_distinct = p.accept("not")
        p.expect("distinct")
    settings = options.with_options(p)
    tablespace = p.name() if p.accept("tablespace") else None
    where = expression.expression(p) if p.accept("where") else None
    return CreateIndex(
        start,
        p.end,
        name=name,
        table=table,
        elements=elements,
        unique=unique,
        concurrently=concurrently,
        if_not_exists=exists,
        only=only,
        method=method,
        include=include,
        where=where,
        nulls_not_distinct=not_distinct,
        options=settings,
        tablespace=tablespace,
    )


def _policy(p: Cursor, start: int) -> CreatePolicy:
    p.i += 1
    name = p.name()
    p.expect("on")
    table = p.qualified_name()
    permissive = True
    if p.accept("as"):
        how = p.name().text
        if how not in ("permissive", "restrictive"):
            p.i -= 1
            raise p.rejected(f'unrecognized row security option "{how}"')
        permissive = how == "permissive"
    command: PolicyCommand = "all"
    if p.accept("for"):
        command = _policy_command(p)
    roles: tuple[Role, ...] = objects.roles(p) if p.accept("to") else ()
    using = tables.parenthesized_expression(p) if p.accept("using") else None
    check = None
    if p.accept("with"):
        p.expect("check")
        check = tables.parenthesized_expression(p)
    return CreatePolicy(
        start,
        p.end,
        name=name,
        table=table,
        permissive=permissive,
        command=command,
        roles=roles,
        using=using,
        check=check,
    )


def _policy_command(p: Cursor) -> PolicyCommand:
    match p.accept_any(frozenset({"all", "select", "insert", "update", "delete"})):
        case "all":
            return "all"
        case "select":
            return "select"
        case "insert":
            return "insert"
        case "update":
            return "update"
        case "delete":
            return "delete"
    raise p.rejected()


def _type(p: Cursor, start: int) -> Statement:
    p.i += 1
    name = p.qualified_name()
    if not p.accept("as"):
        settings = options.parenthesized(p) if p.keys[p.i] == "(" else ()
        return CreateBaseType(start, p.end, name, settings)
    if p.accept("enum"):
        p.expect("(")
        labels: tuple[Constant, ...] = ()
        if p.keys[p.i] != ")":
            labels = p.listed(objects.string_constant)
        p.expect(")")
        return CreateEnum(start, p.end, name, labels)
    if p.accept("range"):
        settings = options.parenthesized(p)
        return CreateRangeType(start, p.end, name, settings)
    p.expect("(")
    columns = () if p.keys[p.i] == ")" else p.listed(constraints.column_definition)
    p.expect(")")
    return CreateCompositeType(start, p.end, name, columns)


def _domain(p: Cursor, start: int) -> CreateDomain:
    p.i += 1
    name = p.qualified_name()
    p.accept("as")
    type_ = type_names.type_name(p)
    found = []
    collation = None
    while True:
        if p.accept("collate"):
            collation = p.qualified_name()
        elif p.keys[p.i] in constraints.COLUMN_CONSTRAINTS:
            found.append(constraints.column_constraint(p))
        else:
            break
    return CreateDomain(start, p.end, name, type_, tuple(found), collation)


def _schema(p: Cursor, start: int) -> CreateSchema:
    p.i += 1
    exists = p.accept_words("if", "not", "exists")
    name = None
    if p.keys[p.i] != "authorization":
        name = p.name()
    role = objects.role(p) if p.accept("authorization") else None
    elements: list[SchemaElement] = []
    while p.keys[p.i] in ("create", "grant"):
        if exists:
            raise p.rejected("CREATE SCHEMA IF NOT EXISTS cannot include schema elements")
        element = statement.statement(p)
        if not isinstance(element, get_args(SchemaElement)):
            raise p.rejected()
        elements.append(element)
    return CreateSchema(start, p.end, name, exists, role, tuple(elements))


def _sequence(p: Cursor, start: int) -> CreateSequence:
    return _sequence_behind(p, start, "")


def _sequence_behind(p: Cursor, start: int, how: Literal["", "temporary", "unlogged"]) -> CreateSequence:
    p.expect("sequence")
    exists = p.accept_words("if", "not", "exists")
    name = p.qualified_name()
    settings = options.sequence(p)
    return CreateSequence(start, p.end, name, settings, exists, how)


def _extension(p: Cursor, start: int) -> CreateExtension:
    p.i += 1
    exists = p.accept_words("if", "not", "exists")
    name = p.name()
    p.accept("with")
    schema: Identifier | None = None
    version: str | None = None
    cascade = False
    while True:
        if p.accept("schema"):
            schema = p.name()
        elif p.accept("version"):
            version = p.word_or_string()
        elif p.accept("cascade"):
            cascade = True
        elif p.accept("from"):
            p.word_or_string()
        else:
            break
    return CreateExtension(start, p.end, name, exists, schema, version, cascade)


def _database(p: Cursor, start: int) -> Other:
    return skipped.other(p, start, "create database")


def _tablespace(p: Cursor, start: int) -> Other:
    return skipped.other(p, start, "create tablespace")


def _conversion(p: Cursor, start: int) -> Other:
    return skipped.other(p, start, "create conversion")


def _default(p: Cursor, start: int) -> Other:
    if p.keys[p.i + 1] != "conversion":
        p.i += 1
        raise p.rejected()
    return skipped.other(p, start, "create conversion")


def _access(p: Cursor, start: int) -> Other:
    return skipped.other(p, start, "create access method")


def _user(p: Cursor, start: int) -> Statement:
    if p.keys[p.i + 1] == "mapping" and p.keys[p.i + 2] in ("for", "if"):
        return create_rare.create_user_mapping(p, start)
    return privileges.create_role(p, start)


_BY_WORD: dict[str, Callable[[Cursor, int], Statement]] = {
    "table": _table,
    "materialized": _materialized,
    "foreign": _foreign,
    "index": _index,
    "unique": _index,
    "policy": _policy,
    "type": _type,
    "domain": _domain,
    "schema": _schema,
    "sequence": _sequence,
    "extension": _extension,
    "event": triggers.create_event_trigger,
    "role": privileges.create_role,
    "user": _user,
    "group": privileges.create_role,
    "database": _database,
    "tablespace": _tablespace,
    "conversion": _conversion,
    "default": _default,
    "access": _access,
    "publication": create_rare.create_publication,
    "subscription": create_rare.create_subscription,
    "statistics": create_rare.create_statistics,
    "cast": create_rare.create_cast,
    "operator": create_rare.create_operator,
    "collation": create_rare.create_collation,
    "text": create_rare.create_text_search,
    "server": create_rare.create_server,
}
