"""The JSON Schema and the commented template of `supalint.toml`, from the description of its keys."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator

from analyzer.rule import Option, Rule
from analyzer.settings import OptionValue
from analyzer.settings_check import COMMANDS
from analyzer.settings_keys import KEYS, SELECTIONS, Choice, Key, Shape, Table

Json = None | str | int | float | bool | list["Json"] | dict[str, "Json"]

_TEXTS: dict[str, Json] = {"type": "array", "items": {"type": "string", "minLength": 1}}


def schema(rules: Iterable[Rule]) -> str:
    """The JSON Schema (draft 7, which editors' TOML extensions read), with every rule and its options."""
    by_id = {rule.id: rule for rule in rules}
    areas = sorted({rule.area for rule in by_id.values()})
    names: list[Json] = [*SELECTIONS, *areas, *sorted(by_id)]
    document: dict[str, Json] = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "supalint.toml",
        "description": "Settings of supalint, the static analyzer for Supabase projects",
        **_table(KEYS),
        "definitions": {
            "rule": {"type": "string", "enum": names},
            "severities": {
                "type": "object",
                "propertyNames": {"enum": [*areas, *sorted(by_id)]},
                "additionalProperties": {"enum": ["error", "warning", "note"]},
            },
            "rules": {
                "type": "object",
                "properties": {name: _rule(by_id[name]) for name in sorted(by_id)},
                "additionalProperties": False,
            },
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _table(keys: Iterable[Key]) -> dict[str, Json]:
    keys = tuple(keys)
    needed: list[Json] = [key.name for key in keys if key.needed]
    properties: dict[str, Json] = {
        key.name: {"description": key.meaning.replace("`", ""), **_shape(key.shape)} for key in keys
    }
    table: dict[str, Json] = {"type": "object", "properties": properties, "additionalProperties": False}
    return table | ({"required": needed} if needed else {})


def _shape(shape: Shape) -> dict[str, Json]:
    match shape:
        case Choice(words):
            return {"type": "string", "enum": list(words)}
        case Table(keys, many):
            return {"type": "array", "items": _table(keys)} if many else _table(keys)
        case "texts" | "globs":
            return _TEXTS
        case "rules":
            return {"type": "array", "items": {"$ref": "#/definitions/rule"}}
        case "text":
            return {"type": "string", "minLength": 1}
        case "pattern":
            return {"type": "string", "minLength": 1, "format": "regex"}
        case "number":
            return {"type": "integer"}
        case "flag":
            return {"type": "boolean"}
        case "scalars":
            return {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}
        case "words":
            return {"type": "object", "additionalProperties": {"type": "string"}}
        case "lists":
            return {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
        case "flags":
            return {"type": "object", "additionalProperties": {"type": "boolean"}}
        case "commands":
            return {"type": "array", "items": {"type": "string", "enum": list(COMMANDS)}}
        case "groups":
            return {"type": "array", "items": {**_TEXTS, "minItems": 2}}
        case "severities":
            return {"allOf": [{"$ref": "#/definitions/severities"}]}
        case "rule-tables":
            return {"allOf": [{"$ref": "#/definitions/rules"}]}


def _rule(rule: Rule) -> Json:
    properties: dict[str, Json] = {"severity": {"type": "string", "enum": ["error", "warning", "note"]}}
    for name, declared in rule.options().items():
        properties[name.replace("_", "-")] = _option(declared)
    return {
        "type": "object",
        "description": rule.documentation.title.replace("`", ""),
        "properties": properties,
        "additionalProperties": False,
    }


def _option(declared: Option[bool] | Option[int] | Option[float] | Option[str] | Option[tuple[str, ...]]) -> Json:
    default: OptionValue = declared.default
    described: dict[str, Json] = {"description": declared.meaning.replace("`", "")}
    match default:
        case bool():
            described |= {"type": "boolean"}
        case int():
            described |= {"type": "integer"}
        case float():
            described |= {"type": "number"}
        case str():
            described |= {"type": "string"}
        case tuple():
            return {**described, **_TEXTS, "default": list(default)}
    return {**described, "default": default}


def template() -> str:
    """A `supalint.toml` that sets nothing and shows every key in a comment."""
    return "\n".join(_template()).rstrip("\n") + "\n"


def _template() -> Iterator[str]:
    yield "# Settings of supalint. Every key is optional; remove the `#` in front of what you need."
    yield ""
    for key in KEYS:
        match key.shape:
            case Table(keys, many):
                yield from _comment(key.meaning)
                yield f"# [[{key.name}]]" if many else f"[{key.name}]"
                yield from _template_of(keys, key.name)
                yield ""
            case "rule-tables":
                yield from _comment(key.meaning)
                yield f"# [{key.name}.RULE]"
                yield '# severity = "note"'
            case _:
                yield from _comment(key.meaning)
                yield f"# {key.name} = {key.example}"
                yield ""


def _template_of(keys: Iterable[Key], name: str) -> Iterator[str]:
    """The keys of a table: plain ones first, since those behind a heading would belong to that."""
    for inner in keys:
        if not isinstance(inner.shape, Table):
            yield from _comment(inner.meaning)
            yield f"# {inner.name} = {inner.example}"
    for inner in keys:
        if isinstance(inner.shape, Table):
            heading = f"{name}.{inner.name}"
            yield from _comment(inner.meaning)
            yield f"# [[{heading}]]" if inner.shape.many else f"# [{heading}]"
            yield from _template_of(inner.shape.keys, heading)


def _comment(meaning: str) -> Iterator[str]:
    for line in textwrap.wrap(meaning, 100):
        yield f"## {line}"
