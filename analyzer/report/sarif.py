"""The report for code scanning: SARIF 2.1.0 that GitHub takes whole and shows well.

What GitHub reads of it: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/
sarif-support-for-code-scanning (November 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from analyzer.finding import SEVERITIES, Edit, Finding, Fix, Place, Severity, Unparsed
from analyzer.outcome import Report
from analyzer.report.display import visible
from analyzer.report.encoding import encoded
from analyzer.report.frames import Rows
from analyzer.report.links import HOME
from analyzer.report.sarif_rules import descriptor
from analyzer.report.summary import count
from analyzer.settings_schema import Json
from analyzer.source import Span
from analyzer.version import VERSION

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

MOST_RESULTS = 25_000  # of a run: GitHub refuses a file with more
SORTED_FROM = 5_000  # of a run: GitHub keeps so many, so that the worst must come first
LONGEST_TITLE = 250  # characters of a message's first sentence, which GitHub makes the title of an alert
MOST_STEPS = 1_000  # of a result's flow that GitHub keeps
MOST_RELATED = 20  # of a result's other places: each is named in its message, and GitHub keeps 100

# What a run tells beside its results: name -> what it means, and what to do about it.
_NOTIFICATIONS: dict[str, tuple[str, str]] = {
    "analysis-failed": ("A part of the analysis failed.", "Everything else was done. Please report it."),
    "not-parsed": ("A stretch of a file could not be understood.", "What it holds is not analyzed."),
    "not-read": ("A file was not read.", "It is too large, not text, or not readable."),
    "not-decided": ("A rule could not decide at some places.", "There it reports nothing; look at them yourself."),
    "too-many": ("There are more findings than a run may hold.", "Fix some, or select fewer rules."),
}

LineHashes = Mapping[str, Mapping[int, str]]  # path -> line from 1 -> GitHub's hash of the line


def render(report: Report, hashes: LineHashes, *, category: str = "") -> str:
    """The whole file. `hashes` are `fingerprint.line_hashes` of the lines that findings are on (`lines_of`).

    `category` tells several analyses of one commit apart; where it is empty, whoever uploads the file names it.
    """
    run: dict[str, Json] = {
        "tool": {
            "driver": {
                "name": "supalint",
                "semanticVersion": VERSION,
                "informationUri": HOME,
                "rules": [descriptor(rule) for rule in report.rules],
                "notifications": [_described(name) for name in _NOTIFICATIONS],
            }
        },
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
    }
    if category:
        run["automationDetails"] = {"id": f"{category.rstrip('/')}/"}
    rows = _Places(report.texts)
    groups = list(_by_line(report))
    notifications = list(_notifications(report, rows))
    if len(groups) > SORTED_FROM:
        groups.sort(key=lambda group: SEVERITIES.index(group[0][0].severity))
    if len(groups) > MOST_RESULTS:
        left_out = count(len(groups) - MOST_RESULTS, "result")
        notifications.append(_notification("too-many", "warning", f"{left_out} left out, the least severe ones."))
    run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": notifications}]
    index = {rule.id: position for position, rule in enumerate(report.rules)}
    run["results"] = [_result(group, index, rows, hashes) for group in groups[:MOST_RESULTS]]
    log: dict[str, Json] = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return encoded(log)


def lines_of(report: Report) -> dict[str, set[int]]:
    """The lines, by path, whose hashes `render` needs."""
    places = _Places(report.texts)
    lines: dict[str, set[int]] = {}
    for finding in report.findings:
        lines.setdefault(finding.span.path, set()).add(places.shown(finding.span).line)
    return lines


Fingerprinted = tuple[Finding, str]


def _by_line(report: Report) -> Iterator[list[Fingerprinted]]:
    """The findings, those of one rule on one line together: GitHub would show them as one alert, or lose them."""
    groups: dict[tuple[str, str, int], list[Fingerprinted]] = {}
    prints = report.fingerprints or ("",) * len(report.findings)
    for finding, fingerprint in zip(report.findings, prints, strict=True):
        groups.setdefault((finding.rule, finding.span.path, finding.span.line), []).append((finding, fingerprint))
    for group in groups.values():
        yield sorted(group, key=lambda pair: SEVERITIES.index(pair[0].severity))


class _Places:
    """Turns spans into SARIF's regions, which count UTF-16 code units."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.rows = Rows(texts)

    def location(self, span: Span, message: str = "", number: int | None = None) -> dict[str, Json]:
        found: dict[str, Json] = {} if number is None else {"id": number}
        found["physicalLocation"] = {
            "artifactLocation": artifact(span.path),
            "region": self.region(self.shown(span)),
        }
        return found | ({"message": {"text": sentence(message)}} if message else {})

    def region(self, span: Span) -> dict[str, Json]:
        return {
            "startLine": span.line,
            "startColumn": self._column(span.path, span.line, span.column),
            "endLine": span.end_line,
            "endColumn": self._column(span.path, span.end_line, span.end_column),
        }

    def _column(self, path: str, line: int, column: int) -> int:
        row = self.rows.line(path, line)
        if row is None:
            return column
        before = row[: column - 1]
        return len(before) + sum(character > "\uffff" for character in before) + 1

    def shown(self, span: Span) -> Span:
        """`span`, or the nearest text with something to see: nobody sees a mark on nothing."""
        row = self.rows.line(span.path, span.line)
        if row is None:
            return span
        marked = row[span.column - 1 : span.end_column - 1 if span.end_line == span.line else None]
        if marked.strip() or span.end_line > span.line + 1:
            return span
        if span.end_line > span.line:
            return span
        line = span.line
        while row is not None and not row.strip():
            line += 1
            row = self.rows.line(span.path, line)
        if row is None:
            return span
        start = (
            span.column if line == span.line and row[span.column - 1 :].strip() else len(row) - len(row.lstrip()) + 1
        )
        return Span(span.path, line, start, line, len(row.rstrip()) + 1)


