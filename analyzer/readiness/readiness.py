"""A report and its projects -> whether they are ready: the checklist by area, the score, the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from analyzer.access_table import AccessTable, access_table
from analyzer.env_table import EnvTable, env_table
from analyzer.finding import Finding
from analyzer.function_table import FunctionRow, function_table
from analyzer.outcome import Report
from analyzer.price_cells import PriceCell, price_cells
from analyzer.project import Project
from analyzer.readiness.applicable import applies
from analyzer.readiness.areas import AREAS, Area, areas_of
from analyzer.readiness.attestations import Attestation
from analyzer.readiness.by_hand import ByHand, by_hand
from analyzer.readiness.score import Score, score
from analyzer.rule import Rule
from analyzer.system_map import SystemMap, system_map

Status = Literal["issue", "attention", "by hand", "verified", "not applicable"]
STATUSES: tuple[Status, ...] = ("issue", "attention", "by hand", "verified", "not applicable")  # worst first
Verdict = Literal["go", "not yet", "no-go"]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist: a rule, or a question for a person."""

    id: str
    title: str
    status: Status
    because: str
    question: ByHand | None = None
    attestation: Attestation | None = None


@dataclass(frozen=True, slots=True)
class AreaState:
    """An area with its checklist and all findings that speak of it; each finding weighs in the first of its areas."""

    area: Area
    status: Status
    items: tuple[Item, ...]
    findings: tuple[Finding, ...]
    weighing: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        return sum(finding.severity == "warning" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Tables:
    """The settings, functions, rights and parts of a project."""

    project: str
    environment: EnvTable
    functions: tuple[FunctionRow, ...]
    access: AccessTable
    system: SystemMap


@dataclass(frozen=True, slots=True)
class Readiness:
    """All that the readiness report says."""

    verdict: Verdict
    score: Score
    areas: tuple[AreaState, ...]
    blockers: tuple[Finding, ...]
    recommendations: tuple[Finding, ...]
    open_items: tuple[Item, ...]  # checks by hand that nobody has confirmed
    unseen: tuple[tuple[str, str], ...]  # paths that were not read in full, with the reason
    prices: tuple[PriceCell, ...]
    tables: tuple[Tables, ...]  # of each project


def readiness(
    report: Report, projects: Sequence[Project], attestations: Sequence[Attestation], today: date
) -> Readiness:
    """What is known on the day `today`; attestations that have expired, or are of a day to come, do not count."""
    prices = tuple(cell for project in projects for cell in price_cells(project))
    weighs = {rule.id: areas_of(rule) for rule in report.rules}
    questions = [_asked(question, attestations, today) for question in by_hand(projects, prices)]
    failed = {failure.what for failure in report.failures}
    areas = []
    for area in AREAS:
        findings = tuple(f for f in report.findings if area.number in weighs.get(f.rule, ()))
        items = [
            _judged(report, rule, f"rule {rule.id}" in failed, applies(rule, projects))
            for rule in report.rules
            if area.number in weighs[rule.id]
        ]
        items += [item for item in questions if item.question is not None and item.question.area == area.number]
        items.sort(key=lambda item: (STATUSES.index(item.status), item.id))
        areas.append(
            AreaState(
                area,
                items[0].status if items else "not applicable",
                tuple(items),
                findings,
                tuple(f for f in findings if weighs[f.rule][0] == area.number),
            )
        )
    open_items = tuple(item for item in questions if item.status == "by hand")
    unseen = _unseen(report)
    unread = {one.path for one in report.unread} | {failure.path or failure.what for failure in report.failures}
    blockers = tuple(finding for finding in report.findings if finding.severity == "error")
    return Readiness(
        "no-go" if blockers else "not yet" if open_items or unseen else "go",
        score(
            {state.area.number: _weight(state.weighing) for state in areas},
            {area.number: area.title for area in AREAS},
            open_items=len(open_items),
            unread=sorted(unread),
            stretches=[path for path, _ in unseen if path not in unread],
        ),
        tuple(areas),
        blockers,
        tuple(finding for finding in report.findings if finding.severity == "warning"),
        open_items,
        unseen,
        prices,
        tuple(
            Tables(
                project.layout.name,
                env_table(project),
                function_table(project),
                access_table(project),
                system_map(project),
            )
            for project in projects
        ),
    )


def _weight(findings: Sequence[Finding]) -> tuple[int, int]:
    """How many errors and warnings there are."""
    severities = [finding.severity for finding in findings]
    return severities.count("error"), severities.count("warning")


def _judged(report: Report, rule: Rule, failed: bool, applies: bool) -> Item:
    severities = [finding.severity for finding in report.findings if finding.rule == rule.id]
    blind = sum(unknown.rule == rule.id for unknown in report.blind_spots)
    status: Status
    if "error" in severities:
        status, because = "issue", f"{len(severities)} found"
    elif severities:
        status, because = "attention", f"{len(severities)} found"
    elif failed:
        status, because = "attention", "the check itself failed"
    elif not applies:
        status, because = "not applicable", "the project has nothing of the kind"
    elif blind:
        status, because = "by hand", f"{blind} places where files cannot tell"
    else:
        status, because = "verified", "the files show nothing of it"
    return Item(rule.id, rule.documentation.title, status, because)


def _asked(question: ByHand, attestations: Sequence[Attestation], today: date) -> Item:
    if not question.applies:
        return Item(question.id, question.question, "not applicable", "the project has nothing of the kind", question)
    mine = sorted((each for each in attestations if each.item == question.id), key=lambda each: each.until)
    for each in reversed(mine):
        if each.counts(today):
            because = f"confirmed by {each.by} on {each.on}, until {each.until}"
            return Item(question.id, question.question, "verified", because, question, each)
    because = f"confirmed by {mine[-1].by}, but not for today" if mine else "nobody has confirmed it"
    return Item(question.id, question.question, "by hand", because, question)


def _unseen(report: Report) -> tuple[tuple[str, str], ...]:
    found = {unread.path: unread.why for unread in report.unread}
    for part in report.unparsed:
        found.setdefault(part.span.path, f"line {part.span.line}: {part.why}")
    for failure in report.failures:
        found.setdefault(failure.path or failure.what, failure.why)
    return tuple(sorted(found.items()))
