"""What libpg_query, PostgreSQL's own parser, says of the same text.

A statement agrees when PostgreSQL reads the text and what the typed statement renders to as the same tree. Left out of the
comparison: places, how a function call was spelled (`EXTRACT(...)`), and the sizes in array bounds, which PostgreSQL ignores.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

import postgast
from google.protobuf.message import Message

from analyzer.facts.sql import CreateFunction, Do, PlpgsqlBody, SqlBody, SqlFile, Statement
from sql_render_ddl import statement as render

Verdict = Literal["equal", "different", "not compared"]
_IGNORED = frozenset({"location", "stmt_location", "stmt_len", "funcformat", "rexpr_list_start", "rexpr_list_end"})
_IGNORED |= {"list_start", "list_end", "name_location", "args_location", "query_location", "arg_location"}
_IGNORED |= {"kind_location"}


def accepts(text: str) -> bool:
    """Whether PostgreSQL's parser accepts the text."""
    try:
        postgast.parse(text)
    except postgast.PgQueryError:
        return False
    return True


@dataclass(frozen=True)
class Comparison:
    """How one statement compares."""

    verdict: Verdict
    why: str = ""


def compare(text: str, statement: Statement) -> Comparison:
    """Whether the statement means what its text means to PostgreSQL."""
    try:
        rendered = render(statement)
    except NotImplementedError as error:
        return Comparison("not compared", str(error))
    try:
        theirs = tree(text)
    except postgast.PgQueryError as error:
        return Comparison("not compared", f"PostgreSQL rejects the text: {error}")
    try:
        ours = tree(rendered)
    except postgast.PgQueryError as error:
        return Comparison("different", f"{error}: {rendered}")
    if ours == theirs:
        return Comparison("equal")
    return Comparison("different", difference(theirs, ours))


Tree = object


def tree(text: str) -> Tree:
    """PostgreSQL's parse tree of the text as tuples, without what is left out of the comparison."""
    return tuple(_plain(item.stmt) for item in postgast.parse(text).stmts)


def _plain(value: object) -> Tree:
    if isinstance(value, Message):
        if value.DESCRIPTOR.name == "Node":
            kind = value.WhichOneof("node")
            return _plain(getattr(value, kind)) if kind else None
        fields = tuple(
            (descriptor.name, _field(value.DESCRIPTOR.name, descriptor.name, found))
            for descriptor, found in value.ListFields()
            if descriptor.name not in _IGNORED
        )
        return (value.DESCRIPTOR.name, *fields)
    if isinstance(value, (str, bytes, int, float, bool)):
        return value
    return tuple(_plain(item) for item in value)  # type: ignore[attr-defined]


def _field(message: str, field: str, value: object) -> Tree:
    if message == "TypeName" and field == "array_bounds":
        return len(value)  # type: ignore[arg-type]
    found = _plain(value)
    if (message, field) in _UNORDERED and isinstance(found, tuple):
        return tuple(sorted(found, key=str))
    if message in ("DefElem", "VariableSetStmt") and field in ("arg", "args"):
        return _as_text(found)
    return found


_UNORDERED = frozenset({("CreateFunctionStmt", "options"), ("DoStmt", "args"), ("AlterFunctionStmt", "actions")})


def _as_text(found: Tree) -> Tree:
    """An option's value without its type: the facts keep `200`, `'200'` and `on` as the text that they are."""
    match found:
        case ("A_Const", (_, (_, (_, value)))) | ("Integer" | "String" | "Float", (_, value)):
            return str(value)
        case ("TypeName", ("names", (("String", ("sval", value)),)), *_):
            return str(value)
        case ("A_Const" | "Integer", *_):
            return "0"
        case tuple():
            return tuple(_as_text(item) for item in found)
    return found


def difference(theirs: Tree, ours: Tree, path: str = "") -> str:
    """The first place where two trees differ."""
    if isinstance(theirs, tuple) and isinstance(ours, tuple) and len(theirs) == len(ours):
        for index, (left, right) in enumerate(zip(theirs, ours, strict=True)):
            if left != right:
                label = theirs[0] if theirs and isinstance(theirs[0], str) else index
                return difference(left, right, f"{path}/{label}")
    return f"{path}: {str(theirs)[:300]} is not {str(ours)[:300]}"


# PL/pgSQL


def accepts_plpgsql(text: str) -> str | None:
    """What PostgreSQL rejects in the bodies of a CREATE FUNCTION or DO, or None."""
    try:
        postgast.parse_plpgsql(text)
    except postgast.PgQueryError as error:
        return str(error)
    return None


def plpgsql_statements(text: str) -> list[str]:
    """The kinds of PL/pgSQL statements in PostgreSQL's tree of a CREATE FUNCTION or DO, outside in."""
    found = postgast.parse_plpgsql(text)
    kinds: list[str] = []
    _collect(found if isinstance(found, list) else json.loads(str(found)), kinds)
    return kinds


def _collect(value: object, kinds: list[str]) -> None:
    if isinstance(value, list):
        for item in value:
            _collect(item, kinds)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key.startswith("PLpgSQL_stmt_"):
                kinds.append(key.removeprefix("PLpgSQL_stmt_"))
            _collect(item, kinds)


def body_of(statement: Statement) -> PlpgsqlBody | SqlBody | None:
    """The quoted body of a function or DO."""
    match statement:
        case CreateFunction(body=PlpgsqlBody() | SqlBody() as body) if statement.definition:
            return body
        case Do(body=PlpgsqlBody() as body):
            return body
    return None


def text_of(file_text: str, statement: Statement) -> str:
    """The text of a statement in its file."""
    return file_text[statement.start : statement.end]


def files_errors(found: SqlFile) -> list[tuple[int, str]]:
    """The errors of a file outside function bodies."""
    return [(error.start, error.message) for error in found.errors if not error.in_body]
