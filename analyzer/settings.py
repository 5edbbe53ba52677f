"""What the user wants to be told: which rules run, how severe they are, and where."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from analyzer.finding import SEVERITIES, Finding, Severity
from analyzer.glob import matcher
from analyzer.rule import Rule

FILE_NAME = "supalint.toml"

OptionValue = bool | int | float | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Override:
    """Other settings for the paths that `paths` matches. An empty `select` selects everything."""

    paths: tuple[str, ...]
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)  # by rule id or area


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run: those of `supalint.toml`, with the command line's in their place.

    `select` and `ignore` hold rule ids and areas; `select` also the words `default` and `all`.
    """

    select: tuple[str, ...] = ("default",)
    ignore: tuple[str, ...] = ()
    fail_on: Severity = "error"
    min_severity: Severity = "note"
    exclude: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)  # by rule id
    options: Mapping[str, Mapping[str, OptionValue]] = field(default_factory=dict)  # by rule id, then option


def chosen(rules: Iterable[Rule], settings: Settings) -> tuple[Rule, ...]:
    """The rules that are to run, with their options set."""
    return tuple(_configured(rule, settings) for rule in rules if _runs(rule, settings))


def _runs(rule: Rule, settings: Settings) -> bool:
    if rule.id in settings.ignore or (rule.area in settings.ignore and rule.id not in settings.select):
        return False
    if rule.id in settings.select or "all" in settings.select:
        return True
    return rule.default and ("default" in settings.select or rule.area in settings.select)


def _configured(rule: Rule, settings: Settings) -> Rule:
    values = settings.options.get(rule.id)
    if not values:
        return rule
    configured = copy.copy(rule)
    declared = rule.options()
    for name, value in values.items():
        attribute = name.replace("-", "_")
        if isinstance(value, int) and isinstance(declared[attribute].default, float):
            value = float(value)  # TOML tells `1` from `1.0`, people do not
        setattr(configured, attribute, value)
    return configured


def judged(findings: Iterable[Finding], rules: Iterable[Rule], settings: Settings) -> Iterator[Finding]:
    """The findings that are to be reported, in order, each with the severity that the settings give it."""
    areas = {rule.id: rule.area for rule in rules}
    excluded = matcher(settings.exclude)
    overrides = [(matcher(override.paths), override) for override in settings.overrides]
    lowest = SEVERITIES.index(settings.min_severity)
    for finding in findings:
        path = finding.span.path
        if excluded(path):
            continue
        names = (finding.rule, areas.get(finding.rule, ""))
        severity = settings.severities.get(finding.rule, finding.severity)
        kept = True
        for matches, override in overrides:
            if not matches(path):
                continue
            severity = next((override.severities[name] for name in names if name in override.severities), severity)
            kept = kept and _is_reported(names, override)
        if kept and SEVERITIES.index(severity) <= lowest:
            yield finding if severity == finding.severity else _with_severity(finding, severity)


def _is_reported(names: tuple[str, str], override: Override) -> bool:
    rule_id, area = names
    if rule_id in override.ignore or "all" in override.ignore:
        return False
    if area in override.ignore and rule_id not in override.select:
        return False
    return not override.select or bool({"all", "default", rule_id, area} & set(override.select))


def _with_severity(finding: Finding, severity: Severity) -> Finding:
    return msgspec.structs.replace(finding, severity=severity)
