"""Whether PostgreSQL would accept an INSERT, UPDATE, DELETE or MERGE (analyze.c)."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.database.builtin import builtin
from analyzer.database.datatypes import UNKNOWN, DataType
from analyzer.database.grouping import is_aggregate
from analyzer.database.lookup import find_class, missing_relation
from analyzer.database.model import Column, Index, Relation
from analyzer.database.query_analysis import QueryAnalysis
from analyzer.database.rejected import Rejected
from analyzer.database.scope import Scope, ScopeColumn
from analyzer.database.types import shown
from analyzer.database.walk import descendants, moved
from analyzer.facts.sql_query import (
    Assignment,
    AssignmentTarget,
    Constant,
    Default,
    Delete,
    Expression,
    FunctionCall,
    IndexElement,
    Insert,
    Merge,
    Node,
    OnConflict,
    QualifiedName,
    Query,
    Row,
    RowChange,
    Select,
    SubSelect,
    TableReference,
    Target,
    Update,
    Values,
)


def row_change(analysis: QueryAnalysis, node: RowChange, outer: Scope | None) -> list[ScopeColumn] | None:
    """The columns that RETURNING gives; none without it.

    Raises:
        Rejected: PostgreSQL would reject the statement.
    """
    match node:
        case Insert():
            return _insert(analysis, node, outer)
        case Update():
            return _update(analysis, node, outer)
        case Delete():
            return _delete(analysis, node, outer)
        case Merge():
            return _merge(analysis, node, outer)


def _updatable(analysis: QueryAnalysis, view: Relation) -> bool:
    """Whether rows may be written through a view: it is simple, or has a trigger or rule for that (rewriteHandler.c)."""  # noqa: E501
    state = analysis.state
    if state.members_of("rule", view.oid) or any(each.timing == "instead of" for each in state.triggers_of(view.oid)):
        return True
    query = view.query.node if view.query is not None else None
    if not isinstance(query, Select):
        return query is None
    if query.group_by or query.having is not None or query.distinct or query.distinct_on or query.limit is not None:
        return False
    if query.offset is not None or query.with_ is not None or len(query.from_) != 1:
        return False
    if not isinstance(query.from_[0], TableReference):
        return False
    return not any(
        isinstance(node, FunctionCall) and (node.over is not None or is_aggregate(analysis, node))
        for target in query.targets
        for node in descendants(target.expression)
    )


def target_relation(analysis: QueryAnalysis, name: QualifiedName, verb: str) -> Relation | None:
    """The table that rows go into; None for a catalogue table."""
    found = find_class(analysis.state, name)
    if found is None:
        if (name.schema or "pg_catalog", name.name) in builtin().relations:
            return None
        raise missing_relation(analysis.state, name)
    if isinstance(found, Index) or found.kind in ("composite", "sequence"):
        kind = "index" if isinstance(found, Index) else found.kind
        if kind == "sequence":
            raise Rejected("42809", f'cannot change sequence "{found.name}"', name)
        raise Rejected("42809", f'cannot open relation "{found.name}"', name)
    if found.kind == "materialized view":
        raise Rejected("42809", f'cannot change materialized view "{found.name}"', name)
    if found.kind == "view" and not _updatable(analysis, found):
        raise Rejected("55000", f'cannot {verb} view "{found.name}"', name, subject=found.name)
    analysis.relations[name.start] = found.oid
    analysis.need(found.oid)
    return found


def _alias(reference: TableReference) -> str:
    alias = reference.alias
    return alias.name.text if alias is not None and alias.name is not None else ""


def _insert(analysis: QueryAnalysis, node: Insert, outer: Scope | None) -> list[ScopeColumn] | None:
    scope = Scope(outer)
    analysis.with_clause(node.with_, scope)
    relation = target_relation(analysis, node.table.name, "insert into")
    if relation is None:
        return None
    columns = _insert_columns(relation, node.columns)
    if node.query is not None:
        _insert_query(analysis, relation, columns, node, scope)
    inner = Scope(outer)
    inner.common_tables = scope.common_tables
    analysis.add_relation(inner, relation, _alias(node.table), (), node.table)
    if node.on_conflict is not None:
        _on_conflict(analysis, relation, node.on_conflict, inner)
    return _returning(analysis, node.returning, inner)


def _insert_columns(relation: Relation, targets: Sequence[AssignmentTarget]) -> list[Column]:
    if not targets:
        return list(relation.columns)
    found: list[Column] = []
    for target in targets:
        column = _target_column(relation, target)
        if column in found and not target.path:
            raise Rejected(
                "42701", f'column "{column.name}" specified more than once', target.name, subject=column.name
            )
        found.append(column)
    return found


def _target_column(relation: Relation, target: AssignmentTarget) -> Column:
    column = relation.column(target.name.text)
    if column is None:
        message = f'column "{target.name.text}" of relation "{relation.name}" does not exist'
        raise Rejected("42703", message, target.name, subject=target.name.text)
    return column


def _insert_query(
    analysis: QueryAnalysis, relation: Relation, columns: list[Column], node: Insert, scope: Scope
) -> None:
    query = node.query
    assert query is not None
    explicit = bool(node.columns)
    if isinstance(query, Values) and query.with_ is None:
        width = len(query.rows[0]) if query.rows else 0
        for row in query.rows:
            if len(row) != width:
                raise Rejected("42601", "VALUES lists must all be the same length", row[0] if row else query)
        if query.rows:
            _check_width(columns, len(query.rows[0]), explicit, query.rows[0], node)
        for row in query.rows:
            for column, value in zip(columns, row, strict=False):
                if isinstance(value, Default):
                    continue
                _may_write(column, value, node)
                found = analysis.type_of(value, scope)
                assignable(analysis, column, value, found)
        return
    result = analysis.query(query, scope)
    if result is None:
        return
    _check_width(columns, len(result), explicit, _target_nodes(query), node)
    nodes = _target_nodes(query)
    for index, (column, given) in enumerate(zip(columns, result, strict=False)):
        written: Node = nodes[index] if len(nodes) == len(result) else query
        _may_write(column, written, node)
        if given.type is not None and given.type.oid == UNKNOWN.oid and len(nodes) == len(result):
            analysis.settle(nodes[index], column.type)
        else:
            assignable(analysis, column, written, given.type)


def _target_nodes(query: Query) -> Sequence[Expression]:
    return [target.expression for target in query.targets] if isinstance(query, Select) else []


def _check_width(columns: list[Column], width: int, explicit: bool, nodes: Sequence[Node], node: Insert) -> None:
    if width > len(columns):
        at = nodes[len(columns)] if len(columns) < len(nodes) else node
        raise Rejected("42601", "INSERT has more expressions than target columns", at)
    if explicit and width < len(columns):
        at = node.columns[width].name if width < len(node.columns) else node
        raise Rejected("42601", "INSERT has more target columns than expressions", at)


def _may_write(column: Column, value: Node, node: Insert) -> None:
    if column.generated is not None or (column.identity == "always" and node.overriding != "system"):
        if column.identity == "always" and node.overriding == "user":
            return
        raise Rejected(
            "428C9", f'cannot insert a non-DEFAULT value into column "{column.name}"', value, subject=column.name
        )


def assignable(analysis: QueryAnalysis, column: Column, value: Node, found: DataType | None) -> None:
    """Raises where the value does not become one of the column's type.

    Raises:
        Rejected: with 42804.
    """
    if found is None:
        return
    if not analysis.coerce(value, found, column.type, "assignment"):  # type: ignore[arg-type]
        one, two = shown(analysis.state, column.type), shown(analysis.state, found)
        message = f'column "{column.name}" is of type {one} but expression is of type {two}'
        raise Rejected("42804", message, value, subject=column.name)


def _on_conflict(analysis: QueryAnalysis, relation: Relation, node: OnConflict, scope: Scope) -> None:
    for element in node.elements:
        if element.column is not None:
            if relation.column(element.column.text) is None:
                name = element.column.text
                raise Rejected("42703", f'column "{name}" does not exist', element.column, subject=name)
        elif element.expression is not None:
            analysis.type_of(element.expression, scope)
    if node.predicate is not None:
        analysis.condition(node.predicate, scope, "WHERE")
    arbiter(analysis, relation, node)
    inner = Scope(scope.parent, list(scope.entries))
    inner.common_tables = scope.common_tables
    if node.action == "update":
        analysis.add_relation(inner, relation, "excluded")
        _assignments(analysis, relation, node.assignments, inner)
        if node.where is not None:
            analysis.condition(node.where, inner, "WHERE")


def arbiter(analysis: QueryAnalysis, relation: Relation, node: OnConflict) -> Index | None:
    """The unique index that ON CONFLICT means; None where it names none (plancat.c, infer_arbiter_indexes).

    Raises:
        Rejected: there is none (42P10), a deferrable one (55000), or no such constraint (42704).
    """
    state = analysis.state
    if node.constraint is not None:
        oid = state.members_of("constraint", relation.oid).get(node.constraint.text)
        if oid is None:
            name = node.constraint.text
            message = f'constraint "{name}" for table "{relation.name}" does not exist'
            raise Rejected("42704", message, node.constraint, subject=name)
        index = getattr(state.objects[oid], "index", 0)
        if not index:
            raise Rejected("42809", "constraint in ON CONFLICT clause has no associated index", node.constraint)
        found = state.get(index, Index)
        if node.action == "update" and found.exclusion:
            raise Rejected("42809", "ON CONFLICT DO UPDATE not supported with exclusion constraints", node.constraint)
        if found.deferrable:
            raise Rejected("55000", _DEFERRABLE, node.constraint)
        return found
    if not node.elements:
        if node.action == "update":
            raise Rejected("42601", "ON CONFLICT DO UPDATE requires inference specification or constraint name", node)
        return None
    deferrable = False
    for index in state.indexes_of(relation.oid):
        if index.unique and _matches(relation, index, node):
            if index.deferrable:
                deferrable = True
                continue
            return index
    if relation.kind in ("view", "foreign"):
        return None
    if deferrable:
        raise Rejected("55000", _DEFERRABLE, node)
    message = "there is no unique or exclusion constraint matching the ON CONFLICT specification"
    raise Rejected("42P10", message, _extent(node.elements))


_DEFERRABLE = "ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters"


def _extent(elements: Sequence[IndexElement]) -> Node:
    return IndexElement(elements[0].start, elements[-1].end, None, None)


def _matches(relation: Relation, index: Index, node: OnConflict) -> bool:
    columns = {relation.column(each.column.text).number for each in node.elements if each.column is not None}  # type: ignore[union-attr]
    expressions = [each.expression for each in node.elements if each.column is None]
    if {key.column for key in index.keys if key.column} != columns:
        return False
    own = [key.expression.node for key in index.keys if key.expression is not None]
    if len(own) != len(expressions):
        return False
    shapes = [moved(each) for each in own]
    if any(moved(each) not in shapes for each in expressions):
        return False
    if index.predicate is not None:
        return node.predicate is not None and implies(node.predicate, index.predicate.node)
    return True


def implies(given: object, wanted: object) -> bool:
    """Whether one condition plainly says what another does: all its parts are among the other's."""
    return set(_conjuncts(wanted)) <= set(_conjuncts(given))


