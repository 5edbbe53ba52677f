"""The report as Markdown: the summary of a pipeline's step, or a comment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from analyzer.finding import AccessChange, Finding, Severity
from analyzer.outcome import Comparison, Report
from analyzer.report.links import rule_page
from analyzer.report.markdown_text import code, plain, sentence
from analyzer.report.summary import answered, count, failed, looked_at, not_looked_at, verdict
from analyzer.report.worst import worst_first
from analyzer.source import Span

# GitHub takes 1 MiB of a step: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
MOST_BYTES = 1_000_000
_MOST_MENDED = 50  # findings that are gone which are listed
_ROOM = 2_000  # bytes that are kept for what stands behind the table

_SIGNS: dict[Severity, str] = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}  # noqa: RUF001 - a sign, not a letter
_ACCESS = {"opens": "\N{OPEN LOCK} opens", "closes": "\N{LOCK} closes", "changes": "\N{KEY} changes"}


def render(report: Report, home: str = "") -> Iterator[str]:
    """The lines of the document. `home` is where files can be seen, with a slash behind it; without, they are named."""
    yield f"### supalint: {plain(verdict(report))}"
    if report.compared is not None:
        yield from _compared(report.compared, home)
    yield from _table(report, home)
    for line in failed(report):
        yield from ("", f"**Failed:** {plain(line)}")
    blind = list(not_looked_at(report, rules_off=0))
    seen = looked_at(report)
    said = [*([f"looked at {seen}"] if seen else []), *answered(report)]
    if said:
        yield from ("", f"{plain('; '.join(said))}.")
    if blind:
        yield from ("", f"Not looked at: {plain('; '.join(blind))}.")


def _table(report: Report, home: str) -> Iterator[str]:
    if not report.findings:
        return
    yield from ("", "| | rule | where | what |", "| --- | --- | --- | --- |")
    used = 0
    findings = worst_first(report)
    for number, finding in enumerate(findings):
        row = _row(finding, home)
        used += len(row.encode()) + 1
        if used > MOST_BYTES // 2 - _ROOM:
            yield from ("", f"{count(len(findings) - number, 'more finding')} left out.")
            return
        yield row


def _row(finding: Finding, home: str) -> str:
    rule = f"[{code(finding.rule)}]({rule_page(finding.rule)})"
    sign = f"{_SIGNS[finding.severity]} {finding.severity}"
    return f"| {sign} | {rule} | {_place(finding.span, home)} | {sentence(finding.message)} |"


def _compared(compared: Comparison, home: str) -> Iterator[str]:
    if compared.access:
        yield from ("", "**Who may do what**", "")
        yield from (_access(change, home) for change in compared.access)
    if compared.mended:
        yield from ("", f"<details><summary>{count(len(compared.mended), 'finding')} mended</summary>", "")
        yield from _mended(compared.mended)
        yield from ("", "</details>")


def _access(change: AccessChange, home: str) -> str:
    where = f" ({_place(change.span, home)})" if change.span is not None else ""
    return f"- {_ACCESS[change.direction]}: {sentence(change.text)}{where}"


def _mended(findings: Sequence[Finding]) -> Iterator[str]:
    for finding in findings[:_MOST_MENDED]:
        yield f"- {code(finding.rule)} {sentence(finding.message)} ({_place(finding.span, '')})"
    if len(findings) > _MOST_MENDED:
        yield f"- {len(findings) - _MOST_MENDED:,} more"


def _place(span: Span, home: str) -> str:
    shown = code(f"{span.path}:{span.line}")
    if not home:
        return shown
    lines = f"#L{span.line}" + (f"-L{span.end_line}" if span.end_line > span.line else "")
    path = quote(span.path.encode("utf-8", "surrogatepass"), safe="/-._~")
    return f"[{shown}]({home}{path}{lines})"
