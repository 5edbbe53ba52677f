"""`supalint access`: who may do what with each table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.commands.printing import project_at, write
from analyzer.settings_check import nearest

if TYPE_CHECKING:
    from analyzer.access_table import AccessTable


@click.command("access")
@click.argument("target", required=False, metavar="[TABLE|PATH]")
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--project", metavar="NAME", help="The project of a repository that has several.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file.")
def command(target: str | None, format_: str, project: str | None, output: Path | None) -> int:
    """Show what visitors and signed-in users may do with each table and view, and which functions they may call.

    With a TABLE, that one alone, with the conditions of its policies and the places that decide.
    """
    from analyzer.access_table import access_table
    from analyzer.report import access

    path = Path(target) if target is not None and Path(target).exists() else None
    table = access_table(project_at(path, project))
    text = access.text
    if target is not None and path is None:
        table, text = _only(table, target), access.details
    write({"text": text, "markdown": access.markdown, "json": access.json_text}[format_](table), output)
    return 0


def _only(table: AccessTable, name: str) -> AccessTable:
    """The part of the table about one relation; of `public` where no schema is named.

    Raises:
        click.UsageError: the Data API serves no such relation.
    """
    from analyzer.access_table import AccessTable

    wanted = name if "." in name else f"public.{name}"
    rows = tuple(row for row in table.rows if row.name == wanted)
    if not rows:
        known = [row.name.removeprefix("public.") for row in table.rows]
        raise click.UsageError(f"the Data API serves no table or view `{name}`{nearest(name, known)}")
    return AccessTable(rows, ())