def _conjuncts(node: object) -> list[object]:
    from analyzer.facts.sql_query import BooleanExpression

    if isinstance(node, BooleanExpression) and node.operator == "and":
        return [part for each in node.arguments for part in _conjuncts(each)]
    return [moved(node)]


def _assignments(analysis: QueryAnalysis, relation: Relation, assignments: Sequence[Assignment], scope: Scope) -> None:
    seen: set[str] = set()
    for assignment in assignments:
        targets = assignment.targets
        columns = [_target_column(relation, target) for target in targets]
        for column, target in zip(columns, targets, strict=True):
            if column.name in seen and not target.path:
                message = f'multiple assignments to same column "{column.name}"'
                raise Rejected("42601", message, target.name, subject=column.name)
            seen.add(column.name)
        value = assignment.value
        if not assignment.multiple:
            _assign(analysis, columns[0], targets[0], value, scope)
        elif isinstance(value, Row):
            if len(value.elements) != len(targets):
                raise Rejected("42601", "number of columns does not match number of values", value)
            for column, target, each in zip(columns, targets, value.elements, strict=True):
                _assign(analysis, column, target, each, scope)
        elif isinstance(value, SubSelect):
            result = analysis.query(value.query, scope)
            if result is not None:
                if len(result) != len(targets):
                    raise Rejected("42601", "number of columns does not match number of values", value)
                for column, given in zip(columns, result, strict=True):
                    assignable(analysis, column, value, given.type)
        else:
            analysis.type_of(value, scope)


