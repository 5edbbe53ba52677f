"""Finding relations and other objects by the names that statements give."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.database.builtin import builtin
from analyzer.database.model import AnyObject, Function, Index, Relation
from analyzer.database.names import quoted
from analyzer.database.rejected import Rejected
from analyzer.database.state import State
from analyzer.database.types import schema_exists
from analyzer.facts.sql_query import QualifiedName

_PART = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^\s."]+))\s*(\.|\Z)')


def find_class(state: State, name: QualifiedName) -> Relation | Index | None:
    """The relation or index that the name means, or None."""
    schema = name.schema
    if schema is not None:
        if schema in _TEMPORARY:
            schema = "pg_temp"
        oid = state.names.get(("class", schema, name.name))
        return _class(state, oid)
    for place in state.search_path:
        oid = state.names.get(("class", place, name.name))
        if oid is not None:
            return _class(state, oid)
    return None


_TEMPORARY = ("pg_temp",)


def _class(state: State, oid: int | None) -> Relation | Index | None:
    found = state.objects.get(oid) if oid is not None else None
    return found if isinstance(found, Relation | Index) else None


def is_catalogue(state: State, name: QualifiedName) -> bool:
    """Whether the name means a table or view of pg_catalog or information_schema."""
    schema = name.schema
    if schema is not None:
        return (schema, name.name) in builtin().relations
    return ("pg_catalog", name.name) in builtin().relations


def missing_relation(state: State, name: QualifiedName) -> Rejected:
    """That there is no such relation, or not even its schema.

    Queries and most commands say 42P01 even where the schema is missing.
    """
    shown = str(name)
    return Rejected("42P01", f'relation "{shown}" does not exist', name, subject=shown)


def relation(state: State, name: QualifiedName, kinds: Sequence[str] = ()) -> Relation:
    """The relation that the name means.

    Raises:
        Rejected: there is none, or it is of another kind.
    """
    found = find_class(state, name)
    if found is None:
        if name.schema is not None and not schema_exists(state, name.schema):
            raise Rejected("3F000", f'schema "{name.schema}" does not exist', name, subject=name.schema)
        raise missing_relation(state, name)
    if isinstance(found, Index) or (kinds and found.kind not in kinds):
        what = "table" if not kinds else kinds[0]
        article = "an" if what[0] in "aeiou" else "a"
        raise Rejected("42809", f'"{found.name}" is not {article} {what}', name)
    return found


def class_from_text(state: State, text: str) -> Relation | Index | None:
    """The relation that a text names, as `to_regclass` and `::regclass` read it."""
    parts = name_parts(text)
    if not parts:
        return None
    if len(parts) > 1:
        oid = state.names.get(("class", parts[-2], parts[-1]))
        return _class(state, oid)
    for place in state.search_path:
        oid = state.names.get(("class", place, parts[0]))
        if oid is not None:
            return _class(state, oid)
    return None


def name_parts(text: str) -> list[str]:
    """The parts of a qualified name as text, folded; empty where it is none."""
    found: list[str] = []
    position = 0
    while True:
        match = _PART.match(text, position)
        if match is None:
            return []
        found.append(match[1].replace('""', '"') if match[1] is not None else match[2].lower())
        position = match.end()
        if match[3] != ".":
            return found


def creation_schema(state: State, name: QualifiedName) -> str:
    """The schema that a new object of this name goes into.

    Raises:
        Rejected: it does not exist.
    """
    schema = name.schema
    if schema is None:
        found = state.creation_schema
        if found is None:
            raise Rejected("3F000", "no schema has been selected to create in", name)
        return found
    if schema in ("pg_temp",):
        return schema
    if not schema_exists(state, schema):
        raise Rejected("3F000", f'schema "{schema}" does not exist', name, subject=schema)
    return schema


def title(state: State, obj: AnyObject) -> str:
    """The object as messages name it: `table orders`, `policy "a" on table orders`."""
    from analyzer.database.descriptions import described

    return described(state, obj.oid)


def visible(state: State, schema: str, name: str) -> str:
    """The name as messages show it: with its schema only where the search path does not find it."""
    for place in state.search_path:
        if place == schema:
            return quoted(name)
        if ("class", place, name) in state.names:
            break
    return f"{quoted(schema)}.{quoted(name)}"


def function_named(state: State, schema: str | None, name: str) -> list[Function]:
    """All functions of this name, in the order of the search path."""
    places = (schema,) if schema is not None else ("pg_catalog", *state.search_path)
    return [state.get(oid, Function) for place in places for oid in state.functions.get((place, name), ())]
