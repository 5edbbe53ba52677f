"""The grammar of the command line: its commands, and which one is meant when none is named."""

from __future__ import annotations

from importlib import import_module

import click
from click.shell_completion import CompletionItem

from analyzer.version import VERSION

# Command -> the module that holds it as `command`, and one line for the help. The modules are imported when they
# are needed, so that every command starts fast.
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("analyzer.commands.check", "Find mistakes in a Supabase project (the default)."),
    "baseline": ("analyzer.commands.baseline", "Take the findings of an old project as they are."),
    "fix": ("analyzer.commands.fix", "Show what fixes would change, or apply them."),
    "report": ("analyzer.commands.report", "Say whether the project is ready to launch."),
    "schema": ("analyzer.commands.schema", "Show the database that the migrations build."),
    "env": ("analyzer.commands.env", "Show each setting, who reads it, and what is missing."),
    "functions": ("analyzer.commands.functions", "Show each edge function, who gets in, and what it does."),
    "access": ("analyzer.commands.access", "Show who may do what with each table."),
    "map": ("analyzer.commands.map", "Draw the system."),
    "lsp": ("analyzer.lsp.command", "Serve an editor."),
    "explain": ("analyzer.commands.explain", "Show a rule's page."),
    "rules": ("analyzer.commands.rules", "List the rules."),
    "init": ("analyzer.commands.init", "Write a commented supalint.toml."),
    "completion": ("analyzer.commands.completion", "Print the completion script of a shell."),
}
DEFAULT = "check"


class _Commands(click.Group):
    """Takes a first argument that is no command for an argument of `check`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)  # noqa: S101 - by the convention of `COMMANDS`
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands; else what `check` takes, which is meant when no command is named."""
        found = super().shell_complete(ctx, incomplete)
        default = self.get_command(ctx, DEFAULT)
        if default is None or (found and not incomplete.startswith("-")):
            return found
        inner = click.Context(default, ctx, DEFAULT, resilient_parsing=True)
        known = {item.value for item in found}
        if incomplete.startswith("-"):
            return found + [item for item in default.shell_complete(inner, incomplete) if item.value not in known]
        return default.params[0].shell_complete(inner, incomplete)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {option for parameter in self.get_params(ctx) for option in parameter.opts}
        if ctx.resilient_parsing or (args and (args[0] in COMMANDS or args[0] in own)):
            return super().parse_args(ctx, args)
        return super().parse_args(ctx, [DEFAULT, *args])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="supalint", message="%(prog)s %(version)s")
def cli() -> None:
    """Static analysis for Supabase projects: edge functions, migrations, configuration and front end as one system.

    supalint [PATH ...] is short for supalint check [PATH ...]. Exit codes: 0 no findings that count, 1 findings,
    2 asked wrongly or the analysis itself failed.
    """