def _assign(analysis: QueryAnalysis, column: Column, target: AssignmentTarget, value: Expression, scope: Scope) -> None:
    if isinstance(value, Default):
        return
    if column.generated is not None or column.identity == "always":
        message = f'column "{column.name}" can only be updated to DEFAULT'
        raise Rejected("428C9", message, value, subject=column.name)
    found = analysis.type_of(value, scope)
    if not target.path:
        assignable(analysis, column, value, found)
        if isinstance(value, Constant) and isinstance(value.value, str):
            require_length(analysis, column, value)


def require_length(analysis: QueryAnalysis, column: Column, value: Constant) -> None:
    """Raises where a constant is too long: it is cut when the statement is planned, whether or not a row is written.

    Raises:
        Rejected: with 22001.
    """
    limit = column.type.modifiers[0] if column.type.modifiers and column.type.oid in (1042, 1043) else None
    text = str(value.value)
    if isinstance(limit, int) and not column.type.array and len(text) > limit and text[limit:].strip(" "):
        raise Rejected("22001", f"value too long for type {shown(analysis.state, column.type)}({limit})", value)


def _update(analysis: QueryAnalysis, node: Update, outer: Scope | None) -> list[ScopeColumn] | None:
    scope = Scope(outer)
    analysis.with_clause(node.with_, scope)
    relation = target_relation(analysis, node.table.name, "update")
    if relation is None:
        return None
    analysis.add_relation(scope, relation, _alias(node.table), (), node.table)
    for item in node.from_:
        analysis.from_item(item, scope)
    if node.where is not None:
        analysis.condition(node.where, scope, "WHERE")
    _assignments(analysis, relation, node.assignments, scope)
    return _returning(analysis, node.returning, scope)


