"""One file -> its facts, with the findings of the rules that need no other file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from analyzer.facts.config import ConfigFact
from analyzer.facts.sql import SqlFile
from analyzer.facts.typescript import Module
from analyzer.finding import Finding, Unknown, Unparsed
from analyzer.layout import FileKind, Placement
from analyzer.outcome import Failure
from analyzer.platform import FUNCTION_URL
from analyzer.rule import Result, Rule, SqlRule, TextRule, TypeScriptRule
from analyzer.source import Lines, Source
from analyzer.suppress import Suppression, suppressions

SQL_KINDS: frozenset[FileKind] = frozenset({"migration", "migration-ignored", "seed", "schema", "roles", "sql"})
CODE_KINDS: frozenset[FileKind] = frozenset({"function", "shared", "test", "frontend", "types"})
# What declares variables or speaks of them rather than uses them. What scripts and workflows read is among their facts.
_DECLARING: frozenset[FileKind] = frozenset({"env", "document", "config", "settings", "script", "workflow", *SQL_KINDS})
_CAPITALS = re.compile(r"[A-Z0-9_]{3,}")
_VIEWS = (".tsx", ".jsx")
# What any rule about the front end begins with. A third to a half of a front end's views have none of it.
_SPEAKS = re.compile(
    r"supabase|stripe|fetch|axios|\benv\b|price_|html|rout|redirect|random|session|auth|password|token|secret"
    r"|export\s*(?:\*|\{[^}]*\}\s*from)",
    re.IGNORECASE,
)


class Examined(msgspec.Struct, frozen=True):
    """All that survives of a file: its syntax tree does not."""

    path: str
    placement: Placement
    facts: Facts
    findings: tuple[Finding, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    unparsed: tuple[Unparsed, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    failures: tuple[Failure, ...] = ()
    names: tuple[str, ...] = ()  # in capitals with an underscore, as variables are called, or parts of such names
    addressed: tuple[str, ...] = ()  # the edge functions whose address stands in the text


class Facts(msgspec.Struct, frozen=True):
    """What a file says, by the language it says it in."""

    module: Module | None = None
    sql: SqlFile | None = None
    config: ConfigFact | None = None


def examine(source: Source, placement: Placement, rules: Sequence[Rule]) -> Examined:
    """Reads `source` as what `placement` says it is. Never raises: what fails is named in the result."""
    failures: list[Failure] = []
    try:
        facts = _facts(source, placement.kind)
    except Exception as error:  # a file that cannot be read must not take the others with it
        failures.append(Failure.of("reading", source.path, error))
        facts = Facts()
    lines = facts.sql.lines if facts.sql else facts.module.lines if facts.module else Lines.of(source)
    findings: list[Finding] = []
    unknowns: list[Unknown] = []
    for rule in rules:
        try:
            for result in _results(rule, source, lines, facts):
                (findings if isinstance(result, Finding) else unknowns).append(result)  # type: ignore[arg-type]
        except Exception as error:  # a rule that raises loses only itself
            failures.append(Failure.of(f"rule {rule.id}", source.path, error))
    return Examined(
        source.path,
        placement,
        facts,
        tuple(findings),
        tuple(unknowns),
        tuple(_unparsed(facts)),
        suppressions(source),
        tuple(failures),
        _names(source.text) if placement.kind not in _DECLARING else (),
        tuple(sorted({match["path"] or match["host"] for match in FUNCTION_URL.finditer(source.text)})),
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(sorted({name for name in _CAPITALS.findall(text) if "_" in name}))


def _facts(source: Source, kind: FileKind) -> Facts:
    # Each language's parser is imported by the first file that needs it: a start costs only what is used.
    if kind in CODE_KINDS:
        from analyzer.typescript.blocks import COMPONENT_SUFFIXES, script
        from analyzer.typescript.parse import parse as parse_typescript
        from analyzer.typescript.parse import skim

        if kind == "frontend" and source.path.endswith(_VIEWS) and not _SPEAKS.search(source.text):
            return Facts(module=skim(source))
        return Facts(module=parse_typescript(script(source) if source.path.endswith(COMPONENT_SUFFIXES) else source))
    if kind in SQL_KINDS or (kind == "test" and source.path.endswith(".sql")):
        from analyzer.sql.parse import parse as parse_sql

        return Facts(sql=parse_sql(source))
    from analyzer.config.parse import parse as parse_config

    return Facts(config=parse_config(source, kind))


def _results(rule: Rule, source: Source, lines: Lines, facts: Facts) -> Result:
    match rule:
        case TextRule():
            yield from rule.check(source, lines)
        case TypeScriptRule() if facts.module is not None:
            yield from rule.check(facts.module)
        case SqlRule() if facts.sql is not None:
            yield from rule.check(facts.sql)


def _unparsed(facts: Facts) -> Iterator[Unparsed]:
    if facts.module is not None:
        for skipped in facts.module.skipped:
            yield Unparsed(facts.module.lines.span(skipped.start, skipped.end), skipped.why)
        for problem in facts.module.problems:
            yield Unparsed(facts.module.lines.span(problem.start, problem.end), problem.message)
    if facts.sql is not None:
        for error in facts.sql.errors:
            yield Unparsed(facts.sql.lines.span(error.start, error.end), error.message)
    problem_of_file = getattr(facts.config, "problem", None)
    if problem_of_file is not None:
        yield Unparsed(problem_of_file.span, problem_of_file.message)
