"""The types that `supabase gen types typescript` writes: a third witness of the schema, made from a running database.

https://supabase.com/docs/guides/api/rest/generating-types
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from analyzer.facts.typescript import DeclareType, Module
from analyzer.source import Span

ObjectType = dict[str, "str | ObjectType"]

_KEY = re.compile(r"""\s*(?:readonly\s+)?(?:"([^"]*)"|'([^']*)'|([\w$]+)|\[[^\]]*\])\s*(\?)?\s*:\s*""")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_MORE = re.compile(r"\s*[|&]")
_RELATED = re.compile(r'(?:referencedRelation|foreignKeyName):\s*"([^"]+)"')
_NAME = "Database"


@dataclass(frozen=True, slots=True)
class GeneratedTable:
    """A table or view; `columns` gives the TypeScript type of each column of a row."""

    name: str
    columns: Mapping[str, str]
    required: frozenset[str]  # columns that an insert has to give
    related: frozenset[str]  # the relations and the foreign keys that can be embedded
    view: bool


@dataclass(frozen=True, slots=True)
class GeneratedSchema:
    tables: Mapping[str, GeneratedTable] = field(default_factory=dict)
    functions: Mapping[str, frozenset[str]] = field(default_factory=dict)  # with the names of all arguments
    enums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GeneratedTypes:
    """What one module says; `span` is the name of its type `Database`."""

    span: Span
    schemas: Mapping[str, GeneratedSchema]


def generated(module: Module) -> GeneratedTypes | None:
    """The schemas that a module's type `Database` describes, if it has one that looks generated."""
    for statement in module.body:
        if not (isinstance(statement, DeclareType) and statement.name == _NAME and statement.members):
            continue
        schemas = {}
        for member in statement.members:
            if "Tables" in member.type and "Row" in member.type:
                described = _object(_COMMENT.sub("", member.type))
                if described is not None:
                    schemas[member.name] = _schema(described)
        if schemas:
            return GeneratedTypes(module.lines.span(statement.start, statement.start + 1), schemas)
    return None


def _schema(described: ObjectType) -> GeneratedSchema:
    tables: dict[str, GeneratedTable] = {}
    for kind in ("Tables", "Views"):
        for name, parts in _objects(described.get(kind)):
            row, insert = parts.get("Row"), parts.get("Insert")
            if isinstance(row, dict):
                required = {key for key in insert if not key.endswith("?")} if isinstance(insert, dict) else set()
                columns = {key.removesuffix("?"): _text(value) for key, value in row.items()}
                related = frozenset(_RELATED.findall(_text(parts.get("Relationships", ""))))
                tables.setdefault(name, GeneratedTable(name, columns, frozenset(required), related, kind == "Views"))
    functions = {}
    every = described.get("Functions")
    for name, value in every.items() if isinstance(every, dict) else ():
        functions[name] = frozenset(re.findall(r"(\w+)\??:", _text(value))) - {"Args", "Returns"}
    enums = {}
    labels = described.get("Enums")
    for name, value in labels.items() if isinstance(labels, dict) else ():
        enums[name] = tuple(re.findall(r'"([^"]*)"', _text(value)))
    return GeneratedSchema(tables, functions, enums)


def _objects(value: str | ObjectType | None) -> list[tuple[str, ObjectType]]:
    return [(key, one) for key, one in value.items() if isinstance(one, dict)] if isinstance(value, dict) else []


def _text(value: str | ObjectType) -> str:
    if isinstance(value, str):
        return value
    return "{ " + "; ".join(f"{key}: {_text(one)}" for key, one in value.items()) + " }"


def _object(text: str) -> ObjectType | None:
    """The members of an object type; the key of an optional one ends in `?`. None: it is written differently."""
    found, position = _object_at(text, _skip(text, 0))
    return found if position else None


def _object_at(text: str, position: int) -> tuple[ObjectType, int]:
    """An object type from its brace, and where it ends; 0 where there is none."""
    found: ObjectType = {}
    if not text.startswith("{", position):
        return found, 0
    position += 1
    while True:
        position = _skip(text, position)
        if text.startswith("}", position):
            return found, position + 1
        key = _KEY.match(text, position)
        if key is None:
            return found, 0
        value, position = _type_at(text, key.end())
        if not position:
            return found, 0
        name = next((one for one in key.groups()[:3] if one is not None), None)
        if name is not None:
            found[name + (key[4] or "")] = value


def _type_at(text: str, position: int) -> tuple[str | ObjectType, int]:
    """A type from its first character, and where it ends: at a `;`, a `,`, a brace, or a line that does not go on."""
    begin = position
    if text.startswith("{", position):
        inner, end = _object_at(text, position)
        if end and not re.match(r"\s*[\[|&]", text[end : end + 200]):
            return inner, end
    depth = 0
    quote = ""
    while position < len(text):
        char = text[position]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'`":
            quote = char
        elif char in "{[(<":
            depth += 1
        elif char in "}])>" and not (char == ">" and text[position - 1] == "="):
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and (char in ";," or (char == "\n" and _ends(text, begin, position))):
            break
        position += 1
    return text[begin:position].strip(), position


def _ends(text: str, begin: int, position: int) -> bool:
    """Whether a type ends with the line, rather than going on in the next one."""
    written = text[begin:position].rstrip()
    return bool(written) and not written.endswith(("|", "&", ":", "=>")) and not _MORE.match(text, position)


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n;,":
        position += 1
    return position
