"""A source file to a Module; the syntax tree never leaves."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from analyzer.facts.typescript import (
    GLOBAL,
    Assign,
    Comment,
    Evaluate,
    Export,
    Expression,
    Member,
    Module,
    Name,
    Object,
    Skipped,
    Spread,
    Statement,
    Target,
)
from analyzer.source import Lines, Source
from analyzer.typescript.gaps import mended
from analyzer.typescript.lowering import ExpressionReader, Lowering, StatementReader
from analyzer.typescript.syntax import confirmed, not_understood

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Language, Node, Query

EXTENSIONS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".mts", ".cts", ".cjs")
# `<T>value` is a cast in these and an element in the others. Plain JavaScript has no casts, and may hold JSX.
_CASTS = (".ts", ".mts", ".cts", ".vue", ".svelte", ".astro")

_ERROR = 0xFFFF  # the kind id of an error, the same in every grammar

MAX_SIZE = 1 << 20  # code points; what is larger is a bundle, not something anyone wrote
MAX_LINE = 50_000  # code points; likewise

_NOT_ASCII = re.compile("[^\x01-\x7f]")
_LINE_BREAKS = "\u2028\u2029"
_SURROGATE = re.compile("[\ud800-\udfff]")
# What makes a comment worth keeping: it speaks to a tool, or promises work.
_NOTED = (
    "supalint", "@ts-", "eslint-disable", "deno-lint-ignore", "biome-ignore", "tslint:disable", "@jsx", "gitleaks",
    "TODO", "FIXME", "XXX", "HACK",
)  # fmt: skip

_EXPLAINED_CATCH = re.compile(r"\bcatch\s*(?:\([^)]*\)\s*)?\{\s*/[/*]")


def parse(source: Source) -> Module:
    """What the file says. Never fails: what cannot be read is in `skipped`, what is broken in `problems`."""
    text = _SURROGATE.sub("\ufffd", source.text)
    lines = Lines.of(source)
    if why := _unreadable(text, lines):
        return Module(source.path, lines, skipped=(Skipped(0, len(text), why),))
    try:
        return _read(source.path, text, lines)
    except RecursionError:  # only where the caller's own stack is nearly used up
        return Module(source.path, lines, skipped=(Skipped(0, len(text), "nested too deeply"),))


def skim(source: Source) -> Module:
    """An empty module for a file that parses, all of one that does not: enough where nothing but its syntax matters."""
    from tree_sitter import Parser

    text = _SURROGATE.sub("\ufffd", source.text)
    lines = Lines.of(source)
    if (
        _unreadable(text, lines)
        or Parser(_language(source.path.endswith(_CASTS))).parse(masked(text)).root_node.has_error
    ):
        return parse(source)
    return Module(source.path, lines)


def masked(text: str) -> bytes:
    """The text as one byte per code point, so that the parser's offsets are ours.

    Letters become `x`, blanks a blank, all else a control character: what is valid inside a name or a string stays
    so, and nothing else becomes so.
    """
    if text.isascii() and "\x00" not in text:
        return text.encode("ascii")
    return _NOT_ASCII.sub(_mask, text).encode("ascii")


def _mask(match: re.Match[str]) -> str:
    character = match.group()
    if f"x{character}".isidentifier():
        return "x"
    if character in _LINE_BREAKS:
        return "\n"
    return " " if character.isspace() or character == "\ufeff" else "\x7f"


def _unreadable(text: str, lines: Lines) -> str:
    if len(text) > MAX_SIZE:
        return "larger than 1 MiB"
    if any(end - start > MAX_LINE for start, end in pairwise((*lines.starts, len(text)))):
        return "a line of more than 50,000 characters"
    return ""


@cache
def _language(casts: bool) -> Language:
    import tree_sitter_typescript
    from tree_sitter import Language

    return Language(tree_sitter_typescript.language_typescript() if casts else tree_sitter_typescript.language_tsx())


@cache
def _tables(casts: bool) -> tuple[dict[int, ExpressionReader], dict[int, StatementReader], int]:
    from analyzer.typescript import expressions, statements

    language = _language(casts)
    kinds = [(kind, language.node_kind_for_id(kind) or "") for kind in range(language.node_kind_count)]
    comment = next(kind for kind, name in kinds if name == "comment")
    read_statements = {kind: statements.READERS[name] for kind, name in kinds if name in statements.READERS}
    read_statements[_ERROR] = statements.READERS["ERROR"]
    return (
        {kind: expressions.READERS[name] for kind, name in kinds if name in expressions.READERS},
        read_statements,
        comment,
    )


def _read(path: str, text: str, lines: Lines) -> Module:
    from tree_sitter import Parser

    casts = path.endswith(_CASTS)
    parser = Parser(_language(casts))
    data = masked(text)
    root = parser.parse(data).root_node
    if root.has_error:
        mended_data = mended(data, root)
        if mended_data != data:
            root = parser.parse(mended_data).root_node
    expressions, statements, comment = _tables(casts)
    low = Lowering(text, expressions, statements, comment)
    body = low.statements(root.named_children)
    unresolved = low.scopes.resolve()
    broken = tuple(not_understood(root, text))
    problems = [*low.problems, *confirmed(broken, text, jsx=not casts)]
    return Module(
        path,
        lines,
        tuple(low.imports),
        (*low.exports, *_pending(low), *_commonjs(body)),
        tuple(low.scopes.bindings),
        tuple(function for function in low.functions if function is not None),
        body,
        tuple(_comments(root, text, casts)),
        tuple(sorted(problems, key=lambda problem: (problem.start, problem.end))),
        (*low.skipped, *broken),
        tuple(sorted(low.mentions | unresolved | {name.imported for one in low.imports for name in one.names})),
    )


def _pending(low: Lowering) -> Iterator[Export]:
    for export in low.pending_exports:
        binding = low.scopes.module.names.get(export.local, GLOBAL)
        yield Export(export.start, export.end, export.name, binding, None, "", "")


def _commonjs(body: tuple[Statement, ...]) -> Iterator[Export]:
    """`module.exports = value`, `exports.name = value` and `module.exports.name = value`."""
    for statement in body:
        if not (isinstance(statement, Evaluate) and isinstance(statement.value, Assign)):
            continue
        assign = statement.value
        if assign.operator != "=" or not isinstance(assign.target, Target):
            continue
        target = assign.target.value
        if _is_exports(target):
            yield Export(assign.start, assign.end, "default", GLOBAL, assign.value, "", "")
            if isinstance(assign.value, Object):
                for part in assign.value.properties:
                    if not isinstance(part, Spread) and part.key is not None:
                        yield Export(part.start, part.end, part.key, GLOBAL, part.value, "", "")
        elif isinstance(target, Member) and (
            _is_exports(target.object) or (isinstance(target.object, Name) and target.object.name == "exports")
        ):
            yield Export(assign.start, assign.end, target.name, GLOBAL, assign.value, "", "")


def _is_exports(node: Expression) -> bool:
    match node:
        case Member(object=Name(name="module", binding=binding), name="exports"):
            return binding == GLOBAL
    return False


def _explains_catch(comment: Node) -> bool:
    """Whether a comment stands in a catch clause that does nothing: it says why."""
    block = comment.parent
    clause = block.parent if block is not None and block.type == "statement_block" else None
    return clause is not None and clause.type == "catch_clause" and block is not None and block.named_child_count < 5


@cache
def _comment_query(casts: bool) -> Query:
    from tree_sitter import Query

    query: Query = Query(_language(casts), "(comment) @comment")
    return query


def _is_noted(text: str) -> bool:
    return any(word in text for word in _NOTED)


def _comments(root: Node, text: str, casts: bool) -> Iterator[Comment]:
    if not _is_noted(text) and not _EXPLAINED_CATCH.search(text):
        return
    from tree_sitter import QueryCursor

    found = QueryCursor(_comment_query(casts)).captures(root).get("comment", [])
    for node in sorted(found, key=lambda node: node.start_byte):
        comment = text[node.start_byte : node.end_byte]
        if _is_noted(comment) or _explains_catch(node):
            yield Comment(node.start_byte, node.end_byte, comment)
