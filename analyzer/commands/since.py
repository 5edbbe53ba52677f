"""`supalint check --since REV`: what a branch introduces, what it mends, and whom it lets in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import click
import msgspec

from analyzer import cache_folder, finished, git, pool
from analyzer.access_changes import access_changes
from analyzer.cache import knowing, only_read
from analyzer.commands.session import Session, narrowed
from analyzer.discover import Tree, before
from analyzer.engine import Files, pairs
from analyzer.finding import AccessChange, Finding, Unparsed
from analyzer.matching import compare
from analyzer.outcome import Comparison, Coverage, Failure, Report
from analyzer.project import Project
from analyzer.report.credentials import without_credentials
from analyzer.rule import ChangeRule
from analyzer.source import Source


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
    base = _Base(session, tree, session.examined(tree, list(tree.read()), progress, known))
    projects = base.files.linked(session.declared)
    head = session.analysis_of(session.tree, progress, cache=knowing(cache, known), base=projects)
    failures: list[Failure] = []
    access = _access(projects, head.projects, failures)
    whole = base.report()
    former = narrowed(whole, session.is_asked)
    report = narrowed(without_credentials(head.report), session.is_asked)
    change = compare(former, report)
    prints = report.fingerprints
    failures += [_on_the_base(failure) for failure in whole.failures]
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


class _Former(msgspec.Struct, frozen=True, array_like=True):
    """What is compared of the report on the base."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    failures: tuple[Failure, ...]
    coverage: Coverage
    texts: dict[str, str]


class _Base:
    """The report on the base: that of an earlier run, or one that a process of its own makes beside the head's."""

    def __init__(self, session: Session, tree: Tree, files: Files) -> None:
        self.session, self.files = session, files
        self.rules = [rule for rule in session.rules if not isinstance(rule, ChangeRule)]
        self.key = b""
        self.known: Report | None = None
        self.waiting: Callable[[], bytes] | None = None
        if session.asked.cache:
            version = cache_folder.version(session.rules)
            read: list[Source | Unparsed] = [*files.sources, *files.unread]
            self.key = finished.key_of(tree, read, version, session.settings, session.declared, session.known_rules)
            self.known = finished.recall(session.root, self.key, self.rules, kind=_KIND)
        characters = sum(len(source.text) for source in files.sources)
        if self.known is None and pool.forks() and (session.asked.jobs or pool.processes_for(characters)) > 1:
            self.waiting = pool.beside(lambda: msgspec.msgpack.encode(_packed(self._made())))

    def report(self) -> Report:
        """The report, with every credential hidden."""
        if self.known is not None:
            return self.known
        report = self._unpacked(self.waiting()) if self.waiting is not None else None
        report = report or self._made()
        if self.key:
            finished.keep(self.session.root, self.key, report, kind=_KIND)
        return report

    def _made(self) -> Report:
        return without_credentials(self.session.concluded(self.files).report)

    def _unpacked(self, content: bytes) -> Report | None:
        try:
            former = msgspec.msgpack.decode(content, type=_Former)
        except msgspec.DecodeError:  # the process was stopped
            return None
        return Report(
            former.findings,
            tuple(self.rules),
            suppressed=former.suppressed,
            failures=former.failures,
            coverage=former.coverage,
            texts=former.texts,
        )


_KIND = "base"  # of the report that is kept


def _packed(report: Report) -> _Former:
    return _Former(report.findings, report.suppressed, report.failures, report.coverage, dict(report.texts))


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
