"""The terminal, or the pipe, that the program talks to."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Literal, TextIO

from analyzer.report.style import DEFAULT_WIDTH, Style

ColorChoice = Literal["auto", "always", "never"]

PATIENCE = 1.0  # seconds that a run may take before it says how far it is
_PULSE = 0.1  # seconds between two pictures of the bar
_BAR = 30  # columns of the bar
_NARROWEST = 40  # columns: a terminal that says less is wrong about itself
_NO_LINKS = frozenset({"Apple_Terminal"})  # terminals that show the codes of links


def style(stream: TextIO | None, color: ColorChoice) -> Style:
    """How a report on `stream` should look."""
    terminal = is_terminal(stream)
    links = terminal and color != "never" and not os.environ.get("NO_COLOR")
    colored = _colored(terminal, color)
    if colored and os.name == "nt":
        os.system("")  # noqa: S605, S607 - makes a Windows console obey colour codes
    return Style(
        color=colored,
        links=links and colored and os.environ.get("TERM_PROGRAM") not in _NO_LINKS,
        width=_width(stream) if terminal and stream is not None else DEFAULT_WIDTH,
        wrap=terminal,
        actions=any(os.environ.get(name) for name in ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION")),
    )


def _colored(terminal: bool, color: ColorChoice) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):  # https://no-color.org
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return terminal


def is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
    except ValueError:  # closed
        return False


def _width(stream: TextIO) -> int:
    try:
        columns = int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return DEFAULT_WIDTH
    return max(columns, _NARROWEST)


def emit(lines: Iterable[str]) -> None:
    """Writes lines to standard output, whatever its encoding; a reader that went away ends it silently."""
    _write(sys.stdout, lines)


def say(line: str) -> None:
    """Writes a line to standard error."""
    _write(sys.stderr, [line])


def _write(stream: TextIO | None, lines: Iterable[str]) -> None:
    if stream is None:  # closed by whoever started the program
        return
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")  # what the encoding cannot say must not end the program
    try:
        for line in lines:
            stream.write(f"{line}\n")
        stream.flush()
    except BrokenPipeError:
        _discard(stream)


def flush(code: int) -> int:
    """Empties what is still to be written, so that the end of the process cannot fail; gives `code` back."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):
            _discard(stream)
    return code


def _discard(stream: TextIO) -> None:
    """Points the stream at nothing: Python writes it once more when it ends, and would complain."""
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)
    except (OSError, ValueError):
        pass


@contextmanager
def progress(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A function to be told how much of how much is done: a terminal shows a bar once that takes over `PATIENCE`.

    It is called by the one process that reports; a thread of its own would make starting processes unsafe.
    """
    if quiet or not is_terminal(sys.stderr) or os.environ.get("CI"):
        yield lambda _done, _all: None
        return
    begun, drawn = time.monotonic(), 0.0

    def draw(done: int, whole: int) -> None:
        nonlocal drawn
        now = time.monotonic()
        if now - begun < PATIENCE or now - drawn < _PULSE:
            return
        drawn = now
        filled = _BAR * done // max(whole, 1)
        sys.stderr.write(f"\r{what} [{'=' * filled}{' ' * (_BAR - filled)}] {done}/{whole}\x1b[K")
        sys.stderr.flush()

    try:
        yield draw
    finally:
        if drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
