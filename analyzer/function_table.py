"""Each edge function of a project: who gets in, what it works with, and who calls it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.database_calls import database_calls
from analyzer.deploys import opened_by
from analyzer.environment import variables
from analyzer.facts.typescript import Node
from analyzer.function_callers import uncalled_functions
from analyzer.invocations import function_calls
from analyzer.project import EdgeFunction, Project
from analyzer.source import Span
from analyzer.typescript.checks import Check, CheckKind, checks_before
from analyzer.typescript.queries import Query, queries
from analyzer.typescript.reach import reached
from analyzer.typescript.responses import responses
from analyzer.webhooks import provider_checks

# `default`: `config.toml` says nothing. `config`: it does. `deployment`: a script deploys with `--no-verify-jwt`.
Source = Literal["default", "config", "deployment"]

CHECKED: dict[CheckKind, str] = {
    "user": "the signed-in user",
    "session": "a session, which nothing verifies",
    "secret": "a secret",
    "signature": "a provider's signature",
    "jwt": "a token",
    "role": "the user's role",
    "mode": "a key",
    "key": "an API key of a row",
    "decoded": "a claim that only the platform verifies",
    "owner": "whose row it is",
}
_READS = ("select",)
_FIRST_FAILURE = 300


@dataclass(frozen=True, slots=True)
class CheckRow:
    """Something that the code checks before it works with the database. `everywhere`: before each of its queries."""

    kind: CheckKind
    span: Span
    everywhere: bool


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """One function. Tables, settings and callers are named in order."""

    slug: str
    span: Span
    enabled: bool
    verify_jwt: bool
    source: Source
    checks: tuple[CheckRow, ...]
    keys: tuple[str, ...]  # `anon`, `service`, `user` ...: with which rights it asks
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    calls: tuple[str, ...]  # edge functions
    settings: tuple[str, ...]
    callers: tuple[str, ...]  # files and functions
    uncalled: bool  # nothing in the repository calls it

    @property
    def is_open(self) -> bool:
        """Whether a request gets to work with the service role that the platform does not verify, nor some code."""
        return not self.verify_jwt and "service" in self.keys and not any(check.everywhere for check in self.checks)


def function_table(project: Project) -> tuple[FunctionRow, ...]:
    """The functions that have code, by slug."""
    uncalled = {function.slug for function in uncalled_functions(project)}
    settings: dict[str, list[str]] = {}
    for name, variable in variables(project).items():
        for slug in variable.functions:
            settings.setdefault(slug, []).append(name)
    callers: dict[str, dict[str, None]] = {}
    calls: dict[str, set[str]] = {}
    homes = {module.path: function.slug for function in project.functions.values() for module in function.modules[:1]}
    for call in function_calls(project):
        callers.setdefault(call.slug, {})[homes.get(call.path, call.path)] = None
        if call.path in homes:
            calls.setdefault(homes[call.path], set()).add(call.slug)
    for sent in database_calls(project):
        callers.setdefault(sent.slug, {})[f"{sent.by} {sent.name}"] = None
    return tuple(
        _row(
            project,
            function,
            tuple(sorted(settings.get(slug, ()))),
            tuple(sorted(callers.get(slug, ()))),
            tuple(sorted(calls.get(slug, ()))),
            uncalled=slug in uncalled,
        )
        for slug, function in project.functions.items()
        if function.entry is not None
    )


def _row(
    project: Project,
    function: EdgeFunction,
    settings: tuple[str, ...],
    callers: tuple[str, ...],
    calls: tuple[str, ...],
    *,
    uncalled: bool,
) -> FunctionRow:
    sent = list(_queries(project, function))
    opened = opened_by(project, function.slug) if function.verify_jwt.value else None
    return FunctionRow(
        function.slug,
        function.span,
        function.enabled,
        function.verify_jwt.value and opened is None,
        "deployment" if opened is not None else "default" if function.verify_jwt.entry is None else "config",
        tuple(_checks(project, function, sent)),
        tuple(sorted({query.key for query in sent} - {"unknown"})),
        _tables(query for query in sent if query.operation in _READS),
        _tables(query for query in sent if query.operation not in (*_READS, "rpc", "")),
        calls,
        settings,
        callers,
        uncalled,
    )


def _queries(project: Project, function: EdgeFunction) -> Iterator[Query]:
    places = reached(project.program, function.entry or "")
    for module in function.modules:
        yield from (one for one in queries(project.program, module.path) if (module.path, one.function) in places)


def _tables(sent: Iterator[Query]) -> tuple[str, ...]:
    return tuple(sorted({query.table or "?" for query in sent}))


def _checks(project: Project, function: EdgeFunction, sent: list[Query]) -> Iterator[CheckRow]:
    """What is checked before a query or a successful answer, with the first place of each kind."""
    program = project.program
    before_queries = [checks_before(program, query.begin.path, query.begin.node) for query in sent]
    before_answers = [checks_before(program, path, node) for path, node in _answers(project, function)]
    first: dict[CheckKind, Check] = {}
    for checks in (*before_queries, *before_answers):
        for check in checks:
            first.setdefault(check.kind, check)
    for kind, check in first.items():
        everywhere = all(any(one.kind == kind for one in checks) for checks in before_queries or before_answers)
        yield CheckRow(kind, program.place(check.site), everywhere)
    if "signature" not in first:
        for provider in provider_checks(project, function.slug)[:1]:
            if not provider.is_header:
                yield CheckRow("signature", program.span(provider.path, provider.node), everywhere=False)


def _answers(project: Project, function: EdgeFunction) -> Iterator[tuple[str, Node]]:
    """Where the function's own module answers that all went well."""
    path = function.entry or ""
    for response in responses(project.program, path):
        if response.status_code is None or response.status_code < _FIRST_FAILURE:
            yield path, response.site.node
