"""What a rule is: a mistake's name, its page, and a check that yields findings."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, Literal, TypeVar, cast

from analyzer.finding import Finding, Fix, Place, Severity, Unknown
from analyzer.source import Lines, Source, Span

if TYPE_CHECKING:
    from analyzer.facts.sql import SqlFile
    from analyzer.facts.typescript import Module
    from analyzer.project import Project
    from analyzer.suppress import SuppressionUse

Precision = Literal["very-high", "high", "medium", "low"]
T = TypeVar("T", bool, int, float, str, tuple[str, ...])


@dataclass(frozen=True, slots=True)
class Option(Generic[T]):
    """A setting of one rule: `[rules.<id>] name = value` in `supalint.toml`."""

    default: T
    meaning: str


def option(default: T, meaning: str) -> T:
    """Declares a rule's option as a class attribute; on an instance the attribute is the value that is set."""
    return cast("T", Option(default, meaning))


@dataclass(frozen=True, slots=True)
class Documentation:
    """A rule's page, from the docstring of its file."""

    title: str  # the first line: what is wrong, one sentence, without the full stop
    text: str  # the whole page as Markdown, the title not included


class Rule:
    """One kind of mistake. A subclass names its severity and implements `check`.

    `id` is the name of the rule's file, `area` its folder, `documentation` its module docstring. A rule holds
    no state: its attributes are constants and options. `error` is for mistakes with a witness: this role,
    this command, this request. A security rule has one severity, since GitHub keeps `security_severity` by rule.
    """

    severity: ClassVar[Severity] = "warning"
    default: ClassVar[bool] = True  # whether it runs unless it is selected by name
    precision: ClassVar[Precision] = "high"
    security_severity: ClassVar[float | None] = None  # 0.1 to 10, as CVSS; None: not a security rule
    cwe: ClassVar[tuple[int, ...]] = ()
    tracked_only: ClassVar[bool] = False  # whether it speaks of what the repository keeps: ignored files do not count
    splinter: ClassVar[str | None] = None  # the lint of Supabase's own linter that it corresponds to

    id: str
    area: str
    documentation: Documentation
    file: Path

    def __init__(self, rule_id: str, area: str, documentation: Documentation) -> None:
        self.id = rule_id
        self.area = area
        self.documentation = documentation
        self.file = Path(sys.modules[type(self).__module__].__file__ or "")
        for name, declared in self.options().items():
            setattr(self, name, declared.default)

    @classmethod
    def options(cls) -> dict[str, Option[bool] | Option[int] | Option[float] | Option[str] | Option[tuple[str, ...]]]:
        """The options that the rule declares, by name."""
        return {
            name: value
            for base in reversed(cls.__mro__)
            for name, value in vars(base).items()
            if isinstance(value, Option)
        }

    def finding(
        self,
        span: Span,
        message: str,
        *,
        subject: str = "",
        related: tuple[Place, ...] = (),
        flow: tuple[Place, ...] = (),
        fix: Fix | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """A finding of this rule; see `Finding` for the parts. `severity` where this case weighs more or less."""
        return Finding(self.id, severity or self.severity, span, message, subject, related, flow, fix)

    def unknown(self, span: Span, why: str) -> Unknown:
        """Says that the rule cannot decide at this place."""
        return Unknown(self.id, span, why)


Result = Iterator["Finding | Unknown"]


class TextRule(Rule):
    """Reads the text of every file, whatever its language."""

    def check(self, source: Source, lines: Lines) -> Result:
        raise NotImplementedError


class TypeScriptRule(Rule):
    """Reads one TypeScript or JavaScript module."""

    def check(self, module: Module) -> Result:
        raise NotImplementedError


class SqlRule(Rule):
    """Reads one SQL file."""

    def check(self, file: SqlFile) -> Result:
        raise NotImplementedError


class ProjectRule(Rule):
    """Reads the whole project: everything that needs more than one file."""

    def check(self, project: Project) -> Result:
        raise NotImplementedError


class ChangeRule(Rule):
    """Compares two states of a project: what a branch changes."""

    def check(self, base: Project, head: Project) -> Result:
        raise NotImplementedError


class SuppressionRule(Rule):
    """Judges one suppression comment after all other rules have run."""

    def check(self, suppression: SuppressionUse) -> Result:
        raise NotImplementedError
