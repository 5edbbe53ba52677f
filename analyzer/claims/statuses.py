"""Which states documents say that a column may have, or that a list of the code holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analyzer.claims.passages import Claim, Passage
from analyzer.claims.tables import table_of
from analyzer.expectations import Statuses

_NAME = r"[^\W\d_A-Z][^\WA-Z-]*(?:-[^\WA-Z]+)*"
_ONE = rf"(?:`'?{_NAME}'?`|'{_NAME}'|\"{_NAME}\")"
_LIST = re.compile(rf"{_ONE}(?:\s*(?:,|\||/|,?\s+(?:or|and))\s*{_ONE})+")
# What may stand between a name and its list: `status` (text): , `status TEXT CHECK (status IN (`, `| ENUM |`.
_BETWEEN = re.compile(
    r"[\s`\"*:|()\[\]{}=\u2208\u2013\u2014-]*"
    r"(?:\b(?:text|varchar|enum|not|null|default|check|status|in|any|array|one|of|includes?|are|is|values?|\w+_\w+)\b"
    r"[\s`\"*:|()\[\]{}=\u2208\u2013\u2014-]*)*",
    re.IGNORECASE,
)
_WORD = re.compile(_NAME)


def status_claims(passages: Sequence[Passage], wanted: Statuses, tables: frozenset[str]) -> Iterator[Claim]:
    table, _, column = wanted.column.rpartition(".")
    table = table.rpartition(".")[2]
    name = re.compile(
        rf"(?<!\w)(?P<exact>{re.escape(table)}\.)?{re.escape(column)}(?!\w)"
        if column
        else rf"(?<!\w)(?P<exact>{re.escape(wanted.name)})(?!\w)"
    )
    for passage in passages:
        match = name.search(passage.text)
        if match is not None and (match["exact"] or table_of(passage, tables) == table):
            claim = _claim(passage, wanted, match.end())
            if claim is not None:
                yield claim


def _claim(passage: Passage, wanted: Statuses, start: int) -> Claim | None:
    """What is listed right behind a name, where it is a list of states."""
    between = _BETWEEN.match(passage.text, start)
    found = _LIST.match(passage.text, between.end() - 1 if between else start) or _LIST.match(
        passage.text, between.end() if between else start
    )
    if found is None:
        return None
    stated = list(dict.fromkeys(_WORD.findall(found.group())))
    stated = [one for one in stated if one not in ("or", "and")]
    if sum(one in wanted.values for one in stated) < 2:
        return None
    name = wanted.column or wanted.name
    return Claim(
        name,
        f"the list of `{name}`",
        ", ".join(stated),
        ", ".join(wanted.values),
        set(stated) == set(wanted.values),
        wanted.line,
        passage.span(*found.span()),
    )
