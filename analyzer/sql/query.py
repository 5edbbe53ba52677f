"""The grammar of queries: SELECT, VALUES, TABLE, set operations, WITH (SelectStmt)."""

from __future__ import annotations

from typing import Literal, TypeVar

import msgspec

from analyzer.facts.sql_query import (
    ColumnReference,
    CommonTable,
    Constant,
    Expression,
    GroupingSets,
    GroupItem,
    Identifier,
    IntoTable,
    Locking,
    OrderItem,
    Query,
    QueryNode,
    RowChange,
    Select,
    SetOperation,
    TableQuery,
    Target,
    Values,
    Window,
    With,
)
from analyzer.sql import call, expression, from_items, rows
from analyzer.sql.cursor import MAX_DEPTH, Cursor, TooDeepError
from analyzer.sql.keywords import NOT_BARE_LABELS, words
from analyzer.sql.tokens import END, OPERATOR, RESERVED_WORD

Q = TypeVar("Q", bound=QueryNode)

_QUERY_WORDS = frozenset({"select", "with", "table"})
_AFTER_QUERY = words(
    """
    ) union intersect except order limit offset fetch for
    """
)
_SET_OPERATORS = {"union": 1, "except": 1, "intersect": 2}  # how tightly they bind


def starts_query_here(p: Cursor, index: int) -> bool:
    """Whether a query that is not in parentheses starts at `index`."""
    key = p.keys[index]
    return key in _QUERY_WORDS or (key == "values" and p.keys[index + 1] == "(")


def starts_query(p: Cursor, index: int) -> bool:
    """Whether the parenthesis at `index` opens a query, rather than an expression that begins with one."""
    keys = p.keys
    first = index
    while keys[index] == "(":
        index += 1
    if index == first or not starts_query_here(p, index):
        return False
    while index - 1 > first:
        index -= 1
        following = keys[_closing(keys, index) + 1]
        if following != ")":
            return following in _AFTER_QUERY
    return True


def _closing(keys: list[str], index: int) -> int:
    depth = 0
    for position in range(index, len(keys) - 1):
        key = keys[position]
        if key == "(":
            depth += 1
        elif key == ")":
            depth -= 1
            if depth == 0:
                return position
    return len(keys) - 2


def parenthesized_query(p: Cursor) -> Query:
    """A query in its parentheses (select_with_parens)."""
    p.expect("(")
    found = query(p)
    p.expect(")")
    return found


def query(p: Cursor) -> Query:
    """A query with its WITH, ORDER BY, LIMIT and locking clauses (select_no_parens, or in parentheses)."""
    p.depth += 1
    if p.depth > MAX_DEPTH:
        raise TooDeepError
    start = p.start
    common = with_clause(p) if p.keys[p.i] == "with" else None
    found = _set_operations(p, 0)
    found = _with_tail(p, found, start, common)
    p.depth -= 1
    return found


def rest_of_query(p: Cursor, common: With | None, start: int) -> Query:
    """A query whose WITH clause has been read."""
    return _with_tail(p, _set_operations(p, 0), start, common)


def _set_operations(p: Cursor, floor: int) -> Query:
    start = p.start
    left = _simple_query(p)
    keys = p.keys
    while True:
        operator = keys[p.i]
        rank = _SET_OPERATORS.get(operator)
        if rank is None or rank <= floor:
            return left
        p.lengthen()
        distinctness = keys[p.i + 1]
        queries = [left]
        while keys[p.i] == operator and _same(keys[p.i + 1], distinctness):
            p.i += 2 if distinctness in ("all", "distinct") else 1
            queries.append(_set_operations(p, rank))
        left = SetOperation(start, p.ends[p.i - 1], _set_operator(operator), distinctness == "all", tuple(queries))


def _same(word: str, distinctness: str) -> bool:
    return (word == "all") == (distinctness == "all") and (word == "distinct") == (distinctness == "distinct")


def _set_operator(word: str) -> Literal["union", "intersect", "except"]:
    return "union" if word == "union" else "intersect" if word == "intersect" else "except"


def _simple_query(p: Cursor) -> Query:
    key = p.keys[p.i]
    if key == "select":
        return _select(p)
    if key == "(":
        return parenthesized_query(p)
    if key == "values":
        return _values(p)
    if key == "table":
        start = p.start
        p.i += 1
        only, name, _ = from_items.relation(p)
        return TableQuery(start, p.end, name=name, only=only)
    raise p.rejected()


def _values(p: Cursor) -> Query:
    start = p.start
    p.i += 1
    found = p.listed(_value_row)
    return Values(start, p.end, rows=found)


def _value_row(p: Cursor) -> tuple[Expression, ...]:
    return p.parenthesized(expression.expression)


def _select(p: Cursor) -> Query:
    start = p.start
    keys = p.keys
    p.i += 1
    distinct = False
    distinct_on: tuple[Expression, ...] = ()
    targets: tuple[Target, ...] = ()
    if keys[p.i] == "distinct":
        p.i += 1
        distinct = True
        if p.accept("on"):
            distinct_on = p.parenthesized(expression.expression)
        targets = p.listed(target)
    else:
        if keys[p.i] == "all":
            p.i += 1
        if not _ends_targets(p):
            targets = p.listed(target)
    return select_behind_targets(p, start, targets, distinct=distinct, distinct_on=distinct_on)


