"""Secrets without a form of their own, told by the name that they are given to: `API_KEY`, `adminPassword`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.secrets.names import is_secret_name, words_of
from analyzer.secrets.samples import entropy, is_sample, is_sample_password

_VALUE = re.compile(r"[A-Za-z0-9+/_.~=-]{20,200}(?![A-Za-z0-9+/_.~=(\[<?-])")
# Behind a name and before its value: `NAME=`, `name: "`, `"name": "`, `name = '`, `name := `, name: string = "`.
_GIVEN = re.compile(r"""["'`*]{0,2}\]?[ \t]{0,4}(?::[ \t]?string[ \t]?)?(?:\?\?|\|\||:?[=:])[ \t]{0,4}["'`]?\Z""")
_SIGNS = frozenset("=:?|")  # one of them ends it, but for blanks and a quote
_GIVEN_SIZE = 28  # characters: the longest match of it
_LONGEST_NAME = 60  # characters

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_SEPARATORS = re.compile(r"[_./=+~-]+")
_WORD = re.compile(r"[A-Za-z]{2,}\d{0,4}|[A-Za-z]?\d{1,4}|\d{1,14}")  # what people join by separators; timestamps
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_LEAST_HUMP = 2.6  # characters a piece of a camel-case name; random letters and digits have 1.6
_KNOWN = re.compile(
    # What has a form of its own, and was judged by it; hashes; identifiers; code.
    r"(?:sk|rk|pk|sb|sbp|re|whsec|ptla|ptlc|gh[opsu]|price|prod|acct|cus|sub|pi|evt|phc)_|[ps]k\.|eyJ|AIza|xox"
    r"|sk-|G-|UA-|GTM-|ca-app-|https?|sha(?:1|256|384|512)-|md5-|\$2|env\.|process\.|Deno\.|import\.|config\.|v\d"
)
_LEAST_HEX_ENTROPY = 3.0  # bits a character; random hexadecimal digits have 3.3 and more from 32 characters on
_LEAST_ENTROPY = 3.7  # random letters and digits have 3.9 and more from 20 characters on

_PASSWORD = re.compile(
    r"""["'`]?\]?[ \t]{0,3}(?::[ \t]?string[ \t]?)?(?:[:=]|\?\?|\|\|)[ \t]{0,3}(?P<quote>["'])"""
    r"""(?P<value>(?:(?!["'`\\<>{}$])[\x21-\x7e]){8,64})(?P=quote)"""
)
_BEARER = "Bearer "
_CLASSES = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"\d"), re.compile(r"[^A-Za-z0-9]"))
_LEAST_CLASSES = 3  # of characters, as in what a password is asked for
_NOT_REAL = frozenset({"test", "demo", "e2e", "default", "example", "sample", "mock", "fake", "dummy", "local"})


@dataclass(frozen=True, slots=True)
class Assigned:
    """A value with the name that it is given to; offsets in code points, quotes left out."""

    name: str
    start: int
    end: int


def assigned(text: str, start: int) -> Assigned | None:
    """The random value at `start`, if it is given to the name of a secret."""
    name = _name_before(text, start)
    if not is_secret_name(name.rpartition(".")[2]):
        return None
    if text[start - 1] == "=" and not name.isupper():  # code, but for an environment file
        return None
    value = _VALUE.match(text, start)
    return Assigned(name, start, value.end()) if value is not None and is_random(value[0]) else None


def passwords(text: str) -> Iterator[Assigned]:
    """The passwords that a person chose and code gives to a name that ends in `password`."""
    for anchor in ("assword", "ASSWORD"):
        position = text.find(anchor)
        while position != -1:
            end = position + len(anchor)
            match = _PASSWORD.match(text, end)
            if match is not None and _is_password(match["value"]):
                name = _word_before(text, end)
                if not _NOT_REAL.intersection(words_of(name)):
                    yield Assigned(name, *match.span("value"))
            position = text.find(anchor, end)


def bearers(text: str) -> Iterator[Assigned]:
    """The random values that stand behind `Bearer`, as in `Authorization: Bearer ...`."""
    position = text.find(_BEARER)
    while position != -1:
        start = position + len(_BEARER)
        value = _VALUE.match(text, start)
        if value is not None and is_random(value[0]):
            yield Assigned("Authorization", *value.span())
        position = text.find(_BEARER, start)


def _is_password(value: str) -> bool:
    classes = sum(kind.search(value) is not None for kind in _CLASSES)
    return classes >= _LEAST_CLASSES and _DIGIT.search(value) is not None and not is_sample_password(value)


def _name_before(text: str, start: int) -> str:
    """The name that the value at `start` is given to, or an empty string."""
    lowest = max(0, start - _GIVEN_SIZE)
    if text[lowest:start].rstrip("\"'` \t")[-1:] not in _SIGNS:
        return ""
    given = _GIVEN.search(text, lowest, start)
    if given is None:
        return ""
    return _word_before(text, given.start())


def _word_before(text: str, end: int) -> str:
    begin = end
    lowest = max(0, end - _LONGEST_NAME)
    while begin > lowest and (text[begin - 1].isalnum() or text[begin - 1] in "_.-"):
        begin -= 1
    return text[begin:end]


def is_random(value: str) -> bool:
    """Whether a generator made `value`, and not a person."""
    if _DIGIT.search(value) is None or _KNOWN.match(value) or _UUID.fullmatch(value):
        return False
    if _HEX.fullmatch(value):
        return entropy(value) >= _LEAST_HEX_ENTROPY and not is_sample(value)
    return entropy(value) >= _LEAST_ENTROPY and not _is_spoken(value) and not is_sample(value)


def _is_spoken(value: str) -> bool:
    """Whether words make up the value: a path, a host, a constant, a name in camel case."""
    pieces = [piece for piece in _SEPARATORS.split(value) if piece]
    if len(pieces) > 1 and all(_WORD.fullmatch(piece) for piece in pieces):
        return True
    humps = _HUMP.findall(value)
    return not value.islower() and sum(map(len, humps)) >= _LEAST_HUMP * len(humps)
