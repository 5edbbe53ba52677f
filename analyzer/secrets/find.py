"""Finds what looks like a secret in a text, in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from analyzer.secrets.assigned import assigned
from analyzer.secrets.jwt import jwt_class
from analyzer.secrets.kinds import ANCHORED, BODY, VENDORS, Form, KindName, Status
from analyzer.secrets.samples import is_sample
from analyzer.secrets.urls import url_secrets

_TOKEN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_LONGEST_PREFIX = 90  # characters from the start of a key to its last stretch of 16 letters and digits
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}")
_BOT = re.compile(r"\d{8,10}\Z")
# What `supabase start` gives to every local stack, without its prefix.
# https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/apikeys.go
_LOCAL_SECRET_KEY = "N7UND0UgjKTVK-Uodkm0Hg"  # noqa: S105
_JWT_KINDS: dict[str, tuple[KindName, Status, str]] = {
    "admin": ("supabase-service-role", "secret", "the `service_role` key"),
    "local": ("supabase-service-role", "local", "the `service_role` key of the local stack"),
    "public": ("supabase-anon", "public", "the `anon` key"),
}


@dataclass(frozen=True, slots=True)
class Secret:
    """What looks like a secret, from the offset `start` to `end` (code points from 0, `end` exclusive).

    From `hidden` on it must not be shown; what is before tells only its kind.
    """

    kind: KindName
    status: Status
    label: str  # `a Stripe test key`, as the object of a sentence
    start: int
    hidden: int
    end: int


@lru_cache(maxsize=16)  # the rules that read one file after another ask for the same texts
def find_secrets(text: str) -> tuple[Secret, ...]:
    """Everything in `text` that has the form of a secret, by place, without overlaps."""
    found: list[Secret] = []
    end = 0
    every = [*_anchored(text), *_tokens(text), *_vendor_keys(text), *url_found(text), *assigned_found(text)]
    for secret in sorted(every, key=lambda secret: (secret.start, -secret.end)):
        if secret.start >= end:
            found.append(secret)
            end = secret.end
    return tuple(found)


def _anchored(text: str) -> Iterator[Secret]:
    for anchor, form in ANCHORED:
        position = text.find(anchor)
        while position != -1:
            match = form.pattern.match(text, position)
            if match is not None and _stands_free(text, position, anchor):
                yield _secret(form, match)
            position = text.find(anchor, match.end() if match is not None else position + 1)


def _stands_free(text: str, position: int, anchor: str) -> bool:
    if anchor == ":AA":
        return _BOT.search(text, max(0, position - 10), position) is not None
    return not anchor[0].isalpha() or position == 0 or text[position - 1] not in _TOKEN


def _vendor_keys(text: str) -> Iterator[Secret]:
    end = 0
    for body in BODY.finditer(text):
        if body.start() < end:
            continue
        start = body.start()
        lowest = max(end, start - _LONGEST_PREFIX)
        while start > lowest and text[start - 1] in _TOKEN:
            start -= 1
        for form in VENDORS:
            match = form.pattern.match(text, start)
            if match is not None:
                yield _secret(form, match)
                end = match.end()
                break


def _secret(form: Form, match: re.Match[str]) -> Secret:
    value = match[match.lastindex or 0]
    status: Status = "public" if form.public else "secret"
    if _LOCAL_SECRET_KEY in value:
        status = "local"
    elif is_sample(value):
        status = "sample"
    start = match.start()
    return Secret(form.kind, status, form.label, start, start + form.prefix, match.end())


def _tokens(text: str) -> Iterator[Secret]:
    position = text.find("eyJ")
    while position != -1:
        match = _JWT.match(text, position)
        if match is not None:
            found, project = jwt_class(match[0])
            if found in _JWT_KINDS:
                kind, status, label = _JWT_KINDS[found]
                if project and status == "secret":
                    label += f" of the project `{project}`"
                yield Secret(kind, status, label, position, position + 3, match.end())
        position = text.find("eyJ", match.end() if match is not None else position + 3)


def url_found(text: str) -> Iterator[Secret]:
    """Passwords in the addresses of databases."""
    for url in url_secrets(text):
        kind: KindName = "postgres-url" if url.postgres else "service-url"
        yield Secret(kind, url.status, url.label, url.start, url.password, url.end)


def assigned_found(text: str) -> Iterator[Secret]:
    """Values without a form of their own, told by the name that they are given to."""
    for value in assigned(text):
        yield Secret("assigned", "secret", f"the value of `{value.name}`", value.start, value.start, value.end)
