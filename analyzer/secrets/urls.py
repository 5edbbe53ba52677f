"""Addresses of databases that carry a password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.secrets.kinds import Status
from analyzer.secrets.samples import is_sample_password

# A password may hold `@` and `/` although it should not: the last `@` before a host ends it.
_NAMES = r"(?P<scheme>postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?)(?:\+\w{1,20})?"
_SCHEME = re.compile(rf"{_NAMES}\Z")
_URL = re.compile(
    rf"{_NAMES}"
    r"://(?P<user>[^\s:/@\"'`<>\\]{0,100}):(?P<password>[^\s\"'`<>\\]{1,200})"
    r"@(?P<host>\[[0-9a-fA-F:]+\]|[^\s/:?#@\"'`<>\\,;)]{1,253})"
)
_SCHEME_SIZE = 30  # characters: no scheme above, with its driver, is longer

_LOCAL_HOST = re.compile(
    r"localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+"
    r"|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|[^.]*"  # a name without a dot is that of a container
    r"|.*\.(?:local|localhost|internal|lan|test|example|invalid|localdomain)",
    re.IGNORECASE,
)
_SAMPLE_HOST = re.compile(
    r"(?:.*\.)?example\.(?:com|org|net)|.*(?:xxx|\.\.\.|your|project[-_]?ref|placeholder|<|\[(?!\d)|\{|\$|%|\*).*"
    r"|(?:.*\.)?(?:host|hostname|server|domain)(?:\.(?:com|name))?|(?:db\.)?(?:ref|abc|project)\.supabase\.(?:co|com)",
    re.IGNORECASE,
)
_SUPPLIED = re.compile(r"\$\{|\$\(|\$\w|\{\{|\{\w*\}|%[sdv]|%\w+%|#\{|^\[|\]$|<|:'|\"\s*\+")


@dataclass(frozen=True, slots=True)
class UrlSecret:
    """A URL with a password in it; offsets in code points, `end` behind the password."""

    start: int
    password: int
    end: int
    postgres: bool
    label: str
    status: Status


def url_secrets(text: str) -> Iterator[UrlSecret]:
    """The addresses in `text` that carry a password, whatever its worth."""
    position = text.find("://")
    while position != -1:
        match = _match(text, position)
        if match is not None:
            yield _url_secret(match)
        position = text.find("://", position + 3)


def _match(text: str, position: int) -> re.Match[str] | None:
    scheme = _SCHEME.search(text, max(0, position - _SCHEME_SIZE), position)
    return _URL.match(text, scheme.start()) if scheme is not None else None


def _url_secret(match: re.Match[str]) -> UrlSecret:
    postgres = match["scheme"].startswith("postgres")
    name = {"postgres": "Postgres", "postgresql": "Postgres", "mysql": "MySQL", "mariadb": "MariaDB"}.get(
        match["scheme"], "MongoDB" if match["scheme"].startswith("mongodb") else "Redis"
    )
    if match["scheme"].startswith("amqp"):
        name = "message queue"
    label = f"the password of the {name} {'database' if name != 'message queue' else 'server'} at `{match['host']}`"
    status: Status = "secret"
    if _SUPPLIED.search(match["password"]) or _SAMPLE_HOST.fullmatch(match["host"]):
        status = "sample"
    elif _LOCAL_HOST.fullmatch(match["host"]):
        status = "local"
    elif is_sample_password(match["password"]):
        status = "sample"
    return UrlSecret(match.start(), match.start("password"), match.end("password"), postgres, label, status)
