"""What an analysis looked at and what it did not, in a few sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from analyzer.finding import SEVERITIES
from analyzer.outcome import Report
from analyzer.report.display import visible

_SHORT = 10  # characters of a commit's name that are shown
_SHOWN = 3  # names that a sentence lists before it says how many more there are


def count(number: int, one: str, many: str = "") -> str:
    """`1 file`, `2 files`, `1,200 files`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def verdict(report: Report) -> str:
    """`2 errors, 1 warning in 3 files`; of a comparison also what is mended and what is as it was."""
    compared = report.compared
    said = _counted(report)
    if compared is None:
        return said
    since = f"since {visible(compared.since)} ({compared.commit[:_SHORT]})"
    return f"{said} {since}; {len(compared.mended):,} mended, {compared.unchanged:,} as before"


def _counted(report: Report) -> str:
    new = "new " if report.compared is not None else ""
    counts = [count(report.count(severity), f"{new}{severity}") for severity in SEVERITIES if report.count(severity)]
    if not counts:
        return f"no {new}findings"
    files = len({finding.span.path for finding in report.findings})
    return f"{', '.join(counts)} in {count(files, 'file')}"


def looked_at(report: Report) -> str:
    """`12 functions, 40 migrations, 130 front-end files`, without what there is none of."""
    coverage = report.coverage
    parts = [
        count(number, what)
        for number, what in (
            (coverage.functions, "function"),
            (coverage.migrations, "migration"),
            (coverage.frontend_files, "front-end file"),
        )
        if number
    ]
    return ", ".join(parts) or (count(coverage.files, "file") if coverage.files else "")


def not_looked_at(report: Report, rules_off: int) -> Iterator[str]:
    """What the findings say nothing about, one part at a time. `rules_off`: how many rules did not run."""
    if report.unread:
        shown = [f"{visible(unread.path)}: {visible(unread.why)}" for unread in report.unread]
        yield f"{count(len(report.unread), 'file')} not read ({_some(shown)})"
    if report.unparsed:
        by_file = Counter(visible(unparsed.span.path) for unparsed in report.unparsed)
        yield f"{count(len(report.unparsed), 'stretch', 'stretches')} not understood ({_some(list(by_file))})"
    if report.blind_spots:
        by_rule = Counter(unknown.rule for unknown in report.blind_spots)
        shown = [f"{rule} {number}" for rule, number in sorted(by_rule.items(), key=lambda item: (-item[1], item[0]))]
        yield f"{count(len(report.blind_spots), 'place')} where a rule could not decide ({_some(shown)})"
    if rules_off:
        yield f"{count(rules_off, 'rule')} off"


def failed(report: Report) -> Iterator[str]:
    """What failed, one line for each reason: `rule x on a.ts, b.ts, 3 more: KeyError`."""
    by_reason: dict[tuple[str, str], list[str]] = {}
    for failure in report.failures:
        by_reason.setdefault((failure.what, failure.why), []).append(failure.path)
    for (what, why), paths in by_reason.items():
        named = [visible(path) for path in paths if path]
        yield f"{visible(what)}{f' on {_some(named)}' if named else ''}: {visible(why)}"


def answered(report: Report) -> Iterator[str]:
    """What was found and is not reported."""
    if report.suppressed:
        yield f"{len(report.suppressed):,} suppressed"
    if report.baselined:
        yield f"{len(report.baselined):,} in the baseline"
    if report.stale:
        yield f"{count(len(report.stale), 'stale entry', 'stale entries')} in the baseline"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown}, {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else shown
