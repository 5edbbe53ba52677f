"""`supalint baseline`: take the findings of an old project as they are, and report only new ones from then on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from analyzer import console
from analyzer.baseline import FILE_NAME, BaselineError, entries, read, without_baselined, written
from analyzer.commands import options
from analyzer.commands.session import Asked, Session, prepare
from analyzer.finding import Severity
from analyzer.outcome import Baselined, Report
from analyzer.report.display import visible
from analyzer.report.summary import count


@click.command("baseline")
@options.paths
@options.selection
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help=f"The file  [default: {FILE_NAME}]"
)
@click.option("--prune", is_flag=True, help="Only take out what is not found any more; add nothing.")
def command(
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    min_severity: Severity | None,
    project: str | None,
    config: Path | None,
    rule_folders: tuple[Path, ...],
    jobs: int,
    no_cache: bool,
    output: Path | None,
    prune: bool,
) -> int:
    """Write the findings that there are into a file, which `check` then does not report again.

    With paths or rules, only their findings are written anew, and those of others stay.
    """
    session = prepare(
        Asked(
            paths,
            options.split(select),
            options.split(ignore),
            None,
            min_severity,
            project,
            config,
            rule_folders,
            jobs,
            not no_cache,
        )
    )
    if not session.tree.projects:
        raise click.ClickException(f"no Supabase project in {session.root}")
    file = output or session.root / FILE_NAME
    with console.progress("analyzing", quiet=False) as progress:
        report = session.report(progress)
    if report.failures:
        raise click.ClickException("a part of the analysis failed, so that what there is to find is not known")
    before = read_baseline(file) if prune or file.is_file() else ()
    kept = _kept(before, report, session, prune=prune)
    try:
        file.write_bytes(written(kept))
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from error
    console.say(_said(before, kept, file))
    return 0


def read_baseline(file: Path) -> tuple[Baselined, ...]:
    """The entries of a file.

    Raises:
        click.ClickException: it cannot be read, or is no baseline.
    """
    try:
        return read(file.read_bytes())
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from error
    except BaselineError as error:
        raise click.ClickException(f"{file}: {error}") from error


def with_baseline(report: Report, session: Session, file: Path | None, *, compared: bool) -> Report:
    """The report without what the baseline answers: that of `file`, or the one at the root if there is one.

    Of a comparison, which shows only what is new, it cannot be told what is stale.

    Raises:
        click.ClickException: the file cannot be read, or is no baseline.
    """
    if file is None and not (session.root / FILE_NAME).is_file():
        return report
    kept = read_baseline(file or session.root / FILE_NAME)
    return without_baselined(report, kept, lambda entry: not compared and _could_be_found(entry, session))


def stale_lines(report: Report) -> list[str]:
    """What the baseline holds and is not found any more, one line each."""
    return [f"stale: {visible(entry.path)}: [{visible(entry.rule)}] {visible(entry.message)}" for entry in report.stale]


def _could_be_found(entry: Baselined, session: Session) -> bool:
    ran = {rule.id for rule in session.rules}
    known = {rule.id for rule in session.all_rules}
    return (entry.rule in ran or entry.rule not in known) and session.is_asked(entry.path)


def _kept(before: Sequence[Baselined], report: Report, session: Session, *, prune: bool) -> Sequence[Baselined]:
    if prune:
        stale = set(without_baselined(report, before, lambda entry: _could_be_found(entry, session)).stale)
        return [entry for entry in before if entry not in stale]
    others = [entry for entry in before if not _could_be_found(entry, session)]
    whole = [*others, *entries(report)]
    return sorted(whole, key=lambda entry: (entry.path, entry.rule, entry.message, entry.fingerprint))


def _said(before: Sequence[Baselined], kept: Sequence[Baselined], file: Path) -> str:
    old, new = set(before), set(kept)
    changes = f" ({len(new - old):,} new, {len(old - new):,} gone)" if before else ""
    rules = len({entry.rule for entry in kept})
    return f"{count(len(kept), 'finding')} of {count(rules, 'rule')} in {file}{changes}"
