"""`supalint check`: analyze, report, and say with the exit code whether anything counts."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import click

from analyzer import console
from analyzer.commands import options
from analyzer.commands.session import Asked, Session, prepare
from analyzer.finding import SEVERITIES, Severity
from analyzer.outcome import Report
from analyzer.report.style import Style

Format = Literal["text", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson", "markdown"]
FORMATS: tuple[str, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Output:
    """A report in one format, for a file or (None) standard output."""

    format: Format
    file: Path | None


@click.command("check")
@options.paths
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="The format of the report.",
)
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="[FORMAT:]FILE",
    help="Write a report to a file: with a format before it, beside standard output; else in its place. Repeatable.",
)
@options.selection
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES), help="The lowest severity that makes the exit code 1.  [default: error]"
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found; with 2 where the analysis failed.")
@click.option(
    "--since",
    metavar="REV",
    help="Report only what has come since this branch left REV (a branch, tag or commit), and what it mends.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Do not report what this file holds, which `supalint baseline` writes  [default: supalint-baseline.json]",
)
@click.option("--no-baseline", is_flag=True, help="Report what a baseline holds, too.")
@click.option(
    "--hook",
    is_flag=True,
    help="Run as a commit hook: without a Supabase project all is fine, and files that git does not know do not count.",
)
@click.option(
    "--only",
    type=click.Choice(["splinter"]),
    help="Report what Supabase's own linter would say of the database that the migrations build, and nothing else.",
)
@click.option("--show-files", is_flag=True, help="List the files that would be read, and stop.")
@click.option("--sarif-category", default="", metavar="NAME", help="Tell several SARIF reports on one commit apart.")
@options.color
@options.quiet
@options.verbose
def command(
    paths: tuple[Path, ...],
    format_: Format,
    outputs: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    min_severity: Severity | None,
    project: str | None,
    config: Path | None,
    rule_folders: tuple[Path, ...],
    jobs: int,
    no_cache: bool,
    fail_on: Severity | None,
    exit_zero: bool,
    since: str | None,
    baseline: Path | None,
    no_baseline: bool,
    hook: bool,
    only: str | None,
    show_files: bool,
    sarif_category: str,
    color: console.ColorChoice,
    quiet: bool,
    verbose: bool,
) -> int:
    """Find mistakes in a Supabase project.

    Each PATH narrows what is reported; the whole repository around it is analyzed, since most mistakes lie between
    files. Without one, the repository of the current folder is reported on.
    """
    started = time.perf_counter()
    wanted = list(_outputs(format_, outputs))
    session = prepare(
        Asked(
            paths,
            options.split(select),
            options.split(ignore),
            fail_on,
            min_severity,
            project,
            config,
            rule_folders,
            jobs,
            not no_cache,
            commit=hook,
        )
    )
    if only is not None:
        session = _only_splinter(session)
    if show_files:
        console.emit(path for path in session.tree.readable() if session.is_asked(path))
        return 0
    if not session.tree.projects:
        return _no_project(session.root, hook=hook)
    with console.progress("analyzing", quiet=quiet) as progress:
        report = _report(session, since, progress)
    if only is None and not no_baseline:
        report = _without_baselined(report, session, baseline, quiet=quiet)
    for output in wanted:
        _write(report, session, output, color, quiet=quiet, category=sarif_category)
    if any(output.format == "github" for output in wanted):
        _summarize(report, session)
    if verbose:
        seconds = time.perf_counter() - started
        console.say(f"{session.root}: {report.coverage.files} files, {len(session.rules)} rules, {seconds:.2f} s")
    return exit_code(report, session.settings.fail_on, exit_zero=exit_zero)


def _report(session: Session, since: str | None, progress: Callable[[int, int], None]) -> Report:
    if since is None:
        return session.report(progress)
    from analyzer.commands.since import report_since

    return report_since(session, since, progress)


def _without_baselined(report: Report, session: Session, file: Path | None, *, quiet: bool) -> Report:
    from analyzer.baseline import FILE_NAME

    if file is None and not (session.root / FILE_NAME).is_file():
        return report
    from analyzer.commands.baseline import stale_lines, with_baseline

    report = with_baseline(report, session, file, compared=report.compared is not None)
    for line in stale_lines(report) if not quiet else ():
        console.say(line)
    if report.stale and not quiet:
        console.say("`supalint baseline --prune` takes the stale entries out")
    return report


def exit_code(report: Report, fail_on: Severity, *, exit_zero: bool = False) -> int:
    """0: nothing counts; 1: findings at or above `fail_on`; 2: a part of the analysis failed."""
    if report.failures:
        return 2
    worst = report.worst()
    counts = worst is not None and SEVERITIES.index(worst) <= SEVERITIES.index(fail_on)
    return 1 if counts and not exit_zero else 0


def _only_splinter(session: Session) -> Session:
    """The session with Splinter's lints in place of the rules."""
    from analyzer.splinter.lints import lints

    chosen = lints()
    return replace(session, rules=chosen, all_rules=chosen)


