"""Whether a query with GROUP BY or aggregates uses only columns that it groups by (parse_agg.c)."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.database.analysis import Analysis
from analyzer.database.builtin import builtin
from analyzer.database.model import Function, Relation
from analyzer.database.rejected import Rejected
from analyzer.database.scope import Entry, Scope
from analyzer.database.walk import children, fields_of
from analyzer.facts.sql_query import ColumnReference, Constant, FunctionCall, Node, Select


def check_grouping(analysis: Analysis, node: Select, scope: Scope) -> None:
    """Raises where a column is neither grouped nor inside an aggregate.

    Raises:
        Rejected: with 42803.
    """
    if any(entry.open for entry in scope.entries):
        return
    own = {entry.index: entry for entry in scope.entries}
    groups: set[object] = set()
    grouped: set[tuple[int, int]] = set()
    names = {target.alias.text: target.expression for target in node.targets if target.alias is not None}
    for item in node.group_by:
        expression: object = item
        if isinstance(item, Constant) and isinstance(item.value, int) and 1 <= item.value <= len(node.targets):
            expression = node.targets[item.value - 1].expression
        elif isinstance(item, ColumnReference) and len(item.parts) == 1 and item.start not in analysis.columns:
            expression = names.get(item.parts[0].text, item)
        if isinstance(expression, ColumnReference):
            bound = analysis.columns.get(expression.start)
            if bound is None:
                return
            grouped.add((bound.entry, bound.number))
        groups.add(_shape(analysis, expression))
    for entry in own.values():
        if _has_key(analysis, entry, grouped):
            grouped |= {(entry.index, index) for index in range(-1, len(entry.columns))}
    check = _checker(analysis, own, groups, grouped)
    for target in node.targets:
        check(target.expression)
    if node.having is not None:
        check(node.having)
    outputs = scope.outputs
    for ordered in node.order_by:
        expression = ordered.expression
        if (
            isinstance(expression, ColumnReference)
            and len(expression.parts) == 1
            and expression.parts[0].text in outputs
        ):
            continue
        check(ordered.expression)


def _has_key(analysis: Analysis, entry: Entry, grouped: set[tuple[int, int]]) -> bool:
    """Whether the primary key of an item of FROM is grouped by, so that its other columns follow."""
    relation = analysis.state.objects.get(entry.relation)
    if not isinstance(relation, Relation):
        return False
    numbers = [column.number for column in entry.columns]
    for constraint in analysis.state.constraints_of(relation.oid):
        if constraint.kind == "primary key":
            wanted = {(entry.index, numbers.index(each)) for each in constraint.columns if each in numbers}
            return len(wanted) == len(constraint.columns) and wanted <= grouped
    return False


def _checker(
    analysis: Analysis, own: dict[int, Entry], groups: set[object], grouped: set[tuple[int, int]]
) -> Callable[[Node], None]:
    def check(root: Node) -> None:
        stack = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, FunctionCall) and node.over is None and is_aggregate(analysis, node):
                continue
            if groups and _shape(analysis, node) in groups:
                continue
            if isinstance(node, ColumnReference):
                bounds = analysis.stars.get(node.start, ()) if node.star else ()
                bound = analysis.columns.get(node.start)
                for each in (*bounds, *((bound,) if bound is not None else ())):
                    if each.entry in own and (each.entry, each.number) not in grouped:
                        name = f"{own[each.entry].name}.{each.name}"
                        message = (
                            f'column "{name}" must appear in the GROUP BY clause or be used in an aggregate function'
                        )
                        raise Rejected("42803", message, node, subject=name)
                continue
            stack.extend(children(node))

    return check


def is_aggregate(analysis: Analysis, node: FunctionCall) -> bool:
    """Whether a call is that of an aggregate."""
    if node.start in analysis.functions:
        found = analysis.state.objects.get(analysis.functions[node.start])
        return isinstance(found, Function) and found.kind == "aggregate"
    if node.name.schema not in (None, "pg_catalog"):
        return False
    return any(each.kind == "a" for each in builtin().functions(node.name.name))


def _shape(analysis: Analysis, node: object) -> object:
    """The node without places, its columns by what they mean."""
    if isinstance(node, ColumnReference):
        bound = analysis.columns.get(node.start)
        return ("column", bound.entry, bound.number) if bound is not None else ("column", *(p.text for p in node.parts))
    if isinstance(node, Node):
        return (type(node).__name__, *(_shape(analysis, getattr(node, name)) for name in fields_of(type(node))))
    if isinstance(node, tuple):
        return tuple(_shape(analysis, each) for each in node)
    return node
