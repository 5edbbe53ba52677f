"""The grammar of what an index, a partition key or ON CONFLICT is over (index_elem)."""

from __future__ import annotations

from typing import Literal

from analyzer.facts.sql_query import Expression, Identifier, IndexElement, QualifiedName
from analyzer.sql import expression, options, primary, query
from analyzer.sql.cursor import Cursor
from analyzer.sql.tokens import COLUMN_WORD


def index_element(p: Cursor) -> IndexElement:
    """A column, a call or an expression in parentheses, with its collation, operator class and order."""
    start = p.start
    column, of = _column_or_expression(p)
    collation = p.qualified_name() if p.accept("collate") else None
    operator_class: QualifiedName | None = None
    if p.classes[p.i] <= COLUMN_WORD and not p.at("nulls", "first") and not p.at("nulls", "last"):
        operator_class = p.qualified_name()
        if p.keys[p.i] == "(":
            options.parenthesized(p)
    direction: Literal["", "asc", "desc"] = ""
    if p.accept("asc"):
        direction = "asc"
    elif p.accept("desc"):
        direction = "desc"
    nulls = query.nulls_order(p)
    return IndexElement(start, p.end, column, of, collation, operator_class, direction, nulls)


def _column_or_expression(p: Cursor) -> tuple[Identifier | None, Expression | None]:
    if p.accept("("):
        of = expression.expression(p)
        p.expect(")")
        return None, of
    if p.keys[p.i + 1] in ("(", ".") or p.classes[p.i] > COLUMN_WORD:
        return None, _function(p)
    return p.name(), None


def _function(p: Cursor) -> Expression:
    found = primary.primary(p)
    if isinstance(found, primary.COLUMN_LIKE):
        raise p.rejected()
    return found


def column_or_expression(p: Cursor) -> IndexElement:
    """One element of CREATE STATISTICS, which has neither collation nor order (stats_param)."""
    start = p.start
    column, of = _column_or_expression(p)
    return IndexElement(start, p.end, column, of)
