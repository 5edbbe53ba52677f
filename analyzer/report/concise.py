"""The report for terminals and editors that read one line a finding."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.outcome import Report
from analyzer.report.changes import lines as change_lines
from analyzer.report.display import visible
from analyzer.report.frames import location
from analyzer.report.links import rule_page
from analyzer.report.style import Style, guarded, link, paint
from analyzer.report.summary import failed, verdict


def render(report: Report, style: Style, *, summary: bool = True) -> Iterator[str]:
    """`path:line:column: severity[rule] message`, one line each, then one line that counts them."""
    for finding in report.findings:
        rule = link(finding.rule, rule_page(finding.rule), style)
        head = paint(f"{finding.severity}[{rule}]", finding.severity, style)
        where = paint(location(finding.span), "strong", style)
        yield guarded(f"{where}: {head} {visible(finding.message)}", style)
    for line in change_lines(report.compared, style) if report.compared is not None else ():
        yield guarded(line, style)
    for line in failed(report):
        yield guarded(f"failed: {line}", style)
    if summary:
        yield verdict(report)
