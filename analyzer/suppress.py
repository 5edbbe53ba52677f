"""What the user has answered in comments: `supalint: ignore[rule] reason`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from analyzer.finding import Finding
from analyzer.source import Source, Span

# A comment in any of the languages that are read: TypeScript, JSX, SQL, TOML, YAML, shell, .env, Markdown, HTML.
_COMMENT = re.compile(
    r"""(?P<before>^|.*?[\s;,{}()])
        (?P<opening>//|--|\#|/\*|\{/\*|<!--)\s*
        supalint:\s*(?P<word>ignore-file|ignore)\s*
        (?:\[(?P<rules>[^\]\n]*)\])?
        [ \t:]*(?P<reason>[^\n]*)""",
    re.VERBOSE,
)
_CLOSING = re.compile(r"\s*(?:\*/\s*\}?|-->)\s*$")


class Suppression(msgspec.Struct, frozen=True):
    """A comment that answers findings of `rule` on one line, or in the whole file.

    A comment of its own line speaks of the next line that is neither blank nor such a comment; behind code,
    of that line. One comment that names several rules gives one suppression each.
    """

    span: Span
    rule: str  # empty: the comment names no rule
    reason: str
    line: int  # from 1; 0: the whole file


@dataclass(frozen=True, slots=True)
class SuppressionUse:
    """A suppression with what became of it."""

    suppression: Suppression
    used: bool
    known_rules: frozenset[str]
    checked_rules: frozenset[str]  # those that ran: of any other, it is not known whether it would be used


def suppressions(source: Source) -> tuple[Suppression, ...]:
    """The suppression comments of a file, in order."""
    if "supalint:" not in source.text:
        return ()
    return tuple(_suppressions(source))


def _suppressions(source: Source) -> Iterator[Suppression]:
    rows = source.text.split("\n")
    for index, row in enumerate(rows):
        match = _COMMENT.match(row) if "supalint:" in row else None
        if match is None:
            continue
        line = index + 1
        end = len(row.rstrip())
        span = Span(source.path, line, match.start("opening") + 1, line, end + 1)
        reason = _CLOSING.sub("", match["reason"]).strip()
        if match["word"] == "ignore-file":
            target = 0
        elif match["before"].strip(" \t{"):
            target = line
        else:
            target = _next_code_line(rows, index)
        names = [name.strip() for name in (match["rules"] or "").split(",") if name.strip()]
        for name in names or [""]:
            yield Suppression(span, name, reason, target)


def _next_code_line(rows: list[str], index: int) -> int:
    for following in range(index + 1, len(rows)):
        row = rows[following]
        if row.strip() and not ("supalint:" in row and _COMMENT.match(row)):
            return following + 1
    return index + 1


def judge(
    findings: Iterable[Finding], found: Iterable[Suppression], known: frozenset[str], checked: frozenset[str]
) -> tuple[list[Finding], list[Finding], list[SuppressionUse]]:
    """Splits findings into open and suppressed ones, by the place of their primary span.

    A suppression without a reason still suppresses: that it lacks one is a finding of its own.
    """
    by_place: dict[tuple[str, str, int], list[Suppression]] = {}
    all_of_them = list(found)
    for suppression in all_of_them:
        by_place.setdefault((suppression.span.path, suppression.rule, suppression.line), []).append(suppression)
    used: set[Suppression] = set()
    still_open: list[Finding] = []
    answered: list[Finding] = []
    for finding in findings:
        matching = [
            suppression
            for line in (finding.span.line, 0)
            for suppression in by_place.get((finding.span.path, finding.rule, line), ())
        ]
        used.update(matching)
        (answered if matching else still_open).append(finding)
    return still_open, answered, [SuppressionUse(each, each in used, known, checked) for each in all_of_them]
