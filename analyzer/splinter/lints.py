"""Splinter's lints as rules: what `supalint check --only splinter` runs."""

from __future__ import annotations

from functools import lru_cache

from analyzer.access import exposed_schemas
from analyzer.finding import Finding, Severity, SplinterName
from analyzer.project import Project
from analyzer.rule import Documentation, ProjectRule, Result
from analyzer.source import Span
from analyzer.splinter.judge import judge
from analyzer.splinter.judgement import LINTS, Judgement
from analyzer.written import name_span

_SEVERITIES: dict[str, Severity] = {"ERROR": "error", "WARN": "warning", "INFO": "note"}
_PAGE = "https://supabase.com/docs/guides/database/database-linter?lint="
# What a hosted project serves whatever config.toml says.
_ALWAYS_EXPOSED = frozenset({"public", "graphql_public"})


class SplinterLint(ProjectRule):
    """One lint, whose level is the severity of all that it finds."""

    def __init__(self, name: str) -> None:
        lint = LINTS[name]
        rule_id = f"{lint.number}_{name}"
        title = lint.title[0].upper() + lint.title[1:]
        super().__init__(rule_id, "splinter", Documentation(title, f"See [Supabase's page]({_PAGE}{rule_id}).\n"))
        self.name = name
        self.title = lint.title
        self.level = _SEVERITIES[lint.level]

    def check(self, project: Project) -> Result:
        for judgement in _judgements(project):
            if judgement.lint == self.name:
                yield self._finding(project, judgement)

    def _finding(self, project: Project, judgement: Judgement) -> Finding:
        subject = f"{judgement.schema}.{judgement.object}"
        if judgement.detail:
            subject += f" {judgement.detail}"
        database = project.hosted_database
        return Finding(
            self.id,
            self.level,
            name_span(project, database, judgement.subject) or _first_place(project),
            f"{self.title}: `{subject}`",
            subject,
            splinter=SplinterName(judgement.lint, judgement.schema, judgement.object, judgement.detail),
        )


def lints() -> tuple[SplinterLint, ...]:
    """All lints that can be decided from files, in the order of their numbers."""
    return tuple(map(SplinterLint, LINTS))


@lru_cache(maxsize=1)
def _judgements(project: Project) -> tuple[Judgement, ...]:
    return tuple(judge(project.hosted_database, exposed_schemas(project) | _ALWAYS_EXPOSED))


def _first_place(project: Project) -> Span:
    """Where findings about what the platform made stand."""
    first = next(iter(project.migrations), None)
    return first.lines.first if first is not None else Span(project.layout.path("config.toml"), 1, 1, 1, 1)
