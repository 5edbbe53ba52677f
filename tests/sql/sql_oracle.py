"""What libpg_query, PostgreSQL's own parser, says of the same text.

A statement agrees when PostgreSQL reads the text and what the typed statement renders to as the same tree. Left out of
the comparison: places, how a function call was spelled (`EXTRACT(...)`), and the sizes in array bounds, which
PostgreSQL ignores.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal, get_args

import postgast
from google.protobuf.message import Message
from postgast.errors import check_error
from postgast.native import lib
from sql_render import expression as render_expression
from sql_render_ddl import statement as render

from analyzer.facts import sql
from analyzer.facts.sql import PlpgsqlBody, Statement
from analyzer.facts.sql_query import ColumnReference, Expression, Identifier, Node, QualifiedName, SubSelect, TypeName

Verdict = Literal["equal", "different", "not compared"]
_IGNORED = frozenset({"location", "stmt_location", "stmt_len", "funcformat", "rexpr_list_start", "rexpr_list_end"})
_IGNORED |= {"list_start", "list_end", "name_location", "args_location", "query_location", "arg_location"}
_IGNORED |= {"kind_location", "jumble_args"}


def rejection(text: str) -> str | None:
    """What PostgreSQL's parser says against the text, or None."""
    try:
        postgast.parse(text)
    except postgast.PgQueryError as error:
        return str(error)
    return None


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
        return _flat((value.DESCRIPTOR.name, *fields))
    if isinstance(value, (str, bytes, int, float, bool)):
        return value
    return tuple(_plain(item) for item in value)  # type: ignore[attr-defined]


def _flat(node: tuple[Tree, ...]) -> Tree:
    """A chain of subscripts and fields as one node, in whatever parentheses it was."""
    match node:
        case (
            "A_Indirection",
            ("arg", ("A_Indirection", ("arg", arg), ("indirection", inner))),
            ("indirection", outer),
        ):
            return ("A_Indirection", ("arg", arg), ("indirection", (*inner, *outer)))  # type: ignore[misc]
    return node


def _field(message: str, field: str, value: object) -> Tree:
    if message == "TypeName" and field == "array_bounds":
        return len(value)  # type: ignore[arg-type]
    found = _plain(value)
    if (message, field) == ("TransactionStmt", "kind") and found == _START:
        return _BEGIN
    if (message, field) in _UNORDERED and isinstance(found, tuple):
        return tuple(sorted((item for item in found if item != _DEFAULT_LANGUAGE or message != "DoStmt"), key=str))
    if message in ("DefElem", "VariableSetStmt") and field in ("arg", "args"):
        return _as_text(found)
    return found


_UNORDERED = frozenset({("CreateFunctionStmt", "options"), ("DoStmt", "args"), ("AlterFunctionStmt", "actions")})


_BEGIN, _START = 1, 2
_DEFAULT_LANGUAGE = ("DefElem", ("defname", "language"), ("arg", "plpgsql"), ("defaction", 1))


def _as_text(found: Tree) -> Tree:
    """An option's value without its type: the facts keep `200`, `'200'` and `on` as the text that they are."""
    match found:
        case ("A_Const", (_, (_, (_, value)))) | ("Integer" | "String" | "Float", (_, value)):
            return str(value)
        case ("TypeName", ("names", (*_, ("String", ("sval", value)))), *_):
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


def plpgsql_error(text: str) -> str | None:
    """What PostgreSQL rejects in the body of a CREATE FUNCTION or DO, or None."""
    try:
        postgast.parse_plpgsql(text)
    except postgast.PgQueryError as error:
        return str(error)
    except (ValueError, RecursionError):
        return None
    return None


def compare_plpgsql(text: str, body: PlpgsqlBody) -> Comparison:
    """Whether a body has the statements that PostgreSQL finds in its text, with the same expressions and queries."""
    found = _plpgsql_tree(text)
    theirs: list[str] = []
    their_queries: list[tuple[str, int]] = []
    _collect(found, theirs, their_queries)
    ours: list[str] = []
    our_queries: list[str] = []
    _walk(body.block, ours, our_queries)
    their_kinds, our_kinds = _kinds(theirs), _kinds(ours)
    if their_kinds != our_kinds:
        return Comparison("different", f"statements: {their_kinds} is not {our_kinds}")
    left = sorted(str(tree(_query(*item))) for item in their_queries if "__Case__Variable" not in item[0])
    right = sorted(str(tree(item)) for item in our_queries)
    if left != right:
        missing = list((Counter(left) - Counter(right)).elements())
        extra = list((Counter(right) - Counter(left)).elements())
        return Comparison("different", f"queries: {missing[:1]} is not {extra[:1]}")
    return Comparison("equal")


