"""The readiness report as one HTML page: no network, and no scripts needed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING

from analyzer.access import API_ROLES, COMMANDS
from analyzer.finding import Finding
from analyzer.function_table import CHECKED
from analyzer.outcome import Report
from analyzer.readiness.readiness import Readiness, Tables
from analyzer.report import map_svg
from analyzer.report.display import visible
from analyzer.report.frames import Rows
from analyzer.report.hosting import Hosting
from analyzer.report.links import rule_page
from analyzer.report.map_layout import LayoutError
from analyzer.report.ready_markdown import PRICES_LIMIT
from analyzer.version import VERSION

if TYPE_CHECKING:
    from markupsafe import Markup

_AROUND = 2  # lines of a frame before and after the place
_MANY = 5  # findings of one rule from which on they are folded
_LONGEST = 400  # characters of a line that are shown


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a code frame, cut where the marked place begins and ends."""

    number: int
    before: str
    marked: str
    after: str


def render(ready: Readiness, report: Report, name: str, day: date, hosted: Hosting | None = None) -> str:
    """The whole page; the same report gives the same bytes. `hosted` is where places are linked to."""
    import jinja2

    folder = files("analyzer.report") / "templates"
    style = (folder / "readiness.css").read_text("utf-8") + map_svg.style()
    script = (folder / "readiness.js").read_text("utf-8")
    rows = Rows(report.texts)
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters["visible"] = visible
    environment.filters["prose"] = _prose
    template = environment.from_string((folder / "readiness.html").read_text("utf-8"))
    return template.render(
        ready=ready,
        report=report,
        name=visible(name),
        day=day.isoformat(),
        version=VERSION,
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        frame=lambda finding: list(_frame(finding, rows)),
        rule_page=rule_page,
        prices_limit=PRICES_LIMIT,
        at=lambda span: hosted.line(span.path, span.line) if hosted is not None else None,
        roles=API_ROLES,
        commands=COMMANDS,
        checked=CHECKED,
        by_rule=_by_rule,
        pictures=_pictures,
    )


def _pictures(tables: Tables, identity: str) -> Iterator[tuple[str, Markup]]:
    """The pictures of a project, each with its title: the way of a purchase, if something is sold, and all of it."""
    from markupsafe import Markup, escape

    purchase = tables.system.purchase()
    for number, (title, system) in enumerate((("The way of a purchase", purchase), ("All parts", tables.system))):
        if system.parts:
            try:
                drawn = map_svg.drawn(system, f"{title}: {tables.project}", f"{identity}-{number}")
            except LayoutError as error:
                yield title, Markup("<p>{}</p>").format(escape(str(error)))
            else:
                yield title, Markup(drawn)  # noqa: S704  # a template of ours, which escapes


def _prose(text: str) -> Markup:
    """Text with what stands between backticks as code; everything is escaped."""
    from markupsafe import Markup

    parts = visible(text).split("`")
    if len(parts) % 2 == 0:  # a backtick without its partner
        return Markup("{}").format(visible(text))
    marked = (Markup("<code>{}</code>") if index % 2 else Markup("{}") for index in range(len(parts)))
    return Markup("").join(form.format(part) for form, part in zip(marked, parts, strict=True))


def _by_rule(findings: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    """The findings of each rule, those with most of them last: a hundred of one kind must not hide the others."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.rule, []).append(finding)
    return sorted(grouped.items(), key=lambda item: (len(item[1]) > _MANY, item[0]))


def _hash(text: str) -> str:
    """The source of a Content-Security-Policy that allows exactly this text."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _frame(finding: Finding, rows: Rows) -> Iterator[_Row]:
    span = finding.span
    for number in range(max(span.line - _AROUND, 1), span.line + _AROUND + 1):
        text = rows.line(span.path, number)
        if text is None:
            continue
        if number != span.line:
            yield _Row(number, visible(text[:_LONGEST].expandtabs(4)), "", "")
            continue
        start = min(span.column - 1, len(text))
        end = max(span.end_column - 1 if span.end_line == span.line else len(text), start + 1)
        first = max(0, start - _LONGEST // 2) if len(text) > _LONGEST else 0
        parts = text[first:start], text[start:end][:_LONGEST], text[end : end + _LONGEST // 2]
        yield _Row(number, *(visible(part.expandtabs(4)) for part in parts))
