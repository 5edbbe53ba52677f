"""The report for GitLab's merge requests: a Code Quality document.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format (November 2026)
"""

from __future__ import annotations

from analyzer.finding import Finding, Severity
from analyzer.outcome import Report
from analyzer.report.display import visible
from analyzer.report.encoding import encoded
from analyzer.settings_schema import Json

_SEVERITIES: dict[Severity, str] = {"error": "critical", "warning": "major", "note": "info"}


def render(report: Report) -> str:
    """The whole document: an array, in the order of the findings."""
    prints = report.fingerprints or ("",) * len(report.findings)
    violations: list[Json] = [_violation(*pair) for pair in zip(report.findings, prints, strict=True)]
    return encoded(violations)


def _violation(finding: Finding, fingerprint: str) -> Json:
    span = finding.span
    return {
        "description": visible(" ".join(finding.message.split())),
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": span.path, "lines": {"begin": span.line, "end": span.end_line}},
    }
