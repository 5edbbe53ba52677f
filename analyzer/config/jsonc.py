"""A JSON file, with comments and trailing commas -> its entries with their places."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from analyzer.config.places import Places
from analyzer.config.shell import shell_script
from analyzer.facts.config import Entry, Json, JsonKind, NamedScript, Problem, Value, ValueKind
from analyzer.source import Source

_TOKEN = re.compile(
    r"""(?P<space>[\s\ufeff]+|//[^\n]*|/\*.*?(?:\*/|\Z))
      |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      |(?P<mark>[{}\[\],:])
      |(?P<word>[^\s{}\[\],:"'/]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_WORDS: dict[str, ValueKind] = {"true": "boolean", "false": "boolean", "null": "null"}
_DEEPEST = 100  # nested values; deeper ones are left out


class _Token:
    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end


class _Reader:
    """Reads values one after the other, and remembers the first place that is not JSON."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.tokens = list(_tokens(places.text))
        self.position = 0
        self.problem: Problem | None = None
        self.entries: list[Entry] = []

    def value(self, path: tuple[str, ...]) -> Value:
        token = self.tokens[self.position]
        if token.text == "{" and token.kind == "mark":
            return self._container(path, "}", "table")
        if token.text == "[" and token.kind == "mark":
            return self._container(path, "]", "array")
        self.position += token.kind not in ("mark", "end")
        return self._scalar(token)

    def _container(self, path: tuple[str, ...], closing: str, kind: ValueKind) -> Value:
        start = self.tokens[self.position].start
        self.position += 1
        items: list[Value] = []
        while True:
            token = self.tokens[self.position]
            if token.kind == "end":
                self._wrong(token, f"expected `{closing}`")
                break
            if token.kind == "mark" and token.text in "}]":
                if token.text != closing:
                    self._wrong(token, f"expected `{closing}`")
                self.position += 1
                break
            if token.text == "," and token.kind == "mark":
                self.position += 1
            elif len(path) >= _DEEPEST:
                self._wrong(token, "nested too deeply")
                self.position += 1
            elif closing == "]":
                items.append(self._item(path, len(items)))
            else:
                self._pair(path)
            self._separated(closing)
        return Value(kind, None, self.places.characters(start, self.tokens[self.position - 1].end), tuple(items))

    def _item(self, path: tuple[str, ...], index: int) -> Value:
        before = self.position
        value = self.value((*path, str(index)))
        if self.position == before:  # a stray mark
            self._wrong(self.tokens[self.position], "expected a value")
            self.position += 1
        return value

    def _pair(self, path: tuple[str, ...]) -> None:
        key = self.tokens[self.position]
        self.position += 1
        if key.kind == "mark":
            self._wrong(key, "expected a key")
            return
        name = _unescaped(key.text) if key.kind == "string" else key.text
        if key.kind != "string":
            self._wrong(key, "expected a key in double quotes")
        if self.tokens[self.position].text != ":":
            self._wrong(self.tokens[self.position], "expected `:`")
            return
        self.position += 1
        slot = len(self.entries)
        full = (*path, name)
        value = self.value(full)
        inset = 1 if key.kind == "string" else 0
        self.entries.insert(slot, Entry(full, self.places.characters(key.start + inset, key.end - inset), value))

    def _separated(self, closing: str) -> None:
        token, before = self.tokens[self.position], self.tokens[self.position - 1]
        if token.kind != "end" and token.text not in (",", closing) and before.text not in (",", "{", "["):
            self._wrong(token, f"expected `,` or `{closing}`")

    def _scalar(self, token: _Token) -> Value:
        span = self.places.characters(token.start, token.end)
        if token.kind == "string":
            if token.text[0] == "'":
                self._wrong(token, "expected double quotes")
            inner = self.places.characters(token.start + 1, token.end - 1)
            return Value("string", _unescaped(token.text), inner)
        if token.kind == "word" and token.text in _WORDS:
            return Value(_WORDS[token.text], {"true": True, "false": False}.get(token.text), span)
        try:
            number = json.loads(token.text)
        except (ValueError, RecursionError):
            number = None
        if isinstance(number, (int, float)):
            return Value("integer" if isinstance(number, int) else "float", number, span)
        self._wrong(token, "expected a value")
        return Value("invalid", None, span)

    def _wrong(self, token: _Token, message: str) -> None:
        if self.problem is None:
            self.problem = Problem(self.places.characters(token.start, token.end), message)


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            yield _Token(match.lastgroup or "word", match[0], match.start(), match.end())
    yield _Token("end", "", len(text), len(text))


def _unescaped(literal: str) -> str:
    body = literal[1:-1]
    return _ESCAPE.sub(_character, body) if "\\" in body else body


def _character(match: re.Match[str]) -> str:
    escape = match[1]
    if len(escape) < 5:
        return _ESCAPES.get(escape, escape)
    code = int(escape[1:], 16)
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)  # half of a pair is no character of its own


def jsonc(source: Source) -> Json:
    """The facts of a JSON file. The span of a string is that of its text, without the quotes."""
    places = Places.of(source)
    reader = _Reader(places)
    reader.value(())
    kind = _kind(source.path.rpartition("/")[2])
    section = {"package": "scripts", "deno": "tasks"}.get(kind)
    scripts = () if section is None else tuple(_scripts(reader, section, places))
    return Json(source.path, kind, tuple(reader.entries), scripts, reader.problem)


def _kind(name: str) -> JsonKind:
    if name == "package.json":
        return "package"
    if name in ("deno.json", "deno.jsonc"):
        return "deno"
    if name.startswith(("tsconfig", "jsconfig")):
        return "tsconfig"
    return "import-map" if name.startswith(("import_map", "import-map", "importmap")) else "other"


def _scripts(reader: _Reader, section: str, places: Places) -> Iterator[NamedScript]:
    starts = places.lines.starts
    for entry in reader.entries:
        text = entry.value.text
        is_command = len(entry.path) == 2 or entry.path[2:] == ("command",)  # deno tasks may be tables
        if entry.path[0] != section or text is None or not is_command or len(entry.path) < 2:
            continue
        span = entry.value.span
        start = starts[span.line - 1] + span.column - 1
        written = places.text[start : starts[span.end_line - 1] + span.end_column - 1]
        offsets = [start + offset for offset in _offsets(written)]
        yield NamedScript(entry.path[1], shell_script(places.within(text, offsets)))


def _offsets(written: str) -> Iterator[int]:
    """Where each character of the unescaped string stands in the written one."""
    position = 0
    for match in _ESCAPE.finditer(written):
        yield from range(position, match.start())
        yield match.start()
        position = match.end()
    yield from range(position, len(written))