def _no_project(root: Path, *, hook: bool) -> int:
    said = f"no Supabase project in {root}"
    if hook:
        console.say(f"supalint: {said}: nothing to check")
        return 0
    raise click.ClickException(f"{said}: expected a folder `supabase/` with a config.toml, migrations/ or functions/")


def _outputs(format_: Format, outputs: tuple[str, ...]) -> Iterator[Output]:
    silent = False
    for value in outputs:
        name, colon, rest = value.partition(":")
        if colon and name in FORMATS:
            file, chosen_format = rest, _format(name)
        else:
            file, chosen_format, silent = value, format_, True
        if not file:
            raise click.UsageError(f"--output: `{value}` names no file")
        yield Output(chosen_format, None if file == "-" else Path(file))
        silent = silent or file == "-"
    if not silent:
        yield Output(format_, None)


def _format(name: str) -> Format:
    return next(each for each in get_args(Format) if each == name)


def _write(
    report: Report, session: Session, output: Output, color: console.ColorChoice, *, quiet: bool, category: str
) -> None:
    if output.file is None:
        style = console.style(sys.stdout, color)
        console.emit(_lines(report, session, output.format, style, quiet=quiet, category=category))
        return
    style = Style(color=color == "always")
    lines = _lines(report, session, output.format, style, quiet=quiet, category=category)
    try:
        with output.file.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        raise click.ClickException(f"--output: {output.file}: {error.strerror or error}") from error


def _lines(
    report: Report, session: Session, format_: Format, style: Style, *, quiet: bool, category: str
) -> Iterable[str]:
    match format_:
        case "text":
            from analyzer.report import text

            return text.render(report, style, rules_off=len(session.all_rules) - len(session.rules), summary=not quiet)
        case "concise":
            from analyzer.report import concise

            return concise.render(report, style, summary=not quiet)
        case "json":
            from analyzer.report import json

            return json.render(report).splitlines()
        case "github":
            from analyzer.report import github

            return github.render(_from_repository(report, session))
        case "gitlab":
            from analyzer.report import gitlab

            return gitlab.render(_from_repository(report, session)).splitlines()
        case "junit":
            from analyzer.report import junit

            return junit.render(_from_repository(report, session))
        case "rdjson":
            from analyzer.report import rdjson

            return rdjson.render(_from_repository(report, session)).splitlines()
        case "markdown":
            return _markdown(report, session)
        case "sarif":
            from analyzer.report import sarif

            whole = _from_repository(report, session)
            return sarif.render(whole, _hashes(whole, session), category=category).splitlines()


def _markdown(report: Report, session: Session) -> Iterator[str]:
    from analyzer.report import markdown

    return markdown.render(_from_repository(report, session), _address())


def _address() -> str:
    """Where the commit that GitHub Actions runs on can be seen."""
    server, name, commit = (os.environ.get(f"GITHUB_{each}", "") for each in ("SERVER_URL", "REPOSITORY", "SHA"))
    return f"{server}/{name}/blob/{commit}/" if server and name and commit else ""


def _summarize(report: Report, session: Session) -> None:
    """Adds the report to the summary of the step, where GitHub Actions asks for one.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands (November 2026)
    """
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    try:
        with Path(file).open("a", encoding="utf-8", errors="replace", newline="\n") as opened:
            opened.writelines(f"{line}\n" for line in _markdown(report, session))
    except OSError as error:
        console.say(f"supalint: the summary of the step could not be written: {error.strerror or error}")


def _from_repository(report: Report, session: Session) -> Report:
    """The report with paths from the top of the git repository, as GitHub wants them."""
    from analyzer.report.rebase import rebased, repository_prefix

    return rebased(report, repository_prefix(session.root))


def _hashes(report: Report, session: Session) -> dict[str, dict[int, str]]:
    from analyzer.fingerprint import line_hashes
    from analyzer.report.rebase import repository_prefix
    from analyzer.report.sarif import lines_of

    prefix = repository_prefix(session.root)
    found: dict[str, dict[int, str]] = {}
    for path, lines in lines_of(report).items():
        try:
            content = (session.root / path.removeprefix(prefix)).read_bytes()
        except OSError:
            continue
        found[path] = line_hashes(content, lines)
    return found
