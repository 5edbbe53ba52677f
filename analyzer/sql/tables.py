"""The grammar of CREATE TABLE, CREATE TABLE AS and CREATE VIEW."""

from __future__ import annotations

from typing import Literal

from analyzer.facts.sql_ddl import (
    AnyConstraint,
    ColumnDefinition,
    CreateTable,
    CreateTableAs,
    CreateView,
    LikeClause,
    Option,
    PartitionBound,
    PartitionBy,
    Persistence,
)
from analyzer.facts.sql_query import Expression, Identifier, QualifiedName, Query
from analyzer.sql import constraints, expression, index_elements, options, query
from analyzer.sql.cursor import Cursor
from analyzer.sql.keywords import words
from analyzer.sql.tokens import COLUMN_WORD

OnCommit = Literal["", "drop", "delete rows", "preserve rows"]


def persistence(p: Cursor) -> Persistence:
    """TEMPORARY or UNLOGGED, or nothing (OptTemp)."""
    if p.keys[p.i] in ("local", "global") and p.keys[p.i + 1] in ("temporary", "temp"):
        p.i += 1
    if p.accept("temporary") or p.accept("temp"):
        return "temporary"
    return "unlogged" if p.accept("unlogged") else ""


def create_table(p: Cursor, start: int, how: Persistence, *, foreign: bool) -> CreateTable | CreateTableAs:
    """CREATE TABLE or CREATE FOREIGN TABLE, from that word on."""
    p.expect("table")
    exists = p.accept_words("if", "not", "exists")
    name = p.qualified_name()
    of_type: QualifiedName | None = None
    partition_of: QualifiedName | None = None
    bound: PartitionBound | None = None
    if not foreign and p.keys[p.i] in _BEFORE_QUERY:
        return _table_as(p, start, name, how, (), exists=exists)
    columns: list[ColumnDefinition] = []
    table_constraints: list[AnyConstraint] = []
    likes: list[LikeClause] = []
    if p.keys[p.i] == "of" and not foreign:
        p.i += 1
        of_type = p.qualified_name()
        if p.keys[p.i] == "(":
            _typed_elements(p, columns, table_constraints)
    elif p.accept("partition"):
        p.expect("of")
        partition_of = p.qualified_name()
        if p.keys[p.i] == "(":
            _typed_elements(p, columns, table_constraints)
        bound = partition_bound(p)
    else:
        if not foreign and (names := _column_names_before_query(p)) is not None:
            return _table_as(p, start, name, how, names, exists=exists)
        p.expect("(")
        if p.keys[p.i] != ")":
            _elements(p, columns, table_constraints, likes)
        p.expect(")")
    inherits = p.parenthesized(Cursor.qualified_name) if p.accept("inherits") else ()
    partition_by = _partition_by(p) if p.keys[p.i] == "partition" and not foreign else None
    method, settings, on_commit, tablespace = ("", (), "", None) if foreign else _table_tail(p)
    server: Identifier | None = None
    server_options: tuple[Option, ...] = ()
    if foreign:
        p.expect("server")
        server = p.name()
        server_options = options.foreign(p)
    return CreateTable(
        start,
        p.end,
        name=name,
        columns=tuple(columns),
        constraints=tuple(table_constraints),
        likes=tuple(likes),
        if_not_exists=exists,
        persistence=how,
        inherits=inherits,
        partition_of=partition_of,
        bound=bound,
        partition_by=partition_by,
        of_type=of_type,
        method=method,
        options=settings,
        on_commit=on_commit,
        tablespace=tablespace,
        server=server,
        server_options=server_options,
    )


def _elements(p: Cursor, columns: list[ColumnDefinition], found: list[AnyConstraint], likes: list[LikeClause]) -> None:
    while True:
        key = p.keys[p.i]
        if key in constraints.TABLE_CONSTRAINTS:
            found.append(constraints.table_constraint(p))
        elif key == "like":
            likes.append(_like(p))
        else:
            columns.append(constraints.column_definition(p))
        if not p.accept(","):
            return


def _typed_elements(p: Cursor, columns: list[ColumnDefinition], found: list[AnyConstraint]) -> None:
    p.expect("(")
    while True:
        if p.keys[p.i] in constraints.TABLE_CONSTRAINTS:
            found.append(constraints.table_constraint(p))
        else:
            columns.append(constraints.typed_column(p))
        if not p.accept(","):
            break
    p.expect(")")


_LIKE_OPTIONS = words(
    """
    all comments compression constraints defaults generated identity indexes statistics storage
    """
)


def _like(p: Cursor) -> LikeClause:
    start = p.start
    p.i += 1
    table = p.qualified_name()
    found = []
    while word := p.accept_any(frozenset({"including", "excluding"})):
        what = p.accept_any(_LIKE_OPTIONS)
        if not what:
            raise p.rejected()
        found.append(f"{word} {what}")
    return LikeClause(start, p.end, table, tuple(found))


