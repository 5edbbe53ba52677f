"""`supalint access`: who may do what with each table."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.commands.printing import project_at, write


@click.command("access")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--project", metavar="NAME", help="The project of a repository that has several.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file.")
def command(path: Path | None, format_: str, project: str | None, output: Path | None) -> int:
    """Show what visitors and signed-in users may do with each table and view, and which functions they may call."""
    from analyzer.access_table import access_table
    from analyzer.report import access

    table = access_table(project_at(path, project))
    write({"text": access.text, "markdown": access.markdown, "json": access.json_text}[format_](table), output)
    return 0
