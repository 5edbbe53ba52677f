"""The replay under test, behind one function."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.database.dump import dump

from .apply import Options
from .catalogue import Dump


def replayed(files: Mapping[str, str], options: Options, major: int) -> Dump:
    """What the replay makes of the files."""
    return dump(files, options.on_failure, options.seeds, options.expose, major)
