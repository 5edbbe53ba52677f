"""Secrets of one file as a rule reports them: each once, with all its places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.finding import Place
from analyzer.secrets.find import Secret, find_secrets
from analyzer.secrets.kinds import KindName
from analyzer.source import Lines, Source, Span

# What stands before a value: `name = "`, `"name": "`, `NAME=`, `env.name ?? "`, `'Authorization', 'Bearer `.
_HOLDER = re.compile(
    r"""(?:["'](?P<quoted>[A-Za-z_][A-Za-z0-9_.-]{0,60})["'][ \t]*,"""
    r"""|(?P<name>[A-Za-z_][A-Za-z0-9_.-]{0,60})["'`]?\]?[ \t]*(?::[ \t]*string[ \t]*)?(?::=|=>?|:|\?\?|\|\|))"""
    r"""[ \t]*(?:[a-zA-Z]?["'`]|\\")?(?:Bearer[ \t]+|v1,)?\Z"""
)
_REACH = 100  # characters before a value in which its name begins
_GENERATED = re.compile(
    r"(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|deno\.lock|bun\.lockb?|poetry\.lock"
    r"|Cargo\.lock|Podfile\.lock|pubspec\.lock|go\.sum|composer\.lock|uv\.lock)$"
)
_TEST = re.compile(
    r"(?:^|/)(?:tests?|__tests__|spec|specs|e2e|fixtures?|__fixtures__|mocks?|__mocks__|testdata|cypress|playwright"
    r"|examples?|stories|[a-z]+Test)/|[._-](?:test|spec|stories|mock|fixture)s?\.[a-z]+$|(?:^|/)test_[^/]*\.[a-z]+$|_test\.[a-z]+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret that stands in a file, at `secret` first and then at `repeats`."""

    secret: Secret
    holder: str  # the name that it is given to; empty where there is none
    repeats: tuple[Secret, ...]

    @property
    def where(self) -> str:
        """Words that say what holds it, to be put behind a clause."""
        return f", in `{self.holder}`" if self.holder and f"`{self.holder}`" not in self.secret.label else ""

    @property
    def subject(self) -> str:
        """What tells it from other leaks of the file, without its value."""
        return f"{self.secret.kind} {self.holder}".strip()

    def span(self, lines: Lines) -> Span:
        return lines.span(self.secret.start, self.secret.end)

    def related(self, lines: Lines) -> tuple[Place, ...]:
        """The other places where the same value stands."""
        return tuple(Place(lines.span(other.start, other.end), "the same value") for other in self.repeats)


def leaks(source: Source, *kinds: KindName) -> Iterator[Leak]:
    """The secrets of these kinds in a file: no samples, no public keys, none of the local stack."""
    if _GENERATED.search(source.path):
        return
    places: dict[str, list[Secret]] = {}
    for secret in find_secrets(source.text):
        if secret.status == "secret" and secret.kind in kinds:
            places.setdefault(source.text[secret.start : secret.end], []).append(secret)
    for first, *others in places.values():
        yield Leak(first, holder(source.text, first.start), tuple(others))


def holder(text: str, start: int) -> str:
    """The name that the value at `start` is given to, or an empty string."""
    line = text.rfind("\n", max(0, start - _REACH), start) + 1
    match = _HOLDER.search(text, max(line, start - _REACH), start)
    return (match["quoted"] or match["name"]).rpartition(".")[2] if match is not None else ""


def is_test_path(path: str) -> bool:
    """Whether a file is a test, or made for tests: what it holds opens nothing."""
    return _TEST.search(path) is not None
