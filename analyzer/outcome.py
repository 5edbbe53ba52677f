"""What an analysis found, as one value that every report is a pure function of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from analyzer.finding import SEVERITIES, AccessChange, Finding, Severity, Unknown, Unparsed
from analyzer.rule import Rule


class Failure(msgspec.Struct, frozen=True, order=True):
    """A part of the analysis itself that failed; everything else was done."""

    what: str  # `rule env-undeclared`
    path: str  # the file at hand, or empty
    why: str  # the exception, in one line

    @classmethod
    def of(cls, what: str, path: str, error: Exception) -> Failure:
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        place = f" ({Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno})" if where else ""
        return cls(what, path, f"{type(error).__name__}: {error}".split("\n")[0][:300] + place)


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that was found and not read, with the reason (too large, binary, no permission)."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the analysis looked at, for the summary."""

    projects: tuple[str, ...] = ()  # folder of each Supabase project
    functions: int = 0
    migrations: int = 0
    frontend_files: int = 0
    files: int = 0  # all that were read


class Baselined(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of a baseline: a finding that is answered later. The fingerprint says which; the rest is for people."""

    path: str
    rule: str
    message: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a branch does, beside the findings that it introduces, which are then those of the report."""

    since: str  # the revision that was asked for
    commit: str  # the one that is compared with: where the branch began
    mended: tuple[Finding, ...] = ()  # with places in the text of that commit
    unchanged: int = 0  # findings that were there before
    access: tuple[AccessChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Findings are in the order of path, line, column, rule; every other list is in a stable order too.

    `texts` holds the text of each file that a finding points into, with every known secret masked by `*`
    (the same length, so that columns stay right). `fingerprints` runs beside `findings`.
    """

    findings: tuple[Finding, ...]
    rules: tuple[Rule, ...]  # those that ran
    suppressed: tuple[Finding, ...] = ()
    baselined: tuple[Finding, ...] = ()
    fingerprints: tuple[str, ...] = ()
    unparsed: tuple[Unparsed, ...] = ()
    unread: tuple[Unread, ...] = ()
    failures: tuple[Failure, ...] = ()
    blind_spots: tuple[Unknown, ...] = ()
    coverage: Coverage = Coverage()
    texts: Mapping[str, str] = field(default_factory=dict)
    compared: Comparison | None = None
    stale: tuple[Baselined, ...] = ()  # entries of the baseline that are not found any more

    def count(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.findings)

    def worst(self) -> Severity | None:
        """The worst severity among the findings."""
        return next((severity for severity in SEVERITIES if self.count(severity)), None)
