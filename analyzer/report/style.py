"""How a report for people looks: colours, width, links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Ink = Literal["error", "warning", "note", "place", "quiet", "strong", "help", "added", "removed"]

_CODES: dict[Ink, str] = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "place": "1;34",
    "quiet": "2",
    "strong": "1",
    "help": "1;32",
    "added": "32",
    "removed": "31",
}
_MARKED_COMMAND = re.compile(r"##(?=\w*\[)")
DEFAULT_WIDTH = 120  # columns where there is no terminal


@dataclass(frozen=True, slots=True)
class Style:
    """What the output can show. `actions`: a build server reads it, and obeys some lines."""

    color: bool = False
    links: bool = False
    width: int = DEFAULT_WIDTH
    wrap: bool = False  # whether sentences are broken at the width: on terminals
    actions: bool = False


def paint(text: str, ink: Ink, style: Style) -> str:
    """`text` in the colour `ink`, where there are colours."""
    return f"\x1b[{_CODES[ink]}m{text}\x1b[0m" if style.color and text else text


def link(text: str, url: str, style: Style) -> str:
    """`text` that opens `url`, where the terminal has links (OSC 8)."""
    return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\" if style.links else text


def guarded(line: str, style: Style) -> str:
    """`line`, changed where a build server would take it for a command (`::error::`, `##[add-mask]`, `##vso[...]`).

    https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs (November 2026): the first form
    counts behind white space too, the second anywhere in a line.
    """
    if not style.actions:
        return line
    if line.lstrip().startswith("::"):
        line = line.replace("::", ":\\:", 1)
    return _MARKED_COMMAND.sub("##\\\\", line)
