"""A rule as code scanning shows it: its texts, its level, its severity as a security alert."""

from __future__ import annotations

from analyzer.finding import Severity
from analyzer.report.display import visible
from analyzer.report.links import rule_page
from analyzer.report.page import first_paragraph, options, page, plain
from analyzer.rule import Rule
from analyzer.settings_schema import Json

LONGEST_DESCRIPTION = 1024  # characters
MOST_TAGS = 10  # of a rule that GitHub keeps

_PROBLEM: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "recommendation"}


def descriptor(rule: Rule) -> Json:
    """The rule's entry in `tool.driver.rules`: the same on every run, since GitHub keeps one text for all results."""
    title = _clipped(f"{plain(rule.documentation.title).rstrip('.')}.")
    markdown = help_markdown(rule)
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.id.replace("/", "-").split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": _full(rule, title)},
        "defaultConfiguration": {"level": rule.severity},
        "helpUri": rule_page(rule.id),
        "help": {"text": plain_page(markdown), "markdown": markdown},
        "properties": _properties(rule),
    }


def _properties(rule: Rule) -> Json:
    tags: list[Json] = [rule.area]
    properties: dict[str, Json] = {"precision": rule.precision, "problem.severity": _PROBLEM[rule.severity]}
    if rule.security_severity is not None:
        properties["security-severity"] = f"{rule.security_severity:.1f}"
        tags = ["security", *(f"external/cwe/cwe-{number:03d}" for number in rule.cwe), *tags]
    return {**properties, "tags": list(dict.fromkeys(tags))[:MOST_TAGS]}


def help_markdown(rule: Rule) -> str:
    """The rule's page with its title, its options and a link to itself on the web."""
    parts = [f"# {rule.documentation.title}", page(rule).strip("\n")]
    if rows := options(rule):
        parts.append("\n".join(["## Options", "", *rows]))
    parts.append(f"[{rule.id}]({rule_page(rule.id)})")
    return "\n".join(visible(row) for row in "\n\n".join(parts).split("\n")) + "\n"


def plain_page(markdown: str) -> str:
    """The page for readers that show no Markdown: as written, without code fences."""
    return "\n".join(row for row in markdown.split("\n") if not row.startswith("```")).strip("\n")


def _full(rule: Rule, title: str) -> str:
    text = first_paragraph(rule)
    if not text or text == title:
        text = f"{title} Area: {rule.area}."
    return _clipped(visible(text).replace("**", "* *"))


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST_DESCRIPTION else f"{text[: LONGEST_DESCRIPTION - 1].rstrip()}…"
