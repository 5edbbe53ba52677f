"""Secrets without a form of their own: random values that are given to a name such as `API_KEY`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analyzer.secrets.names import is_secret_name
from analyzer.secrets.samples import entropy, is_sample

_VALUE = re.compile(r"[A-Za-z0-9+/_.~=-]{20,200}(?![A-Za-z0-9+/_.~=(\[<?-])")
# `NAME=`, `name: "`, `"name": "`, `name = '`, `name := `, name: string = "`.
_NAME = re.compile(
    r"""([A-Za-z_][A-Za-z0-9_.-]{1,60})["'`*]{0,2}\]?[ \t]{0,4}"""
    r"""(?::[ \t]?string[ \t]?)?(?:\?\?|\|\||:?[=:])[ \t]{0,4}["'`]?\Z"""
)
_NAME_REACH = 80  # characters before the value in which its name begins

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_SEPARATORS = re.compile(r"[_./=+~-]+")
_WORD = re.compile(r"[A-Za-z]{2,}\d{0,4}|[A-Za-z]?\d{1,4}|\d{14}")  # what people join by separators; timestamps
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_LEAST_HUMP = 2.6  # characters a piece of a camel-case name; random letters and digits have 1.6
_KNOWN = re.compile(
    # What has a form of its own, and was judged by it; hashes; identifiers; code.
    r"(?:sk|rk|pk|sb|sbp|re|whsec|ptla|ptlc|gh[opsu]|price|prod|acct|cus|sub|pi|evt|phc)_|[ps]k\.|eyJ|AIza|xox"
    r"|sk-|G-|UA-|GTM-|ca-app-|https?|sha(?:1|256|384|512)-|md5-|\$2|env\.|process\.|Deno\.|import\.|config\.|v\d"
)
_LEAST_HEX_ENTROPY = 3.0  # bits a character; random hexadecimal digits have 3.3 and more from 32 characters on
_LEAST_ENTROPY = 3.7  # random letters and digits have 3.9 and more from 20 characters on


@dataclass(frozen=True, slots=True)
class Assigned:
    """A random value with the name that it is given to; offsets in code points, quotes left out."""

    name: str
    start: int
    end: int


def assigned(text: str, start: int) -> Assigned | None:
    """The random value at `start`, if it is given to the name of a secret."""
    value = _VALUE.match(text, start)
    if value is None or not is_random(value[0]):
        return None
    name = _NAME.search(text, max(0, start - _NAME_REACH), start)
    if name is None or not is_secret_name(name[1].rpartition(".")[2]):
        return None
    if text[start - 1] == "=" and not name[1].isupper():  # code, but for an environment file
        return None
    return Assigned(name[1], start, value.end())


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
