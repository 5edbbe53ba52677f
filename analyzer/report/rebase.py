"""A report whose paths begin at another folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from msgspec.structs import replace as changed

from analyzer.finding import AccessChange, Create, Edit, Finding, Fix, Place, Rename
from analyzer.outcome import Comparison, Failure, Report, Unread
from analyzer.source import Span


def repository_prefix(root: Path) -> str:
    """The path of `root` from the top of its git repository, with a slash behind it; else empty."""
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            relative = root.relative_to(folder).as_posix()
            return "" if relative == "." else f"{relative}/"
    return ""


def rebased(report: Report, prefix: str) -> Report:
    """`report` with `prefix` before every path."""
    if not prefix:
        return report
    return replace(
        report,
        findings=tuple(_finding(finding, prefix) for finding in report.findings),
        suppressed=tuple(_finding(finding, prefix) for finding in report.suppressed),
        baselined=tuple(_finding(finding, prefix) for finding in report.baselined),
        unparsed=tuple(changed(unparsed, span=_span(unparsed.span, prefix)) for unparsed in report.unparsed),
        unread=tuple(Unread(prefix + unread.path, unread.why) for unread in report.unread),
        failures=tuple(
            Failure(failure.what, prefix + failure.path, failure.why) if failure.path else failure
            for failure in report.failures
        ),
        blind_spots=tuple(changed(unknown, span=_span(unknown.span, prefix)) for unknown in report.blind_spots),
        texts={prefix + path: text for path, text in report.texts.items()},
        compared=_comparison(report.compared, prefix) if report.compared is not None else None,
    )


def _comparison(compared: Comparison, prefix: str) -> Comparison:
    return replace(
        compared,
        mended=tuple(_finding(finding, prefix) for finding in compared.mended),
        access=tuple(_access(change, prefix) for change in compared.access),
    )


def _access(change: AccessChange, prefix: str) -> AccessChange:
    span, was = (_span(each, prefix) if each is not None else None for each in (change.span, change.was))
    return changed(change, span=span, was=was)


def _span(span: Span, prefix: str) -> Span:
    return changed(span, path=prefix + span.path)


def _finding(finding: Finding, prefix: str) -> Finding:
    return changed(
        finding,
        span=_span(finding.span, prefix),
        related=_places(finding.related, prefix),
        flow=_places(finding.flow, prefix),
        fix=_fix(finding.fix, prefix) if finding.fix is not None else None,
    )


def _places(places: Iterable[Place], prefix: str) -> tuple[Place, ...]:
    return tuple(changed(place, span=_span(place.span, prefix)) for place in places)


def _fix(fix: Fix, prefix: str) -> Fix:
    return changed(fix, changes=tuple(_change(change, prefix) for change in fix.changes))


def _change(change: Edit | Create | Rename, prefix: str) -> Edit | Create | Rename:
    match change:
        case Edit(span):
            return changed(change, span=_span(span, prefix))
        case Create(folder):
            return changed(change, folder=prefix + folder if folder else prefix.rstrip("/"))
        case Rename(path, new_path):
            return changed(change, path=prefix + path, new_path=prefix + new_path)
