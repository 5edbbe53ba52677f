"""The description of the settings -> `docs/settings.md`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.report.links import SETTINGS_SCHEMA
from analyzer.settings_keys import KEYS, Choice, Key, Shape, Table

ABOUT = f"""\
# Settings

`supalint.toml`, at the root of the repository. Every key is optional; `supalint init` writes a file that shows them all
in comments. An unknown key is an error that names the nearest one. For completion in an editor, begin the file with

    #:schema {SETTINGS_SCHEMA}

A command-line option of the same name wins over the file. Rules are named by id, by area, or as `default` or `all`.
"""
_KINDS = {
    "texts": "texts",
    "globs": "path patterns",
    "rules": "rules",
    "groups": "groups of texts",
    "text": "a text",
    "pattern": "a regular expression",
    "number": "a whole number",
    "flag": "true or false",
    "scalars": "values by name",
    "words": "texts by name",
    "flags": "true or false by name",
    "lists": "lists of texts by name",
    "commands": "`select`, `insert`, `update`, `delete`",
    "severities": "severities by rule or area",
    "rule-tables": "a table for each rule",
}


def settings_page() -> str:
    """The page, as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield ABOUT
    yield from _table(key for key in KEYS if not isinstance(key.shape, Table) and key.shape != "rule-tables")
    for key in KEYS:
        if isinstance(key.shape, Table):
            yield from _section(key.name, key, key.shape, "##")
        elif key.shape == "rule-tables":
            yield f"## `[{key.name}.<id>]`\n\n{_sentence(key.meaning)}\n\n```toml"
            yield f'[{key.name}.env-unused]\nseverity = "warning"\n```\n'


def _section(name: str, key: Key, shape: Table, marks: str) -> Iterator[str]:
    """A table's heading and keys, then those of the tables in it."""
    yield f"{marks} `{f'[[{name}]]' if shape.many else f'[{name}]'}`\n\n{_sentence(key.meaning)}\n"
    plain = [inner for inner in shape.keys if not isinstance(inner.shape, Table)]
    if plain:
        yield from _table(plain)
    for inner in shape.keys:
        if isinstance(inner.shape, Table):
            yield from _section(f"{name}.{inner.name}", inner, inner.shape, f"{marks}#")


def _table(keys: Iterable[Key]) -> Iterator[str]:
    yield "| key | takes | meaning | example |\n| --- | --- | --- | --- |"
    for key in keys:
        needed = ", needed" if key.needed else ""
        yield f"| `{key.name}` | {_kind(key.shape)}{needed} | {key.meaning} | `{key.example}` |".replace(" `` ", " ")
    yield ""


def _kind(shape: Shape) -> str:
    if isinstance(shape, Choice):
        return " or ".join(f"`{word}`" for word in shape.words)
    return "a table" if isinstance(shape, Table) else _KINDS[shape]


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
