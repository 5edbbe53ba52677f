"""What documents say that a key is mapped to: `Rust: 50` below "Egg ids"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from analyzer.claims.passages import Claim, Passage, plural, words
from analyzer.expectations import Entries, Scalar
from analyzer.expected import is_same

_NEAR = 3  # headings and lines above a statement that say what it is about
# A whole number that is no amount of money, size, share, date or version.
_NUMBER = (
    r"[`'\"]?(?P<value>-?\d+)(?![\w%/+]|[.,:\u2013-]\d|[`'\"*]*\s+(?!and\b|or\b)[^\W\d_]|\s?(?:[KMGT]i?B|px|ms)\b)"
)
# Between a key and its value: `rust: { eggId: 50`, `Minecraft Paper: 39`, `Rust egg id (currently 2)`, `Rust - 50`.
_APART = (
    r"[`'\"*\s]*(?:\b[A-Za-z]+\b[`'\"*]*\s*){0,2}(?:(?:[:|({\[\u2192]|(?<!=)=(?!=)|(?<=\s)[\u2013\u2014-](?=\s))\s*)+"
    r"(?:\b[a-z]+\b\s+)?[`*]*#?"
)
_CLOSE = r"[`'\"*]*\s+#?"  # in a list that says what it is of: `Minecraft 39, Rust 50`
_WITHIN = 80  # characters of an entry, from its key to the name of its property


def mapping_claims(passages: Sequence[Passage], wanted: Entries) -> Iterator[Claim]:
    about = plural(wanted.property) if wanted.property else re.compile(rf"(?<!\w){re.escape(wanted.name)}(?!\w)")
    keys = {key: words(key) for key, _ in wanted.values}
    for passage in passages:
        if passage.titles():
            yield from _of_row(passage, wanted, about, keys)
        elif _is_about(passage, about, wanted.property or wanted.name):
            yield from _of_text(passage, wanted, about, keys)


def _is_about(passage: Passage, about: re.Pattern[str], name: str) -> bool:
    """Whether a statement, or what it stands below, names the property; one word that many use has to stand near."""
    if about.search(passage.text):
        return True
    near = _NEAR if re.search(r"[a-z0-9][A-Z_-]", name) else 1
    return any(about.search(one.text) for one in islice(passage.above(), near))


def _of_row(
    passage: Passage, wanted: Entries, about: re.Pattern[str], keys: dict[str, re.Pattern[str]]
) -> Iterator[Claim]:
    column = next((index for index, title in enumerate(passage.titles()) if about.fullmatch(title.strip("`* "))), None)
    cells = list(passage.cells())
    if column is None or column >= len(cells):
        return
    start, text = cells[column]
    for key, value in wanted.values:
        pattern = _pattern(value)
        match = (
            re.fullmatch(rf"\**{pattern}\**", text) or re.fullmatch(rf"[`*]*{pattern}[`*]*", text) if pattern else None
        )
        if match is not None and any(keys[key].fullmatch(cell.strip("`* ")) for _, cell in cells):
            first, end = match.span("value")
            yield _claim(passage, wanted, key, value, match["value"], start + first, start + end)


def _of_text(
    passage: Passage, wanted: Entries, about: re.Pattern[str], keys: dict[str, re.Pattern[str]]
) -> Iterator[Claim]:
    text = passage.text
    found = sorted((match.start(), match.end(), key) for key, one in keys.items() for match in one.finditer(text))
    for index, (_, end, key) in enumerate(found):
        limit = found[index + 1][0] if index + 1 < len(found) else len(text)
        value = dict(wanted.values)[key]
        pattern = _pattern(value)
        if not pattern:
            continue
        stated = re.compile(rf"(?:{_APART}|{_CLOSE}){pattern}")
        entry = re.compile(r"[^};]*").match(text, end, min(limit, end + _WITHIN))
        named = about.search(text, end, entry.end() if entry else end)
        match = stated.match(text, end, limit) or (named and stated.match(text, named.end(), limit))
        if match:
            yield _claim(passage, wanted, key, value, match["value"], *match.span("value"))


def _pattern(like: Scalar) -> str:
    """What a value of the kind of `like` looks like; of few kinds it can be told."""
    if isinstance(like, bool | float):
        return ""
    if isinstance(like, int):
        return _NUMBER
    if not re.fullmatch(r"[\w.:/-]+", like):
        return ""
    marks = "".join(re.escape(mark) for mark in sorted(set(re.findall(r"\W", like))))
    return rf"`?[`'\"](?P<value>[\w{marks}]+)['\"`]"


def _claim(passage: Passage, wanted: Entries, key: str, value: Scalar, stated: str, start: int, end: int) -> Claim:
    what = f"`{wanted.property}` of `{key}`" if wanted.property else f"`{key}` in `{wanted.name}`"
    subject = f"{wanted.file} {wanted.name} {key}"
    return Claim(subject, what, stated, str(value), is_same(stated, value), wanted.line, passage.span(start, end))
