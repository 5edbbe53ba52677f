"""The replay under test, behind one function."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import cast

from .apply import Options
from .catalogue import Dump

#: A module with `dump(files, on_failure, seeds, expose, major)`, which gives the shape of `schema --format json`.
MODULE = "analyzer.database.dump"

Replay = Callable[[Mapping[str, str], str, tuple[str, ...], bool, int], Dump]


class NoReplayError(Exception):
    """The project has no replay to compare with."""


def replayed(files: Mapping[str, str], options: Options, major: int) -> Dump:
    """What the replay makes of the files.

    Raises:
        NoReplayError: where the module is not there.
    """
    try:
        module = importlib.import_module(MODULE)
    except ModuleNotFoundError as error:
        if error.name and MODULE.startswith(error.name):
            raise NoReplayError(f"`{MODULE}` is not there") from error
        raise
    replay = cast("Replay", module.dump)
    return replay(files, options.on_failure, options.seeds, options.expose, major)
