"""Lints on foreign keys and indexes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from analyzer.database.definitions import index_definition
from analyzer.database.model import Constraint, Index, Relation
from analyzer.database.replay import Database, from_extension
from analyzer.splinter.judgement import INTERNAL_SCHEMAS, Judgement


def judge_keys(database: Database) -> Iterator[Judgement]:
    """0001, 0009, 0021."""
    for table in database.relations("table", "partitioned", "materialized view"):
        own = table.schema not in INTERNAL_SCHEMAS and not from_extension(database.state, table.oid)
        indexes = list(database.indexes(table))
        for constraint in database.constraints(table):
            if constraint.kind != "foreign key":
                continue
            if own and not is_indexed(constraint, indexes):
                yield _judgement("unindexed_foreign_keys", table, constraint)
            if refers_to_unique(database, constraint):
                yield _judgement("fkey_to_auth_unique", table, constraint)
        if own and table.kind != "partitioned":
            yield from _duplicates(database, table, indexes)


def is_indexed(constraint: Constraint, indexes: list[Index]) -> bool:
    """Whether an index begins with the columns of a foreign key, in their order."""
    wanted = constraint.columns
    return any((*(key.column for key in index.keys), *index.include)[: len(wanted)] == wanted for index in indexes)


def alike(database: Database, indexes: list[Index]) -> Iterator[list[Index]]:
    """The indexes of one table that differ in their names only."""
    found: dict[str, list[Index]] = defaultdict(list)
    for index in indexes:
        found[index_definition(database.state, index).replace(index.name, "")].append(index)
    yield from (same for same in found.values() if len(same) > 1)


def _judgement(lint: str, table: Relation, constraint: Constraint) -> Judgement:
    return Judgement(lint, table.schema, table.name, constraint.name, constraint)


def refers_to_unique(database: Database, constraint: Constraint) -> bool:
    """Whether a foreign key refers to a unique constraint of `auth` that is no primary key."""
    target = database.state.objects.get(constraint.referenced)
    if not isinstance(target, Relation) or target.schema != "auth":
        return False
    columns = set(constraint.referenced_columns)
    matching = [
        index
        for index in database.indexes(target)
        if index.unique and index.predicate is None and {key.column for key in index.keys} == columns
    ]
    # the primary key is taken where both would do (transformFkeyGetPrimaryKey)
    return bool(matching) and not any(index.primary for index in matching)


def _duplicates(database: Database, table: Relation, indexes: list[Index]) -> Iterator[Judgement]:
    for same in alike(database, indexes):
        names = ",".join(sorted(index.name for index in same))
        yield Judgement("duplicate_index", table.schema, table.name, names, same[-1])
