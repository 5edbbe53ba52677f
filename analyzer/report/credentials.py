"""Hides the credentials that findings point at, beside those that are known by their form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from analyzer.finding import Finding
from analyzer.outcome import Report
from analyzer.rule import Rule
from analyzer.source import Lines, Source, Span

_HARD_CODED = 798  # https://cwe.mitre.org/data/definitions/798.html: the rule's findings mark a credential
_HIDDEN = re.compile(r"[^\s\"'`]")


def credentials(findings: Iterable[Finding], rules: Iterable[Rule]) -> list[Finding]:
    """The findings that mark a credential."""
    about = {rule.id for rule in rules if _HARD_CODED in rule.cwe}
    return [finding for finding in findings if finding.rule in about]


def without_credentials(report: Report) -> Report:
    """The report with `*` for each character of a credential that a finding marks."""
    spans: dict[str, list[Span]] = {}
    for finding in credentials(report.findings, report.rules):
        spans.setdefault(finding.span.path, []).append(finding.span)
    hidden = {path: hide(report.texts[path], path, marked) for path, marked in spans.items() if path in report.texts}
    return replace(report, texts={**report.texts, **hidden}) if hidden else report


def hide(text: str, path: str, spans: Iterable[Span]) -> str:
    """`text` with `*` for each character of `spans` but white space and quotes, so that columns stay right."""
    lines = Lines.of(Source(path, text))
    for span in spans:
        if span.end_line <= len(lines.starts):
            start = lines.starts[span.line - 1] + span.column - 1
            end = lines.starts[span.end_line - 1] + span.end_column - 1
            text = text[:start] + _HIDDEN.sub("*", text[start:end]) + text[end:]
    return text
