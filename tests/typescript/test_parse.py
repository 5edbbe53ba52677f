"""Reading one file never fails, and every place it gives lies inside the text."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.facts.typescript import Module, Node
from analyzer.source import Source
from analyzer.typescript.blocks import script
from analyzer.typescript.calls import calls, catches
from analyzer.typescript.clients import clients
from analyzer.typescript.environment import environment_reads
from analyzer.typescript.handlers import handlers
from analyzer.typescript.parse import MAX_LINE, parse
from analyzer.typescript.program import Program
from analyzer.typescript.queries import queries
from analyzer.typescript.responses import fetches, responses
from analyzer.typescript.services import service_calls
from analyzer.typescript.walk import inside

_EVERYTHING = (Path(__file__).parent / "everything.tsx").read_text(encoding="utf-8")
_PIECES = (*"{}()`<;?\"'\n\x00é😀", "${", "=>", "await ", "const ", "/*", "//", "</a>", "::")


def _nodes(module: Module) -> Iterator[Node]:
    for statement in module.body:
        yield from inside(statement)
    for function in module.functions:
        yield from inside(function)
    yield from (*module.bindings, *module.imports, *module.exports, *module.comments, *module.problems, *module.skipped)


def _check(path: str, text: str) -> None:
    module = parse(Source(path, text))
    for node in _nodes(module):
        assert 0 <= node.start <= node.end <= len(text)
    encoded = msgspec.msgpack.encode(module)
    again = msgspec.msgpack.decode(encoded, type=Module)
    assert msgspec.msgpack.encode(again) == encoded
    program = Program({path: again})
    for question in (clients, queries, environment_reads, handlers, calls, catches, responses, fetches, service_calls):
        list(question(program, path))


def test_all_syntax_is_read() -> None:
    module = parse(Source("everything.tsx", _EVERYTHING))
    assert [problem.message for problem in module.problems] == []
    assert [skipped.why for skipped in module.skipped] == []
    _check("everything.tsx", _EVERYTHING)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, len(_EVERYTHING)),
    st.integers(0, 400),
    st.lists(st.sampled_from(_PIECES), max_size=4),
    st.sampled_from(("a.tsx", "a.ts", "a.js")),
)
def test_broken_code_never_raises(position: int, removed: int, added: list[str], path: str) -> None:
    _check(path, _EVERYTHING[:position] + "".join(added) + _EVERYTHING[position + removed :])


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.one_of(st.sampled_from(string.printable), st.characters()), max_size=200))
def test_any_text_never_raises(text: str) -> None:
    _check("a.ts", text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "[" * 3000 + "]" * 3000,
        "x" + " + x" * 5000 + ";",
        "a" + ".b()" * 3000,
        "if (a) { b } else " * 2000 + "{ c }",
        "f(() => { " * 700 + "x" + " })" * 700,
        "<a>" * 900 + "</a>" * 900,
        "a ? b : " * 2000 + "c",
        "!" * 4000 + "a",
        "const x = " + "{ a: " * 1000 + "1" + " }" * 1000,
        "`${" * 1000 + "}`" * 1000,
    ],
)
def test_deep_nesting_is_cut(text: str) -> None:
    _check("deep.tsx", text)


def test_a_bundle_is_not_read() -> None:
    module = parse(Source("bundle.js", "x=1;" * MAX_LINE))
    assert module.body == ()
    assert [skipped.why for skipped in module.skipped] == ["a line of more than 50,000 characters"]


def test_offsets_are_code_points() -> None:
    text = 'const é = "😀"; // ✓\nconst b = é;'
    module = parse(Source("a.ts", text))
    assert [text[one.start : one.end] for one in module.bindings] == ["é", "b"]
    assert module.functions == ()


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("const a = b ?? c || d;", ["`??` and `||` are mixed without parentheses"]),
        ("const a = b || c ?? d;", ["`??` and `||` are mixed without parentheses"]),
        ("const a = (b ?? c) || d;", []),
        ("const a = 1; const a = 2;", ["`a` is already declared in this scope"]),
        ("const a = 1; { const a = 2; }", []),
        ("var a = 1; var a = 2;", []),
        ("function f(a) { let a = 1; }", ["`a` is already declared in this scope"]),
        ("function f(a) { var a = 1; }", []),
        ("function f(a: string): void; function f(a: any) {}", []),
        ("class A {} interface A { x: number }", []),
        ("enum E { A } namespace E { export const x = 1 }", []),
        ('import { a } from "x"; import { a } from "y";', ["`a` is already declared in this scope"]),
        ('import type { a } from "x"; const a = 1;', []),
        ("function f() { await g(); }", ["`await` in a function that is not `async`"]),
        ("async function f() { await g(); }", []),
        ("await g();", []),
        ("switch (a) { case 1: const b = 1; case 2: const b = 2; }", ["`b` is already declared in this scope"]),
        ("for (const a of b) { const a = 1; }", []),
        ("try {} catch (e) { const e = 1; }", ["`e` is already declared in this scope"]),
        ("declare const a: string; declare const a: string;", []),
    ],
)
def test_what_the_grammar_lets_pass_is_a_problem(text: str, messages: list[str]) -> None:
    assert [problem.message for problem in parse(Source("a.ts", text)).problems] == messages


@pytest.mark.parametrize(
    ("path", "text", "shown"),
    [
        ("a.vue", '<template><p/></template>\n<script setup lang="ts">\nconst a = 1\n</script>\n', "const a = 1"),
        ("a.svelte", "<script>\n  const a = 1\n</script>\n<p>{a}</p>", "const a = 1"),
        ("a.astro", "---\nconst a = 1\n---\n<p>{a}</p>", "const a = 1"),
    ],
)
def test_the_scripts_of_components_stay_in_place(path: str, text: str, shown: str) -> None:
    module = parse(script(Source(path, text)))
    statement = module.body[0]
    assert text[statement.start : statement.end] == shown
