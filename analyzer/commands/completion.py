"""`supalint completion SHELL`: the script that makes a shell complete commands, options and rule ids."""

from __future__ import annotations

import click

from analyzer import console

SHELLS = ("bash", "fish", "zsh")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> int:
    """Print the completion script of SHELL.

    bash: eval "$(supalint completion bash)" in ~/.bashrc; zsh: the same with zsh in ~/.zshrc;
    fish: supalint completion fish > ~/.config/fish/completions/supalint.fish
    """
    from click.shell_completion import get_completion_class

    from analyzer.commands.group import cli

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click knows all of `SHELLS`
    completion = kind(cli, {}, "supalint", "_SUPALINT_COMPLETE")
    # Not `completion.source()`, which for bash starts one to ask for its version.
    console.emit((completion.source_template % completion.source_vars()).splitlines())
    return 0
