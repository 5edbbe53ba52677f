"""The columns that say how a row stands: what code, functions and rows write there, and what code asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from analyzer.data_api.filters import named
from analyzer.data_api.uses import SchemaUse, uses
from analyzer.database.model import Function, Relation
from analyzer.database.replay import Database
from analyzer.database.walk import descendants
from analyzer.facts.sql import SqlFile
from analyzer.facts.sql_query import Constant, Insert, Update
from analyzer.facts.sql_query import Node as SqlNode
from analyzer.facts.typescript import Binary
from analyzer.facts.typescript import Constant as Literal
from analyzer.project import Project
from analyzer.typescript.evaluate import value
from analyzer.typescript.flow import conditions
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Payload
from analyzer.typescript.values import ArrayValue, Known, ObjectValue, Row, Value, options, origins

_STATUS = re.compile(r"(?:^|_)(?:status|state|stage|phase)$")


@dataclass(frozen=True, slots=True)
class Write:
    """A write of a column by code: the constants that it may become; `others` where it may become something else."""

    use: SchemaUse
    constants: tuple[Known, ...]
    others: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter that looks for a constant."""

    use: SchemaUse
    constant: Known


@dataclass(slots=True)
class StatusColumn:
    """`open` where something is written that is not known."""

    relation: Relation
    name: str
    writes: list[Write] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    open: bool = False


@lru_cache(maxsize=8)
def status_columns(project: Project) -> tuple[StatusColumn, ...]:
    """The columns of the project's tables that say how a row stands, as far as code writes or asks for them."""
    found: dict[tuple[int, str], StatusColumn] = {}

    def column(relation: Relation, name: str) -> StatusColumn:
        return found.setdefault((relation.oid, name), StatusColumn(relation, name))

    for use in uses(project):
        relation = use.relation
        if relation is None or relation.kind not in ("table", "partitioned"):
            continue
        names = [one.name for one in relation.columns if _STATUS.search(one.name)]
        payload = use.query.payload
        if use.query.operation in ("insert", "update", "upsert"):
            for name in names:
                if payload is None or (name not in payload.columns and not payload.complete):
                    column(relation, name).open = True
                elif name in payload.columns:
                    known = tuple(_constants(payload.columns[name]))
                    others = len(known) < len(options(payload.columns[name])) or not _is_certain(use, payload, name)
                    column(relation, name).writes.append(Write(use, known, others))
                    column(relation, name).open |= others
        for one in use.query.filters:
            name_of = named(one.column) if one.column is not None else None
            if name_of is None or name_of.path or name_of.column not in names or one.operator not in ("eq", "in"):
                continue
            for given in one.value.elements if isinstance(one.value, ArrayValue) else (one.value,):
                for known_ in _constants(given):
                    if not one.negated:
                        column(relation, name_of.column).asked.append(Asked(use, known_))
    return tuple(found.values())


def _is_certain(use: SchemaUse, payload: Payload, name: str) -> bool:
    """Whether all that is written has the column, and it is for this table alone."""
    return use.certain and (
        payload.complete or all(isinstance(one, ObjectValue) and name in one.entries for one in options(payload.value))
    )


def _constants(content: Value) -> Iterator[Known]:
    for one in options(content):
        if isinstance(one, Known) and isinstance(one.value, str):
            yield one


@lru_cache(maxsize=8)
def texts_of_sql(project: Project) -> frozenset[str] | None:
    """Every text that functions, defaults and changes of rows in SQL hold; None where a function is not understood."""
    database = project.hosted_database
    texts = database.once(("texts",), lambda: _texts(database, project.hosted_migrations))
    return texts | _texts_of_rows(project.seeds) if texts is not None else None


def _texts(database: Database, migrations: Iterable[SqlFile]) -> frozenset[str] | None:
    found: set[str] = set()
    for function in database.functions():
        if not database.own(function):
            continue
        if not isinstance(function, Function) or not isinstance(function.body, SqlNode):
            return None
        found.update(_texts_in(function.body))
    for relation in database.relations("table", "partitioned"):
        for column in relation.columns:
            if column.default is not None and database.own(relation):
                found.update(_texts_in(column.default.node))
    return frozenset(found) | _texts_of_rows(migrations)


def _texts_of_rows(files: Iterable[SqlFile]) -> frozenset[str]:
    return frozenset(
        text
        for file in files
        for statement in file.statements
        if isinstance(statement, Insert | Update)
        for text in _texts_in(statement)
    )


def _texts_in(node: SqlNode) -> Iterator[str]:
    return (one.value for one in descendants(node) if isinstance(one, Constant) and isinstance(one.value, str))


def states_before(program: Program, column: StatusColumn, write: Write) -> Iterator[str]:
    """The state that a test has found before a write: `if (order.status !== "paid") return`."""
    query = write.use.query
    changed = [
        other.use.query.begin.node.start
        for other in column.writes
        if other.use.query.site.path == query.site.path and other.use.query.function == query.function
    ]
    for condition in conditions(program, query.site.path, query.begin.node):
        test = condition.test
        if any(condition.by.start < start < query.begin.node.start for start in changed):
            continue  # it has changed since
        if not isinstance(test, Binary) or condition.holds != (test.operator in ("===", "==")):
            continue
        for given, state in ((test.left, test.right), (test.right, test.left)):
            if (
                isinstance(state, Literal)
                and isinstance(state.value, str)
                and any(
                    isinstance(one, Row) and one.path[-1:] == (column.name,)
                    for one in origins(value(program, query.site.path, given))
                )
            ):
                yield state.value