def artifact(path: str) -> dict[str, Json]:
    """A file of the repository, by its percent-encoded path from the root."""
    encoded = quote(path.encode("utf-8", "surrogatepass"), safe="/-._~!$&'()*+,;=@")
    return {"uri": encoded, "uriBaseId": "%SRCROOT%"}


def sentence(text: str) -> str:
    """`text` as a harmless sentence: one line, nothing that reads as a link, a placeholder or bold type."""
    text = visible(" ".join(text.split())).replace("](", "] (").replace("**", "* *")
    text = re.sub(r"\{(\d+)\}", r"{ \1 }", text)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _words(text: str) -> str:
    """`text` as the words of a link in a message."""
    words = sentence(text).removesuffix(".")
    return words.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _result(
    group: Sequence[Fingerprinted], index: Mapping[str, int], places: _Places, hashes: LineHashes
) -> dict[str, Json]:
    finding, fingerprint = group[0]
    own, others = finding.related[:MOST_RELATED], group[1 : MOST_RELATED + 1]
    related = [*own, *(Place(other.span, other.message) for other, _ in others)]
    result: dict[str, Json] = {"ruleId": finding.rule}
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
    result["level"] = finding.severity
    left_out = len(finding.related) - len(own) + len(group) - 1 - len(others)
    result["message"] = {"text": _message(finding, own, [other.message for other, _ in others], left_out)}
    result["locations"] = [places.location(finding.span)]
    if related:
        result["relatedLocations"] = [
            places.location(place.span, place.message, number) for number, place in enumerate(related, start=1)
        ]
    if finding.flow:
        result["codeFlows"] = [_flow(finding.flow, places)]
    prints: dict[str, Json] = {"supalint/v1": fingerprint} if fingerprint else {}
    line = places.shown(finding.span).line
    if line_hash := hashes.get(finding.span.path, {}).get(line):
        prints["primaryLocationLineHash"] = line_hash
    if prints:
        result["partialFingerprints"] = prints
    if finding.fix is not None and (fix := _fix(finding.fix, places)):
        result["fixes"] = [fix]
    return result


def _message(finding: Finding, own: Sequence[Place], others: Sequence[str], left_out: int) -> str:
    """The finding's message, with a link to each related location: GitHub shows those that are linked."""
    words = [place.message for place in own] + list(others)
    links = [f"[{_words(text)}]({number})" for number, text in enumerate(words, start=1)]
    whole = sentence(finding.message)
    parts = [whole]
    if len(whole) > LONGEST_TITLE:
        start = whole[: LONGEST_TITLE - 3].rpartition(" ")[0] or whole[: LONGEST_TITLE - 3]
        parts = [f"{start}...", f"In full: {whole}"]
    if own:
        parts.append(f"See {'; '.join(links[: len(own)])}.")
    if others:
        parts.append(f"On the same line: {'; '.join(links[len(own) :])}.")
    if left_out:
        parts.append(f"There {'is 1 more place' if left_out == 1 else f'are {left_out} more places'}.")
    return " ".join(parts)


def _flow(flow: Sequence[Place], places: _Places) -> Json:
    steps: list[Json] = [{"location": places.location(place.span, place.message)} for place in flow[:MOST_STEPS]]
    return {"threadFlows": [{"locations": steps}]}


def _fix(fix: Fix, places: _Places) -> Json:
    """The fix, if it only edits files whose text is at hand; SARIF knows no new files."""
    by_path: dict[str, list[Json]] = {}
    for change in fix.changes:
        if not isinstance(change, Edit) or places.rows.line(change.span.path, change.span.end_line) is None:
            return None
        by_path.setdefault(change.span.path, []).append(
            {"deletedRegion": places.region(change.span), "insertedContent": {"text": change.text}}
        )
    changes: list[Json] = [
        {"artifactLocation": artifact(path), "replacements": replacements} for path, replacements in by_path.items()
    ]
    return {"description": {"text": sentence(fix.title)}, "artifactChanges": changes} if changes else None


def _notifications(report: Report, places: _Places) -> Iterator[Json]:
    for failure in report.failures:
        at = [Span(failure.path, 1, 1, 1, 1)] if failure.path else []
        text = f"{failure.what} failed: {failure.why}"
        yield _notification("analysis-failed", "error", text, [places.location(span) for span in at])
    unparsed: Unparsed
    for unparsed in report.unparsed:
        yield _notification("not-parsed", "warning", unparsed.why, [places.location(unparsed.span)])
    for unread in report.unread:
        yield _notification(
            "not-read", "warning", unread.why, [{"physicalLocation": {"artifactLocation": artifact(unread.path)}}]
        )
    spots: dict[str, int] = {}
    for unknown in report.blind_spots:
        spots[unknown.rule] = spots.get(unknown.rule, 0) + 1
    for rule, number in sorted(spots.items()):
        yield _notification("not-decided", "note", f"The rule {rule} could not decide at {count(number, 'place')}.")


def _described(name: str) -> Json:
    title, advice = _NOTIFICATIONS[name]
    return {
        "id": name,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": f"{title} {advice}"},
        "help": {"text": advice},
    }


def _notification(name: str, level: Severity, text: str, locations: Iterable[dict[str, Json]] = ()) -> Json:
    found: dict[str, Json] = {"descriptor": {"id": name}, "level": level, "message": {"text": sentence(text)}}
    at: list[Json] = list(locations)
    return found | ({"locations": at} if at else {})