def select_without_word(p: Cursor) -> Query:
    """A SELECT without that word, as PL/pgSQL has it for an expression (PLpgSQL_Expr)."""
    start = p.start
    distinct = p.accept("distinct")
    distinct_on = p.parenthesized(expression.expression) if distinct and p.accept("on") else ()
    found = () if _ends_targets(p) else p.listed(target)
    select = select_behind_targets(p, start, found, distinct=distinct, distinct_on=distinct_on)
    return _with_tail(p, select, start, None)


_AFTER_TARGETS = frozenset(
    {"from", "where", "group", "having", "window", "into", ")", ";", *_SET_OPERATORS, "order", "limit"}
    | {"offset", "fetch", "for"}
)


def _ends_targets(p: Cursor) -> bool:
    return p.keys[p.i] in _AFTER_TARGETS or p.classes[p.i] == END


def select_behind_targets(
    p: Cursor,
    start: int,
    targets: tuple[Target, ...],
    *,
    distinct: bool = False,
    distinct_on: tuple[Expression, ...] = (),
) -> Select:
    """The rest of a SELECT from INTO or FROM on, without ORDER BY and what follows it."""
    keys = p.keys
    into = _into(p) if keys[p.i] == "into" else None
    from_ = from_items.from_list(p) if p.accept("from") else ()
    where = expression.expression(p) if p.accept("where") else None
    group_by: tuple[GroupItem, ...] = ()
    group_distinct = False
    if keys[p.i] == "group":
        p.i += 1
        p.expect("by")
        group_distinct = p.accept("distinct")
        if not group_distinct:
            p.accept("all")
        group_by = p.listed(_group_item)
    having = expression.expression(p) if p.accept("having") else None
    windows = p.listed(_named_window) if p.accept("window") else ()
    return Select(
        start,
        p.ends[p.i - 1],
        targets=targets,
        from_=from_,
        where=where,
        group_by=group_by,
        having=having,
        windows=windows,
        distinct=distinct,
        distinct_on=distinct_on,
        group_distinct=group_distinct,
        into=into,
    )


def target(p: Cursor) -> Target:
    """One item of a select list (target_el)."""
    i = p.i
    start = p.starts[i]
    keys = p.keys
    if keys[i] == "*":
        p.i = i + 1
        return Target(start, p.ends[i], ColumnReference(start, p.ends[i], (), True), None)
    found = expression.expression(p)
    alias: Identifier | None = None
    i = p.i
    if p.classes[i] <= RESERVED_WORD:
        if keys[i] == "as":
            p.i = i + 1
            alias = p.label()
        elif keys[i] not in NOT_BARE_LABELS:
            p.i = i + 1
            alias = p.identifier(i)
    return Target(start, p.ends[p.i - 1], found, alias)


def targets(p: Cursor) -> tuple[Target, ...]:
    """A select list."""
    return p.listed(target)


def _into(p: Cursor) -> IntoTable:
    p.i += 1
    start = p.start
    persistence: Literal["", "temporary", "unlogged"] = ""
    p.accept_any(frozenset({"local", "global"}))
    if p.accept("unlogged"):
        persistence = "unlogged"
    elif p.accept_any(frozenset({"temporary", "temp"})):
        persistence = "temporary"
    p.accept("table")
    name = p.qualified_name()
    return IntoTable(start, p.end, name, persistence)


def _group_item(p: Cursor) -> GroupItem:
    start = p.start
    keys = p.keys
    key = keys[p.i]
    if key in ("rollup", "cube") and keys[p.i + 1] == "(":
        p.i += 1
        items = p.parenthesized(expression.expression)
        kind: Literal["rollup", "cube"] = "rollup" if key == "rollup" else "cube"
        return GroupingSets(start, p.end, kind, items)
    if key == "grouping" and keys[p.i + 1] == "sets":
        p.i += 2
        sets = p.parenthesized(_group_item)
        return GroupingSets(start, p.end, "sets", sets)
    if key == "(" and keys[p.i + 1] == ")":
        p.i += 2
        return GroupingSets(start, p.end, "empty", ())
    return expression.expression(p)


def _named_window(p: Cursor) -> Window:
    name = p.name()
    p.expect("as")
    return call.window(p, name)


# WITH


def with_clause(p: Cursor) -> With:
    """A WITH clause."""
    start = p.start
    p.expect("with")
    recursive = p.keys[p.i + 1] not in ("(", "as") and p.accept("recursive")
    tables = p.listed(_common_table)
    return With(start, p.end, recursive, tables)


def _common_table(p: Cursor) -> CommonTable:
    start = p.start
    name = p.name()
    columns = p.names()
    p.expect("as")
    materialized: bool | None = None
    if p.accept("materialized"):
        materialized = True
    elif p.accept_words("not", "materialized"):
        materialized = False
    p.expect("(")
    of = query_or_change(p)
    p.expect(")")
    if p.accept("search"):
        if not p.accept_any(frozenset({"depth", "breadth"})):
            raise p.rejected()
        p.expect("first", "by")
        p.listed(Cursor.name)
        p.expect("set")
        p.name()
    if p.accept("cycle"):
        _cycle(p)
    return CommonTable(start, p.end, name, columns, materialized, of)