def _delete(analysis: QueryAnalysis, node: Delete, outer: Scope | None) -> list[ScopeColumn] | None:
    scope = Scope(outer)
    analysis.with_clause(node.with_, scope)
    relation = target_relation(analysis, node.table.name, "delete from")
    if relation is None:
        return None
    analysis.add_relation(scope, relation, _alias(node.table), (), node.table)
    for item in node.using:
        analysis.from_item(item, scope)
    if node.where is not None:
        analysis.condition(node.where, scope, "WHERE")
    return _returning(analysis, node.returning, scope)


def _merge(analysis: QueryAnalysis, node: Merge, outer: Scope | None) -> list[ScopeColumn] | None:
    scope = Scope(outer)
    analysis.with_clause(node.with_, scope)
    relation = target_relation(analysis, node.table.name, "merge into")
    if relation is None:
        return None
    analysis.add_relation(scope, relation, _alias(node.table), (), node.table)
    analysis.from_item(node.source, scope)
    analysis.condition(node.on, scope, "JOIN/ON")
    for when in node.whens:
        if when.condition is not None:
            analysis.condition(when.condition, scope, "WHEN")
        if when.action == "update":
            _assignments(analysis, relation, when.assignments, scope)
        elif when.action == "insert":
            columns = _insert_columns(relation, when.columns)
            for column, value in zip(columns, when.values, strict=False):
                if not isinstance(value, Default):
                    assignable(analysis, column, value, analysis.type_of(value, scope))
    return _returning(analysis, node.returning, scope)


def _returning(analysis: QueryAnalysis, targets: Sequence[Target], scope: Scope) -> list[ScopeColumn] | None:
    if not targets:
        return []
    outside, analysis.has_aggregate = analysis.has_aggregate, False
    columns = analysis.targets(targets, scope)
    if analysis.has_aggregate:
        raise Rejected("42803", "aggregate functions are not allowed in RETURNING", targets[0])
    analysis.has_aggregate = outside
    return columns
