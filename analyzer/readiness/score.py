"""A score from 1 to 10, as a sum that anybody can do again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BEST, WORST = 10.0, 1.0
_BLOCKED = 3.0  # for one blocker or more
_ERROR, _WARNING, _AREA = 0.5, 0.1, 1.0  # for each in an area; what an area can lose at most
_OPEN = 0.1  # for each check by hand that nobody has confirmed

# The areas that a file of some kind could have findings in, by the end of its name.
_SQL, _CODE = (1, 2, 3, 4, 5, 7, 8, 9, 10), (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is taken off, with the reason."""

    points: float
    why: str


@dataclass(frozen=True, slots=True)
class Score:
    """The score with its arithmetic: 10 less each of the terms, and never below 1."""

    value: float
    terms: tuple[Term, ...]

    @property
    def sum(self) -> str:
        parts = [f"{BEST:g}", *(f"{term.points:g}" for term in self.terms)]
        plain = round(BEST - sum(term.points for term in self.terms), 1)
        floor = f", and never below {WORST:g}" if plain < WORST else ""
        return f"{' - '.join(parts)} = {plain:g}{floor}"


def score(
    findings: Mapping[int, tuple[int, int]], titles: Mapping[int, str], *, open_items: int, unseen: Sequence[str]
) -> Score:
    """`findings`: the errors and warnings of each area; `unseen`: paths that were not read in full.

    What a file that could not be read might hold is taken for the worst, so that it never raises the score: it
    counts as a blocker, and each area that it could have findings in loses all that it can lose.
    """
    terms = []
    errors = sum(counts[0] for counts in findings.values())
    if errors:
        terms.append(Term(_BLOCKED, "there are blockers"))
    elif unseen:
        terms.append(Term(_BLOCKED, "a file that could not be read may hold a blocker"))
    lost = {area for path in unseen for area in (_SQL if path.endswith(".sql") else _CODE)}
    for area, (serious, lesser) in sorted(findings.items()):
        if area in lost:
            terms.append(Term(_AREA, f"{titles[area]}: not read in full"))
        elif points := round(min(_AREA, _ERROR * serious + _WARNING * lesser), 1):
            capped = " (at most 1 an area)" if _ERROR * serious + _WARNING * lesser > _AREA else ""
            terms.append(Term(points, f"{titles[area]}: {serious} * 0.5 + {lesser} * 0.1{capped}"))
    if open_items:
        terms.append(Term(round(_OPEN * open_items, 1), f"{open_items} checks by hand that nobody has confirmed * 0.1"))
    return Score(max(WORST, round(BEST - sum(term.points for term in terms), 1)), tuple(terms))
