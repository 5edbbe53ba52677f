"""The grammar of statements that change rows: INSERT, UPDATE, DELETE, MERGE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from analyzer.facts.sql_query import (
    Alias,
    Assignment,
    AssignmentTarget,
    ColumnReference,
    Delete,
    Expression,
    Identifier,
    IndexElement,
    Insert,
    Merge,
    MergeWhen,
    OnConflict,
    Query,
    RowChange,
    TableReference,
    Target,
    Update,
    With,
)
from analyzer.sql import expression, from_items, index_elements, primary, query
from analyzer.sql.cursor import Cursor

Overriding = Literal["", "user", "system"]


def insert(p: Cursor, common: With | None, start: int) -> Insert:
    """INSERT, whose WITH clause has been read."""
    p.expect("insert", "into")
    begin = p.start
    name = p.qualified_name()
    alias = None
    if p.accept("as"):
        aliased = p.name()
        alias = Alias(aliased.start, aliased.end, aliased)
    table = TableReference(begin, p.end, name, alias)
    columns: tuple[AssignmentTarget, ...] = ()
    if p.keys[p.i] == "(" and not query.starts_query(p, p.i):
        columns = p.parenthesized(_assignment_target)
    overriding = _overriding(p)
    source: Query | None = None
    if not p.accept_words("default", "values"):
        source = query.query(p)
    conflict = _on_conflict(p) if p.keys[p.i] == "on" else None
    returned = returning(p)
    return Insert(start, p.end, table, columns, source, overriding, conflict, returned, common)


def _overriding(p: Cursor) -> Overriding:
    if not p.accept("overriding"):
        return ""
    kind: Overriding = "user" if p.accept("user") else "system"
    if kind == "system":
        p.expect("system")
    p.expect("value")
    return kind


def _assignment_target(p: Cursor) -> AssignmentTarget:
    name = p.name()
    if p.keys[p.i] not in (".", "["):
        return AssignmentTarget(name.start, name.end, name)
    path: list[Expression] = []
    while p.keys[p.i] in (".", "["):
        if p.accept("."):
            field = p.label()
            path.append(ColumnReference(field.start, field.end, (field,)))
        else:
            path.append(_index(p))
    return AssignmentTarget(name.start, p.end, name, tuple(path))


def _index(p: Cursor) -> Expression:
    anchor = ColumnReference(p.start, p.start, (Identifier(p.start, p.start, ""),))
    return primary.subscript(p, anchor, p.start)


def _on_conflict(p: Cursor) -> OnConflict:
    start = p.start
    p.expect("on", "conflict")
    elements: tuple[IndexElement, ...] = ()
    predicate: Expression | None = None
    constraint: Identifier | None = None
    if p.keys[p.i] == "(":
        elements = p.parenthesized(index_elements.index_element)
        predicate = expression.expression(p) if p.accept("where") else None
    elif p.accept("on"):
        p.expect("constraint")
        constraint = p.name()
    p.expect("do")
    if p.accept("nothing"):
        return OnConflict(start, p.end, "nothing", elements, predicate, constraint, (), None)
    p.expect("update", "set")
    changes = assignments(p)
    where = expression.expression(p) if p.accept("where") else None
    return OnConflict(start, p.end, "update", elements, predicate, constraint, changes, where)


def returning(p: Cursor) -> tuple[Target, ...]:
    """A RETURNING clause, or nothing."""
    if p.keys[p.i] != "returning":
        return ()
    p.i += 1
    if p.at("with", "("):
        p.i += 1
        p.parenthesized(_returning_option)
    return query.targets(p)


def _returning_option(p: Cursor) -> None:
    if not p.accept_any(frozenset({"old", "new"})):
        raise p.rejected()
    p.expect("as")
    p.name()


def assignments(p: Cursor) -> tuple[Assignment, ...]:
    """What follows SET (set_clause_list)."""
    return p.listed(_assignment)


def _assignment(p: Cursor) -> Assignment:
    start = p.start
    if p.keys[p.i] == "(":
        targets = p.parenthesized(_assignment_target)
        p.expect("=")
        value = expression.expression(p)
        return Assignment(start, p.end, targets, value, True)
    target = _assignment_target(p)
    p.expect("=")
    value = expression.expression(p)
    return Assignment(start, p.end, (target,), value)


def update(p: Cursor, common: With | None, start: int) -> Update:
    """UPDATE, whose WITH clause has been read."""
    p.expect("update")
    table = from_items.changed_table(p)
    p.expect("set")
    changes = assignments(p)
    from_ = from_items.from_list(p) if p.accept("from") else ()
    where = _where(p)
    returned = returning(p)
    return Update(start, p.end, table, changes, from_, where, returned, common)


def _where(p: Cursor) -> Expression | None:
    if not p.accept("where"):
        return None
    if p.at("current", "of"):
        return primary.current_of(p)
    return expression.expression(p)


def delete(p: Cursor, common: With | None, start: int) -> Delete:
    """DELETE, whose WITH clause has been read."""
    p.expect("delete", "from")
    table = from_items.changed_table(p)
    using = from_items.from_list(p) if p.accept("using") else ()
    where = _where(p)
    returned = returning(p)
    return Delete(start, p.end, table, using, where, returned, common)


def merge(p: Cursor, common: With | None, start: int) -> Merge:
    """MERGE, whose WITH clause has been read."""
    p.expect("merge", "into")
    table = from_items.changed_table(p)
    p.expect("using")
    source = from_items.from_item(p)
    p.expect("on")
    on = expression.expression(p)
    whens = []
    while p.keys[p.i] == "when":
        whens.append(_merge_when(p))
    if not whens:
        raise p.rejected()
    returned = returning(p)
    return Merge(start, p.end, table, source, on, tuple(whens), returned, common)


def _merge_when(p: Cursor) -> MergeWhen:
    start = p.start
    p.expect("when")
    match: Literal["matched", "not matched", "not matched by source"] = "matched"
    if p.accept("not"):
        match = "not matched"
    p.expect("matched")
    if match == "not matched" and p.accept("by"):
        if p.accept("source"):
            match = "not matched by source"
        else:
            p.expect("target")
    condition = expression.expression(p) if p.accept("and") else None
    p.expect("then")
    changes_row = match != "not matched"  # which is what UPDATE and DELETE need
    if changes_row and p.accept("update"):
        p.expect("set")
        changes = assignments(p)
        return MergeWhen(start, p.end, match, condition, "update", changes)
    if changes_row and p.accept("delete"):
        return MergeWhen(start, p.end, match, condition, "delete")
    if p.accept("do"):
        p.expect("nothing")
        return MergeWhen(start, p.end, match, condition, "nothing")
    if changes_row:
        raise p.rejected()
    p.expect("insert")
    columns: tuple[AssignmentTarget, ...] = ()
    if p.keys[p.i] == "(":
        columns = p.parenthesized(_assignment_target)
    overriding = _overriding(p)
    values: tuple[Expression, ...] = ()
    if not p.accept_words("default", "values"):
        p.expect("values")
        values = p.parenthesized(expression.expression)
    return MergeWhen(start, p.end, match, condition, "insert", (), columns, values, overriding)


CHANGES: dict[str, Callable[[Cursor, With | None, int], RowChange]] = {
    "insert": insert,
    "update": update,
    "delete": delete,
    "merge": merge,
}
