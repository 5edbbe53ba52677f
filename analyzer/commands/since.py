"""`supalint check --since REV`: what a branch introduces, what it mends, and whom it lets in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import click

from analyzer import git
from analyzer.access_changes import access_changes
from analyzer.cache import knowing, only_read
from analyzer.commands.session import Session, narrowed
from analyzer.discover import before
from analyzer.engine import pairs
from analyzer.finding import AccessChange
from analyzer.matching import compare
from analyzer.outcome import Comparison, Failure, Report
from analyzer.project import Project
from analyzer.report.credentials import without_credentials


def report_since(session: Session, revision: str, progress: Callable[[int, int], None]) -> Report:
    """The report on what has changed since the branch left `revision`, with the work tree as it is.

    Raises:
        click.ClickException: there is no such commit, or it is not known where the branch began.
    """
    commit = _beginning(session, revision)
    cache = session.cache()
    known = only_read(cache)
    try:
        tree = before(session.tree, commit)
    except git.GitError as error:
        raise click.ClickException(f"--since: {error}") from error
    base = session.analysis_of(tree, progress, cache=known)
    head = session.analysis_of(session.tree, progress, cache=knowing(cache, known), base=base.projects)
    failures: list[Failure] = []
    access = _access(base.projects, head.projects, failures)
    former = narrowed(without_credentials(base.report), session.is_asked)
    report = narrowed(without_credentials(head.report), session.is_asked)
    change = compare(former, report)
    prints = report.fingerprints
    failures += [_on_the_base(failure) for failure in base.report.failures]
    return replace(
        report,
        findings=tuple(report.findings[position] for position in change.introduced),
        fingerprints=tuple(prints[position] for position in change.introduced),
        failures=tuple(sorted({*report.failures, *failures})),
        compared=Comparison(
            revision,
            commit,
            change.mended,
            change.unchanged,
            tuple(each for each in access if each.span is None or session.is_asked(each.span.path)),
        ),
    )


def _on_the_base(failure: Failure) -> Failure:
    """A failure on the base, said so."""
    return Failure(f"{failure.what} before the change", failure.path, failure.why)


def _beginning(session: Session, revision: str) -> str:
    try:
        git.resolve(session.root, revision)
    except git.GitError as error:
        raise click.ClickException(f"--since: {error}") from error
    try:
        return git.merge_base(session.root, revision)
    except git.GitError as error:
        raise click.ClickException(
            f"--since: it is not known where this branch left `{revision}`: a shallow clone lacks the commits between; "
            "fetch them (`fetch-depth: 0` for actions/checkout)"
        ) from error


def _access(base: Sequence[Project], head: Sequence[Project], failures: list[Failure]) -> list[AccessChange]:
    found: list[AccessChange] = []
    for old, new in pairs(base, head):
        try:
            found += access_changes(old, new)
        except Exception as error:  # the findings are worth having without it
            failures.append(Failure.of("the comparison of who may do what", "", error))
    return found
