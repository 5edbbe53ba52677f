"""Where a key stands in the text of a TOML file."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

TomlPath = tuple[str | int, ...]  # keys, and positions from 0 in arrays


def line_of(text: str, path: TomlPath) -> int:
    """The line, from 1, of the key or array element at `path`, or of the nearest thing around it."""
    parser = Parser(Language(tree_sitter_toml.language()))
    best, line = 0, 1
    for place, node in _places(parser.parse(text.encode("utf-8", "replace")).root_node):
        shared = 0
        while shared < min(len(place), len(path)) and place[shared] == path[shared]:
            shared += 1
        if shared > best and shared == len(place):
            best, line = shared, node.start_point[0] + 1
    return line


def _places(root: Node) -> Iterator[tuple[TomlPath, Node]]:
    counts: dict[TomlPath, int] = {}
    for node in root.named_children:
        if node.type == "pair":
            yield from _pair(node, ())
        elif node.type in ("table", "table_array_element") and node.named_children:
            prefix = _resolved(_key(node.named_children[0]), counts)
            if node.type == "table_array_element":
                counts[prefix] = counts.get(prefix, -1) + 1
                prefix = (*prefix, counts[prefix])
            for length in range(1, len(prefix) + 1):
                yield prefix[:length], node
            for child in node.named_children[1:]:
                if child.type == "pair":
                    yield from _pair(child, prefix)


def _resolved(key: TomlPath, counts: dict[TomlPath, int]) -> TomlPath:
    """`key` with the position of the latest element behind each array of tables that it passes through."""
    found: TomlPath = ()
    for index, part in enumerate(key):
        found = (*found, part)
        if index < len(key) - 1 and found in counts:
            found = (*found, counts[found])
    return found


def _pair(pair: Node, prefix: TomlPath) -> Iterator[tuple[TomlPath, Node]]:
    pending = [(pair, prefix)]
    while pending:
        node, before = pending.pop()
        if node.type == "pair" and len(node.named_children) >= 2:
            path = (*before, *_key(node.named_children[0]))
            value = node.named_children[1]
            for length in range(len(before) + 1, len(path) + 1):
                yield path[:length], node
        else:
            path, value = before, node
            yield path, node
        if value.type == "array":
            elements = [child for child in value.named_children if child.type != "comment"]
            pending += [(element, (*path, index)) for index, element in enumerate(elements)]
        elif value.type == "inline_table":
            pending += [(child, path) for child in value.named_children if child.type == "pair"]


def _key(node: Node) -> TomlPath:
    pending, parts = [node], []
    while pending:
        current = pending.pop()
        if current.type == "dotted_key":
            pending += reversed(current.named_children)
        else:
            raw = (current.text or b"").decode("utf-8", "replace")
            parts.append(raw[1:-1] if current.type == "quoted_key" else raw)
    return tuple(parts)
