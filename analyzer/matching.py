"""Which findings of two states of a project are one and the same, wherever they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from analyzer.finding import SEVERITIES, Finding
from analyzer.outcome import Report

_ALIKE = 0.6  # how much of two lines has to be the same for an edited line to be still that line


@dataclass(frozen=True, slots=True)
class Change:
    """What has become of the findings from one state to another."""

    introduced: tuple[int, ...]  # positions in the findings of the later report
    mended: tuple[Finding, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Known:
    """A finding with what it is recognized by."""

    finding: Finding
    project: str
    line: str  # the text of its line, white space aside

    @property
    def is_object(self) -> bool:
        """Whether the subject says what is wrong wherever it stands."""
        return bool(self.finding.subject) and self.finding.span.path not in self.finding.subject

    @property
    def object(self) -> str:
        """The subject, without the file that it may name."""
        return self.finding.subject.replace(self.finding.span.path, "")


def compare(base: Report, head: Report) -> Change:
    """Tells the findings that are new at `head`, and those that are gone, from those that stayed.

    A finding is the same if it is of one rule about one object; of several such, those of one file, message and line
    belong together first. A rule that names no object is recognized by the file and the line's text, moved or edited a
    little, or by the text and the message in another file. One that has become more severe is new. What a comment
    answers now is neither gone nor new.
    """
    before, after = _known(base, base.findings), _known(head, head.findings)
    left = list(range(len(after)))
    worse: list[int] = []
    stayed = 0
    open_ = before
    for key in _KEYS:
        open_, pairs, left = _paired(open_, after, left, key)
        for old, position in pairs:
            if SEVERITIES.index(after[position].finding.severity) < SEVERITIES.index(old.finding.severity):
                worse.append(position)
            else:
                stayed += 1
    open_, left, alike = _edited(open_, after, left)
    answered = _known(head, head.suppressed)
    hidden = list(range(len(answered)))
    for key in (*_KEYS, _by_message):
        open_, _, hidden = _paired(open_, answered, hidden, key)
    return Change(tuple(sorted([*left, *worse])), tuple(known.finding for known in open_), stayed + alike)


_KEYS: tuple[Callable[[_Known], Hashable | None], ...] = (
    lambda each: (each.finding.span.path, each.finding.subject, each.finding.message, each.line),
    lambda each: (each.finding.span.path, each.finding.subject, each.line),
    lambda each: (each.finding.span.path, each.finding.subject, each.finding.message) if each.finding.subject else None,
    lambda each: (each.finding.span.path, each.finding.subject) if each.finding.subject else None,
    lambda each: (each.project, each.object, each.finding.message, "" if each.is_object else each.line),
    lambda each: (each.project, each.object) if each.is_object else None,
    lambda each: (each.object, each.finding.message, "" if each.is_object else each.line),  # the project has moved
)


def _by_message(each: _Known) -> Hashable:
    """Of an answered finding the line may have got the comment."""
    return each.finding.span.path, each.finding.subject, each.finding.message


def _paired(
    before: Sequence[_Known], after: Sequence[_Known], left: Sequence[int], key: Callable[[_Known], Hashable | None]
) -> tuple[list[_Known], list[tuple[_Known, int]], list[int]]:
    """Those of `before` that find no partner, the pairs, the positions of `after` that find none."""
    waiting: dict[Hashable, list[_Known]] = defaultdict(list)
    alone: list[_Known] = []
    for known in before:
        found = key(known)
        if found is None:
            alone.append(known)
        else:
            waiting[known.finding.rule, found].append(known)
    pairs: list[tuple[_Known, int]] = []
    rest: list[int] = []
    for position in left:
        known = after[position]
        partners = waiting.get((known.finding.rule, key(known)))
        if partners:
            pairs.append((partners.pop(0), position))
        else:
            rest.append(position)
    remaining = {id(known) for partners in waiting.values() for known in partners} | {id(known) for known in alone}
    return [known for known in before if id(known) in remaining], pairs, rest


def _edited(
    before: Sequence[_Known], after: Sequence[_Known], left: Sequence[int]
) -> tuple[list[_Known], list[int], int]:
    """Pairs findings of one file and message without an object whose lines have been edited a little."""
    open_ = list(before)
    rest: list[int] = []
    for position in left:
        known = after[position]
        partner = next(
            (
                old
                for old in open_
                if not known.finding.subject
                and not old.finding.subject
                and old.finding.rule == known.finding.rule
                and old.finding.span.path == known.finding.span.path
                and old.finding.message == known.finding.message
                and SequenceMatcher(None, old.line, known.line).ratio() >= _ALIKE
            ),
            None,
        )
        if partner is None:
            rest.append(position)
        else:
            open_.remove(partner)
    return open_, rest, len(left) - len(rest)


def _known(report: Report, findings: Sequence[Finding]) -> list[_Known]:
    rows: dict[str, list[str]] = {}
    found = []
    for finding in findings:
        path = finding.span.path
        if path not in rows:
            rows[path] = report.texts.get(path, "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        here = rows[path]
        line = here[finding.span.line - 1] if finding.span.line <= len(here) else ""
        found.append(_Known(finding, _project(path, report.coverage.projects), "".join(line.split())))
    return found


def _project(path: str, projects: Collection[str]) -> str:
    inside = (folder for folder in projects if not folder or path.startswith(f"{folder}/"))
    return max(inside, key=len, default="")
