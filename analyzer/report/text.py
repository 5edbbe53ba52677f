"""The report for people: each finding with its code, then what was looked at and what was not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from analyzer.finding import Finding, Place
from analyzer.outcome import Report
from analyzer.report.changes import lines as change_lines
from analyzer.report.display import visible, width, wrapped
from analyzer.report.frames import Mark, Rows, frame, location
from analyzer.report.links import rule_page
from analyzer.report.style import Style, guarded, link, paint
from analyzer.report.summary import answered, count, failed, looked_at, not_looked_at, verdict
from analyzer.source import Span

_MOST_SHOWN = 6  # related places of a finding that are shown with their code; the others are named


def render(report: Report, style: Style, *, rules_off: int = 0, summary: bool = True) -> Iterator[str]:
    """The lines of the report, without line ends."""
    for line in _lines(report, style):
        yield guarded(line, style)
    if summary:
        for line in _summary(report, style, rules_off):
            yield guarded(line, style)


def _lines(report: Report, style: Style) -> Iterator[str]:
    rows = Rows(report.texts)
    for path, findings in groupby(report.findings, key=lambda finding: finding.span.path):
        here = list(findings)
        yield paint(visible(path), "strong", style) + paint(f" ({count(len(here), 'finding')})", "quiet", style)
        yield ""
        for finding in here:
            yield from _finding(finding, rows, style)
            yield ""
    if report.compared is not None:
        change = list(change_lines(report.compared, style))
        yield from ([*change, ""] if change else [])
    for line in failed(report):
        yield f"{paint('failed', 'error', style)}: {line}"


def _finding(finding: Finding, rows: Rows, style: Style) -> Iterator[str]:
    span = finding.span
    numbers = [span.line, *(place.span.line for place in (*finding.related, *finding.flow))]
    gutter = len(str(max(numbers)))
    yield from _title(finding, style)
    primary = [Mark(span, "", "^", finding.severity)]
    others: dict[str, list[Mark]] = {}
    for place in finding.related[:_MOST_SHOWN]:
        mark = Mark(place.span, visible(place.message), "-", "place")
        (primary if place.span.path == span.path else others.setdefault(place.span.path, [])).append(mark)
    yield from _framed(span, primary, "-->", rows, gutter, style)
    for marks in others.values():
        first = min(mark.span for mark in marks)
        yield from _framed(first, marks, ":::", rows, gutter, style)
    for place in finding.related[_MOST_SHOWN:]:
        yield f"{' ' * gutter}{paint(':::', 'place', style)} {location(place.span)}: {visible(place.message)}"
    yield from _flow(finding.flow, rows, gutter, style)
    if finding.fix is not None:
        command = "supalint fix --write" if finding.fix.safe else "supalint fix --write --unsafe"
        yield from _note("help", f"{visible(finding.fix.title)} ({command})", gutter, style)


def _title(finding: Finding, style: Style) -> Iterator[str]:
    rule = link(finding.rule, rule_page(finding.rule), style)
    head = paint(f"{finding.severity}[{rule}]", finding.severity, style)
    taken = len(finding.severity) + len(finding.rule) + 3
    message = visible(finding.message)
    lines = wrapped(message, style.width, taken) if style.wrap else [message]
    yield f"{head}: {paint(lines[0], 'strong', style)}"
    for line in lines[1:]:
        yield paint(line, "strong", style)


def _framed(first: Span, marks: list[Mark], arrow: str, rows: Rows, gutter: int, style: Style) -> Iterator[str]:
    yield f"{' ' * gutter}{paint(arrow, 'place', style)} {location(first)}"
    lines = list(frame(marks, rows, gutter, style))
    bar = paint(f"{'':>{gutter}} |", "place", style)
    if lines:
        yield bar
        yield from lines
    else:  # the text is not at hand: the labels still say something
        for mark in marks:
            if mark.label:
                yield f"{bar} line {mark.span.line}: {mark.label}"


def _flow(flow: tuple[Place, ...], rows: Rows, gutter: int, style: Style) -> Iterator[str]:
    if not flow:
        return
    yield from _note("steps", "from cause to effect", gutter, style)
    indent = " " * (gutter + 3)
    narrower = replace(style, width=style.width - len(indent) - 3)
    for number, place in enumerate(flow, start=1):
        lead = f"{number}. "
        message = visible(place.message)
        lines = wrapped(message, narrower.width) if style.wrap else [message]
        yield indent + lead + lines[0]
        inner = indent + " " * len(lead)
        yield from (inner + line for line in lines[1:])
        marks = [Mark(place.span, "", "~", "note")]
        shown = _framed(place.span, marks, "-->", rows, len(str(place.span.line)), narrower)
        yield from (inner + line for line in shown)


def _note(word: str, text: str, gutter: int, style: Style) -> Iterator[str]:
    lead = f"{' ' * gutter} = {word}: "
    lines = wrapped(text, max(style.width - width(lead), 20)) if style.wrap else [text]
    yield f"{' ' * gutter} {paint('=', 'place', style)} {paint(word, 'help', style)}: {lines[0]}"
    yield from (" " * width(lead) + line for line in lines[1:])


def _summary(report: Report, style: Style, rules_off: int) -> Iterator[str]:
    said, seen = verdict(report), looked_at(report)
    parts = [said, *([f"looked at {seen}"] if seen else []), *answered(report)]
    first, *rest = _sentence(parts, style)
    yield paint(said, report.worst() or "help", style) + first[len(said) :] if first.startswith(said) else first
    yield from rest
    blind = list(not_looked_at(report, rules_off))
    if blind:
        yield from _sentence([f"not looked at: {blind[0]}", *blind[1:]], style)
    if report.failures:
        yield paint(f"{count(len(report.failures), 'part')} of the analysis failed", "error", style)


def _sentence(parts: list[str], style: Style) -> list[str]:
    text = "; ".join(parts)
    return wrapped(text, style.width) if style.wrap else [text]
