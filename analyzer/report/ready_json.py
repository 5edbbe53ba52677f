"""The readiness report for programs."""

from __future__ import annotations

import json

from analyzer.finding import Finding
from analyzer.readiness.readiness import Item, Readiness
from analyzer.report import access, env, functions, maps

FORMAT_VERSION = 1


def render(ready: Readiness) -> str:
    """The whole document."""
    document = {
        "version": FORMAT_VERSION,
        "verdict": ready.verdict,
        "score": {
            "value": ready.score.value,
            "sum": ready.score.sum,
            "terms": [{"points": term.points, "why": term.why} for term in ready.score.terms],
        },
        "areas": [
            {
                "number": state.area.number,
                "id": state.area.id,
                "title": state.area.title,
                "status": state.status,
                "errors": state.errors,
                "warnings": state.warnings,
                "checklist": [_item(item) for item in state.items],
                "findings": [_finding(finding) for finding in state.findings],
            }
            for state in ready.areas
        ],
        "blockers": [_finding(finding) for finding in ready.blockers],
        "recommendations": [_finding(finding) for finding in ready.recommendations],
        "unseen": [{"path": path, "why": why} for path, why in ready.unseen],
        "prices": [
            {
                "table": cell.table,
                "row": cell.row,
                "column": cell.column,
                "value": cell.value,
                "active": cell.active,
                "details": dict(cell.details),
                "path": cell.span.path,
                "line": cell.span.line,
            }
            for cell in ready.prices
        ],
        "projects": [
            {
                "name": tables.project,
                "map": maps.content(tables.system),
                "functions": functions.content(tables.functions)["functions"],
                "access": access.content(tables.access),
                "environment": env.content(tables.environment),
            }
            for tables in ready.tables
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def _item(item: Item) -> dict[str, object]:
    commands = list(item.question.commands) if item.question is not None else []
    return {
        "id": item.id,
        "title": item.title,
        "status": item.status,
        "because": item.because,
        "commands": commands,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "path": finding.span.path,
        "line": finding.span.line,
        "column": finding.span.column,
    }
