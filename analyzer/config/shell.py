"""Shell text -> the Supabase commands, variables and requests in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

from analyzer.config.commands import function_request, supabase_call
from analyzer.config.places import Places
from analyzer.facts.config import Assignment, FunctionRequest, NameRead, Script, SupabaseCall, Word
from analyzer.source import Source

_LITERAL_PARTS = ("word", "raw_string", "number", "string_content", "ansi_c_string", "extglob_pattern", "regex")
_EXPANSIONS = ("simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion")
_TEMPLATE = re.compile(r"\$\{\{.*?\}\}|\{\{.*?\}\}|<%.*?%>", re.DOTALL)
_MAKE_VARIABLE = re.compile(r"\$\([\w.@<^*?%+-]+\)")
_ESCAPED = re.compile(r"\\(\n|.)", re.DOTALL)
_ENV_LINE = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=(.*)$", re.MULTILINE)
_EXPORTED_FILES = ("GITHUB_ENV", ".env", "BASH_ENV")


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bash.language()))


def shell_file(source: Source) -> Script:
    """The facts of a shell file; of a makefile or justfile, those of its recipes."""
    places = Places.of(source)
    name = source.path.rpartition("/")[2].lower()
    if name in ("makefile", "gnumakefile", "justfile"):
        offsets = list(_recipe_offsets(source.text))
        places = places.within("".join(source.text[offset] for offset in offsets), offsets)
    return shell_script(places)


def shell_script(places: Places) -> Script:
    """The facts of shell text that may hold template expressions (`${{ ... }}`), which count as unknown words."""
    whole = places.characters(0, len(places.text))
    text, masks = _masked(places.text)
    inner = Places(text, places.lines, places.origin) if masks else places
    found = _Found(inner, places.text, masks)
    found.visit(_parser().parse(inner.data).root_node)
    return Script(
        places.lines.path,
        "sh",
        whole,
        tuple(found.calls),
        tuple(found.assignments),
        tuple(found.reads),
        tuple(found.requests),
    )


class _Found:
    """Walks the tree once, without recursion, and gathers what the facts need."""

    def __init__(self, places: Places, text: str, masks: list[tuple[int, int]]) -> None:
        self.places = places
        self.text = text  # before masking
        self.masks = masks
        self.calls: list[SupabaseCall] = []
        self.assignments: list[Assignment] = []
        self.reads: list[NameRead] = []
        self.requests: list[FunctionRequest] = []

    def visit(self, root: Node) -> None:
        pending = [root]
        while pending:
            node = pending.pop()
            kind = node.type
            if kind == "command":
                self._command(node)
            elif kind == "variable_assignment":
                self._assignment(node)
            elif kind == "for_statement":
                self._loop(node)
            elif kind in ("simple_expansion", "expansion"):
                self._read(node)
            elif kind == "redirected_statement":
                self._redirected(node)
            pending.extend(reversed(node.named_children))

    def _command(self, node: Node) -> None:
        words = [
            self._word(child)
            for child in node.named_children
            if child.type not in ("variable_assignment", "file_redirect", "heredoc_redirect", "herestring_redirect")
        ]
        if not words:
            return
        start, end = self.places.character(node.start_byte), self.places.character(node.end_byte)
        if call := supabase_call(words, self.places, start, end):
            self.calls.append(call)
        elif request := function_request(words, self.places, start, end):
            self.requests.append(request)

    def _word(self, node: Node) -> Word:
        start, end = self.places.character(node.start_byte), self.places.character(node.end_byte)
        span = self.places.characters(start, end)
        literal = not any(first < end and start < last for first, last in self.masks)
        if node.type == "command_name" and node.named_child_count:
            return self._word(node.named_children[0])
        parts: list[str] = []
        pending = [node]
        while pending:
            current = pending.pop()
            if current.type in _EXPANSIONS:
                literal = False
                parts.append(self._text(current))
            elif current.type == "string":
                parts.append(self._quoted(current))
                literal = literal and not any(child.type in _EXPANSIONS for child in current.named_children)
            elif current.type == "raw_string":
                parts.append(self._text(current)[1:-1])
            elif current.type == "ansi_c_string":
                parts.append(self._text(current)[2:-1])
            elif current.type in _LITERAL_PARTS or not current.children:
                parts.append(_ESCAPED.sub(_unescaped, self._text(current)))
            else:
                pending.extend(reversed(current.children))
        return Word("".join(parts), literal, span)

    def _quoted(self, node: Node) -> str:
        text = self._text(node)[1:-1]
        return text.replace('\\"', '"').replace("\\\n", "") if "\\" in text else text

    def _text(self, node: Node) -> str:
        return self.text[self.places.character(node.start_byte) : self.places.character(node.end_byte)]

    def _assignment(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        value = node.child_by_field_name("value")
        if name is None or name.type != "variable_name":
            return
        above = node.parent
        exported = above is not None and (
            above.type == "command"
            or (above.type == "declaration_command" and self._text(above).startswith(("export", "declare -x")))
        )
        span = self.places.span(node.start_byte, node.end_byte)
        if value is not None and value.type == "array":
            for element in value.named_children:
                self.assignments.append(Assignment(self._text(name), self._word(element), exported, span))
            return
        word = None if value is None else self._word(value)
        self.assignments.append(Assignment(self._text(name), word, exported, span))

    def _loop(self, node: Node) -> None:
        """`for name in a b` gives the name one value after the other."""
        name = node.child_by_field_name("variable")
        if name is None:
            return
        for value in node.children_by_field_name("value"):
            span = self.places.span(name.start_byte, value.end_byte)
            self.assignments.append(Assignment(self._text(name), self._word(value), False, span))

    def _read(self, node: Node) -> None:
        for child in node.named_children:
            if child.type == "variable_name":
                span = self.places.span(child.start_byte, child.end_byte)
                self.reads.append(NameRead(self._text(child), "shell", span))
                return

    def _redirected(self, node: Node) -> None:
        """`echo "NAME=value" >> $GITHUB_ENV` and `cat > .env <<EOF` set variables for what runs later."""
        start, end = self.places.character(node.start_byte), self.places.character(node.end_byte)
        if not any(file in self.text[start:end] for file in _EXPORTED_FILES):
            return
        for child in node.named_children:
            if child.type == "command" and child.named_child_count > 1:
                for word in child.named_children[1:]:
                    self._env_lines(word)
            elif child.type == "heredoc_redirect":
                for inner in child.named_children:
                    if inner.type == "heredoc_body":
                        self._env_lines(inner)

    def _env_lines(self, node: Node) -> None:
        start, end = self.places.character(node.start_byte), self.places.character(node.end_byte)
        if self.text[start : start + 1] in "\"'":
            start, end = start + 1, end - 1
        for match in _ENV_LINE.finditer(self.text[start:end]):
            literal = "$" not in match[2] and "{{" not in match[2]
            value = self.places.characters(start + match.start(2), start + match.end(2))
            word = Word(match[2].strip().strip("\"'"), literal, value)
            span = self.places.characters(start + match.start(1), start + match.end())
            self.assignments.append(Assignment(match[1], word, True, span))


def _masked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """`text` with underscores for template expressions, which shell cannot read, and where they stand."""
    if "{{" not in text and "<%" not in text and "$(" not in text:
        return text, []
    masks: list[tuple[int, int]] = []

    def mask(match: re.Match[str]) -> str:
        masks.append(match.span())
        return "_" * len(match[0])

    return _TEMPLATE.sub(mask, text), masks


def _unescaped(match: re.Match[str]) -> str:
    return "" if match[1] == "\n" else match[1]


def _recipe_offsets(text: str) -> Iterator[int]:
    """The offsets of the recipe lines of a makefile or justfile, without indent and prefix; `$$` is one `$`."""
    position = 0
    for line in text.splitlines(keepends=True):
        body = line.lstrip(" \t")
        indent = len(line) - len(body)
        if indent and body.strip():
            skipped = indent + (len(body) - len(body.lstrip("@-+")))
            variables = {
                offset for match in _MAKE_VARIABLE.finditer(line) for offset in (match.start() + 1, match.end() - 1)
            }
            for offset in range(skipped, len(line)):
                doubled = line[offset : offset + 2] == "$$"
                if not doubled and offset not in variables:
                    yield position + offset
        position += len(line)