def _cycle(p: Cursor) -> None:
    p.listed(Cursor.name)
    p.expect("set")
    p.name()
    if p.accept("to"):
        expression.expression(p)
        p.expect("default")
        expression.expression(p)
    p.expect("using")
    p.name()


def query_or_change(p: Cursor) -> Query | RowChange:
    """A query or a statement that changes rows (PreparableStmt)."""
    start = p.start
    common = with_clause(p) if p.keys[p.i] == "with" else None
    if p.keys[p.i] in rows.CHANGES:
        return rows.CHANGES[p.keys[p.i]](p, common, start)
    p.depth += 1
    if p.depth > MAX_DEPTH:
        raise TooDeepError
    found = rest_of_query(p, common, start)
    p.depth -= 1
    return found


# ORDER BY and what follows it


def order_by(p: Cursor) -> tuple[OrderItem, ...]:
    """An ORDER BY clause."""
    p.expect("order", "by")
    return p.listed(_order_item)


def _order_item(p: Cursor) -> OrderItem:
    start = p.start
    of = expression.expression(p)
    direction: Literal["", "asc", "desc", "using"] = ""
    operator = ""
    if p.accept("asc"):
        direction = "asc"
    elif p.accept("desc"):
        direction = "desc"
    elif p.accept("using"):
        direction = "using"
        if p.keys[p.i] == "operator":
            width, _, operator = expression.qualified_operator(p)
            p.i += width
        elif p.classes[p.i] == OPERATOR:
            operator = p.keys[p.i]
            p.i += 1
        else:
            raise p.rejected()
    nulls = nulls_order(p)
    return OrderItem(start, p.end, of, direction, nulls, operator)


def nulls_order(p: Cursor) -> Literal["", "first", "last"]:
    """NULLS FIRST or LAST, or nothing."""
    if p.keys[p.i] == "nulls":
        if p.accept_words("nulls", "first"):
            return "first"
        if p.accept_words("nulls", "last"):
            return "last"
    return ""


_TAIL = frozenset({"order", "limit", "offset", "fetch", "for"})


def _with_tail(p: Cursor, found: Query, start: int, common: With | None) -> Query:
    if p.keys[p.i] not in _TAIL:
        return found if common is None else msgspec.structs.replace(found, with_=common, start=start)
    keys = p.keys
    order = order_by(p) if keys[p.i] == "order" else ()
    limit: Expression | None = None
    offset: Expression | None = None
    ties = False
    locking: list[Locking] = []
    while True:
        key = keys[p.i]
        if key == "limit" and limit is None:
            p.i += 1
            if keys[p.i] == "all":
                p.i += 1
                limit = Constant(p.starts[p.i - 1], p.end, "null", None)
            else:
                limit = expression.expression(p)
        elif key == "fetch" and limit is None:
            limit, ties = _fetch(p)
        elif key == "offset" and offset is None:
            p.i += 1
            offset = expression.expression(p)
            p.accept_any(frozenset({"row", "rows"}))
        elif key == "for":
            if keys[p.i + 1] == "read":
                p.i += 1
                p.expect("read", "only")
            else:
                locking.append(_locking(p))
        else:
            break
    return msgspec.structs.replace(
        found,
        start=start,
        end=p.end,
        with_=common or found.with_,
        order_by=order or found.order_by,
        limit=limit or found.limit,
        limit_ties=ties or found.limit_ties,
        offset=offset or found.offset,
        locking=tuple(locking) or found.locking,
    )


def _fetch(p: Cursor) -> tuple[Expression, bool]:
    start = p.start
    p.i += 1
    if not p.accept_any(frozenset({"first", "next"})):
        raise p.rejected()
    count: Expression = Constant(start, p.end, "integer", 1)
    if p.keys[p.i] not in ("row", "rows") or p.keys[p.i + 1] in ("row", "rows"):
        count = expression.expression(p, expression.ABOVE_OPERATORS)
    if not p.accept_any(frozenset({"row", "rows"})):
        raise p.rejected()
    if p.accept_words("with", "ties"):
        return count, True
    p.expect("only")
    return count, False


def _locking(p: Cursor) -> Locking:
    start = p.start
    p.i += 1
    strength: Literal["update", "no key update", "share", "key share"]
    if p.accept("update"):
        strength = "update"
    elif p.accept("share"):
        strength = "share"
    elif p.accept("no"):
        p.expect("key", "update")
        strength = "no key update"
    else:
        p.expect("key", "share")
        strength = "key share"
    tables = p.listed(Cursor.qualified_name) if p.accept("of") else ()
    wait: Literal["", "nowait", "skip locked"] = ""
    if p.accept("nowait"):
        wait = "nowait"
    elif p.accept("skip"):
        p.expect("locked")
        wait = "skip locked"
    return Locking(start, p.end, strength, tables, wait)
