"""The grammar of what a query reads from: tables, sub-queries, functions and joins (table_ref)."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.facts.sql_query import (
    Alias,
    ColumnAlias,
    Expression,
    FromItem,
    FunctionCall,
    FunctionItem,
    Identifier,
    Join,
    QualifiedName,
    SubQuery,
    TableFunction,
    TableReference,
)
from analyzer.sql import expression, primary, query, special, type_names
from analyzer.sql.cursor import MAX_DEPTH, Cursor, TooDeepError
from analyzer.sql.keywords import words
from analyzer.sql.tokens import COLUMN_WORD, NAME, RESERVED_WORD, TYPE_WORD, UNRESERVED_WORD

_JOIN_WORDS = frozenset({"join", "inner", "left", "right", "full", "cross", "natural"})
_CALLED_WORDS = words(
    """
    coalesce greatest least nullif extract normalize overlay position substring trim treat xmlconcat xmlelement
    xmlexists xmlforest xmlparse xmlpi xmlroot xmlserialize json_object json_array json_value json_query
    json_exists json_scalar json_serialize json_objectagg json_arrayagg merge_action
    """
)
_VALUE_WORDS = words(
    """
    current_date current_time current_timestamp localtime localtimestamp current_role current_user session_user
    system_user user current_catalog current_schema cast
    """
)


def from_list(p: Cursor) -> tuple[FromItem, ...]:
    """The items of a FROM or USING clause."""
    return p.listed(from_item)


def from_item(p: Cursor) -> FromItem:
    """One item of FROM with its joins (table_ref)."""
    p.depth += 1
    if p.depth > MAX_DEPTH:
        raise TooDeepError
    start = p.start
    left = _single_item(p)
    while p.keys[p.i] in _JOIN_WORDS:
        left = _join(p, left, start)
        p.lengthen()
    p.depth -= 1
    return left


def _join(p: Cursor, left: FromItem, start: int) -> Join:
    keys = p.keys
    natural = p.accept("natural")
    kind: Literal["inner", "left", "right", "full", "cross"] = "inner"
    key = keys[p.i]
    if key == "cross" and not natural:
        p.i += 1
        p.expect("join")
        right = _single_item(p)
        return Join(start, p.end, "cross", False, left, right, (), None)
    if key == "left" or key == "right" or key == "full":
        p.i += 1
        kind = "left" if key == "left" else "right" if key == "right" else "full"
        p.accept("outer")
    elif key == "inner":
        p.i += 1
    p.expect("join")
    right = _joined_item(p, natural=natural)
    if natural:
        return Join(start, p.end, kind, True, left, right, (), None)
    if p.accept("using"):
        using = p.parenthesized(Cursor.name)
        using_alias = None
        if p.keys[p.i] == "as":
            begin = p.start
            p.i += 1
            using_alias = Alias(begin, p.ends[p.i], p.name())
        return Join(start, p.end, kind, False, left, right, using, None, None, using_alias)
    p.expect("on")
    on = expression.expression(p)
    return Join(start, p.end, kind, False, left, right, (), on)


def _joined_item(p: Cursor, *, natural: bool) -> FromItem:
    """The right side of a join: `a JOIN b JOIN c ON x ON y` nests the second join in it."""
    start = p.start
    right = _single_item(p)
    if not natural:
        while p.keys[p.i] in _JOIN_WORDS:
            p.depth += 1
            if p.depth > MAX_DEPTH:
                raise TooDeepError
            right = _join(p, right, start)
            p.depth -= 1
    return right


def _single_item(p: Cursor) -> FromItem:
    start = p.start
    keys = p.keys
    lateral = p.accept("lateral")
    i = p.i
    key = keys[i]
    if key == "(":
        return _parenthesis(p, start, lateral=lateral)
    if key == "rows" and keys[i + 1] == "from" and keys[i + 2] == "(":
        p.i += 2
        functions = p.parenthesized(_rows_from_item)
        return _function_item(p, start, functions, lateral=lateral, rows_from=True)
    if key in ("xmltable", "json_table") and keys[i + 1] == "(":
        p.i += 2
        arguments = _table_function(p)
        found = alias(p)
        return TableFunction(start, p.end, key, arguments, found, lateral)
    if _is_call(p, i):
        function = primary.primary(p)
        return _function_item(p, start, (function,), lateral=lateral, rows_from=False)
    if lateral:
        raise p.rejected()
    only, name, _ = relation(p)
    found_alias = alias(p)
    sample: FunctionCall | None = None
    if keys[p.i] == "tablesample":
        sample = _sample(p)
    return TableReference(start, p.end, name, found_alias, only, sample)


def _is_call(p: Cursor, i: int) -> bool:
    keys = p.keys
    key = keys[i]
    kind = p.classes[i]
    if key in _VALUE_WORDS:
        return True
    if kind == COLUMN_WORD and keys[i + 1] == "(":
        return key in _CALLED_WORDS
    if kind > TYPE_WORD:
        return False
    if key == "collation" and keys[i + 1] == "for":
        return keys[i + 2] == "("
    i += 1
    while keys[i] == "." and p.classes[i + 1] <= RESERVED_WORD:
        i += 2
    return keys[i] == "("


def _parenthesis(p: Cursor, start: int, *, lateral: bool) -> FromItem:
    if query.starts_query(p, p.i):
        of = query.parenthesized_query(p)
        found_alias = alias(p)
        return SubQuery(start, p.end, of, found_alias, lateral)
    if lateral:
        p.i += 1
        raise p.rejected()
    p.i += 1
    found = from_item(p)
    if not isinstance(found, Join):
        raise p.rejected()
    p.expect(")")
    found_alias = alias(p)
    if found_alias is None:
        return found
    return msgspec.structs.replace(found, start=start, end=p.end, alias=found_alias)


def _rows_from_item(p: Cursor) -> Expression:
    function = primary.primary(p)
    if p.accept("as"):
        p.parenthesized(_column_definition)
    return function


def _function_item(
    p: Cursor, start: int, functions: tuple[Expression, ...], *, lateral: bool, rows_from: bool
) -> FunctionItem:
    ordinality = p.accept_words("with", "ordinality")
    found = _function_alias(p)
    return FunctionItem(start, p.end, functions, found, lateral, ordinality, rows_from)


def _function_alias(p: Cursor) -> Alias | None:
    start = p.start
    if p.keys[p.i] == "as" and p.keys[p.i + 1] == "(":
        p.i += 1
        columns = p.parenthesized(_column_definition)
        return Alias(start, p.end, None, columns)
    if not _starts_alias(p):
        return None
    p.accept("as")
    name = p.name()
    columns = ()
    if p.keys[p.i] == "(":
        columns = p.parenthesized(_column_definition)
    return Alias(start, p.end, name, columns)


def _column_definition(p: Cursor) -> ColumnAlias:
    start = p.start
    name = p.name()
    type_ = None
    if p.keys[p.i] not in (",", ")"):
        type_ = type_names.type_name(p)
        if p.accept("collate"):
            p.qualified_name()
    return ColumnAlias(start, p.end, name, type_)


def _starts_alias(p: Cursor) -> bool:
    return p.keys[p.i] == "as" or p.classes[p.i] <= COLUMN_WORD


def alias(p: Cursor) -> Alias | None:
    """An alias with its columns, or nothing (opt_alias_clause)."""
    i = p.i
    kind = p.classes[i]
    if kind > COLUMN_WORD:
        if p.keys[i] != "as":
            return None
        p.i = i + 1
    start = p.starts[i]
    name = p.name()
    if p.keys[p.i] != "(":
        return Alias(start, name.end, name)
    columns = p.parenthesized(_column_name)
    return Alias(start, p.end, name, columns)


def _column_name(p: Cursor) -> ColumnAlias:
    name = p.name()
    return ColumnAlias(name.start, name.end, name)


def relation(p: Cursor) -> tuple[bool, QualifiedName, bool]:
    """A table as `name *`, `ONLY name` or `ONLY (name)`: whether ONLY, the name, whether `*` (relation_expr)."""
    if p.keys[p.i] == "only":
        p.i += 1
        if p.accept("("):
            name = p.qualified_name()
            p.expect(")")
        else:
            name = p.qualified_name()
        return True, name, False
    name = p.qualified_name()
    return False, name, p.accept("*")


def table_reference(p: Cursor) -> TableReference:
    """A table without an alias."""
    start = p.start
    only, name, _ = relation(p)
    return TableReference(start, p.end, name, None, only)


def changed_table(p: Cursor) -> TableReference:
    """The target of UPDATE, DELETE or MERGE, with its alias (relation_expr_opt_alias)."""
    start = p.start
    only, name, _ = relation(p)
    found: Alias | None = None
    begin = p.start
    if p.accept("as") or (p.classes[p.i] <= COLUMN_WORD and p.keys[p.i] != "set"):
        aliased: Identifier = p.name()
        found = Alias(begin, aliased.end, aliased)
    return TableReference(start, p.end, name, found, only)


def _sample(p: Cursor) -> FunctionCall:
    p.i += 1
    start = p.start
    name = p.function_name()
    arguments = p.parenthesized(expression.expression)
    if p.accept("repeatable"):
        p.expect("(")
        expression.expression(p)
        p.expect(")")
    return FunctionCall(start, p.end, name, arguments)


# XMLTABLE and JSON_TABLE: the expressions count, the column definitions are only read over


def _table_function(p: Cursor) -> tuple[Expression, ...]:
    found: list[Expression] = []
    keys = p.keys
    while keys[p.i] != ")" and keys[p.i] != "columns":
        if keys[p.i] in (",", "passing", "as", "path", "by", "ref", "value"):
            p.i += 1
            if keys[p.i - 1] == "as":
                p.label()
        elif keys[p.i] == "xmlnamespaces":
            p.i += 1
            p.expect("(")
            special.special_arguments(p, found)
            p.expect(")")
        else:
            found.append(expression.restricted_expression(p))
    if p.accept("columns"):
        parenthesized = p.accept("(")
        _table_columns(p, found)
        if parenthesized:
            p.expect(")")
        if keys[p.i] != ")":
            _skip_to_closing(p)
    p.expect(")")
    return tuple(found)


def _table_columns(p: Cursor, found: list[Expression]) -> None:
    while True:
        if p.accept("nested"):
            p.accept("path")
            p.string()
            if p.accept("as"):
                p.name()
            p.expect("columns", "(")
            _table_columns(p, found)
            p.expect(")")
        else:
            p.name()
            if not p.accept_words("for", "ordinality"):
                type_names.type_name(p)
                while p.keys[p.i] not in (",", ")"):
                    if p.classes[p.i] in (NAME, UNRESERVED_WORD, TYPE_WORD, RESERVED_WORD, COLUMN_WORD):
                        p.i += 1
                    else:
                        found.append(expression.restricted_expression(p))
        if not p.accept(","):
            return


def _skip_to_closing(p: Cursor) -> None:
    while p.classes[p.i] <= RESERVED_WORD:
        p.i += 1
