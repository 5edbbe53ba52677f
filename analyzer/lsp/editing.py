"""What can be said of an edited file at once, before the whole project is analyzed again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from analyzer.commands.session import Session
from analyzer.examine import examine
from analyzer.finding import Finding
from analyzer.layout import place
from analyzer.rule import ProjectRule
from analyzer.settings import judged
from analyzer.source import Source, Span
from analyzer.suppress import judge


@dataclass(frozen=True, slots=True)
class Change:
    """The lines, from 1, in which two texts differ: those from `first` to before `end` of the former one are others.

    What follows is `shift` lines further down.
    """

    first: int
    end: int
    shift: int

    @classmethod
    def between(cls, former: str, now: str) -> Change:
        """The smallest stretch of whole lines that holds all that is different."""
        old, new = former.splitlines(), now.splitlines()
        shorter = min(len(old), len(new))
        same = next((index for index in range(shorter) if old[index] != new[index]), shorter)
        most = shorter - same
        tail = next((index for index in range(most) if old[-1 - index] != new[-1 - index]), most)
        return cls(same + 1, len(old) - tail + 1, len(new) - len(old))

    def moved(self, span: Span) -> Span | None:
        """Where a stretch of the former text is now; None where it has changed itself."""
        if span.end_line < self.first:
            return span
        if span.line < self.end:
            return None
        return msgspec.structs.replace(span, line=span.line + self.shift, end_line=span.end_line + self.shift)


class Editing:
    """Knows the files that a run of the whole project spoke of, and what it said of each."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._rules_of_files = tuple(rule for rule in session.rules if not isinstance(rule, ProjectRule))
        self._of_files = frozenset(rule.id for rule in self._rules_of_files)
        self._known = session.known_rules | {rule.id for rule in session.rules}
        self._reported: dict[str, list[Finding]] = {}
        self._texts: dict[str, str] = {}  # of the reported files, as they were analyzed

    def note(self, path: str, text: str | None, findings: Iterable[Finding]) -> None:
        """Takes down what an analysis has found in a file that had this text, or that was not read as text."""
        self._reported[path] = list(findings)
        if text is not None:
            self._texts[path] = text

    def at_once(self, path: str, text: str) -> list[Finding]:
        """The findings of a buffer: its own anew, and those of the last analysis where they have come to stand."""
        examined = examine(Source(path, text), place(path, self.session.tree.projects), self._rules_of_files)
        own = judged(examined.findings, self.session.rules, self.session.settings)
        still_open, _, _ = judge(own, examined.suppressions, self._known, self._of_files)
        others = [finding for finding in self._reported.get(path, ()) if finding.rule not in self._of_files]
        found = [*still_open, *self._moved(path, text, others)]
        return sorted(found, key=lambda finding: (finding.span, finding.rule))

    def with_near(self, path: str, text: str, before: Iterable[Finding], now: Iterable[Finding]) -> list[Finding]:
        """The findings of a buffer, from what `Workspace.near` shows of it, and showed of the text last analyzed.

        What both show and the whole project does not is an effect of not looking further; what only the whole project
        shows is taken to be as it was.
        """
        near_before, found = {_key(finding) for finding in before}, list(now)
        near_now = {_key(finding) for finding in found}
        known = {_key(finding) for finding in self._reported.get(path, ())}
        kept = [finding for finding in found if _key(finding) in known or _key(finding) not in near_before]
        moved = self._moved(path, text, self._reported.get(path, ()))
        kept += (finding for finding in moved if _key(finding) not in near_before | near_now)
        return sorted(kept, key=lambda finding: (finding.span, finding.rule))

    def analyzed_text(self, path: str) -> str | None:
        """The text of a file as it was last analyzed; None: nothing was found in it, and nothing edited."""
        return self._texts.get(path)

    def _moved(self, path: str, text: str, findings: Iterable[Finding]) -> Iterable[Finding]:
        former = self._texts.get(path)
        if former is None:
            return
        change = Change.between(former, text)
        for finding in findings:
            span = change.moved(finding.span)
            if span is not None:
                yield msgspec.structs.replace(finding, span=span)

    def warm_up(self) -> None:
        """Loads the rules of single files, so that the first edit need not wait for that."""
        for path, text in (("supabase/functions/a/index.ts", "1;\n"), ("supabase/migrations/1_a.sql", "select 1;\n")):
            examine(Source(path, text), place(path, self.session.tree.projects), self._rules_of_files)


def _key(finding: Finding) -> tuple[str, str, str]:
    """What a finding is about, wherever it stands."""
    return finding.rule, finding.subject, finding.message
