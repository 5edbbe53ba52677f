"""Which keys of an edge function's answer the callers read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from analyzer.facts.typescript import Member
from analyzer.project import Project
from analyzer.typescript.meaning import METHODS
from analyzer.typescript.program import Program
from analyzer.typescript.values import Called, Either, Global, MemberOf, Outcome, Site, Value, options


@dataclass(frozen=True, slots=True)
class AnswerRead:
    """One key of the JSON that a call of `invoke` or `fetch` gives, read at a place."""

    call: tuple[str, int, int]  # the key of the site of the call
    key: str
    below: tuple[str, ...]  # what is read of that
    site: Site
    certain: bool  # whether nothing else can be meant: no other value is possible there


@lru_cache(maxsize=16)
def answer_reads(project: Project) -> tuple[AnswerRead, ...]:
    """All keys that are read of the answers of `invoke` and `fetch`, in the order of the files."""
    having = project.program.reaching("invoke", "fetch")
    return tuple(read for path in project.modules if path in having for read in _reads(project.program, path))


def _reads(program: Program, path: str) -> Iterator[AnswerRead]:
    from analyzer.typescript.evaluate import binding_value, value

    index = program.index(path)
    for node in index.nodes.get(Member, ()):
        if isinstance(node, Member):
            yield from _read(value(program, path, node), Site(path, node))
    for binding, definitions in index.definitions.items():
        if binding >= 0 and any(take.key for one in definitions for take in one.takes):
            yield from _read(binding_value(program, path, binding, None), Site(path, definitions[0].node))


def _read(found: Value, site: Site) -> Iterator[AnswerRead]:
    certain = not isinstance(found, Either) or found.how in ("default", "??", "||")
    for one in options(found):
        match one:
            case Outcome(area="functions", method="invoke", path=("data", str() as key, *below), at=Site() as at):
                if key not in METHODS:
                    yield AnswerRead(at.key, key, tuple(below), site, certain)
            case MemberOf(object=inner, key=str() as key) if key not in METHODS:
                call = _fetched(inner)
                if call is not None:
                    yield AnswerRead(call, key, (), site, certain)


def _fetched(value: Value) -> tuple[str, int, int] | None:
    """The `fetch` whose JSON a value is."""
    for one in options(value):
        if (
            isinstance(one, Called)
            and isinstance(one.callee, MemberOf)
            and one.callee.key == "json"
            and isinstance(one.callee.object, Called)
            and one.callee.object.callee == Global("fetch")
            and one.callee.object.at is not None
        ):
            return one.callee.object.at.key
    return None
