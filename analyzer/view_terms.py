"""What views read, as whom, and for whom."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.access import API_ROLES, ApiRole, commands, has_privilege, is_served, policies_for
from analyzer.database.model import Place, Relation
from analyzer.database.replay import Database
from analyzer.database.walk import descendants
from analyzer.facts.sql import Statement
from analyzer.facts.sql_ddl import AlterTable, CreateView, Option, SetOptions
from analyzer.facts.sql_query import Constant, FunctionCall, Select
from analyzer.policy_terms import admits_all, is_restricted, mentions_user
from analyzer.predicates import USER, VISITOR
from analyzer.project import Project
from analyzer.splinter.relations import is_invoker
from analyzer.written import statement_at

_MOST_VIEWS = 20  # of views that read views


def view_readers(project: Project, database: Database, view: Relation) -> tuple[ApiRole, ...]:
    """The API roles that the Data API lets read one of the project's own views."""
    if not database.own(view) or not is_served(project, view):
        return ()
    return tuple(role for role in API_ROLES if "select" in commands(database, view, role))


def runs_as_owner(view: Relation) -> bool:
    """Whether reading the view reads its tables as its owner; a materialized view holds what its owner read."""
    return view.kind == "materialized view" or not is_invoker(view)


def asks_for_user(view: Relation) -> bool:
    """Whether the query itself looks at who reads it."""
    if view.query is None:
        return True
    return mentions_user(view.query.node) or any(
        isinstance(node, Constant) and isinstance(node.value, str) and node.value.startswith("request.")
        for node in descendants(view.query.node)
    )


def only_counts(view: Relation) -> bool:
    """Whether the view is one row of counts."""
    query = view.query.node if view.query is not None else None
    return (
        isinstance(query, Select)
        and not query.group_by
        and all(
            isinstance(each.expression, FunctionCall) and each.expression.name.name == "count" for each in query.targets
        )
    )


def relations_below(database: Database, view: Relation, depth: int = 0) -> Iterator[tuple[Relation, ...]]:
    """What the view reads, directly or through other views that run as their owner: the way to each relation."""
    for edge, kind in database.state.dependencies.get(view.oid, {}).items():
        found = database.state.objects.get(edge.oid)
        if kind != "normal" or not isinstance(found, Relation):
            continue
        yield (found,)
        if found.kind == "view" and depth < _MOST_VIEWS:
            for way in relations_below(database, found, depth + 1):
                yield (found, *way)


def hidden_relations(database: Database, view: Relation, role: ApiRole) -> Iterator[Relation]:
    """The tables below a view of which the role could not read every row itself."""
    for way in relations_below(database, view):
        table = way[-1]
        if table.kind in ("table", "partitioned") and not may_read_all(database, table, role):
            yield table


def may_read_all(database: Database, table: Relation, role: ApiRole) -> bool:
    """Whether grants and policies let a role read every row of a table."""
    return has_privilege(database, table, role, "select") and reads_all_rows(database, table, role)


def reads_all_rows(database: Database, table: Relation, role: ApiRole) -> bool:
    """Whether the policies of a table let a role read every row, or do not hold."""
    if not table.rls:
        return True
    caller = VISITOR if role == "anon" else USER
    return not is_restricted(database, table, "select", role) and any(
        admits_all(database, policy, "select", caller) for policy in policies_for(database, table, role, "select")
    )


def lost_invoker(project: Project, database: Database, view: Relation) -> Place | None:
    """Where an earlier statement had set `security_invoker`, which replacing the view has taken away."""
    if is_invoker(view):
        return None
    for change in reversed(database.history(view)):
        for option in _options(statement_at(project, database, change.place)):
            if option.name == "security_invoker":
                return change.place if _is_on(option) else None  # what was switched off is not lost
    return None


def _options(statement: Statement | None) -> Iterator[Option]:
    match statement:
        case CreateView(options=options):
            yield from options
        case AlterTable(subcommands=parts):
            for part in parts:
                if isinstance(part, SetOptions) and not part.reset:
                    yield from part.options
        case _:
            pass


def _is_on(option: Option) -> bool:
    return option.value is None or option.value.lower() in ("true", "on", "1", "yes")
