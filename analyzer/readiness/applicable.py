"""Which rules a project has anything for: nothing found in nothing is no good news."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer.price_cells import price_cells
from analyzer.project import Project
from analyzer.rule import Rule
from analyzer.stripe_flow import creations, stripe_webhooks

_EXPECTED = {
    "expect-rows": "rows",
    "expect-value": "values",
    "expect-mapping": "mappings",
    "expect-column": "columns",
    "expect-env": "env",
    "expect-jwt": "verify_jwt",
    "expect-call": "calls",
    "expect-status-set": "statuses",
    "expect-policy": "access",
    "flow-status-machine": "transitions",
}


def applies(rule: Rule, projects: Sequence[Project]) -> bool:
    """Whether a project has something that a rule could find fault with."""
    if rule.id in _EXPECTED:
        return any(getattr(project.declared.expectations, _EXPECTED[rule.id]) for project in projects)
    has = _HAS.get(rule.area)
    return has is None or any(has(project) for project in projects)


def _has_functions(project: Project) -> bool:
    return any(function.entry is not None for function in project.functions.values())


def _has_database(project: Project) -> bool:
    return bool(project.hosted_migrations)


def _has_front_end(project: Project) -> bool:
    return bool(project.frontend_modules)


def _has_stripe(project: Project) -> bool:
    return bool(creations(project) or stripe_webhooks(project) or price_cells(project))


_HAS: dict[str, Callable[[Project], bool]] = {
    "database": _has_database,
    "migrations": _has_database,
    "functions": _has_functions,
    "errors": _has_functions,
    "frontend": _has_front_end,
    "stripe": _has_stripe,
    "flow": lambda project: _has_functions(project) or _has_front_end(project),
    "drift": lambda project: _has_functions(project) or _has_front_end(project),
}
