"""The text of a `supalint.toml` -> settings and declarations, or everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import tomli

from analyzer.declared import Declared
from analyzer.expectations import LineOf, expectations
from analyzer.finding import SEVERITIES, Severity
from analyzer.rule import Rule
from analyzer.settings import OptionValue, Override, Settings
from analyzer.settings_check import Toml, mistakes
from analyzer.settings_places import line_of

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a settings file."""

    path: str
    line: int  # from 1
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class SettingsError(Exception):
    """A settings file, or an option of the command line, that cannot be used; holds every problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def load(file: Path, shown: str, rules: Collection[Rule]) -> tuple[Settings, Declared]:
    """The settings and declarations of `file`, which messages call `shown`.

    Raises:
        SettingsError: as `read`, or the file cannot be read.
    """
    try:
        text = file.read_bytes().decode("utf-8")
    except OSError as error:
        raise SettingsError([Problem(shown, 1, f"cannot be read: {error.strerror or error}")]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError([Problem(shown, line, "not valid TOML: the file is not UTF-8")]) from None
    return read(text, shown, rules)


def read(text: str, path: str, rules: Collection[Rule]) -> tuple[Settings, Declared]:
    """The settings and declarations of the file at `path` (for messages) with the given text.

    Raises:
        SettingsError: the file is not TOML, or has an unknown key, a wrong type or an unknown rule.
    """
    text = text.removeprefix("\ufeff")
    try:
        content: dict[str, Toml] = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise SettingsError([_syntax_problem(text, path, str(error))]) from None
    except RecursionError:
        raise SettingsError([Problem(path, 1, "arrays are nested too deeply")]) from None
    wrong = sorted((line_of(text, place), message) for place, message in mistakes(content, rules))
    if wrong:
        raise SettingsError(Problem(path, line, message) for line, message in dict.fromkeys(wrong))
    return _settings(content), _declared(content, partial(line_of, text))


def _syntax_problem(text: str, path: str, message: str) -> Problem:
    match = _PLACE.search(message)
    what = _PLACE.sub("", message)
    what = what[:1].lower() + what[1:]
    if match is not None and match[1]:
        return Problem(path, int(match[1]), f"not valid TOML: {what} (column {match[2]})")
    return Problem(path, text.count("\n") + 1, f"not valid TOML: {what}")


def _settings(content: Mapping[str, Toml]) -> Settings:
    """The settings in a file that is known to be right."""
    severities: dict[str, Severity] = {}
    options: dict[str, dict[str, OptionValue]] = {}
    for rule_id, table in _tables_of(content.get("rules")):
        for name, value in table.items():
            if name == "severity":
                severities[rule_id] = _severity(value)
            else:
                options.setdefault(rule_id, {})[name] = _option_value(value)
    overrides = content.get("overrides")
    return Settings(
        select=_words(content.get("select")) if "select" in content else Settings().select,
        ignore=_words(content.get("ignore")),
        fail_on=_severity(content.get("fail-on", "error")),
        min_severity=_severity(content.get("min-severity", "note")),
        exclude=_words(content.get("exclude")),
        overrides=tuple(_override(entry) for entry in overrides if isinstance(entry, dict))
        if isinstance(overrides, list)
        else (),
        severities=severities,
        options=options,
    )


def _override(entry: Mapping[str, Toml]) -> Override:
    severities = entry.get("severity")
    return Override(
        _words(entry.get("paths")),
        _words(entry.get("select")),
        _words(entry.get("ignore")),
        {name: _severity(value) for name, value in severities.items()} if isinstance(severities, dict) else {},
    )


def _declared(content: Mapping[str, Toml], line: LineOf) -> Declared:
    env, project = _table_of(content.get("env")), _table_of(content.get("project"))
    groups = env.get("aliases")
    return Declared(
        aliases=tuple(_words(group) for group in groups) if isinstance(groups, list) else (),
        provided=_words(env.get("provided")),
        public_tables=_words(project.get("public-tables")),
        append_only_tables=_words(project.get("append-only-tables")),
        external_writers=_words(project.get("external-writers")),
        entrypoints=_words(project.get("entrypoints")),
        reconcilers=_words(project.get("reconcilers")),
        expectations=expectations(content.get("expectations"), line),
    )


def _table_of(value: Toml) -> Mapping[str, Toml]:
    return value if isinstance(value, dict) else {}


def _tables_of(value: Toml) -> Iterator[tuple[str, Mapping[str, Toml]]]:
    for name, table in _table_of(value).items():
        yield name, _table_of(table)


def _words(value: Toml) -> tuple[str, ...]:
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()


def _severity(value: Toml) -> Severity:
    return next(severity for severity in SEVERITIES if severity == value)


def _option_value(value: Toml) -> OptionValue:
    if isinstance(value, list):
        return _words(value)
    assert isinstance(value, (bool, int, float, str))  # noqa: S101 - checked above
    return value
