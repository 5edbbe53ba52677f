"""`supalint explain RULE`: the rule's page."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from analyzer import console
from analyzer.commands import options
from analyzer.commands.session import load_rules


def _complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    from analyzer.registry import built_in_folder

    names = sorted(file.stem for file in built_in_folder().glob("*/*.py") if not file.name.startswith("_"))
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


@click.command("explain")
@click.argument("rule", shell_complete=_complete)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="The format of the page.",
)
@options.rule_folders
@options.color
def command(rule: str, format_: str, rule_folders: tuple[Path, ...], color: console.ColorChoice) -> int:
    """Show a rule's page: what is wrong, why it matters, what to do, examples."""
    from analyzer.report import explain
    from analyzer.settings_check import nearest

    rules = {each.id: each for each in load_rules(rule_folders)}
    if rule not in rules:
        raise click.UsageError(f"there is no rule `{rule}`{nearest(rule, rules)}")
    if format_ == "markdown":
        console.emit(explain.markdown(rules[rule]).splitlines())
    else:
        console.emit(explain.render(rules[rule], console.style(sys.stdout, color)))
    return 0
