"""What is wrong with the content of a `supalint.toml`: unknown keys, wrong types, rules that do not exist."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal

from analyzer.finding import SEVERITIES
from analyzer.rule import Rule
from analyzer.settings import OptionValue
from analyzer.settings_keys import KEYS, SELECTIONS, Choice, Key, Shape, Table
from analyzer.settings_places import TomlPath

COMMANDS = ("select", "insert", "update", "delete")

Toml = str | int | float | bool | object | list["Toml"] | dict[str, "Toml"]


def mistakes(content: Mapping[str, Toml], rules: Iterable[Rule]) -> Iterator[tuple[TomlPath, str]]:
    """Every mistake in a settings file, with the place of the key at fault."""
    return _Checker({rule.id: rule for rule in rules}).table(content, KEYS, ())


def unknown_rule(name: str, rules: Iterable[Rule], *, words: Collection[str] = SELECTIONS) -> str | None:
    """What is wrong with `name` as a rule id, an area or one of `words`; None if nothing is."""
    known = {*words}
    for rule in rules:
        known |= {rule.id, rule.area}
    return None if name in known else f"there is no rule or area `{name}`{nearest(name, known)}"


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` for the nearest of `known`, or nothing."""
    candidates = sorted(known)
    by_folded = {candidate.lower().replace("_", "-"): candidate for candidate in candidates}
    folded = name.lower().replace("_", "-")
    found = difflib.get_close_matches(folded, by_folded, n=1, cutoff=0.6)
    if not found:
        longer = [key for key in by_folded if folded and (key.startswith(folded) or key.endswith(f"-{folded}"))]
        found = longer[:1]
    return f"; did you mean `{by_folded[found[0]]}`?" if found else ""


