"""The database that migrations build, for people: a diagram, what would fail, who made and changed an object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.database.dump import PLATFORM, table_rows
from analyzer.database.model import AnyObject, Constraint, Relation
from analyzer.database.replay import Database
from analyzer.report.display import visible
from analyzer.source import Span

_NOT_IN_NAME = re.compile(r"\W+")
_TABLES = ("table", "partitioned", "foreign")


def mermaid(database: Database) -> Iterator[str]:
    """An entity-relationship diagram: columns with their keys, and whether row level security is on."""
    yield "erDiagram"
    tables = [table for table in database.relations(*_TABLES) if database.own(table) and not table.partition_of]
    keys = {table.oid: list(database.constraints(table)) for table in tables}
    for table in sorted(tables, key=lambda table: (table.schema, table.name)):
        state = "RLS on" if table.rls else "RLS off"
        policies = sum(1 for _ in database.policies(table)) if table.rls else 0
        shown = f"{state}, {policies} policies" if table.rls else state
        yield f'    {_entity(table)}["{_label(f"{table.schema}.{table.name}")} ({shown})"] {{'
        for column in table.columns:
            marks = [
                mark
                for kind, mark in (("primary key", "PK"), ("foreign key", "FK"), ("unique", "UK"))
                if any(key.kind == kind and column.number in key.columns for key in keys[table.oid])
            ]
            type_ = _NOT_IN_NAME.sub("_", database.type_text(column.type)).strip("_") or "unknown"
            yield f"        {type_} {_NOT_IN_NAME.sub('_', column.name)}{' ' + ', '.join(marks) if marks else ''}"
        yield "    }"
    for table in sorted(tables, key=lambda table: (table.schema, table.name)):
        for key in keys[table.oid]:
            referenced = database.state.objects.get(key.referenced)
            if key.kind == "foreign key" and isinstance(referenced, Relation):
                many = _many(database, table, key)
                yield f'    {_entity(referenced)} ||--{many} {_entity(table)} : "{_label(key.name)}"'


def _many(database: Database, table: Relation, key: Constraint) -> str:
    """`o|` where a row has at most one counterpart, `o{` where it may have several."""
    unique = any(
        set(other.columns) == set(key.columns)
        for other in database.constraints(table)
        if other.kind in ("unique", "primary key")
    )
    return "o|" if unique else "o{"


def _entity(table: Relation) -> str:
    return _NOT_IN_NAME.sub("_", f"{table.schema}_{table.name}" if table.schema != "public" else table.name)


def _label(text: str) -> str:
    return visible(text).replace('"', "'")


def rows(database: Database) -> Iterator[str]:
    """The known rows of every table, one line each."""
    for table in database.relations("table", "partitioned"):
        if table.schema in PLATFORM or table.partition_of or not database.own(table):
            continue
        found = table_rows(database, table)
        unknown = database.rows_unknown(table)
        if not found and unknown is None:
            continue
        yield f"{visible(table.schema)}.{visible(table.name)}: {len(found)} known rows" + (
            f", not all: {visible(unknown)}" if unknown else ""
        )
        for row in found:
            cells = row.items() if isinstance(row, dict) else ()
            yield "  " + ", ".join(f"{visible(name)}={visible(_cell(value))}" for name, value in cells)


def _cell(value: object) -> str:
    if isinstance(value, dict) and "unknown" in value:
        return "?"
    return "null" if value is None else str(value)


def failures(database: Database) -> Iterator[str]:
    """Every statement that PostgreSQL would reject: where, with its SQLSTATE, why, and what came first."""
    found = database.failures
    for failure in found:
        place = _place(database.span(failure.token))
        yield f"{place}: {failure.sqlstate} {visible(failure.message)} ({failure.statement})"
        if failure.cause is not None:
            first = found[failure.cause]
            yield f"    follows from {_place(database.span(first.place))}: {first.sqlstate} {visible(first.message)}"
    causes = sum(failure.cause is None for failure in found)
    yield f"{len(found)} statements fail, {causes} of them on their own account" if found else "no statement fails"


def history(database: Database, name: str) -> Iterator[str]:
    """Who made and changed the objects of this name (`orders`, `public.orders`, `orders.own rows` for a policy)."""
    found = False
    for each in database.state.objects.values():
        if name not in _names(database, each):
            continue
        changes = database.history(each)
        found = found or bool(changes)
        for change in changes:
            kind = each.kind if isinstance(each, Relation) else type(each).__name__.lower()
            what = f": {visible(change.what)}" if change.what else ""
            shown = visible(_names(database, each)[-1])
            yield f"{_place(database.span(change.place))}: {change.kind} {kind} {shown}{what}"
    if not found:
        yield f"no migration makes or changes an object called `{visible(name)}`"


def _names(database: Database, each: AnyObject) -> tuple[str, ...]:
    schema = getattr(each, "schema", None)
    owner = database.state.objects.get(getattr(each, "table", 0))
    if isinstance(owner, Relation):
        return each.name, f"{owner.name}.{each.name}", f"{owner.schema}.{owner.name}.{each.name}"
    return (each.name, f"{schema}.{each.name}") if schema else (each.name,)


def _place(span: Span) -> str:
    return f"{visible(span.path)}:{span.line}:{span.column}"
