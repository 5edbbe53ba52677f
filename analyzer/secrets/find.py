"""Finds what looks like a secret in a text, in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from analyzer.secrets.assigned import Assigned, assigned, bearers, passwords
from analyzer.secrets.jwt import jwt_class
from analyzer.secrets.kinds import ANCHORED, CANDIDATE, UNQUOTED, VENDORS, Form, KindName, Status
from analyzer.secrets.samples import is_sample, is_sample_private_key
from analyzer.secrets.sql import credentials
from analyzer.secrets.urls import url_secrets

_TOKEN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_LONGEST_PREFIX = 90  # characters from the start of a key to its last stretch of 16 letters and digits
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}")
_RUN = re.compile(r"[A-Za-z0-9_-]+")
_BOT = re.compile(r"\d{8,10}\Z")
# What `supabase start` gives to every local stack, without its prefix.
# https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/apikeys.go
_LOCAL_SECRET_KEY = "N7UND0UgjKTVK-Uodkm0Hg"  # noqa: S105
_JWT_KINDS: dict[str, tuple[KindName, Status, str]] = {
    "admin": ("supabase-service-role", "secret", "the `service_role` key"),
    "local": ("supabase-service-role", "local", "the `service_role` key of the local stack"),
    "public": ("supabase-anon", "public", "the `anon` key"),
}
_STRIPE = frozenset({"stripe-live-key", "stripe-test-key"})
_ACCOUNT = "51"  # a Stripe key of the long form begins with its account's number
_LONG_STRIPE_KEY = 90  # characters behind the prefix; the long form has 99


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
    every = [*_anchored(text), *_tokens(text), *_candidates(text), *_urls(text), *_literals(text)]
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
    return (
        not anchor[0].isalpha() or position == 0 or text[position - 1] not in _TOKEN or _is_escape(text, position - 1)
    )


def _is_escape(text: str, position: int) -> bool:
    """Whether the letter at `position` is that of `\\n` and its like, in a text within a text."""
    return text[position] in "nrt" and text[position - 1 : position] == "\\"


def _candidates(text: str) -> Iterator[Secret]:
    end = 0
    for candidate in CANDIDATE.finditer(text):
        position = candidate.start()
        if position < end:
            continue
        found = _vendor_key(text, position, end) if text[position] in "_-" else _value(text, position + 1)
        if found is not None:
            yield found
            end = found.end
    for candidate in UNQUOTED.finditer(text):
        found = _value(text, candidate.start() + 2)
        if found is not None:
            yield found


def _vendor_key(text: str, position: int, lowest: int) -> Secret | None:
    """The key whose body begins behind `position`."""
    lowest = max(lowest, position - _LONGEST_PREFIX)
    start = position
    while start > lowest and text[start - 1] in _TOKEN:
        start -= 1
    if _is_escape(text, start):
        start += 1
    for form in VENDORS:
        match = form.pattern.match(text, start)
        if match is not None:
            return _secret(form, match)
    return None


def _value(text: str, start: int) -> Secret | None:
    """The value that begins at `start`, if it is given to the name of a secret."""
    value = assigned(text, start)
    return _given("assigned", value) if value is not None else None


def _secret(form: Form, match: re.Match[str]) -> Secret:
    group = match.lastindex or 0
    return Secret(form.kind, _status(form, match[group]), form.label, match.start(), match.start(group), match.end())


def _status(form: Form, value: str) -> Status:
    if _LOCAL_SECRET_KEY in value:
        return "local"
    if is_sample_private_key(value) if form.kind == "private-key" else is_sample(value):
        return "sample"
    if form.kind in _STRIPE and _is_cut(value):
        return "sample"
    return "public" if form.public else "secret"


def _is_cut(stripe_key: str) -> bool:
    """Whether it is the beginning of a key, as documents show it."""
    return stripe_key.startswith(_ACCOUNT) and len(stripe_key) < _LONG_STRIPE_KEY


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
        run = match or _RUN.match(text, position)  # what fails from its first `eyJ` on fails from every later one
        position = text.find("eyJ", run.end() if run is not None else position + 3)


def _urls(text: str) -> Iterator[Secret]:
    for url in url_secrets(text):
        kind: KindName = "postgres-url" if url.postgres else "service-url"
        yield Secret(kind, url.status, url.label, url.start, url.password, url.end)


def _literals(text: str) -> Iterator[Secret]:
    for literal in credentials(text):
        yield Secret("credential", "secret", literal.label, literal.start, literal.start, literal.end)
    for chosen in passwords(text):
        yield _given("password", chosen)
    for token in bearers(text):
        yield _given("assigned", token)


def _given(kind: KindName, value: Assigned) -> Secret:
    return Secret(kind, "secret", f"the value of `{value.name}`", value.start, value.start, value.end)
