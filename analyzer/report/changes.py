"""What a branch changes, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.finding import AccessChange
from analyzer.outcome import Comparison
from analyzer.report.display import visible
from analyzer.report.frames import location
from analyzer.report.style import Ink, Style, paint

_INKS: dict[str, Ink] = {"opens": "error", "closes": "help", "changes": "note"}


def lines(compared: Comparison, style: Style) -> Iterator[str]:
    """Who may do what now, then what is mended: for people, one line each."""
    for change in compared.access:
        where = f" ({location(change.span)})" if change.span is not None else ""
        head = paint(change.direction, _INKS[change.direction], style)
        yield f"{head}: {visible(change.text)}{paint(where, 'quiet', style)}"
    for finding in compared.mended:
        where = f"{location(finding.span)}: [{finding.rule}]"
        yield f"{paint('mended', 'help', style)}: {where} {visible(finding.message)}"


def sentence(change: AccessChange) -> str:
    """The change as it is said in a document."""
    return visible(change.text)
