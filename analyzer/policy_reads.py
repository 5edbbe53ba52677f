"""Which tables the policies of a table read, and whether that leads back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from analyzer.access import Command, policies_for
from analyzer.database.model import Policy, Relation
from analyzer.database.replay import Database
from analyzer.database.stored import Stored
from analyzer.facts.sql_query import TableReference
from analyzer.policy_terms import expressions, has_query, node_of, relations_read
from analyzer.splinter.relations import is_invoker

_MOST_STEPS = 12


class Step(NamedTuple):
    """One read of a relation by a sub-select of a policy."""

    relation: Relation
    stored: Stored
    node: TableReference


def circle(database: Database, policy: Policy, command: Command, role: str) -> tuple[Step, ...]:
    """The reads that lead from a policy back to a table whose policies are being applied; none if they end.

    PostgreSQL looks whether a table comes again only where the policies that apply to it hold a sub-select:
    https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/rewrite/rewriteHandler.c (fireRIRrules)
    """
    stored = _stored(policy, command)
    if not any(has_query(node_of(each)) for each in stored):
        return ()
    return _search(database, stored, role, (policy.table,), ())


def _stored(policy: Policy, command: Command) -> list[Stored]:
    if command == "select" or command == "delete":
        return [policy.using] if policy.using is not None else []
    if command == "insert":
        chosen = policy.check if policy.check is not None else policy.using
        return [chosen] if chosen is not None else []
    return list(expressions(policy))


def _search(
    database: Database, expressions_: list[Stored], role: str, active: tuple[int, ...], way: tuple[Step, ...]
) -> tuple[Step, ...]:
    if len(way) >= _MOST_STEPS:
        return ()
    for stored in expressions_:
        for node, named in relations_read(database, stored):
            for relation in _protected(database, named):
                steps = (*way, Step(relation, stored, node))
                applied = [
                    each
                    for kind in (True, False)
                    for policy in policies_for(database, relation, role, "select", permissive=kind)
                    for each in _stored(policy, "select")
                ]
                if not any(has_query(node_of(each)) for each in applied):
                    continue
                if relation.oid in active:
                    return steps
                found = _search(database, applied, role, (*active, relation.oid), steps)
                if found:
                    return found
    return ()


def _protected(database: Database, relation: Relation) -> Iterator[Relation]:
    """The tables whose policies reading a relation applies: itself, or those below a view that runs as its reader."""
    if relation.kind in ("table", "partitioned") and relation.rls:
        yield relation
    if relation.kind == "view" and is_invoker(relation):
        for edge, kind in database.state.dependencies.get(relation.oid, {}).items():
            found = database.state.objects.get(edge.oid)
            if (
                kind == "normal"
                and isinstance(found, Relation)
                and found.kind in ("table", "partitioned")
                and found.rls
            ):
                yield found
