"""`supalint report`: whether a project is ready to launch."""

from __future__ import annotations

from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer import console
from analyzer.commands.session import Asked, Session, prepare
from analyzer.readiness.attestations import FILE_NAME, Attestation, AttestationError, read
from analyzer.readiness.by_hand import IDS

if TYPE_CHECKING:
    from analyzer.report.hosting import Hosting


@click.command("report")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--format", "format_", type=click.Choice(["html", "markdown", "json"]), help="By the file's name, or html."
)
@click.option("--project", metavar="NAME", help="The project of a repository that has several.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day on which attestations have to count.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file.")
def command(
    path: Path | None, format_: str | None, project: str | None, today: datetime | None, output: Path | None
) -> int:
    """Say whether the project is ready to launch: a checklist of ten areas, blockers, a score with its arithmetic."""
    from analyzer.readiness.readiness import readiness

    session = prepare(Asked(paths=(path,) if path is not None else (), project=project))
    if not session.tree.projects:
        raise click.ClickException(f"no Supabase project in {session.root}")
    day: date = today.date() if today is not None else datetime.now(timezone.utc).date()
    attestations = _attestations(session)
    with console.progress("analyzing", quiet=False) as progress:
        analysis = session.analysis(progress)
    ready = readiness(analysis.report, analysis.projects, attestations, day)
    from analyzer.report import ready_html, ready_json, ready_markdown

    suffixes = {".md": "markdown", ".json": "json"}
    match format_ or suffixes.get(output.suffix if output else "", "html"):
        case "markdown":
            text = ready_markdown.render(ready)
        case "json":
            text = ready_json.render(ready)
        case _:
            text = ready_html.render(ready, analysis.report, session.root.name, day, _hosted(session))
    if output is None:
        console.emit(text.splitlines())
    else:
        output.write_text(text, "utf-8")
    return 2 if analysis.report.failures else 0


def _hosted(session: Session) -> Hosting | None:
    """Where the repository's hosting shows the files of the commit; None without one."""
    from analyzer.git import GitError, remote, resolve
    from analyzer.report.hosting import hosting

    try:
        return hosting(remote(session.root), resolve(session.root, "HEAD"))
    except GitError:
        return None


def _attestations(session: Session) -> tuple[Attestation, ...]:
    file = session.root / FILE_NAME
    if not file.is_file():
        return ()
    try:
        return read(file.read_bytes().decode("utf-8"), IDS)
    except (AttestationError, OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{FILE_NAME}: {error}") from error