def partition_bound(p: Cursor) -> PartitionBound:
    """FOR VALUES ..., or DEFAULT."""
    start = p.start
    if p.accept("default"):
        return PartitionBound(start, p.end, "default")
    p.expect("for", "values")
    if p.accept("in"):
        values = p.parenthesized(expression.expression)
        return PartitionBound(start, p.end, "in", values)
    if p.accept("from"):
        values = p.parenthesized(expression.expression)
        p.expect("to")
        upper = p.parenthesized(expression.expression)
        return PartitionBound(start, p.end, "range", values, upper)
    p.expect("with")
    p.parenthesized(_hash_bound)
    return PartitionBound(start, p.end, "hash")


def _hash_bound(p: Cursor) -> int:
    p.word()
    return p.integer()


def _partition_by(p: Cursor) -> PartitionBy:
    start = p.start
    p.expect("partition", "by")
    strategy = p.name().text
    if strategy not in ("list", "range", "hash"):
        p.i -= 1
        raise p.rejected(f'unrecognized partitioning strategy "{strategy}"')
    elements = p.parenthesized(index_elements.index_element)
    return PartitionBy(start, p.end, strategy, elements)


def _table_tail(p: Cursor) -> tuple[str, tuple[Option, ...], OnCommit, Identifier | None]:
    method = p.name().text if p.accept("using") else ""
    settings = options.with_options(p)
    if not settings and p.accept("without"):
        p.expect("oids")
    on_commit: OnCommit = ""
    if p.accept("on"):
        p.expect("commit")
        if p.accept("drop"):
            on_commit = "drop"
        elif p.accept("delete"):
            p.expect("rows")
            on_commit = "delete rows"
        else:
            p.expect("preserve", "rows")
            on_commit = "preserve rows"
    tablespace = p.name() if p.accept("tablespace") else None
    return method, settings, on_commit, tablespace


# CREATE TABLE AS, CREATE MATERIALIZED VIEW

_BEFORE_QUERY = frozenset({"as", "using", "with", "on", "tablespace", "without"})


def _column_names_before_query(p: Cursor) -> tuple[Identifier, ...] | None:
    """The column list of CREATE TABLE AS, or None where the parenthesis holds definitions."""
    if p.keys[p.i] != "(" or p.classes[p.i + 1] > COLUMN_WORD or p.keys[p.i + 2] not in (",", ")"):
        return None
    return p.names()


def _table_as(
    p: Cursor, start: int, name: QualifiedName, how: Persistence, columns: tuple[Identifier, ...], *, exists: bool
) -> CreateTableAs:
    method, settings, on_commit, tablespace = _table_tail(p)
    p.expect("as")
    of: Query | None = None
    execute: Identifier | None = None
    if p.accept("execute"):
        execute = p.name()
        if p.keys[p.i] == "(":
            p.parenthesized(expression.expression)
    else:
        of = query.query(p)
    with_data = _with_data(p)
    return CreateTableAs(
        start,
        p.end,
        name=name,
        columns=columns,
        query=of,
        execute=execute,
        if_not_exists=exists,
        persistence=how,
        with_data=with_data,
        method=method,
        options=settings,
        on_commit=on_commit,
        tablespace=tablespace,
    )


def _with_data(p: Cursor) -> bool:
    if p.accept_words("with", "no", "data"):
        return False
    p.accept_words("with", "data")
    return True


def create_materialized_view(p: Cursor, start: int, how: Persistence) -> CreateTableAs:
    """CREATE MATERIALIZED VIEW, from that word on."""
    p.expect("materialized", "view")
    exists = p.accept_words("if", "not", "exists")
    name = p.qualified_name()
    columns = p.names()
    method = p.name().text if p.accept("using") else ""
    settings = options.with_options(p)
    tablespace = p.name() if p.accept("tablespace") else None
    p.expect("as")
    of = query.query(p)
    with_data = _with_data(p)
    return CreateTableAs(
        start,
        p.end,
        name=name,
        columns=columns,
        query=of,
        materialized_view=True,
        if_not_exists=exists,
        persistence=how,
        with_data=with_data,
        method=method,
        options=settings,
        tablespace=tablespace,
    )


def create_view(p: Cursor, start: int, how: Persistence, *, replace: bool) -> CreateView:
    """CREATE VIEW, from RECURSIVE or VIEW on."""
    recursive = p.accept("recursive")
    p.expect("view")
    name = p.qualified_name()
    columns: tuple[Identifier, ...] = p.names()
    if recursive and not columns:
        raise p.rejected()
    settings = options.with_options(p)
    p.expect("as")
    of: Query = query.query(p)
    check: Literal["", "local", "cascaded"] = ""
    if p.accept("with"):
        check = "local" if p.accept("local") else "cascaded"
        p.accept("cascaded")
        p.expect("check", "option")
    return CreateView(
        start,
        p.end,
        name=name,
        columns=columns,
        query=of,
        replace=replace,
        recursive=recursive,
        persistence=how,
        options=settings,
        check_option=check,
    )


def parenthesized_expression(p: Cursor) -> Expression:
    """An expression in its parentheses."""
    p.expect("(")
    of = expression.expression(p)
    p.expect(")")
    return of
