"""`supalint init`: a commented settings file to start from."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer import console


@click.command("init")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def command(folder: Path, force: bool) -> int:
    """Write a supalint.toml into FOLDER, with every setting explained and none set."""
    from analyzer.settings import FILE_NAME
    from analyzer.settings_schema import template

    file = folder / FILE_NAME
    try:
        with file.open("w" if force else "x", encoding="utf-8", newline="\n") as out:
            out.write(template())
    except FileExistsError:
        raise click.ClickException(f"{file} exists already; --force replaces it") from None
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from error
    console.say(f"wrote {file}")
    return 0
