"""Options in, exit code out: the front door of the program."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

from analyzer.version import VERSION

FAILED = 2  # exit code: asked wrongly, or the analysis itself failed
INTERRUPTED = 130  # exit code of a program that was stopped with Ctrl-C, as shells have it


def main() -> NoReturn:
    """Runs the command that `sys.argv` names, and ends the process with its exit code."""
    if sys.argv[1:] == ["--version"]:  # asked by scripts and editors at every start: not worth loading click for
        sys.stdout.write(f"supalint {VERSION}\n")
        sys.exit(0)
    from analyzer.console import flush

    gc.disable()  # a run is short, and nearly all that it makes lives to its end: looking for garbage costs a tenth
    sys.exit(flush(run(sys.argv[1:])))


def run(arguments: list[str]) -> int:
    """The exit code of the command that `arguments` name. Never raises: a failure of ours is one line."""
    import click

    from analyzer.commands.group import cli
    from analyzer.console import flush, say

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
        verbose = _is_verbose(arguments)
        if verbose:
            import traceback

            say(traceback.format_exc().rstrip("\n"))
        said = " ".join(str(error).split())
        say(f"supalint failed: {type(error).__name__}{': ' if said else ''}{said}")
        if not verbose:
            say("this is a mistake in supalint, not in your project; -v shows where")
        return FAILED
    return code if isinstance(code, int) else 0


def _is_verbose(arguments: list[str]) -> bool:
    short = (argument[1:] for argument in arguments if argument[:1] == "-" and argument[:2] != "--")
    return "--verbose" in arguments or any("v" in letters for letters in short)
