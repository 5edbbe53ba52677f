"""`supalint map`: the picture of the system."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.commands.printing import project_at, write

if TYPE_CHECKING:
    from analyzer.system_map import SystemMap


@click.command("map")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--format", "format_", type=click.Choice(["mermaid", "svg", "json"]), default="mermaid", show_default=True
)
@click.option("--focus", "focus", multiple=True, metavar="NAME", help="Only this part and what it has to do with.")
@click.option("--purchase", is_flag=True, help="Only the way of a purchase.")
@click.option("--project", metavar="NAME", help="The project of a repository that has several.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file.")
def command(
    path: Path | None, format_: str, focus: tuple[str, ...], purchase: bool, project: str | None, output: Path | None
) -> int:
    """Draw the system: the front end, edge functions, tables and other services, with the way of a purchase."""
    from analyzer.report import maps
    from analyzer.system_map import system_map

    chosen = project_at(path, project)
    system = _seen(system_map(chosen), focus, purchase)
    if format_ == "svg":
        write([_svg(system, chosen.layout.name)], output)
    else:
        write({"mermaid": maps.mermaid, "json": maps.json_text}[format_](system), output)
    return 0


def _seen(system: SystemMap, focus: tuple[str, ...], purchase: bool) -> SystemMap:
    from analyzer.report.display import visible

    if purchase:
        system = system.purchase()
        if not system.parts:
            raise click.ClickException("nothing is sold here: no function makes a checkout at Stripe")
    if focus:
        try:
            system = system.around(focus)
        except KeyError as error:
            raise click.BadParameter(
                f"no part of the system is called {visible(error.args[0])!r}; `supalint map --format json` lists them",
                param_hint="--focus",
            ) from error
    return system


def _svg(system: SystemMap, name: str) -> str:
    from analyzer.report.map_layout import LayoutError
    from analyzer.report.map_svg import svg

    try:
        return svg(system, f"The system of {name}" if name else "The system")
    except LayoutError as error:
        raise click.ClickException(str(error)) from error