_UNNAMED = re.compile(r"(?<=[,\[])\{\}\}(?=[,\]])")


def _plpgsql_tree(text: str) -> object:
    result = lib.pg_query_parse_plpgsql(text.encode())
    try:
        check_error(result)
        # libpg_query writes `{}}` for the variables that a trigger function is given
        return json.loads(_UNNAMED.sub("{}", result.plpgsql_funcs.decode()))
    finally:
        lib.pg_query_free_plpgsql_parse_result(result)


def _kinds(found: list[str]) -> dict[str, int]:
    counted = dict(Counter(found))
    counted.pop("return", None)  # PostgreSQL adds one of its own
    counted.pop("block", None)  # and a block around a body with handlers
    return counted


def _collect(value: object, kinds: list[str], queries: list[tuple[str, int]]) -> None:
    if isinstance(value, list):
        for item in value:
            _collect(item, kinds, queries)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key.startswith("PLpgSQL_stmt_"):
                kinds.append(key.removeprefix("PLpgSQL_stmt_"))
            if key == "PLpgSQL_expr":
                queries.append((item["query"], item["parseMode"]))
            else:
                _collect(item, kinds, queries)


_EXPRESSION_MODE, _ASSIGNMENT_MODE = 2, 3
_TARGET = re.compile(r"""\s*(?:"[^"]*"|[^:="]|:(?!=))*?(?::=|=)""")


def _query(text: str, mode: int) -> str:
    if mode == _EXPRESSION_MODE:
        return f"SELECT {text}"
    return f"SELECT {_TARGET.sub('', text, count=1)}" if mode >= _ASSIGNMENT_MODE else text


_KIND_NAMES = {
    sql.Assign: "assign",
    sql.If: "if",
    sql.CaseStatement: "case",
    sql.Loop: "loop",
    sql.While: "while",
    sql.ForInteger: "fori",
    sql.ForQuery: "fors",
    sql.ForExecute: "dynfors",
    sql.ForCursor: "forc",
    sql.ForeachArray: "foreach_a",
    sql.Exit: "exit",
    sql.ReturnNext: "return_next",
    sql.ReturnQuery: "return_query",
    sql.Raise: "raise",
    sql.Assert: "assert",
    sql.Execute: "dynexecute",
    sql.Perform: "perform",
    sql.GetDiagnostics: "getdiag",
    sql.Open: "open",
    sql.Fetch: "fetch",
    sql.Close: "close",
}
_VARIABLES = frozenset({"target", "targets", "into"})


def _walk(node: object, kinds: list[str], queries: list[str]) -> None:
    match node:
        case tuple():
            for item in node:
                _walk(item, kinds, queries)
            return
        case sql.RunSql(statement=sql.Call()):
            kinds.append("call")
        case sql.RunSql(statement=sql.Do()):
            kinds.append("call")
        case sql.RunSql():
            kinds.append("execsql")
        case sql.TransactionEnd():
            kinds.append(node.kind)
        case sql.Return(value=ColumnReference(parts=(_,))):
            return  # PostgreSQL keeps the number of the variable
        case sql.ReturnNext(value=ColumnReference(parts=(_,))):
            kinds.append("return_next")
            return
        case sql.CaseStatement(operand=Node() as operand):
            kinds.append("case")
            queries.append(_rendered_expression(operand))
            _walk((tuple(branch.statements for branch in node.branches), node.otherwise or ()), kinds, queries)
            return  # PostgreSQL rewrites the conditions
        case _ if type(node) in _KIND_NAMES:
            kinds.append(_KIND_NAMES[type(node)])  # type: ignore[index]
    if not isinstance(node, Node) or isinstance(node, (QualifiedName, TypeName, Identifier)):
        return
    for field in node.__struct_fields__[2:]:
        value = getattr(node, field)
        if field in _VARIABLES:
            continue
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, _EXPRESSIONS):
                queries.append(_rendered_expression(item))
            elif isinstance(item, _STATEMENTS) and not isinstance(item, (sql.Fetch, sql.Close)):
                queries.append(render(item))
            else:
                _walk(item, kinds, queries)


_EXPRESSIONS = get_args(Expression)
_STATEMENTS = get_args(Statement)


def _rendered_expression(node: Node) -> str:
    if isinstance(node, SubSelect) and node.kind == "scalar" and node.query.start == node.start:
        return render(node.query)
    return f"SELECT {render_expression(node)}"
