"""How many rows documents say that a table has: `all 37 game plans`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analyzer.claims.passages import Claim, Passage, plural
from analyzer.expectations import Rows
from analyzer.expected import relation_named
from analyzer.project import Project


def count_claims(project: Project, passages: Sequence[Passage], wanted: Rows) -> Iterator[Claim]:
    table = plural(wanted.table.rpartition(".")[2]).pattern
    pattern = re.compile(
        rf"\ball\s+(?:the\s+|of\s+the\s+)?(?P<number>\d+)\s+(?P<kind>(?:[\w-]+\s+){{0,2}}?)`?{table}", re.IGNORECASE
    )
    kind = {word for _, value in wanted.where if isinstance(value, str) for word in re.findall(r"\w+", value.lower())}
    for passage in passages:
        for match in pattern.finditer(passage.text):
            said = set(re.findall(r"\w+", match["kind"].lower()))
            number = int(match["number"])
            if said and not said <= kind:
                continue  # other rows than those that the expectation counts
            agrees = _fits(wanted, number) or (not said and number in _other_counts(project, wanted))
            yield Claim(
                f"{wanted.table} {' '.join(sorted(kind))}".strip(),
                f"the number of {'`' + '`, `'.join(sorted(kind)) + '` ' if kind else ''}`{wanted.table}`",
                match["number"],
                _shown(wanted),
                agrees,
                wanted.line,
                passage.span(*match.span("number")),
            )


def _fits(wanted: Rows, number: int) -> bool:
    return (
        (wanted.count is None or number == wanted.count)
        and (wanted.at_least is None or number >= wanted.at_least)
        and (wanted.at_most is None or number <= wanted.at_most)
    )


def _other_counts(project: Project, wanted: Rows) -> set[int]:
    """How many rows the table has as a whole, or is expected to have of another kind."""
    relation = relation_named(project, wanted.table)
    others = project.declared.expectations.rows
    found = {one.count for one in others if one.table == wanted.table and one.count is not None}
    if relation is not None and project.hosted_database.rows_unknown(relation) is None:
        found.add(len(project.hosted_database.rows(relation)))
    return found


def _shown(wanted: Rows) -> str:
    if wanted.count is not None:
        return str(wanted.count)
    return f"at least {wanted.at_least}" if wanted.at_least is not None else f"at most {wanted.at_most}"
