"""The readiness report as Markdown, for issues and summaries of pipelines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.finding import Finding
from analyzer.readiness.readiness import Readiness, Status, Tables
from analyzer.report import access, env, functions, maps
from analyzer.report.display import visible

SIGNS: dict[Status, str] = {
    "verified": "✅",
    "attention": "⚠️",
    "issue": "❌",
    "not applicable": "\N{HEAVY MINUS SIGN}",
    "by hand": "✋",
}
PRICES_LIMIT = (
    "Files show which ids the migrations leave in the catalogue. They cannot show whether Stripe knows an id, "
    "whether it is live or active, or what it costs: the text of an id says none of that."
)
_MOST_PARTS = 60  # of a diagram in Markdown that can still be read
_SPECIAL = re.compile(r"([\\*_\[\]<>|#~$&@])")


def render(ready: Readiness) -> str:
    """The whole document."""
    return "\n".join(_lines(ready)) + "\n"


def _lines(ready: Readiness) -> Iterator[str]:
    yield f"# Readiness: {ready.verdict}, {ready.score.value:g} of 10"
    yield from ("", f"`{ready.score.sum}`", "")
    yield from (f"- -{term.points:g}: {_text(term.why)}" for term in ready.score.terms)
    yield from ("", "## Areas", "", "| area | status | errors | warnings |", "| --- | --- | --- | --- |")
    for state in ready.areas:
        number, title = state.area.number, state.area.title
        yield f"| {number}. {title} | {SIGNS[state.status]} {state.status} | {state.errors} | {state.warnings} |"
    yield from _findings("Blockers", ready.blockers)
    yield from _findings("Recommendations", ready.recommendations)
    yield from ("", "## Check by hand")
    for item in ready.open_items:
        if item.question is not None:
            yield from ("", f"### {item.id}", "", f"{_text(item.title)}. Expected: {item.question.expected}.", "")
            yield from ("```sh", *(visible(command).replace("```", "") for command in item.question.commands), "```")
    if ready.prices:
        yield from ("", "## Price catalogue", "", PRICES_LIMIT, "", "| table | row | id | written at |")
        yield "| --- | --- | --- | --- |"
        for cell in ready.prices:
            where = f"{cell.span.path}:{cell.span.line}"
            yield f"| {_text(cell.table)} | {_text(cell.row)} | {_text(cell.value)} | {_text(where)} |"
    for tables in ready.tables:
        yield from _of_project(tables)
    if ready.unseen:
        yield from ("", "## Not read in full", "")
        yield from (f"- {_text(path)}: {_text(why)}" for path, why in ready.unseen)
    yield from ("", "## Checklist")
    for state in ready.areas:
        yield from ("", f"### {state.area.number}. {state.area.title}", "")
        yield from (f"- {SIGNS[item.status]} `{item.id}`: {_text(item.title)} ({item.because})" for item in state.items)


def _of_project(tables: Tables) -> Iterator[str]:
    """The map of a project, who gets in, and its settings."""
    of = f" of {_text(tables.project)}" if tables.project else ""
    system = tables.system.purchase()
    if not system.parts and len(tables.system.parts) <= _MOST_PARTS:
        system = tables.system
    if system.parts:
        yield from ("", f"## The system{of}", "", "```mermaid", *maps.mermaid(system), "```")
    yield from ("", f"## Edge functions{of}", "", *functions.markdown(tables.functions))
    yield from ("", f"## Who may do what{of}", "", *access.markdown(tables.access))
    yield from ("", f"## Settings{of}", "", *env.markdown(tables.environment))


def _findings(title: str, findings: tuple[Finding, ...]) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    if not findings:
        yield "None."
    for finding in findings:
        where = f"{finding.span.path}:{finding.span.line}"
        yield f"- `{finding.rule}` {_text(finding.message)} ({_text(where)})"


def _text(text: str) -> str:
    """Text of a repository, as text; code spans are left as they are read, without their quotes."""
    return _SPECIAL.sub(r"\\\1", visible(text).replace("`", ""))
