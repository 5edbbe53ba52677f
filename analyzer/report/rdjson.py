"""The report for reviewdog, which comments on lines of a change: its Diagnostic Format.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf (November 2026). Columns count bytes of UTF-8.
"""

from __future__ import annotations

from analyzer.finding import Edit, Finding, Fix, Severity
from analyzer.outcome import Report
from analyzer.report.display import visible
from analyzer.report.encoding import encoded
from analyzer.report.frames import Rows
from analyzer.report.links import HOME, rule_page
from analyzer.settings_schema import Json
from analyzer.source import Span

_SEVERITIES: dict[Severity, str] = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}


def render(report: Report) -> str:
    """The whole document."""
    rows = Rows(report.texts)
    diagnostics: list[Json] = [_diagnostic(finding, rows) for finding in report.findings]
    document: Json = {"source": {"name": "supalint", "url": HOME}, "diagnostics": diagnostics}
    return encoded(document)


def _diagnostic(finding: Finding, rows: Rows) -> Json:
    found: dict[str, Json] = {
        "message": visible(" ".join(finding.message.split())),
        "location": {"path": finding.span.path, "range": _range(finding.span, rows)},
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.rule, "url": rule_page(finding.rule)},
    }
    suggestion = _suggestion(finding.fix, finding.span.path, rows) if finding.fix is not None else None
    return found if suggestion is None else {**found, "suggestions": [suggestion]}


def _suggestion(fix: Fix, path: str, rows: Rows) -> Json:
    """The fix, if it is one edit of this file: each suggestion is taken by itself."""
    match fix.changes:
        case (Edit(span, text),) if span.path == path and rows.line(path, span.end_line) is not None:
            return {"range": _range(span, rows), "text": text}
        case _:
            return None


def _range(span: Span, rows: Rows) -> Json:
    return {
        "start": {"line": span.line, "column": _column(span.path, span.line, span.column, rows)},
        "end": {"line": span.end_line, "column": _column(span.path, span.end_line, span.end_column, rows)},
    }


def _column(path: str, line: int, column: int, rows: Rows) -> int:
    row = rows.line(path, line)
    return column if row is None else len(row[: column - 1].encode("utf-8", "surrogatepass")) + 1
