"""What documents say that a table's columns are called, and of which types they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from analyzer.claims.passages import Claim, Passage
from analyzer.claims.tables import table_of
from analyzer.database.model import Relation
from analyzer.expectations import Columns
from analyzer.expected import relation_named, type_and_null
from analyzer.project import Project

_TYPES = (
    "bigint|bigserial|bool|boolean|bytea|character varying|date|decimal|double precision|float4|float8|inet|int|int2"
    "|int4|int8|integer|json|jsonb|numeric|real|serial|smallint|text|timestamp with time zone|timestamp|timestamptz"
    "|tsvector|uuid|varchar"
)
# Words that people use for one another when they write about tables.
_LOOSE = {
    "timestamp without time zone": "time",
    "timestamp with time zone": "time",
    "json": "jsonb",
    "character varying": "text",
    "serial": "integer",
    "bigserial": "bigint",
}
_IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")
_IN_CODE = re.compile(r"`(?:\w+\.)?([a-z][a-z0-9_]*)`")
_DEFINED = re.compile(r"\s*\"?([a-z][a-z0-9_]*)\"?\s+\w")
_ALIKE = 0.6


def column_claims(
    project: Project, passages: Sequence[Passage], wanted: Columns, tables: frozenset[str]
) -> Iterator[Claim]:
    name = wanted.table.rpartition(".")[2]
    about = [passage for passage in passages if table_of(passage, tables) == name]
    for passage in about:
        for column, type_ in wanted.columns:
            yield from _of_type(passage, wanted, column, type_)
    relation = relation_named(project, wanted.table)
    if relation is not None:
        elsewhere = {
            column.name
            for table in project.hosted_database.relations("table")
            if table.oid != relation.oid
            for column in table.columns
        }
        yield from _of_names(about, wanted, relation, elsewhere)


def _of_type(passage: Passage, wanted: Columns, column: str, type_: str) -> Iterator[Claim]:
    expected = type_and_null(type_)[0]
    between = r"\s*" if passage.statement.kind == "code" else r"\s*[|:(\u2013\u2014-]\s*"
    pattern = rf"(?<![\w.])[`\"*]*{re.escape(column)}[`\"*]*{between}`?(?P<type>(?:{_TYPES})\b(?:\[\])?)"
    match = re.search(pattern, passage.text, re.IGNORECASE) if expected else None
    if match is None:
        return
    stated = type_and_null(match["type"])[0]
    yield Claim(
        f"{wanted.table}.{column}",
        f"the type of `{wanted.table}.{column}`",
        match["type"].lower(),
        type_,
        _LOOSE.get(stated, stated) == _LOOSE.get(expected, expected),
        wanted.line,
        passage.span(*match.span("type")),
    )


def _of_names(passages: Sequence[Passage], wanted: Columns, relation: Relation, elsewhere: set[str]) -> Iterator[Claim]:
    """Names that stand in place of expected ones, as `total_ram_gb` where `max_ram_gb` is expected."""
    expected = [name for name, _ in wanted.columns]
    groups: dict[tuple[str, int], list[tuple[str, Passage, int, int]]] = defaultdict(list)
    for passage in passages:
        single = passage.statement.kind == "text" or passage.statement.above < 0
        place = passage.position if single else passage.statement.above
        for start, end in _names(passage):
            groups[passage.document.path, place].append((passage.text[start:end], passage, start, end))
    for named in groups.values():
        there = {name for name, *_ in named}
        missing = [name for name in expected if name not in there]
        for stated, passage, start, end in named:
            if stated in expected:
                yield _named(passage, wanted, stated, stated, start, end)
                continue
            if stated in elsewhere or not _IDENTIFIER.fullmatch(stated):
                continue
            best = max(missing, key=lambda name, stated=stated: _likeness(stated, name), default=None)  # type: ignore[misc]
            if best is None or _likeness(stated, best) < _ALIKE:
                continue
            if relation.column(best) is not None and relation.column(stated) is not None:
                continue
            yield _named(passage, wanted, stated, best, start, end)


def _named(passage: Passage, wanted: Columns, stated: str, expected: str, start: int, end: int) -> Claim:
    return Claim(
        f"{wanted.table} {expected}",
        f"a column of `{wanted.table}`",
        stated,
        expected,
        stated == expected,
        wanted.line,
        passage.span(start, end),
    )


def _names(passage: Passage) -> Iterator[tuple[int, int]]:
    """The names that a statement gives to columns."""
    if passage.statement.kind == "code":
        match = _DEFINED.match(passage.text)
        if match is not None:
            yield match.span(1)
    elif passage.statement.kind == "row":
        for start, cell in list(passage.cells())[:1]:
            name = cell.strip("`* ")
            if _IDENTIFIER.fullmatch(name):
                yield start + cell.index(name), start + cell.index(name) + len(name)
    else:
        yield from (match.span(1) for match in _IN_CODE.finditer(passage.text))


def _likeness(stated: str, expected: str) -> float:
    """How alike two names are that share two words and end alike; 0 of all others."""
    one, other = stated.split("_"), expected.split("_")
    if one[-1] != other[-1] or len(set(one) & set(other)) < 2:
        return 0
    return SequenceMatcher(None, stated, expected).ratio()
