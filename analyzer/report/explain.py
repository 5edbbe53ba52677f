"""A rule's page for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.report.display import visible, wrapped
from analyzer.report.links import rule_page
from analyzer.report.page import options, page
from analyzer.report.style import Ink, Style, guarded, link, paint
from analyzer.rule import Rule

_MARKS = re.compile(r"^(\s*)([\^~]+)( .*)?$")
_WIDEST = 100  # columns of text: longer lines are hard to read


def markdown(rule: Rule) -> str:
    """The page as Markdown, with its title and what the rule is set to."""
    facts = "; ".join(_facts(rule))
    parts = [f"# {rule.id}: {rule.documentation.title}", facts, page(rule).strip("\n")]
    if rows := options(rule):
        parts.append("\n".join(["## Options", "", *rows]))
    return "\n\n".join(parts) + "\n"


def render(rule: Rule, style: Style) -> Iterator[str]:
    """The lines of the page."""
    for line in _lines(rule, style):
        yield guarded(line, style)


def _lines(rule: Rule, style: Style) -> Iterator[str]:
    name = link(rule.id, rule_page(rule.id), style)
    yield f"{paint(name, rule.severity, style)}: {paint(visible(rule.documentation.title), 'strong', style)}"
    yield paint("; ".join(_facts(rule)), "quiet", style)
    yield ""
    body = page(rule).strip("\n")
    if rows := options(rule):
        body += "\n\n## Options\n\n" + "\n".join(rows)
    yield from _body(body.split("\n"), style)


def _facts(rule: Rule) -> Iterator[str]:
    yield f"{rule.area}, {rule.severity}, {'on' if rule.default else 'off'} by default"
    if rule.security_severity is not None:
        yield f"security severity {rule.security_severity:.1f}"
    if rule.cwe:
        yield ", ".join(f"CWE-{number}" for number in rule.cwe)
    if rule.splinter:
        yield f"Splinter: {rule.splinter}"


def _body(rows: list[str], style: Style) -> Iterator[str]:
    fence = ""
    paragraph: list[str] = []
    for row in [*rows, ""]:
        if fence:
            if row.rstrip() == fence:
                fence = ""
            else:
                yield _code(row, style)
            continue
        if paragraph and (not row.strip() or row.startswith(("#", "```", "- ", "* ", "|"))):
            yield from _paragraph(paragraph, style)
            paragraph = []
        if row.startswith("```"):
            fence = row[: len(row) - len(row.lstrip("`"))]
        elif row.startswith("#"):
            yield paint(visible(row.lstrip("#").strip()), "strong", style)
        elif row.strip():
            paragraph.append(row.strip())
        else:
            yield ""


def _paragraph(rows: list[str], style: Style) -> Iterator[str]:
    text = " ".join(rows)
    indent = "  " if text.startswith(("- ", "* ")) else ""
    lines = wrapped(visible(text), min(style.width, _WIDEST) - len(indent))
    for index, line in enumerate(lines):
        yield (indent if index else "") + _inline(line, style)


def _inline(line: str, style: Style) -> str:
    if not style.color:
        return line
    return re.sub(r"`([^`]+)`", lambda match: paint(match[1], "note", style), line)


def _code(row: str, style: Style) -> str:
    marks = _MARKS.match(row)
    ink: Ink = "quiet"
    if marks is not None:
        ink = "error" if marks[2][0] == "^" else "place"
    shown = visible(row.replace("\t", "    "))
    return "    " + (paint(shown, ink, style) if marks is not None else shown)
