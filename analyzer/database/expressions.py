"""Expressions that an object keeps: checked, bound, and with what they depend on."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.database.coercion import can_coerce, same
from analyzer.database.datatypes import UNKNOWN, DataType
from analyzer.database.model import Column, Relation
from analyzer.database.query_analysis import QueryAnalysis
from analyzer.database.rejected import Rejected
from analyzer.database.scope import Scope, Variable
from analyzer.database.state import State
from analyzer.database.types import shown
from analyzer.facts.sql_query import Constant, Expression


def on_table(state: State, relation: Relation) -> tuple[QueryAnalysis, Scope]:
    """An analysis whose expressions may use the columns of a table."""
    analysis = QueryAnalysis(state)
    scope = Scope()
    analysis.add_relation(scope, relation)
    return analysis, scope


def condition(state: State, relation: Relation, node: Expression, clause: str) -> QueryAnalysis:
    """A condition on a table's rows, such as a policy's."""
    analysis, scope = on_table(state, relation)
    analysis.condition(node, scope, clause)
    return analysis


def default(state: State, column: Column, node: Expression) -> QueryAnalysis:
    """The default of a column.

    Raises:
        Rejected: it uses columns or sub-queries, or does not become a value of the column's type.
    """
    analysis = QueryAnalysis(state)
    scope = Scope()
    found = analysis.type_of(node, scope)
    forbid(analysis, node, "DEFAULT expressions")
    if found is not None and not analysis.coerce(node, found, column.type, "assignment"):
        one, two = shown(state, column.type), shown(state, found)
        message = f'column "{column.name}" is of type {one} but default expression is of type {two}'
        raise Rejected("42804", message, node, subject=column.name)
    return analysis


def forbid(analysis: QueryAnalysis, node: Expression, clause: str) -> None:
    """Raises where an expression holds what this clause may not.

    Raises:
        Rejected: with 0A000 or 42803.
    """
    if analysis.has_subquery:
        raise Rejected("0A000", f"cannot use subquery in {clause.removesuffix('s')}", node)
    if analysis.has_aggregate:
        raise Rejected("42803", f"aggregate functions are not allowed in {clause}", node)
    if analysis.has_window:
        raise Rejected("42P20", f"window functions are not allowed in {clause}", node)
    if analysis.returns_set:
        raise Rejected("0A000", f"set-returning functions are not allowed in {clause}", node)


def value(state: State, node: Expression, variables: Sequence[Variable] = ()) -> tuple[QueryAnalysis, DataType | None]:
    """An expression without a table."""
    analysis = QueryAnalysis(state)
    scope = Scope(variables={variable.name: variable for variable in variables})
    return analysis, analysis.type_of(node, scope)


def converts(state: State, source: DataType | None, target: DataType) -> bool:
    """Whether ALTER COLUMN TYPE works without USING: through a cast in assignments."""
    if source is None or same(source, target) or source.oid == UNKNOWN.oid:
        return True
    return can_coerce(state, source, target, "assignment")


def is_null(node: Expression) -> bool:
    return isinstance(node, Constant) and node.kind == "null"
