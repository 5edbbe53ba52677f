"""`supalint rules`: all rules, by area."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from analyzer import console
from analyzer.commands import options
from analyzer.commands.session import load_rules


@click.command("rules")
@click.argument("names", nargs=-1, metavar="[AREA|RULE ...]")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The format of the list.",
)
@options.rule_folders
@options.color
def command(names: tuple[str, ...], format_: str, rule_folders: tuple[Path, ...], color: console.ColorChoice) -> int:
    """List the rules, or those of some areas."""
    from analyzer.report import catalogue
    from analyzer.settings_check import unknown_rule

    rules = load_rules(rule_folders)
    for name in names:
        if wrong := unknown_rule(name, rules, words=()):
            raise click.UsageError(wrong)
    chosen = [rule for rule in rules if not names or rule.id in names or rule.area in names]
    if format_ == "json":
        console.emit(catalogue.as_json(chosen).splitlines())
    else:
        console.emit(catalogue.render(chosen, console.style(sys.stdout, color)))
    return 0
