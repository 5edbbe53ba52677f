"""Secrets without a form of their own: random values that are given to a name such as `API_KEY`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.secrets.names import is_secret_name
from analyzer.secrets.samples import entropy, is_sample

# `NAME=value`, `name: "value"`, `"name": "value"`, `name = 'value'`, `name := value`.
_ASSIGNMENT = re.compile(r"""[=:][ \t]{0,4}["'`]?(?P<value>[A-Za-z0-9+/_.~=-]{20,200})(?![A-Za-z0-9+/_.~=-])""")
_NAME = re.compile(r"""([A-Za-z_][A-Za-z0-9_.-]{1,60})["'`]?\]?[ \t]{0,4}(?::[ \t]?string[ \t]?)?\Z""")
_NAME_REACH = 80  # characters before the value in which its name begins

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
# Words joined by separators, paths, hosts, versions, constants: what code gives to names, never a generator.
_SPOKEN = re.compile(r"(?:[A-Za-z]+|\d{1,4})(?:[_./=+~-]+(?:[A-Za-z]+|\d{1,4}))*[_./=+~-]*")
_HASH = re.compile(
    r"sha(?:1|256|384|512)-|md5-|\$2[aby]\$|price_|prod_|acct_|cus_|sub_|pi_|evt_|env\.|process\.env|Deno\.env"
)
_LEAST_HEX_ENTROPY = 3.0  # bits a character; random hexadecimal digits have 3.3 and more from 32 characters on
_LEAST_ENTROPY = 3.7  # random letters and digits have 3.9 and more from 20 characters on
_PUBLIC = (
    "pk_",
    "pk.",
    "sb_publishable_",
    "eyJ",
    "AIza",
    "phc_",
    "G-",
    "UA-",
    "GTM-",
    "ca-app-",
    "https",
    "http",
    "BP",
)


@dataclass(frozen=True, slots=True)
class Assigned:
    """A random value with the name that it is given to; offsets in code points, quotes left out."""

    name: str
    start: int
    end: int


def assigned(text: str) -> Iterator[Assigned]:
    """The random values that `text` gives to names of secrets."""
    for match in _ASSIGNMENT.finditer(text):
        value = match["value"]
        if not _is_random(value):
            continue
        name = _NAME.search(text, max(0, match.start() - _NAME_REACH), match.start())
        if name is not None and is_secret_name(name[1]):
            yield Assigned(name[1], match.start("value"), match.end("value"))


def _is_random(value: str) -> bool:
    if value.startswith(_PUBLIC) or _UUID.fullmatch(value) or _SPOKEN.fullmatch(value) or _HASH.match(value):
        return False
    if not any(character.isdigit() for character in value):
        return False
    least = _LEAST_HEX_ENTROPY if _HEX.fullmatch(value) else _LEAST_ENTROPY
    return entropy(value) >= least and not is_sample(value)
