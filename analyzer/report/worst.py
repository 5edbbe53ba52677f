"""The order in which findings matter, for reports that can show only some."""

from __future__ import annotations

from analyzer.finding import SEVERITIES, Finding
from analyzer.outcome import Report


def worst_first(report: Report) -> list[Finding]:
    """The findings by severity, then by how much the rule has to do with security, then in their order."""
    weights = {rule.id: rule.security_severity or 0.0 for rule in report.rules}
    return sorted(
        report.findings,
        key=lambda finding: (SEVERITIES.index(finding.severity), -weights.get(finding.rule, 0.0)),
    )
