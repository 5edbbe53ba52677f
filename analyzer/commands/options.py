"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from analyzer.finding import SEVERITIES

Command = TypeVar("Command", bound=Callable[..., object])
Decorator = Callable[[Command], Command]

rule_folders = click.option(
    "--rules",
    "rule_folders",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder of further rules, as DIR/<area>/<id>.py. Repeatable.",
)
color = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour the output.",
)
verbose = click.option("-v", "--verbose", is_flag=True, help="Say more on standard error.")
quiet = click.option("-q", "--quiet", is_flag=True, help="Findings only: no summary, nothing on standard error.")
paths = click.argument("paths", nargs=-1, metavar="[PATH ...]", type=click.Path(path_type=Path))


def selection(command: Command) -> Command:
    """What is analyzed, by which rules and settings."""
    for option in reversed(
        (
            click.option(
                "--select",
                multiple=True,
                metavar="RULES",
                help="Run exactly these rules or areas (with commas, or repeated); also `default`, `all`.",
            ),
            click.option("--ignore", multiple=True, metavar="RULES", help="Do not run these rules or areas."),
            click.option("--min-severity", type=click.Choice(SEVERITIES), help="Report nothing below this severity."),
            click.option("--project", metavar="NAME", help="Report on one project of a repository that has several."),
            click.option(
                "--config",
                type=click.Path(path_type=Path),
                metavar="FILE",
                help="The settings file [default: supalint.toml at the root]",
            ),
            rule_folders,
            click.option(
                "-j",
                "--jobs",
                type=click.IntRange(min=0),
                default=0,
                metavar="N",
                help="Use so many processes  [default: as many as pay]",
            ),
            click.option("--no-cache", is_flag=True, help="Read every file anew, and keep nothing."),
        )
    ):
        command = option(command)
    return command


def split(values: tuple[str, ...]) -> tuple[str, ...]:
    """The names in values that may hold several, separated by commas."""
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())
