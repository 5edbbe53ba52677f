"""SQL is read as PostgreSQL reads it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import postgast
import pytest
import sql_oracle as oracle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.facts.sql import CreateFunction, Do, PlpgsqlBody, RunSql, SqlBody, SqlFile, Statement
from analyzer.facts.sql_ddl import CreateSchema, MetaCommand, ObjectReference, Other
from analyzer.facts.sql_query import Node, Select
from analyzer.source import Source
from analyzer.sql.parse import parse
from analyzer.sql.tokens import PADDING, tokenize

HERE = Path(__file__).parent
STATEMENTS = (HERE / "statements.sql").read_text("utf-8")
REJECTED = (HERE / "rejected.sql").read_text("utf-8")
BODIES = (HERE / "bodies.sql").read_text("utf-8")
_COMMENTS = {postgast.pg_query_pb2.SQL_COMMENT, postgast.pg_query_pb2.C_COMMENT}


def read(text: str) -> SqlFile:
    return parse(Source("a.sql", text))


def cases(text: str) -> list[object]:
    found = read(text)
    return [
        pytest.param(text[s.start : s.end], s, id=f"{found.lines.span(s.start, s.end).line}-{type(s).__name__}")
        for s in found.statements
    ]


def nodes(value: object) -> list[Node]:
    if isinstance(value, tuple):
        return [node for item in value for node in nodes(item)]
    if not isinstance(value, Node):
        return []
    return [value, *(node for field in value.__struct_fields__ for node in nodes(getattr(value, field)))]


@pytest.mark.parametrize(("text", "statement"), cases(STATEMENTS))
def test_a_statement_means_what_it_means_to_postgresql(text: str, statement: Statement) -> None:
    compared = oracle.compare(text, statement)
    unrendered = {"CreateRangeType", "CreateBaseType", "DefineObject", "DependsOnExtension"}
    assert compared.verdict == "equal" or type(statement).__name__ in unrendered, compared.why


def test_valid_statements_have_no_errors() -> None:
    assert read(STATEMENTS).errors == ()
    assert read(BODIES).errors == ()


@pytest.mark.parametrize("text", REJECTED.splitlines()[1:])
def test_an_error_is_the_one_that_postgresql_reports(text: str) -> None:
    first, *_ = read(text).errors
    theirs = oracle.rejection(text)
    assert theirs is not None
    assert theirs.startswith(first.message)


@pytest.mark.parametrize(("text", "statement"), cases(BODIES))
def test_a_body_has_the_statements_that_postgresql_finds(text: str, statement: CreateFunction | Do) -> None:
    assert isinstance(statement.body, PlpgsqlBody)
    compared = oracle.compare_plpgsql(text, statement.body)
    assert compared.verdict == "equal", compared.why


@pytest.mark.parametrize("text", [STATEMENTS, BODIES])
def test_tokens_are_those_of_postgresql(text: str) -> None:
    found = tokenize(text)
    ours = [text[start:end] for start, end in zip(found.starts[:-PADDING], found.ends[:-PADDING], strict=True)]
    encoded = text.encode()
    theirs = [encoded[t.start : t.end].decode() for t in postgast.scan(text).tokens if t.token not in _COMMENTS]
    # PostgreSQL's scanner gives UESCAPE as tokens of its own
    assert "".join("".join(ours).split()) == "".join("".join(theirs).split())


@pytest.mark.parametrize("text", [STATEMENTS, BODIES])
def test_facts_survive_serialisation(text: str) -> None:
    found = read(text)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=SqlFile) == found


@pytest.mark.parametrize("text", [STATEMENTS, BODIES])
def test_every_node_lies_inside_its_text_and_its_parent(text: str) -> None:
    def check(node: Node) -> None:
        assert 0 <= node.start <= node.end <= len(text)
        for field in node.__struct_fields__[2:]:
            value = getattr(node, field)
            for child in value if isinstance(value, tuple) else (value,):
                if isinstance(child, Node) and not isinstance(node, ObjectReference):  # its table may stand elsewhere
                    assert node.start <= child.start <= child.end <= node.end, (node, child)
                    check(child)

    for statement in read(text).statements:
        check(statement)


def test_an_error_stays_inside_its_statement() -> None:
    found = read("create table a (b int;\nselect 1;\ncreate policy p on t for read;\nselect 2;")
    assert [(e.start, e.message) for e in found.errors] == [
        (21, 'syntax error at or near ";"'),
        (58, 'syntax error at or near "read"'),
    ]
    assert [type(s) for s in found.statements] == [Select, Select]


def test_a_missing_semicolon_is_an_error_and_hides_neither_statement() -> None:
    found = read("create schema a\ndrop table b;\nselect 1;")
    assert [error.message for error in found.errors] == ['syntax error at or near "drop"']
    assert [type(s).__name__ for s in found.statements] == ["CreateSchema", "Drop", "Select"]


def test_a_quoted_body_has_the_places_of_the_file() -> None:
    text = "create function f() returns text language sql as 'select ''it''''s'', \"B\" from t';"
    (function,) = read(text).statements
    assert isinstance(function, CreateFunction)
    assert isinstance(function.body, SqlBody)
    (select,) = function.body.statements
    assert isinstance(select, Select)
    first, second = select.targets
    assert text[first.start : first.end] == "''it''''s''"
    assert text[second.start : second.end] == '"B"'


def test_an_error_in_a_body_keeps_the_function() -> None:
    text = "create function f() returns int language plpgsql as $$ begin return 1 +; end $$;"
    found = read(text)
    (error,) = found.errors
    assert error.in_body
    assert text[error.start : error.end] == ";"
    (function,) = found.statements
    assert isinstance(function, CreateFunction)
    assert function.body is None


def test_into_is_cut_out_of_a_statement_wherever_it_stands() -> None:
    text = "do $$ begin select a into strict x from t; select a from t into y, z.w; end $$"
    (do,) = read(text).statements
    assert isinstance(do, Do)
    assert do.body is not None
    first, second = do.body.block.statements
    assert isinstance(first, RunSql)
    assert isinstance(second, RunSql)
    assert first.strict
    assert [text[v.start : v.end] for v in first.into] == ["x"]
    assert [text[v.start : v.end] for v in second.into] == ["y", "z.w"]


def test_commands_of_psql_are_errors_of_their_line_alone() -> None:
    found = read("\\set x don't\n\\connect db\nselect 1;\nselect 2 \\gset\nselect 3;")
    assert [error.message for error in found.errors] == ['syntax error at or near "\\"'] * 3
    assert [type(s) for s in found.statements] == [MetaCommand, MetaCommand, Select, Select, Select]


def test_rows_behind_copy_are_no_sql() -> None:
    text = "COPY public.t (a, b) FROM stdin;\n1\tit's; drop\n\\.\n\nselect 1;\n"
    found = read(text)
    assert found.errors == ()
    copy, select = found.statements
    assert isinstance(select, Select)
    start, end = getattr(copy, "data", (0, 0))
    assert text[start:end] == "1\tit's; drop\n"


def test_a_language_that_is_not_read_has_no_body() -> None:
    (function,) = read("create function f() returns int language plv8 as $$ return 1 $$").statements
    assert isinstance(function, CreateFunction)
    assert function.body is None
    assert function.definition is not None
    assert function.definition.value == " return 1 "


@pytest.mark.parametrize(
    "text",
    [
        "select " + "(" * 5000 + "1" + ")" * 5000,
        "select " + "not " * 5000 + "true",
        "select " + "- " * 5000 + "1",
        "select " + " || ".join(["a"] * 5000),
        "select " + "case when " * 3000,
        "select " + "a[" * 3000,
        "select " + "f(" * 3000,
        "select * from " + "(" * 3000 + "a",
        "select * from a " + "join a " * 3000,
        "select 1 " + "union select 1 " * 3000,
        "select 1 " + "union select 1 except select 2 " * 3000,
        "with a as (" * 2000 + "select 1",
        "do $$ begin " + "if a then " * 3000 + "end $$",
        "do $$ begin " + "begin " * 3000 + "end $$",
        "explain " * 3000 + "select 1",
        "create schema a " + "create schema a " * 3000,
        "select " + "/*" * 3000,
        "select '" + "--" * 3000,
        "select 'a' " + "-- " * 3000,
        "select $a$" + "$a" * 3000,
        "select " + "x." * 3000 + "y",
        "create table t (a int" + "[" * 3000,
        "select 1" + "0" * 9000,
    ],
    ids=lambda text: text[:24],
)
def test_deep_and_long_input_is_read_or_given_up(text: str) -> None:
    found = read(text)
    msgspec.msgpack.encode(found)
    assert found.statements or found.errors


def test_what_is_too_deep_is_no_error() -> None:
    found = read("select " + "(" * 500 + "1" + ")" * 500 + "; select 2;")
    assert found.errors == ()
    assert [type(s) for s in found.statements] == [Other, Select]


PIECES = [
    *STATEMENTS.split(),
    *BODIES.split(),
    "\0",
    "\ufeff",
    "'",
    '"',
    "$$",
    "/*",
    "\\",
    "\\.\n",
    "\n",
    "(",
    ")",
    "é",
]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join))
def test_reading_never_raises(text: str) -> None:
    found = read(text)
    for error in found.errors:
        assert 0 <= error.start <= error.end <= len(text)
    for node in nodes(found.statements):
        assert 0 <= node.start <= node.end <= len(text)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.sampled_from([p.values[0] for p in cases(STATEMENTS)]), st.data())  # type: ignore[attr-defined]
def test_a_changed_statement_is_rejected_when_postgresql_rejects_it(text: str, data: st.DataObject) -> None:
    words = text.split(" ")
    index = data.draw(st.integers(0, len(words) - 1))
    change = data.draw(st.sampled_from(["drop", "repeat", "swap"]))
    changed = words.copy()
    if change == "drop":
        del changed[index]
    elif change == "repeat":
        changed.insert(index, words[index])
    else:
        changed[index - 1], changed[index] = changed[index], changed[index - 1]
    new = " ".join(changed)
    ours = read(new)
    if oracle.rejection(new) is None and not new.startswith("do"):  # whose code PostgreSQL misses later
        assert [error for error in ours.errors if not error.in_body] == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    read(text)
    read(f"do $$ {text} $$")
    read(f"create function f() returns int language sql as '{text}'")


def test_a_schema_holds_what_it_creates() -> None:
    (schema,) = read("create schema s create table t (a int) create view v as select 1;").statements
    assert isinstance(schema, CreateSchema)
    assert [type(element).__name__ for element in schema.elements] == ["CreateTable", "CreateView"]
