"""`supalint fix`: what the fixes of findings change, shown or done."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer import console
from analyzer.commands import options
from analyzer.commands.session import Asked, Session, prepare
from analyzer.finding import Severity

if TYPE_CHECKING:
    from analyzer import fix


@click.command("fix")
@options.paths
@click.option("--write", "write_", is_flag=True, help="Change the files; without it, a diff shows what would change.")
@click.option("--unsafe", is_flag=True, help="Apply fixes too that may change what works.")
@options.selection
@options.color
@options.quiet
@options.verbose
def command(
    paths: tuple[Path, ...],
    write_: bool,
    unsafe: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    min_severity: Severity | None,
    project: str | None,
    config: Path | None,
    rule_folders: tuple[Path, ...],
    jobs: int,
    no_cache: bool,
    color: console.ColorChoice,
    quiet: bool,
    verbose: bool,
) -> int:
    """Show what the fixes of findings would change, or apply them with --write.

    Where two fixes touch the same text the first one wins; run again for the other.
    """
    from analyzer import fix, write

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
    with console.progress("analyzing", quiet=quiet) as progress:
        report = session.report(progress)
    planned = fix.plan(
        report.findings,
        lambda path: write.read(session.root, path),
        _migrations(session),
        datetime.now(timezone.utc),
        unsafe=unsafe,
    )
    failed = 0
    if write_:
        for change in planned.changes:
            try:
                write.write(session.root, change)
            except write.WriteError as error:
                console.say(f"not written: {error}")
                failed += 1
    else:
        from analyzer.report import patch

        console.emit(patch.render(_shown(planned, session), console.style(sys.stdout, color), _masked))
    if not quiet:
        _summarize(planned, written=write_, failed=failed, verbose=verbose)
    return 2 if failed or report.failures else 0


def _shown(planned: fix.Plan, session: Session) -> list[fix.Change]:
    """The changes without the credentials that they take away."""
    from analyzer.finding import Edit
    from analyzer.report.credentials import credentials, hide

    removed = [
        change.span
        for finding in credentials(planned.fixed, session.rules)
        for change in (finding.fix.changes if finding.fix else ())
        if isinstance(change, Edit)
    ]
    return [
        replace(change, text=hide(change.text, change.path, [span for span in removed if span.path == change.path]))
        for change in planned.changes
    ]


def _masked(path: str, text: str) -> str:
    from analyzer.layout import is_env_file
    from analyzer.secrets.masking import mask, mask_env

    return mask_env(text) if is_env_file(path.rpartition("/")[2]) else mask(text)


def _migrations(session: Session) -> dict[str, list[str]]:
    """The names of the files in each folder that has a migration."""
    from analyzer.layout import MIGRATION_NAME

    found: dict[str, list[str]] = {}
    for path in session.tree.listing.paths:
        folder, _, name = path.rpartition("/")
        if MIGRATION_NAME.match(name):
            found.setdefault(folder, []).append(name)
    return found


def _summarize(planned: fix.Plan, *, written: bool, failed: int, verbose: bool) -> None:
    from analyzer.report.display import visible
    from analyzer.report.summary import count

    fixed, files = len(planned.fixed), len(planned.changes) - failed
    if written:
        console.say(f"fixed {count(fixed, 'finding')} in {count(files, 'file')}" if files else "nothing to fix")
    elif files:
        console.say(f"would fix {count(fixed, 'finding')} in {count(files, 'file')}; --write changes them")
    else:
        console.say("nothing to fix")
    unsafe = sum("--unsafe" in skipped.why for skipped in planned.skipped)
    if unsafe:
        console.say(f"{count(unsafe, 'more fix', 'more fixes')} with --unsafe")
    for skipped in planned.skipped:
        if verbose or "--unsafe" not in skipped.why:
            span = skipped.finding.span
            console.say(f"not fixed: {visible(span.path)}:{span.line}: {skipped.finding.rule}: {visible(skipped.why)}")