class _Checker:
    """Yields every mistake with its place; knows the rules."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self.rules = rules

    def table(self, content: Mapping[str, Toml], keys: tuple[Key, ...], at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
        known = {key.name: key for key in keys}
        for name, value in content.items():
            if name in known:
                yield from self.value(value, known[name].shape, (*at, name))
            else:
                yield (*at, name), f"unknown key `{_dotted((*at, name))}`{self._suggestion(name, known, at)}"
        for key in keys:
            if key.needed and key.name not in content:
                yield at, f"`{_dotted(at)}` needs `{key.name}`: {key.meaning}"

    @staticmethod
    def _suggestion(name: str, known: Mapping[str, Key], at: TomlPath) -> str:
        if found := nearest(name, known):
            return found
        nested = {
            inner.name: f"{key.name}.{inner.name}"
            for key in KEYS
            if isinstance(key.shape, Table)
            for inner in key.shape.keys
        }
        if not at and (found := nearest(name, nested)):
            inner = found.partition("`")[2].partition("`")[0]
            return f"; did you mean `{nested[inner]}`?"
        return f"; expected one of {_listed(known)}"

    def value(self, value: Toml, shape: Shape, at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
        match shape:
            case Choice(words):
                yield from self._choice(value, words, at)
            case Table(keys, many):
                yield from self._tables(value, keys, at) if many else self._table(value, keys, at)
            case "texts" | "globs":
                yield from _texts(value, at)
            case "rules":
                yield from self._rule_names(value, at)
            case "groups":
                yield from _groups(value, at)
            case "commands":
                yield from _commands(value, at)
            case "text" | "pattern" | "number" | "flag":
                yield from _plain(value, shape, at)
            case "scalars" | "words" | "flags":
                yield from _named(value, shape, at)
            case "lists":
                yield from _lists(value, at)
            case "severities":
                yield from self._severities(value, at)
            case "rule-tables":
                yield from self._rule_tables(value, at)

    def _table(self, value: Toml, keys: tuple[Key, ...], at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
        if isinstance(value, dict):
            yield from self.table(value, keys, at)
        else:
            yield at, _wrong(at, "a table", value)

    def _tables(self, value: Toml, keys: tuple[Key, ...], at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
        if not isinstance(value, list):
            yield at, _wrong(at, f"an array of tables, written `[[{_dotted(at)}]]`", value)
            return
        for index, item in enumerate(value):
            yield from self._table(item, keys, (*at, index))

    @staticmethod
    def _choice(value: Toml, words: tuple[str, ...], at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
        if not isinstance(value, str) or value not in words:
            hint = nearest(value, words) if isinstance(value, str) else ""
            yield at, f"`{_dotted(at)}` must be one of {_listed(words)}, not {_shown(value)}{hint}"

    def _rule_names(self, value: Toml, at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
        yield from _texts(value, at)
        for index, name in enumerate(value if isinstance(value, list) else ()):
            if isinstance(name, str) and (wrong := unknown_rule(name, self.rules.values())):
                yield (*at, index), f"`{_dotted(at)}`: {wrong}"

    def _severities(self, value: Toml, at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
        if not isinstance(value, dict):
            yield at, _wrong(at, "a table of severities by rule or area", value)
            return
        for name, severity in value.items():
            if wrong := unknown_rule(name, self.rules.values(), words=()):
                yield (*at, name), f"`{_dotted(at)}`: {wrong}"
            yield from self._choice(severity, SEVERITIES, (*at, name))

    def _rule_tables(self, value: Toml, at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
        if not isinstance(value, dict):
            yield at, _wrong(at, "a table of rules", value)
            return
        for name, settings in value.items():
            here = (*at, name)
            if name not in self.rules:
                yield here, f"there is no rule `{name}`{nearest(name, self.rules)}"
            elif not isinstance(settings, dict):
                yield here, _wrong(here, "a table with `severity` and the rule's options", settings)
            else:
                yield from self._rule_table(self.rules[name], settings, here)

    def _rule_table(self, rule: Rule, content: Mapping[str, Toml], at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
        defaults = {name.replace("_", "-"): declared.default for name, declared in rule.options().items()}
        for name, value in content.items():
            here = (*at, name)
            if name == "severity":
                yield from self._choice(value, SEVERITIES, here)
            elif name not in defaults:
                hint = nearest(name, ["severity", *defaults]) or f"; it has {_listed(['severity', *sorted(defaults)])}"
                yield here, f"the rule `{rule.id}` has no option `{name}`{hint}"
            else:
                yield from _option(value, defaults[name], here)


def _option(value: Toml, default: OptionValue, at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
    match default:
        case bool():
            right, expected = isinstance(value, bool), "true or false"
        case int():
            right, expected = isinstance(value, int) and not isinstance(value, bool), "a whole number"
        case float():
            right, expected = isinstance(value, (int, float)) and not isinstance(value, bool), "a number"
        case str():
            right, expected = isinstance(value, str), "a string"
        case tuple():
            yield from _texts(value, at)
            return
    if not right:
        yield at, _wrong(at, expected, value)


def _texts(value: Toml, at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
    if not isinstance(value, list):
        yield at, _wrong(at, "an array of strings", value)
        return
    for index, item in enumerate(value):
        if not isinstance(item, str):
            yield (*at, index), f"`{_dotted(at)}` must hold strings, not {_shown(item)}"
        elif not item:
            yield (*at, index), f"`{_dotted(at)}` holds an empty string"


def _commands(value: Toml, at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
    yield from _texts(value, at)
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, str) and item not in COMMANDS:
            yield (
                (*at, index),
                f"`{_dotted(at)}` must hold {_listed(COMMANDS)}, not {_shown(item)}{nearest(item, COMMANDS)}",
            )


def _plain(
    value: Toml, shape: Literal["text", "pattern", "number", "flag"], at: TomlPath
) -> Iterator[tuple[TomlPath, str]]:
    kinds: dict[str, tuple[type, str]] = {
        "text": (str, "a string"),
        "pattern": (str, "a string: a regular expression"),
        "number": (int, "a whole number"),
        "flag": (bool, "true or false"),
    }
    kind, expected = kinds[shape]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield at, _wrong(at, expected, value)
    elif value == "":
        yield at, f"`{_dotted(at)}` is empty"
    elif shape == "pattern" and isinstance(value, str):
        try:
            re.compile(value)
        except (re.error, RecursionError, OverflowError) as error:
            yield at, f"`{_dotted(at)}` is no regular expression: {error}"


def _named(value: Toml, shape: Literal["scalars", "words", "flags"], at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
    kinds: dict[str, tuple[tuple[type, ...], str]] = {
        "scalars": ((str, int, float, bool), "strings, numbers, true or false"),
        "words": ((str,), "strings"),
        "flags": ((bool,), "true or false"),
    }
    allowed, expected = kinds[shape]
    if not isinstance(value, dict):
        yield at, _wrong(at, f"a table of {expected}", value)
        return
    for name, item in value.items():
        if not isinstance(item, allowed):
            yield (*at, name), f"`{_dotted(at)}` must hold {expected}, not {_shown(item)}"


def _lists(value: Toml, at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
    if not isinstance(value, dict):
        yield at, _wrong(at, "a table of arrays of strings", value)
        return
    for name, item in value.items():
        yield from _texts(item, (*at, name))


def _groups(value: Toml, at: TomlPath) -> Iterator[tuple[TomlPath, str]]:
    if not isinstance(value, list):
        yield at, _wrong(at, 'an array of groups such as `[["A", "B"]]`', value)
        return
    for index, group in enumerate(value):
        here = (*at, index)
        if not isinstance(group, list):
            yield here, f'`{_dotted(at)}` must hold groups such as `["A", "B"]`, not {_shown(group)}'
        elif len(group) < 2:
            yield here, f"a group of `{_dotted(at)}` must hold at least two names"
        else:
            yield from ((here, message) for _, message in _texts(group, at))


def _wrong(at: TomlPath, expected: str, value: Toml) -> str:
    return f"`{_dotted(at)}` must be {expected}, not {_shown(value)}"


def _shown(value: Toml) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"' if len(value) <= 40 else "a string"
        case int() | float():
            return f"the number {value}"
        case list():
            return "an array"
        case dict():
            return "a table"
    return "a date or time"


def _dotted(at: TomlPath) -> str:
    return ".".join(part for part in at if isinstance(part, str))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
