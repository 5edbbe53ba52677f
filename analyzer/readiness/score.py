"""A score from 1 to 10, as a sum that anybody can do again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BEST, WORST = 10.0, 1.0
_BLOCKED = 3.0  # for one blocker or more
_ERROR, _WARNING, _AREA = 0.5, 0.1, 1.0  # for each in an area; what an area can lose at most
_OPEN = 0.1  # for each check by hand that nobody has confirmed

_STRETCH = 0.5  # for a part of a file that was not read, in each area that it could have findings in

# The areas in which files of some kind have most of their findings.
_SQL: tuple[int, ...] = (1, 3, 4, 5, 9)
_FUNCTION: tuple[int, ...] = (1, 2, 3, 4, 6, 7, 9)
_PAGE: tuple[int, ...] = (2, 8, 9)
_SETTINGS: tuple[int, ...] = (4, 7)
_SETTINGS_NAMES = (".toml", ".env", ".yml", ".yaml", ".json")


def _areas(path: str) -> tuple[int, ...]:
    if path.endswith(".sql"):
        return _SQL
    if path.endswith(_SETTINGS_NAMES) or "/.env" in f"/{path}":
        return _SETTINGS
    return _FUNCTION if "functions/" in path else _PAGE


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
    findings: Mapping[int, tuple[int, int]],
    titles: Mapping[int, str],
    *,
    open_items: int,
    unread: Sequence[str],
    stretches: Sequence[str] = (),
) -> Score:
    """`findings`: the errors and warnings of each area; `unread`: paths of files that were not read at all;
    `stretches`: paths of those of which a part was not understood.

    A file that could not be read may hold anything: it counts as a blocker, and the areas in which such files have
    their findings lose all that they can lose, so that it never raises the score. A part of one costs half of that.
    """
    terms = []
    errors = sum(counts[0] for counts in findings.values())
    if errors:
        terms.append(Term(_BLOCKED, "there are blockers"))
    elif unread:
        terms.append(Term(_BLOCKED, "a file that could not be read may hold a blocker"))
    lost = {area for path in unread for area in _areas(path)}
    partly = {area for path in stretches for area in _areas(path)}
    for area, (serious, lesser) in sorted(findings.items()):
        found = _ERROR * serious + _WARNING * lesser + (_STRETCH if area in partly else 0)
        if area in lost:
            terms.append(Term(_AREA, f"{titles[area]}: a file was not read"))
        elif points := round(min(_AREA, found), 1):
            capped = " (at most 1 an area)" if found > _AREA else ""
            part = " + 0.5 for a part that was not understood" if area in partly else ""
            terms.append(Term(points, f"{titles[area]}: {serious} * 0.5 + {lesser} * 0.1{part}{capped}"))
    if open_items:
        terms.append(Term(round(_OPEN * open_items, 1), f"{open_items} checks by hand that nobody has confirmed * 0.1"))
    return Score(max(WORST, round(BEST - sum(term.points for term in terms), 1)), tuple(terms))
