"""A TOML file -> its entries with their places: values as tomli reads them, places from tree-sitter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import tomli
import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from analyzer.config.places import Places
from analyzer.facts.config import Entry, Problem, Scalar, Section, Toml, Value, ValueKind
from analyzer.source import Source

_KINDS: dict[str, ValueKind] = {
    "string": "string",
    "integer": "integer",
    "float": "float",
    "boolean": "boolean",
    "array": "array",
    "inline_table": "table",
}
_KEYS = ("bare_key", "quoted_key", "dotted_key")
_DEEPEST = 64  # nested arrays and tables; the CLI's own files nest two
_TUPLE = re.compile(r"\('([^()]*)'(?:,)?\)")
_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_toml.language()))


def toml(source: Source) -> Toml:
    """The facts of a TOML file."""
    places = Places.of(source)
    entries: list[Entry] = []
    sections: list[Section] = []
    counts: dict[tuple[str, ...], int] = {}
    for node in _parser().parse(places.data).root_node.named_children:
        if node.type == "pair":
            entries.extend(_pair(node, (), places, 0))
        elif node.type in ("table", "table_array_element"):
            _table(node, places, entries, sections, counts)
        elif node.type == "ERROR":
            entries.extend(_salvaged(node, (), places))
    end = places.characters(len(source.text), len(source.text))
    return Toml(source.path, tuple(entries), tuple(sections), end, _problem(source.text, places))


def _table(
    node: Node, places: Places, entries: list[Entry], sections: list[Section], counts: dict[tuple[str, ...], int]
) -> None:
    children = node.children
    path: tuple[str, ...] = ()
    heading_end = node.start_byte
    last = node.start_byte
    for child in children:
        if child.type in _KEYS and not path:
            path = tuple(_key(child))
        elif child.type in ("]", "]]"):
            heading_end = last = child.end_byte
            if node.type == "table_array_element":
                index = counts.get(path, 0)
                counts[path] = index + 1
                path = (*path, str(index))
        elif child.type == "pair":
            entries.extend(_pair(child, path, places, 0))
            last = child.end_byte
        elif child.type == "ERROR":
            entries.extend(_salvaged(child, path, places))
    if path:
        line_end = places.text.find("\n", places.character(last))
        line_end = len(places.text) if line_end == -1 else line_end
        if places.text[line_end - 1 : line_end] == "\r":
            line_end -= 1
        end = places.characters(line_end, line_end)
        sections.append(Section(path, places.span(node.start_byte, heading_end), end))


def _pair(node: Node, prefix: tuple[str, ...], places: Places, depth: int) -> Iterator[Entry]:
    named = [child for child in node.named_children if child.type != "comment"]
    if len(named) < 2 or named[0].type not in _KEYS:
        return
    keys = list(_key(named[0]))
    last = named[0].named_children[-1] if named[0].type == "dotted_key" else named[0]
    path = (*prefix, *keys)
    yield Entry(path, places.span(last.start_byte, last.end_byte), _value(named[1], places, depth))
    yield from _inner(named[1], path, places, depth)


def _inner(node: Node, path: tuple[str, ...], places: Places, depth: int) -> Iterator[Entry]:
    """The entries of inline tables, also of those in an array."""
    if depth >= _DEEPEST:
        return
    if node.type == "inline_table":
        for child in node.named_children:
            if child.type == "pair":
                yield from _pair(child, path, places, depth + 1)
    elif node.type == "array":
        index = 0
        for child in node.named_children:
            if child.type == "comment":
                continue
            if child.type in ("inline_table", "array"):
                yield from _inner(child, (*path, str(index)), places, depth + 1)
            index += 1


def _salvaged(node: Node, prefix: tuple[str, ...], places: Places) -> Iterator[Entry]:
    """What an unreadable stretch still holds: whole pairs, and keys without a value."""
    key: Node | None = None
    for child in node.named_children:
        if child.type == "pair":
            yield from _pair(child, prefix, places, 0)
        elif child.type in _KEYS:
            key = child
    if key is not None and not any(child.type == "pair" for child in node.named_children):
        end = places.span(node.end_byte, node.end_byte)
        yield Entry((*prefix, *_key(key)), places.span(key.start_byte, key.end_byte), Value("invalid", None, end))


def _key(node: Node) -> Iterator[str]:
    pending = [node]
    while pending:
        current = pending.pop()
        if current.type == "dotted_key":
            pending.extend(reversed(current.named_children))
        else:
            text = _text(current)
            yield str(_scalar(text)) if current.type == "quoted_key" else text


def _value(node: Node, places: Places, depth: int) -> Value:
    span = places.span(node.start_byte, node.end_byte)
    kind = _KINDS.get(node.type, "datetime" if "date" in node.type or "time" in node.type else "invalid")
    if kind == "array":
        items = () if depth >= _DEEPEST else tuple(_items(node, places, depth + 1))
        return Value(kind, None, span, items)
    if kind == "table":
        return Value(kind, None, span)
    text = _text(node)
    scalar = text if kind == "datetime" else _scalar(text)
    return Value("invalid" if scalar is None else kind, scalar, span)


def _items(node: Node, places: Places, depth: int) -> Iterator[Value]:
    for child in node.named_children:
        if child.type not in ("comment", "ERROR"):
            yield _value(child, places, depth)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _scalar(text: str) -> Scalar:
    if text in ("true", "false"):
        return text == "true"
    if text[:1] in "\"'" and text[:1] * 3 != text[:3] and "\\" not in text and text[-1:] == text[:1] and len(text) > 1:
        return text[1:-1]
    try:
        value = tomli.loads(f"v = {text}")["v"]
    except (tomli.TOMLDecodeError, ValueError, RecursionError):
        return None
    return value if isinstance(value, (str, int, float, bool)) else text


def _problem(text: str, places: Places) -> Problem | None:
    try:
        tomli.loads(text)
    except (tomli.TOMLDecodeError, ValueError) as error:
        message = str(error)
        where = _WHERE.search(message)
        starts = places.lines.starts
        at = len(text)
        if where and where[1] and int(where[1]) <= len(starts):
            at = min(starts[int(where[1]) - 1] + int(where[2]) - 1, len(text))
        line_end = text.find("\n", at)
        stop = len(text) if line_end == -1 else line_end
        said = _TUPLE.sub(lambda names: f"`{names[1]}`".replace("', '", "."), _WHERE.sub("", message))
        return Problem(places.characters(at, max(at, stop)), said[:1].lower() + said[1:])
    except RecursionError:
        return Problem(places.characters(0, 0), "nested too deeply")
    return None
