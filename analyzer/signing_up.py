"""What code does behind a sign-up, where there may be no session yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.access import Command, policies_for
from analyzer.data_api.uses import SchemaUse, uses
from analyzer.facts.typescript import Node
from analyzer.frontend import browser_modules
from analyzer.policy_terms import deciding, node_of
from analyzer.predicates import Caller, can_be_true
from analyzer.project import Project
from analyzer.typescript.checks import checks_before, identifies_user
from analyzer.typescript.flow import executed_before
from analyzer.typescript.program import Program
from analyzer.typescript.queries import Query, queries
from analyzer.typescript.services import ServiceCall, service_calls
from analyzer.typescript.walk import inside


@dataclass(frozen=True, slots=True)
class AfterSignUp:
    """A request that follows a sign-up in the same function."""

    sign_up: ServiceCall
    request: Query | ServiceCall

    @property
    def node(self) -> Node:
        return self.request.begin.node if isinstance(self.request, Query) else self.request.site.node

    @property
    def name(self) -> str | None:
        """The table, or the edge function."""
        return self.request.table if isinstance(self.request, Query) else self.request.target


def after_sign_up(project: Project) -> Iterator[AfterSignUp]:
    """The requests that browser code sends once `auth.signUp` has succeeded, in the order of the text."""
    program = project.program
    for module in browser_modules(project):
        calls = service_calls(program, module.path)
        sign_ups = [one for one in calls if one.area == "auth" and one.method == "signUp" and one.run == "await"]
        if not sign_ups:
            continue
        later: list[Query | ServiceCall] = [
            *(one for one in queries(program, module.path) if one.run != "never"),
            *(one for one in calls if one.area in ("functions", "storage")),
        ]
        for sign_up in sign_ups:
            for request in later:
                if request.function == sign_up.function and _follows(program, module.path, sign_up, request):
                    yield AfterSignUp(sign_up, request)


def _follows(program: Program, path: str, sign_up: ServiceCall, request: Query | ServiceCall) -> bool:
    node = request.site.node
    if node.start < sign_up.site.node.end:
        return False
    return any(
        statement.start <= sign_up.site.node.start and sign_up.site.node.end <= statement.end
        for statement in executed_before(program, path, node)
        if any(one is sign_up.site.node for one in inside(statement))
    )


def needs_session(project: Project, request: Query | ServiceCall) -> bool:
    """Whether a request certainly fails, or finds nothing, for whoever is not signed in."""
    if isinstance(request, ServiceCall):
        return request.area == "functions" and _wants_user(project, request.target)
    use = next((one for one in uses(project) if one.query is request), None)
    return use is not None and _is_for_users(project, use)


def _wants_user(project: Project, slug: str | None) -> bool:
    """Whether everything that an edge function does in the database stands behind a check of the user."""
    function = project.functions.get(slug or "")
    if function is None or function.entry is None:
        return False
    program = project.program
    checks = [
        identifies_user(checks_before(program, module.path, query.begin.node))
        for module in function.modules
        for query in queries(program, module.path)
    ]
    return bool(checks) and all(checks)


def _is_for_users(project: Project, use: SchemaUse) -> bool:
    database = project.hosted_database
    relation = use.relation
    if relation is None or not relation.rls or relation.kind not in ("table", "partitioned"):
        return False
    command = _COMMANDS.get(use.query.operation)
    if command is None or use.query.key not in ("anon", "user"):
        return False

    def admits(role: str) -> bool:
        return any(
            (stored := deciding(policy, command)) is not None
            and can_be_true(database, node_of(stored), Caller(role, signed_in=role == "authenticated"))
            for policy in policies_for(database, relation, role, command)
        )

    return admits("authenticated") and not admits("anon")


_COMMANDS: dict[str, Command] = {"insert": "insert", "upsert": "insert", "update": "update", "delete": "delete"}
