"""The tables whose rows somebody wrote down: price lists, plans, roles, as against what users fill."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from analyzer.database.model import Function
from analyzer.database.replay import Database
from analyzer.database.walk import descendants
from analyzer.facts.sql_query import Insert, Merge, Node
from analyzer.project import Project
from analyzer.typescript.queries import queries
from analyzer.typescript.values import options, text_of


@lru_cache(maxsize=8)
def catalogue_tables(project: Project) -> frozenset[int]:
    """The oids of the tables of which the migrations write every row: nothing else is seen to add one."""
    database = project.hosted_database
    by_functions = database.once(("tables that functions fill",), lambda: frozenset(_by_functions(database)))
    written = {*_by_code(project), *by_functions, *_by_seeds(project)}
    return frozenset(
        table.oid
        for table in database.relations("table")
        if table.name not in written
        and database.own(table)
        and database.rows_unknown(table) is None
        and table.oid in database.state.rows
        and not table.partition_of
    )


def _by_code(project: Project) -> Iterator[str]:
    """The tables that TypeScript adds rows to."""
    for path in project.modules:
        for query in queries(project.program, path):
            if query.operation in ("insert", "upsert"):
                yield from (text for option in options(query.target) if (text := text_of(option)) is not None)


def _by_functions(database: Database) -> Iterator[str]:
    for obj in database.state.objects.values():
        if isinstance(obj, Function) and isinstance(obj.body, Node):
            for node in descendants(obj.body):
                if isinstance(node, Insert | Merge):
                    yield node.table.name.name


def _by_seeds(project: Project) -> Iterator[str]:
    for file in project.seeds:
        for statement in file.statements:
            if isinstance(statement, Insert):
                yield statement.table.name.name
