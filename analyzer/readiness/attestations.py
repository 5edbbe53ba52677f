"""What people have confirmed by hand: `supalint.attest.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import tomli

FILE_NAME = "supalint.attest.toml"


class AttestationError(Exception):
    """The file cannot be used; the message says what is wrong, and in which entry."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """One confirmation; it counts on the days from `on` to `until`."""

    item: str
    by: str
    on: date
    until: date
    note: str = ""

    def counts(self, today: date) -> bool:
        return self.on <= today <= self.until


def read(text: str, items: frozenset[str]) -> tuple[Attestation, ...]:
    """The entries of the file; `items` are the ids of what can be confirmed.

    Raises:
        AttestationError: the file is not TOML, or an entry lacks something or names what there is not.
    """
    try:
        content = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise AttestationError(f"not valid TOML: {error}") from None
    entries = content.pop("attest", [])
    if content:
        raise AttestationError(f"unknown key `{next(iter(content))}`: expected `[[attest]]` entries")
    if not isinstance(entries, list):
        raise AttestationError("`attest`: expected `[[attest]]` entries")
    return tuple(_entry(number, entry, items) for number, entry in enumerate(entries, 1))


def _entry(number: int, entry: object, items: frozenset[str]) -> Attestation:
    where = f"entry {number}"
    if not isinstance(entry, dict):
        raise AttestationError(f"{where}: expected a table")
    if unknown := sorted(set(entry) - {"item", "by", "on", "until", "note"}):
        raise AttestationError(f"{where}: unknown key `{unknown[0]}`")
    item, by, note = (entry.get(key, "") for key in ("item", "by", "note"))
    if not (isinstance(item, str) and isinstance(by, str) and isinstance(note, str)):
        raise AttestationError(f"{where}: `item`, `by` and `note` are strings")
    if item not in items:
        raise AttestationError(f"{where}: there is no item `{item}`; there are {', '.join(sorted(items))}")
    if not by.strip():
        raise AttestationError(f"{where}: `by` says who has confirmed it")
    on, until = _day(where, "on", entry.get("on")), _day(where, "until", entry.get("until"))
    if until < on:
        raise AttestationError(f"{where}: `until` is before `on`")
    return Attestation(item, by.strip(), on, until, note)


def _day(where: str, key: str, value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise AttestationError(f"{where}: `{key}` is a date, as in `{key} = 2026-03-01`")
    return value
