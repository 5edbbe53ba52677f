"""What commands that print one table of a project have in common: which project, and where the lines go."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from analyzer import console
from analyzer.commands.schema import chosen_project
from analyzer.commands.session import prepare_tree
from analyzer.layout import FileKind

if TYPE_CHECKING:
    from analyzer.project import Project


def project_at(path: Path | None, name: str | None) -> Project:
    """The project at a path, with all of its files read; of several that of this name."""
    from analyzer import cache_folder
    from analyzer.cache import open_cache
    from analyzer.engine import projects

    tree, declared = prepare_tree(path)
    cache = open_cache(tree.root, cache_folder.version(()), kind="facts")
    return chosen_project(projects(tree, declared, frozenset(get_args(FileKind)), cache), name)


def write(lines: Iterable[str], output: Path | None) -> None:
    """Writes lines to a file, or to standard output."""
    if output is None:
        console.emit(lines)
    else:
        output.write_text("".join(f"{line}\n" for line in lines), "utf-8")
