"""The report for programs: one JSON document, described by docs/report.schema.json."""

from __future__ import annotations

from collections import Counter

from analyzer.finding import SEVERITIES, Create, Edit, Finding, Fix, Place, Rename, SplinterName
from analyzer.outcome import Comparison, Report
from analyzer.report.encoding import encoded
from analyzer.settings_schema import Json
from analyzer.source import Span
from analyzer.version import VERSION

FORMAT_VERSION = 1  # of the document; a number more where a key changes its meaning or goes


def render(report: Report) -> str:
    """The whole document; the same report gives the same bytes."""
    return encoded(document(report))


def document(report: Report) -> dict[str, Json]:
    """The document as values."""
    prints = report.fingerprints or ("",) * len(report.findings)
    findings: list[Json] = [_finding(*pair) for pair in zip(report.findings, prints, strict=True)]
    return {
        "version": FORMAT_VERSION,
        "tool": {"name": "supalint", "version": VERSION},
        "findings": findings,
        "summary": _summary(report),
        "unread": [{"path": unread.path, "why": unread.why} for unread in report.unread],
        "unparsed": [{**_span(unparsed.span), "why": unparsed.why} for unparsed in report.unparsed],
        "blind_spots": [
            {"rule": unknown.rule, **_span(unknown.span), "why": unknown.why} for unknown in report.blind_spots
        ],
        "failures": [{"what": failure.what, "path": failure.path, "why": failure.why} for failure in report.failures],
        "rules": [rule.id for rule in report.rules],
        "stale": [
            {"rule": entry.rule, "path": entry.path, "message": entry.message, "fingerprint": entry.fingerprint}
            for entry in report.stale
        ],
        **(_compared(report.compared) if report.compared is not None else {}),
    }


def _compared(compared: Comparison) -> dict[str, Json]:
    mended: list[Json] = [_finding(finding, "") for finding in compared.mended]
    access: list[Json] = [
        {
            "direction": change.direction,
            "kind": change.kind,
            "subject": change.subject,
            "text": change.text,
            "at": _span(change.span) if change.span is not None else None,
            "was": _span(change.was) if change.was is not None else None,
        }
        for change in compared.access
    ]
    return {
        "since": {
            "revision": compared.since,
            "commit": compared.commit,
            "mended": mended,
            "unchanged": compared.unchanged,
            "access": access,
        }
    }


def _summary(report: Report) -> dict[str, Json]:
    coverage = report.coverage
    counts: dict[str, Json] = {severity: report.count(severity) for severity in SEVERITIES}
    by_rule: dict[str, Json] = dict(sorted(Counter(finding.rule for finding in report.findings).items()))
    return {
        **counts,
        "by_rule": by_rule,
        "suppressed": len(report.suppressed),
        "baselined": len(report.baselined),
        "projects": list(coverage.projects),
        "functions": coverage.functions,
        "migrations": coverage.migrations,
        "frontend_files": coverage.frontend_files,
        "files": coverage.files,
    }


def _finding(finding: Finding, fingerprint: str) -> Json:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        **_span(finding.span),
        "message": finding.message,
        "subject": finding.subject,
        "fingerprint": fingerprint,
        "related": [_place(place) for place in finding.related],
        "flow": [_place(place) for place in finding.flow],
        "fix": _fix(finding.fix),
        **_splinter(finding.splinter),
    }


def _splinter(name: SplinterName | None) -> dict[str, Json]:
    if name is None:
        return {}
    return {
        "splinter": {"lint": name.lint, "schema": name.schema, "object": name.object, "detail": name.detail},
    }


def _place(place: Place) -> Json:
    return {**_span(place.span), "message": place.message}


def _span(span: Span) -> dict[str, Json]:
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _fix(fix: Fix | None) -> Json:
    if fix is None:
        return None
    return {"title": fix.title, "safe": fix.safe, "changes": [_change(change) for change in fix.changes]}


def _change(change: Edit | Create | Rename) -> Json:
    match change:
        case Edit(span, text):
            return {"kind": "edit", **_span(span), "text": text}
        case Create(folder, stem, text):
            return {"kind": "create", "folder": folder, "stem": stem, "text": text}
        case Rename(path, new_path):
            return {"kind": "rename", "path": path, "new_path": new_path}
