"""Credentials that SQL holds as literals, whatever their form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.secrets.samples import is_sample, is_sample_password

_BEARER = re.compile(r"Bearer[ \t]+([A-Za-z0-9._~+/=-]{16,2000})(?![A-Za-z0-9._~+/=(\[{$-])")
_VAULT = re.compile(r"create_secret\s*\(\s*E?'([^'\s]{8,2000})'")
_PASSWORD = re.compile(r"\b(?:role|user)\s[^;']{1,200}?\bpassword\s+'([^'\s]{6,200})'", re.IGNORECASE)
_HEADER = re.compile(
    r"""["']([xX]-[A-Za-z-]{0,40}(?:secret|Secret|key|Key|token|Token))["']\s*[:,]\s*["']([A-Za-z0-9._~+/=-]{12,400})["']"""
)
_CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")  # `SERVICE_ROLE_KEY`, to be replaced


@dataclass(frozen=True, slots=True)
class Credential:
    """A literal that opens something; offsets in code points, quotes left out."""

    label: str
    start: int
    end: int


def credentials(text: str) -> Iterator[Credential]:
    """Literals in the headers of requests, in `vault.create_secret` and as passwords of roles."""
    if "http_" in text:
        yield from _matches(_BEARER, text, "a bearer token")
        for match in _HEADER.finditer(text):
            if not _is_stand_in(match[2]):
                yield Credential(f"the value of the header `{match[1]}`", *match.span(2))
    if "create_secret" in text:
        yield from _matches(_VAULT, text, "the value of a Vault secret")
    if "assword '" in text or "ASSWORD '" in text:
        for match in _PASSWORD.finditer(text):
            if not is_sample_password(match[1]):
                yield Credential("the password of a role", *match.span(1))


def _matches(pattern: re.Pattern[str], text: str, label: str) -> Iterator[Credential]:
    for match in pattern.finditer(text):
        if not _is_stand_in(match[1]):
            yield Credential(label, *match.span(1))


def _is_stand_in(value: str) -> bool:
    return value.startswith(("eyJ", "http", "x-", "X-")) or _CONSTANT.fullmatch(value) is not None or is_sample(value)
