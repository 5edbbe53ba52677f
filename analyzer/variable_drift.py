"""Variables that are one setting under two names, with what shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from analyzer.environment import Variable, variables
from analyzer.finding import Place
from analyzer.project import Project
from analyzer.variable_uses import Use, uses

# The last word of a name says what kind of setting it is.
_ROLES = {
    "URL": "url", "URI": "url", "HOST": "url", "ENDPOINT": "url", "DOMAIN": "url", "ORIGIN": "url",
    "KEY": "key", "SECRET": "key", "TOKEN": "key", "PASSWORD": "key", "APIKEY": "key", "SID": "id", "ID": "id",
    "FROM": "sender", "EMAIL": "sender", "SENDER": "sender", "NUMBER": "number", "PHONE": "number", "NAME": "name",
}  # fmt: skip
# Words that tell two settings of one service apart.
_MODES = frozenset(
    "TEST LIVE DEV DEVELOPMENT PROD PRODUCTION STAGING STAGE SANDBOX LOCAL PREVIEW DEMO BETA OLD NEW LEGACY BACKUP "
    "FALLBACK DEFAULT PRIMARY SECONDARY READ WRITE READONLY PUBLIC PRIVATE INTERNAL EXTERNAL ADMIN CLIENT USER CONNECT "
    "EU US UK DE FR ASIA V1 V2 V3 1 2 3".split()
)
# Words that say nothing about which service a setting belongs to.
_GENERIC = frozenset(
    "API APP BASE SERVICE ACCESS AUTH SERVER SECRET KEY TOKEN URL URI HOST ENDPOINT SUPABASE EDGE FUNCTION MY".split()
)
_PUBLIC = re.compile(r"^(?:VITE|NEXT_PUBLIC|EXPO_PUBLIC|REACT_APP|PUBLIC|NUXT_PUBLIC|GATSBY)_")
_BUILT_IN = re.compile(r"^(?:SUPABASE_|SB_|DENO_)")


@dataclass(frozen=True, slots=True)
class Drift:
    """Two names of one setting, of which neither serves every function.

    `kept` is the one to settle on: the one that is documented, else the one that more functions read. `only` are the
    functions that read nothing but the `dropped` one.
    """

    kept: Variable
    dropped: Variable
    only: frozenset[str]
    why: tuple[Place, ...]  # the places that show it; none where `supalint.toml` says so


@lru_cache(maxsize=16)
def drifts(project: Project) -> tuple[Drift, ...]:
    """The pairs of names that functions read for one setting, in the order of the names."""
    return tuple(_drifts(project))


def _drifts(project: Project) -> Iterator[Drift]:
    known = {
        name: variable
        for name, variable in variables(project).items()
        if variable.functions and not _BUILT_IN.match(name)
    }
    by_name: dict[str, list[Use]] = {}
    for use in uses(project):
        by_name.setdefault(use.name, []).append(use)
    aliases = {frozenset(pair) for group in project.declared.aliases for pair in combinations(group, 2)}
    for first, second in combinations(known, 2):
        one, other = known[first], known[second]
        if frozenset((first, second)) in aliases:
            why: tuple[Place, ...] = ()
        elif (proof := _proof(one, other, by_name)) is not None:
            why = proof
        else:
            continue
        if not _one_serves_all(one, other):
            yield _drift(one, other, why)


def _drift(one: Variable, other: Variable, why: tuple[Place, ...]) -> Drift:
    kept, dropped = sorted((one, other), key=_worth)
    only = frozenset(dropped.functions) - set(kept.functions)
    if not only:  # all that read the other name know this one: those at fault read only this one
        kept, dropped = dropped, kept
        only = frozenset(dropped.functions) - set(kept.functions)
    return Drift(kept, dropped, only, why)


def _proof(one: Variable, other: Variable, by_name: dict[str, list[Use]]) -> tuple[Place, ...] | None:
    """The places that show that two names are one setting; `None` where nothing does."""
    if _role(one.name) != _role(other.name) or _told_apart(one.name, other.name):
        return None
    fallback = _fallback(one, other) or _fallback(other, one)
    if fallback is not None and (_role(one.name) != "key" or _related(one.name, other.name)):
        return fallback
    if set(one.functions) & set(other.functions):
        return None  # read side by side: two settings
    for use in by_name.get(one.name, ()):
        for counterpart in by_name.get(other.name, ()):
            if use.purpose == counterpart.purpose and _enough(use, one.name, other.name):
                return Place(use.span, f"here it is {use.shown}"), Place(
                    counterpart.span, f"here it is {counterpart.shown}"
                )
    return None


def _enough(use: Use, one: str, other: str) -> bool:
    """Whether the same use proves the same setting.

    One service may well have two credentials, one a bot or an account. So for a known host or a package the names
    must differ in nothing but words that say nothing; a base URL of one's own with the same paths needs no more.
    """
    if use.purpose[0] == "url" or use.purpose[-1].startswith("/"):
        return True
    return not (_words(one) ^ _words(other)) - _GENERIC


def _fallback(one: Variable, other: Variable) -> tuple[Place, ...] | None:
    for read in one.reads:
        if read.functions and other.name in read.alternatives:
            return (Place(read.span, f"here `{other.name}` stands in for `{one.name}`"),)
    return None


def _one_serves_all(one: Variable, other: Variable) -> bool:
    """Whether setting one of the names is enough for every function."""
    together = set(one.functions) | set(other.functions)
    serving = [variable for variable in (one, other) if together <= set(variable.functions)]
    if not serving:
        return False
    declared = [variable for variable in (one, other) if variable.declarations]
    return not declared or any(variable in serving for variable in declared)


def _told_apart(one: str, other: str) -> bool:
    """Whether the names say themselves that they are two settings: each has a word of its own beside a common one."""
    mine, theirs = _words(one), _words(other)
    if (mine ^ theirs) & _MODES:
        return True
    common = (mine & theirs) - _GENERIC
    return bool(common and mine - theirs - _GENERIC and theirs - mine - _GENERIC)


def _related(one: str, other: str) -> bool:
    """Whether two names speak of one service: `PTERO_APP_KEY` and `PTERODACTYL_API_KEY`.

    A key that falls back to the key of another service (`OPENAI_API_KEY || OPENROUTER_API_KEY`) is a choice of
    services.
    """
    mine, theirs = _words(one) - _GENERIC, _words(other) - _GENERIC
    return not mine or not theirs or any(a.startswith(b) or b.startswith(a) for a in mine for b in theirs)


def _words(name: str) -> frozenset[str]:
    return frozenset(_PUBLIC.sub("", name.upper()).split("_"))


def _role(name: str) -> str | None:
    return _ROLES.get(name.upper().rpartition("_")[2], name)


def _worth(variable: Variable) -> tuple[int, int, str]:
    """Sorts the name to settle on first: documented, read by more functions, first in the alphabet."""
    return (0 if variable.declarations else 1, -len(variable.functions), variable.name)
