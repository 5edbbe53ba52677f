"""The command line: its commands, and what happens when one fails."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import NoReturn

import click

from analyzer.console import flush, say
from analyzer.version import VERSION

# Command -> the module that holds it as `command`, and one line for the help. The modules are imported when they
# are needed, so that every command starts fast.
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("analyzer.commands.check", "Find mistakes in a Supabase project (the default)."),
    "fix": ("analyzer.commands.fix", "Show what fixes would change, or apply them."),
    "explain": ("analyzer.commands.explain", "Show a rule's page."),
    "rules": ("analyzer.commands.rules", "List the rules."),
    "init": ("analyzer.commands.init", "Write a commented supalint.toml."),
    "completion": ("analyzer.commands.completion", "Print the completion script of a shell."),
}
DEFAULT = "check"
FAILED = 2  # exit code: asked wrongly, or the analysis itself failed
INTERRUPTED = 130  # exit code of a program that was stopped with Ctrl-C, as shells have it


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

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {option for parameter in self.get_params(ctx) for option in parameter.opts}
        if ctx.resilient_parsing or (args and (args[0] in COMMANDS or args[0] in own)):
            return super().parse_args(ctx, args)
        return super().parse_args(ctx, [DEFAULT, *args])


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=False,
)
@click.version_option(VERSION, prog_name="supalint")
def cli() -> None:
    """Static analysis for Supabase projects: edge functions, migrations, configuration and front end as one system.

    supalint [PATH ...] is short for supalint check [PATH ...]. Exit codes: 0 no findings that count, 1 findings,
    2 asked wrongly or the analysis itself failed.
    """


def main() -> NoReturn:
    """Runs the command that `sys.argv` names, and ends the process with its exit code."""
    code = run(sys.argv[1:])
    sys.exit(flush(code))


def run(arguments: list[str]) -> int:
    """The exit code of the command that `arguments` name. Never raises: a failure of ours is one line."""
    try:
        code = cli.main(arguments, prog_name="supalint", standalone_mode=False)
    except click.ClickException as error:
        error.show(sys.stderr)
        return FAILED
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        return flush(0)
    except Exception as error:
        if _verbose(arguments):
            import traceback

            say(traceback.format_exc().rstrip("\n"))
        said = " ".join(str(error).split())
        say(f"supalint failed: {type(error).__name__}{': ' if said else ''}{said}")
        if not _verbose(arguments):
            say("This is a mistake in supalint, not in your project; -v shows where.")
        return FAILED
    return code if isinstance(code, int) else 0


def _verbose(arguments: list[str]) -> bool:
    return (
        "--verbose" in arguments
        or any(argument.startswith("-") and not argument.startswith("--") and "v" in argument for argument in arguments)
        or bool(os.environ.get("SUPALINT_DEBUG"))
    )
