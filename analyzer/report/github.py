"""Annotations of a pull request's lines, as workflow commands of GitHub Actions."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.finding import SEVERITIES, Finding, Severity
from analyzer.outcome import Report
from analyzer.report.changes import lines as change_lines
from analyzer.report.display import visible
from analyzer.report.style import Style, guarded
from analyzer.report.summary import count, verdict
from analyzer.report.worst import worst_first

# Annotations of one level that GitHub shows for one step; the others are dropped without a word. So that the worst
# are among them, they come first.
# https://docs.zizmor.sh/usage/#github-annotations (November 2026)
MOST = 10
_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}
_ACTIONS = Style(actions=True)


def render(report: Report) -> Iterator[str]:
    """The worst findings as annotations, at most `MOST` of each level, then one line that says what there is."""
    left_out = 0
    findings = worst_first(report)
    for severity in SEVERITIES:
        here = [finding for finding in findings if finding.severity == severity]
        left_out += max(len(here) - MOST, 0)
        yield from (_command(finding) for finding in here[:MOST])
    if left_out:
        yield guarded(
            f"{count(left_out, 'more finding')} without an annotation: GitHub shows {MOST} of a level", _ACTIONS
        )
    for line in change_lines(report.compared, _ACTIONS) if report.compared is not None else ():
        yield guarded(line, _ACTIONS)
    for failure in report.failures:
        yield f"::error title=supalint::{_text(f'{failure.what} failed: {failure.why}')}"
    yield guarded(verdict(report), _ACTIONS)


def _command(finding: Finding) -> str:
    span = finding.span
    places = {"file": span.path, "line": span.line, "endLine": span.end_line}
    if span.end_line == span.line:  # GitHub takes columns within one line only
        places |= {"col": span.column, "endColumn": max(span.end_column, span.column + 1)}
    places["title"] = finding.rule
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in places.items())
    return f"::{_COMMANDS[finding.severity]} {properties}::{_text(finding.message)}"


def _text(text: str) -> str:
    """https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts (November 2026)"""
    return "\n".join(visible(line) for line in text.splitlines()).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return visible(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
