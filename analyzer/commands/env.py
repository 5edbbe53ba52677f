"""`supalint env`: the settings of a project, who reads them, and what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click

from analyzer.commands.printing import project_at, write


@click.command("env")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--secrets",
    type=click.File("rb"),
    metavar="FILE",
    help="What `supabase secrets list` printed, as a table or as JSON; - reads it from standard input.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--project", metavar="NAME", help="The project of a repository that has several.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file.")
def command(path: Path | None, secrets: BinaryIO | None, format_: str, project: str | None, output: Path | None) -> int:
    """Show each setting: who reads it, where it is declared, whether it is set, and what would set it."""
    from analyzer.env_table import env_table
    from analyzer.report import env

    known = _known(secrets.read()) if secrets is not None else None
    table = env_table(project_at(path, project), known)
    write({"text": env.text, "markdown": env.markdown, "json": env.json_text}[format_](table), output)
    return 0


def _known(content: bytes) -> frozenset[str]:
    from analyzer.config.secrets_list import secret_names
    from analyzer.text import decode

    text = decode(content, True).text
    names = secret_names(text) if text is not None else None
    if names is None:
        raise click.UsageError("--secrets: this is not what `supabase secrets list` prints, as a table or as JSON")
    return names
