"""The grammar of columns and constraints (columnDef, ColConstraint, TableConstraint)."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.facts.sql_ddl import (
    AnyConstraint,
    Check,
    ColumnDefault,
    ColumnDefinition,
    Constraint,
    Exclude,
    ExcludeElement,
    ForeignKey,
    Generated,
    Identity,
    KeyConstraint,
    NotNull,
    Null,
    Option,
    PrimaryKey,
    Unique,
)
from analyzer.facts.sql_query import Identifier, QualifiedName, TypeName
from analyzer.sql import expression, index_elements, options, type_names
from analyzer.sql.cursor import Cursor
from analyzer.sql.keywords import words
from analyzer.sql.tokens import OPERATOR

ReferenceAction = Literal["", "no action", "restrict", "cascade", "set null", "set default"]


def column_definition(p: Cursor) -> ColumnDefinition:
    """A column with its type and constraints."""
    start = p.start
    name = p.name()
    type_ = type_names.type_name(p)
    return _qualified(p, start, name, type_)


def typed_column(p: Cursor) -> ColumnDefinition:
    """A column of a typed table or a partition, whose type is known elsewhere (columnOptions)."""
    start = p.start
    name = p.name()
    p.accept_words("with", "options")
    return _qualified(p, start, name, None)


def _qualified(p: Cursor, start: int, name: Identifier, type_: TypeName | None) -> ColumnDefinition:
    keys = p.keys
    storage = compression = ""
    column_options: tuple[Option, ...] = ()
    if keys[p.i] in _BEFORE_CONSTRAINTS:
        storage = p.word_or_default() if p.accept("storage") else ""
        compression = p.word_or_default() if p.accept("compression") else ""
        column_options = options.foreign(p)
    collation: QualifiedName | None = None
    constraints: list[AnyConstraint] = []
    while True:
        key = keys[p.i]
        if key == "collate":
            if collation is not None:
                raise p.rejected("multiple COLLATE clauses not allowed")
            p.i += 1
            collation = p.qualified_name()
        elif key in COLUMN_CONSTRAINTS:
            constraints.append(column_constraint(p))
        else:
            break
    return ColumnDefinition(
        start, p.ends[p.i - 1], name, type_, tuple(constraints), collation, storage, compression, column_options
    )


_BEFORE_CONSTRAINTS = frozenset({"storage", "compression", "options"})
COLUMN_CONSTRAINTS = words(
    """
    constraint not null default check primary unique references generated
    """
)


def column_constraint(p: Cursor) -> AnyConstraint:
    """A constraint of a column with the attributes behind it (ColConstraint)."""
    start = p.start
    name = p.name() if p.accept("constraint") else None
    return _attributed(p, _column_constraint(p, start, name), of_column=True)


def _column_constraint(p: Cursor, start: int, name: Identifier | None) -> AnyConstraint:
    key = p.keys[p.i]
    p.i += 1
    match key:
        case "not":
            p.expect("null")
            return NotNull(start, p.end, name=name)
        case "null":
            return Null(start, p.end, name=name)
        case "default":
            of = expression.restricted_expression(p)
            return ColumnDefault(start, p.end, of, name=name)
        case "check":
            p.expect("(")
            of = expression.expression(p)
            p.expect(")")
            return Check(start, p.end, of, name=name)
        case "primary":
            p.expect("key")
            return _key_tail(p, PrimaryKey(start, p.end, name=name))
        case "unique":
            distinct = _nulls_not_distinct(p)
            return _key_tail(p, Unique(start, p.end, name=name, nulls_not_distinct=distinct))
        case "references":
            return _references(p, start, name, ())
        case "generated":
            return _generated(p, start, name)
    p.i -= 1
    raise p.rejected()


def _generated(p: Cursor, start: int, name: Identifier | None) -> AnyConstraint:
    when: Literal["always", "by default"] = "always"
    if p.accept("by"):
        p.expect("default")
        when = "by default"
    else:
        p.expect("always")
    p.expect("as")
    if when == "by default" and p.keys[p.i] != "identity":
        raise p.rejected("for a generated column, GENERATED ALWAYS must be specified")
    if p.accept("identity"):
        settings: tuple[Option, ...] = ()
        if p.accept("("):
            settings = options.sequence(p)
            p.expect(")")
        return Identity(start, p.end, when, settings, name=name)
    p.expect("(")
    of = expression.expression(p)
    p.expect(")")
    p.accept_any(frozenset({"stored", "virtual"}))
    return Generated(start, p.end, of, name=name)


def _nulls_not_distinct(p: Cursor) -> bool:
    if p.accept_words("nulls", "not", "distinct"):
        return True
    p.accept_words("nulls", "distinct")
    return False


def _key_tail(p: Cursor, key: AnyConstraint) -> AnyConstraint:
    include: tuple[Identifier, ...] = ()
    if p.accept("include"):
        include = p.names()
    settings = options.with_options(p)
    tablespace: Identifier | None = None
    if p.accept("using"):
        p.expect("index", "tablespace")
        tablespace = p.name()
    if not (include or settings or tablespace):
        return key
    return msgspec.structs.replace(key, end=p.end, include=include, options=settings, tablespace=tablespace)


def _references(p: Cursor, start: int, name: Identifier | None, columns: tuple[Identifier, ...]) -> ForeignKey:
    table = p.qualified_name()
    referenced: tuple[Identifier, ...] = ()
    if p.keys[p.i] == "(":
        referenced = p.parenthesized(_period_column)
    match_: Literal["", "full", "partial", "simple"] = ""
    if p.accept("match"):
        word = p.accept_any(frozenset({"full", "partial", "simple"}))
        if not word:
            raise p.rejected()
        match_ = "full" if word == "full" else "partial" if word == "partial" else "simple"
    on_delete: ReferenceAction = ""
    on_update: ReferenceAction = ""
    delete_columns: tuple[Identifier, ...] = ()
    while p.keys[p.i] == "on":
        if p.accept_words("on", "delete"):
            on_delete = _reference_action(p)
            if on_delete in ("set null", "set default"):
                delete_columns = p.names()
        elif p.accept_words("on", "update"):
            on_update = _reference_action(p)
        else:
            p.i += 1
            raise p.rejected()
    return ForeignKey(
        start,
        p.end,
        name=name,
        columns=columns,
        table=table,
        referenced=referenced,
        match=match_,
        on_delete=on_delete,
        on_update=on_update,
        delete_columns=delete_columns,
    )


def _reference_action(p: Cursor) -> ReferenceAction:
    if p.accept("no"):
        p.expect("action")
        return "no action"
    if p.accept("restrict"):
        return "restrict"
    if p.accept("cascade"):
        return "cascade"
    p.expect("set")
    if p.accept("null"):
        return "set null"
    p.expect("default")
    return "set default"


def _period_column(p: Cursor) -> Identifier:
    if p.keys[p.i] == "period" and p.keys[p.i + 1] not in (",", ")"):
        p.i += 1
    return p.name()


# Constraints of tables

TABLE_CONSTRAINTS = frozenset({"constraint", "check", "primary", "unique", "foreign", "exclude", "not"})


def table_constraint(p: Cursor) -> AnyConstraint:
    """A constraint of a table or a domain (TableConstraint)."""
    start = p.start
    name = p.name() if p.accept("constraint") else None
    return _attributed(p, _table_constraint(p, start, name), of_column=False)


def _table_constraint(p: Cursor, start: int, name: Identifier | None) -> AnyConstraint:
    key = p.keys[p.i]
    p.i += 1
    match key:
        case "check":
            p.expect("(")
            of = expression.expression(p)
            p.expect(")")
            return Check(start, p.end, of, name=name)
        case "not":
            p.expect("null")
            if p.accept("value"):
                return NotNull(start, p.end, name=name)
            p.name()
            return NotNull(start, p.end, name=name)
        case "primary":
            p.expect("key")
            return _keyed(p, PrimaryKey(start, p.end, name=name))
        case "unique":
            distinct = _nulls_not_distinct(p)
            return _keyed(p, Unique(start, p.end, name=name, nulls_not_distinct=distinct))
        case "foreign":
            p.expect("key")
            columns = p.parenthesized(_period_column)
            p.expect("references")
            return _references(p, start, name, columns)
        case "exclude":
            return _exclude(p, start, name)
    p.i -= 1
    raise p.rejected()


def _keyed(p: Cursor, key: KeyConstraint) -> AnyConstraint:
    found: KeyConstraint
    if p.accept("using"):
        p.expect("index")
        found = msgspec.structs.replace(key, using_index=p.name(), end=p.end)
    else:
        columns = p.parenthesized(_overlapping_column)
        found = msgspec.structs.replace(key, columns=columns, end=p.end)
    if isinstance(found, (PrimaryKey, Unique)):
        return _key_tail(p, found)
    raise p.rejected()


def _overlapping_column(p: Cursor) -> Identifier:
    name = p.name()
    if p.accept("without"):
        p.expect("overlaps")
    return name


def _exclude(p: Cursor, start: int, name: Identifier | None) -> Exclude:
    method = p.name().text if p.accept("using") else ""
    elements = p.parenthesized(_exclude_element)
    include = p.names() if p.accept("include") else ()
    settings = options.with_options(p)
    tablespace = None
    if p.accept("using"):
        p.expect("index", "tablespace")
        tablespace = p.name()
    where = None
    if p.accept("where"):
        p.expect("(")
        where = expression.expression(p)
        p.expect(")")
    return Exclude(
        start,
        p.end,
        name=name,
        method=method,
        elements=elements,
        include=include,
        options=settings,
        tablespace=tablespace,
        where=where,
    )


def _exclude_element(p: Cursor) -> ExcludeElement:
    start = p.start
    element = index_elements.index_element(p)
    p.expect("with")
    if p.keys[p.i] == "operator":
        width, _, operator = expression.qualified_operator(p)
        p.i += width
    elif p.classes[p.i] == OPERATOR:
        operator = p.keys[p.i]
        p.i += 1
    else:
        raise p.rejected()
    return ExcludeElement(start, p.end, element, operator)


# What may follow every constraint

_ATTRIBUTES = frozenset({"deferrable", "initially", "not", "no", "enforced"})


def _attributed(p: Cursor, constraint: AnyConstraint, *, of_column: bool) -> AnyConstraint:
    if p.keys[p.i] not in _ATTRIBUTES:
        return constraint
    found = attributes(p, of_column=of_column)
    if found is None:
        return constraint
    return msgspec.structs.replace(
        constraint,
        end=p.end,
        deferrable=found.deferrable,
        initially_deferred=found.initially_deferred,
        not_valid=found.not_valid,
        no_inherit=found.no_inherit,
    )


def attributes(p: Cursor, *, of_column: bool = False) -> Constraint | None:
    """DEFERRABLE, INITIALLY DEFERRED, NOT VALID, NO INHERIT and their like, or None; a column's are valid."""
    deferrable: bool | None = None
    deferred: bool | None = None
    not_valid = no_inherit = False
    mark = p.i
    while True:
        if p.accept("deferrable"):
            deferrable = True
        elif p.accept_words("not", "deferrable"):
            deferrable = False
        elif p.accept_words("initially", "deferred"):
            if deferrable is False:
                p.i -= 2
                raise p.rejected("constraint declared INITIALLY DEFERRED must be DEFERRABLE")
            deferred = True
        elif p.accept_words("initially", "immediate"):
            deferred = False
        elif not of_column and p.accept_words("not", "valid"):
            not_valid = True
        elif p.accept_words("no", "inherit"):
            no_inherit = True
        elif not (p.accept_words("not", "enforced") or p.accept("enforced")):
            break
    if p.i == mark:
        return None
    return Constraint(
        p.starts[mark],
        p.end,
        deferrable=deferrable,
        initially_deferred=deferred,
        not_valid=not_valid,
        no_inherit=no_inherit,
    )
