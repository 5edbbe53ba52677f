"""`supalint map`: the picture of the system."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.commands.printing import project_at, write


@click.command("map")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--format", "format_", type=click.Choice(["mermaid", "json"]), default="mermaid", show_default=True)
@click.option("--project", metavar="NAME", help="The project of a repository that has several.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file.")
def command(path: Path | None, format_: str, project: str | None, output: Path | None) -> int:
    """Draw the system: the front end, edge functions, tables and other services, with the way of a purchase."""
    from analyzer.report import maps
    from analyzer.system_map import system_map

    system = system_map(project_at(path, project))
    write({"mermaid": maps.mermaid, "json": maps.json_text}[format_](system), output)
    return 0
