"""`supalint functions`: each edge function, who gets in, and what it works with."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.commands.printing import project_at, write


@click.command("functions")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--project", metavar="NAME", help="The project of a repository that has several.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file.")
def command(path: Path | None, format_: str, project: str | None, output: Path | None) -> int:
    """Show each edge function: who gets in, what its code checks, what it reads and writes, and who calls it."""
    from analyzer.function_table import function_table
    from analyzer.report import functions

    rows = function_table(project_at(path, project))
    write({"text": functions.text, "markdown": functions.markdown, "json": functions.json_text}[format_](rows), output)
    return 0
