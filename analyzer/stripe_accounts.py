"""Which Stripe account the project's price ids were made in, as far as the ids show it.

Stripe documents no format. The ids of today have 24 characters behind `price_`: the first six tell when, the next ten
are the same in all ids of an account, the last eight are random. They say nothing of live or test mode, which share an
account. https://docs.stripe.com/api/prices/object and its neighbours show it in their examples (November 2026):
`price_1MoBy5LkdIwHu7ixZhnattbh`, `pi_3MtwBwLkdIwHu7ix28a3tqPa`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from analyzer.facts.typescript import Constant
from analyzer.price_cells import price_cells
from analyzer.project import Project
from analyzer.source import Span

_ID = re.compile(r"price_1[A-Za-z0-9]{5}(?P<account>[A-Za-z0-9]{10})[A-Za-z0-9]{8}")
_FEWEST = 5  # ids, below which a majority says little
_MAJORITY = 0.75  # of the ids; where two accounts are used on purpose, as for tests, both have their share


@dataclass(frozen=True, slots=True)
class PriceId:
    """A price id that the rows or the code hold, at the first place where it stands."""

    value: str
    account: str  # the part that all ids of an account share
    span: Span


@lru_cache(maxsize=8)
def price_ids(project: Project) -> tuple[PriceId, ...]:
    """The price ids of the format that shows an account, each once: of the rows, then of the code."""
    found: dict[str, PriceId] = {}
    for value, span in _written(project):
        match = _ID.fullmatch(value)
        if match is not None:
            found.setdefault(value, PriceId(value, match["account"], span))
    return tuple(found.values())


def strangers(project: Project) -> tuple[tuple[PriceId, ...], tuple[PriceId, ...]] | None:
    """The ids of the account that most have, and the few others; None where there are too few, or no majority."""
    ids = price_ids(project)
    counted = Counter(one.account for one in ids).most_common(1)
    if len(ids) < _FEWEST or not counted:
        return None
    account, count = counted[0]
    others = tuple(one for one in ids if one.account != account)
    if not others or count < _MAJORITY * len(ids):
        return None
    return tuple(one for one in ids if one.account == account), others


def _written(project: Project) -> Iterator[tuple[str, Span]]:
    for cell in price_cells(project):
        yield cell.value, cell.span
    for path in project.modules:
        for node in project.program.index(path).nodes.get(Constant, ()):
            if isinstance(node, Constant) and isinstance(node.value, str) and node.value.startswith("price_1"):
                yield node.value, project.program.span(path, node)
