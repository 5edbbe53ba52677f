"""A YAML file -> its values with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import tree_sitter_yaml
from tree_sitter import Language, Node, Parser

from analyzer.config.places import Places
from analyzer.source import Span

_DEEPEST = 60  # nested blocks; workflows nest six
# tree-sitter-yaml 0.7.2 overruns its buffer, and ends the process, at 254 open blocks; a column can hold two.
_MOST_OPEN = 100
_INDICATORS = re.compile(r"[ \t]*((?:[-?:][ \t]+)*)(\S?)")
_SCALARS = ("plain_scalar", "single_quote_scalar", "double_quote_scalar", "block_scalar")
_ESCAPE = re.compile(r"\\(\r?\n[ \t]*|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", " ": " "}


@dataclass(frozen=True, slots=True)
class Yaml:
    """A value. `offsets` are where the characters of a scalar's `text` stand in the file."""

    kind: Literal["scalar", "mapping", "sequence", "null"]
    span: Span
    text: str = ""
    offsets: tuple[int, ...] = ()
    pairs: tuple[tuple[Yaml, Yaml], ...] = field(default=())
    items: tuple[Yaml, ...] = ()

    def get(self, name: str) -> Yaml | None:
        """The value of the key `name` of a mapping."""
        return next((value for key, value in self.pairs if key.text == name), None)

    def list(self) -> tuple[Yaml, ...]:
        """The items of a sequence; a scalar counts as a sequence of itself."""
        return (self,) if self.kind == "scalar" else self.items


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_yaml.language()))


def documents(places: Places) -> tuple[tuple[Yaml, ...], Span | None]:
    """The documents of a YAML file, and the first place that is not YAML."""
    if _open_blocks(places.text) > _MOST_OPEN:
        return (), places.characters(0, 0)
    root = _parser().parse(places.data).root_node
    broken = _first_error(root)
    found: list[Yaml] = []
    for node in root.named_children:
        if node.type in ("document", "ERROR"):  # an error still holds what could be told apart
            found.extend(_value(child, places, 0) for child in node.named_children if child.type.endswith("_node"))
    return tuple(found), broken and places.span(broken.start_byte, broken.end_byte)


def _open_blocks(text: str) -> int:
    """The most columns at which blocks may be open at once."""
    most = 0
    columns: list[int] = []
    for line in text.splitlines():
        match = _INDICATORS.match(line)
        if match is None or not (match[1] or match[2]):
            continue
        first = match.start(1) if match[1] else match.start(2)
        while columns and columns[-1] > first:
            columns.pop()
        starts = [match.start(1) + index for index, mark in enumerate(match[1]) if mark in "-?:"]
        columns.extend(column for column in (*starts, match.start(2)) if not columns or column > columns[-1])
        most = max(most, len(columns))
    return most


def _first_error(root: Node) -> Node | None:
    if not root.has_error:
        return None
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            return node
        pending.extend(child for child in reversed(node.children) if child.has_error or child.is_missing)
    return None


def _value(node: Node, places: Places, depth: int) -> Yaml:
    span = places.span(node.start_byte, node.end_byte)
    if depth > _DEEPEST:
        return Yaml("null", span)
    for child in node.named_children:
        if child.type in ("block_mapping", "flow_mapping"):
            return Yaml("mapping", span, pairs=tuple(_pairs(child, places, depth + 1)))
        if child.type in ("block_sequence", "flow_sequence"):
            return Yaml("sequence", span, items=tuple(_items(child, places, depth + 1)))
        if child.type in _SCALARS:
            return _scalar(child, places)
    return Yaml("null", span)


def _pairs(node: Node, places: Places, depth: int) -> Iterator[tuple[Yaml, Yaml]]:
    for pair in node.named_children:
        key = pair.child_by_field_name("key")
        if key is None:
            continue
        value = pair.child_by_field_name("value")
        at = places.span(pair.end_byte, pair.end_byte)
        yield _value(key, places, depth), Yaml("null", at) if value is None else _value(value, places, depth)


def _items(node: Node, places: Places, depth: int) -> Iterator[Yaml]:
    for item in node.named_children:
        if item.type == "block_sequence_item":
            inner = next((child for child in item.named_children if child.type.endswith("_node")), None)
            if inner is not None:
                yield _value(inner, places, depth)
        elif item.type.endswith("_node"):
            yield _value(item, places, depth)


def _scalar(node: Node, places: Places) -> Yaml:
    start, end = places.character(node.start_byte), places.character(node.end_byte)
    if node.type == "block_scalar":
        return _block(start, end, places)
    if node.type == "double_quote_scalar":
        text, offsets = _double_quoted(places.text, start + 1, end - 1)
    elif node.type == "single_quote_scalar":
        written = places.text[start + 1 : end - 1]
        kept = [
            index for index in range(len(written)) if not (written[index] == "'" and written[index - 1 : index] == "'")
        ]
        text, offsets = "".join(written[index] for index in kept), [start + 1 + index for index in kept]
    else:
        text, offsets = places.text[start:end], list(range(start, end))
    if "\n" in text and node.type != "double_quote_scalar":
        text = text.replace("\n", " ")  # lines of a flow scalar are folded
    inset = 0 if node.type == "plain_scalar" else 1
    return Yaml("scalar", places.characters(start + inset, end - inset), text, tuple(offsets))


def _double_quoted(written: str, start: int, end: int) -> tuple[str, list[int]]:
    text: list[str] = []
    offsets: list[int] = []
    position = start
    for match in _ESCAPE.finditer(written, start, end):
        text.append(written[position : match.start()])
        offsets.extend(range(position, match.start()))
        escape = match[1]
        if escape[0] in "xu" and len(escape) > 1:
            code = int(escape[1:], 16)
            text.append("\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code))
            offsets.append(match.start())
        elif escape.strip():
            text.append(_ESCAPES.get(escape, escape))
            offsets.append(match.start())
        position = match.end()
    text.append(written[position:end])
    offsets.extend(range(position, end))
    return "".join(text), offsets


def _block(start: int, end: int, places: Places) -> Yaml:
    """A literal or folded block without its indent. A folded one keeps its lines: shell reads them alike."""
    written = places.text
    first = written.find("\n", start, end)
    if first == -1:
        return Yaml("scalar", places.characters(start, end))
    folded = written[start] == ">"
    lines = []
    position = first + 1
    while position < end:
        line_end = written.find("\n", position, end)
        line_end = end if line_end == -1 else line_end + 1
        lines.append((position, line_end))
        position = line_end
    indents = [
        len(line) - len(line.lstrip(" ")) for line in (written[first:last] for first, last in lines) if line.strip()
    ]
    indent = min(indents, default=0)
    offsets: list[int] = []
    for first, last in lines:
        offsets.extend(range(min(first + indent, last), last))
    text = "".join(written[offset] for offset in offsets)
    if folded:
        text = re.sub(r"(?<=\S)\n(?=\S)", " ", text)
    return Yaml("scalar", places.characters(start, end), text, tuple(offsets))
