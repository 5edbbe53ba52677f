"""Views, materialized views and tables made from queries (view.c, createas.c)."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.database import rows
from analyzer.database.dependencies import depend_on_needs
from analyzer.database.evaluate import Frame
from analyzer.database.lookup import creation_schema, find_class, relation
from analyzer.database.model import Column, Index, Relation
from analyzer.database.query_analysis import QueryAnalysis
from analyzer.database.rejected import Rejected
from analyzer.database.scope import Scope, ScopeColumn
from analyzer.database.state import State, renamed
from analyzer.database.tables import add_relation, columns_of_query
from analyzer.database.types import shown
from analyzer.facts.sql_ddl import CreateTableAs, CreateView, Refresh
from analyzer.facts.sql_query import Node, Query

_UNKNOWN_COLUMNS = "its columns are not known"


def create_view(state: State, node: CreateView) -> None:
    """CREATE VIEW; OR REPLACE may only add columns, and forgets the options that it does not repeat."""
    schema = "pg_temp" if node.persistence == "temporary" else creation_schema(state, node.name)
    analysis = QueryAnalysis(state)
    scope = Scope()
    if node.recursive:
        scope.common_tables[node.name.name] = tuple(ScopeColumn(each.text, None) for each in node.columns)
    given = analysis.query(node.query, scope)
    columns = (
        columns_of_query(state, given or (), [name.text for name in node.columns], node) if given is not None else []
    )
    stored = analysis.stored(node.query, [ScopeColumn(each.name, each.type) for each in columns])
    options = {option.name.lower(): option.value for option in node.options}
    if node.check_option:
        options["check_option"] = node.check_option
    existing = state.names.get(("class", schema, node.name.name))
    if existing is not None:
        old = state.objects[existing]
        if not node.replace:
            raise Rejected("42P07", f'relation "{node.name.name}" already exists', node.name, subject=node.name.name)
        if isinstance(old, Index) or old.kind != "view":  # type: ignore[union-attr]
            raise Rejected("42809", f'"{node.name.name}" is not a view', node.name, subject=node.name.name)
        assert isinstance(old, Relation)
        merged = _replaced_columns(state, old, columns, node) if given is not None else old.columns
        changed = renamed(
            old, columns=merged, next_number=len(merged) + 1, query=stored, options=tuple(options.items())
        )
        state.change(changed, "replace")
        state.forget_dependencies(old.oid, kinds=("normal",))
        _depend(state, changed, analysis)
        return
    if ("type", schema, node.name.name) in state.names:
        raise Rejected("42710", f'type "{node.name.name}" already exists', node.name, subject=node.name.name)
    view = add_relation(
        state,
        schema,
        node.name.name,
        "view",
        columns,
        query=stored,
        options=tuple(options.items()),
        persistence=node.persistence,
    )
    _depend(state, view, analysis)


def _depend(state: State, view: Relation, analysis: QueryAnalysis) -> None:
    depend_on_needs(state, view.oid, analysis.needs)
    for column in view.columns:
        state.depend(view.oid, column.type.oid, "normal", sub=column.number)


def _replaced_columns(state: State, old: Relation, new: Sequence[Column], node: Node) -> tuple[Column, ...]:
    if len(new) < len(old.columns):
        raise Rejected("42P16", "cannot drop columns from view", node, subject=old.name)
    for before, after in zip(old.columns, new, strict=False):
        if before.name != after.name:
            message = f'cannot change name of view column "{before.name}" to "{after.name}"'
            raise Rejected("42P16", message, node, subject=before.name)
        if before.type != after.type and before.type.bare != after.type.bare:
            one, two = shown(state, before.type), shown(state, after.type)
            message = f'cannot change data type of view column "{before.name}" from {one} to {two}'
            raise Rejected("42P16", message, node, subject=before.name)
    kept = [renamed(before, type=after.type) for before, after in zip(old.columns, new, strict=False)]
    return (*kept, *new[len(old.columns) :])


def create_table_as(state: State, node: CreateTableAs, scope: Scope | None = None, frame: Frame | None = None) -> None:
    """CREATE TABLE ... AS, CREATE MATERIALIZED VIEW, SELECT INTO."""
    schema = "pg_temp" if node.persistence == "temporary" else creation_schema(state, node.name)
    name = node.name.name
    if ("class", schema, name) in state.names:
        if node.if_not_exists:
            return
        raise Rejected("42P07", f'relation "{name}" already exists', node.name, subject=name)
    if ("type", schema, name) in state.names:
        raise Rejected("42710", f'type "{name}" already exists', node.name, subject=name)
    if schema == "pg_temp" and not state.find("schema", "pg_temp"):
        from analyzer.database.model import Schema

        state.add(Schema(oid=state.new_oid(), name="pg_temp"))
    analysis = QueryAnalysis(state)
    given = analysis.query(node.query, scope) if node.query is not None else None
    columns = columns_of_query(state, given, [each.text for each in node.columns], node) if given is not None else []
    kind = "materialized view" if node.materialized_view else "table"
    stored = analysis.stored(node.query) if node.materialized_view and node.query is not None else None
    options = tuple((option.name.lower(), option.value) for option in node.options)
    table = add_relation(
        state,
        schema,
        name,
        kind,
        columns,
        query=stored,
        options=options,
        persistence=node.persistence,
        populated=node.with_data,
    )
    if node.materialized_view:
        _depend(state, table, analysis)
    elif node.query is not None and node.with_data:
        rows.fill_from_query(state, table, node.query, frame or Frame(state))
    elif node.query is None:
        rows.forget(state, table.oid, _UNKNOWN_COLUMNS)


def refresh(state: State, node: Refresh) -> None:
    """REFRESH MATERIALIZED VIEW."""
    found = find_class(state, node.name)
    view = (
        relation(state, node.name, ("materialized view",))
        if found is None or found.kind != "materialized view"
        else found
    )
    assert isinstance(view, Relation)
    if node.concurrently:
        usable = any(
            index.unique and index.predicate is None and all(key.column for key in index.keys)
            for index in state.indexes_of(view.oid)
        )
        if not usable:
            shown_name = f"{view.schema}.{view.name}"
            raise Rejected("55000", f'cannot refresh materialized view "{shown_name}" concurrently', node.name)
    state.change(renamed(view, populated=node.with_data), "refresh")


def select_into(node: Query) -> CreateTableAs | None:
    """SELECT ... INTO as the CREATE TABLE AS that it means."""
    into = getattr(node, "into", None)
    if into is None:
        return None
    return CreateTableAs(
        node.start,
        node.end,
        name=into.name,
        query=renamed(node, into=None),
        persistence=into.persistence,
    )
