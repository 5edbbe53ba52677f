"""What an editor is told at once, and what happens when the process beside dies."""

from __future__ import annotations

import asyncio
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.commands.session import Asked, prepare
from analyzer.finding import Finding
from analyzer.lsp.editing import Change, Editing
from analyzer.lsp.server import OpenFolder
from analyzer.source import Span

HOOK = "supabase/functions/hook/index.ts"
TEXT = "const a = 1;\nconst b = 2;\nDeno.serve(() => new Response(`${a + b}`));\n"
SQL = "supabase/migrations/20250101000000_a.sql"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {"supabase/config.toml": 'project_id = "a"\n', HOOK: TEXT, SQL: "create table public.a (id bigint);\n"}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path


def editing(root: Path) -> Editing:
    return Editing(prepare(Asked(paths=(root,))))


def on_line(line: int, rule: str = "env-undeclared") -> Finding:
    return Finding(rule, "warning", Span(HOOK, line, 1, line, 5), "m")


def said(found: list[Finding]) -> list[tuple[str, int]]:
    return [(finding.rule, finding.span.line) for finding in found]


CONFLICT = "<<<<<<< HEAD\n=======\n>>>>>>> other\n"  # what a rule of single files finds


def test_what_a_file_alone_shows_is_said_at_once(root: Path) -> None:
    assert ("merge-conflict-marker", 4) in said(editing(root).at_once(HOOK, TEXT + CONFLICT))


def test_what_the_project_shows_moves_with_its_lines(root: Path) -> None:
    known = editing(root)
    known.note(HOOK, TEXT, [on_line(1), on_line(2), on_line(3), on_line(3, "merge-conflict-marker")])
    assert said(known.at_once(HOOK, TEXT.replace("const b", "// b\nconst c = 3;\nconst b"))) == [
        ("env-undeclared", 1),
        ("env-undeclared", 4),
        ("env-undeclared", 5),
    ]
    assert said(known.at_once(HOOK, TEXT.replace("b = 2", "b = 3"))) == [("env-undeclared", 1), ("env-undeclared", 3)]


def test_what_stands_near_counts_by_how_it_differs(root: Path) -> None:
    known = editing(root)
    known.note(HOOK, TEXT, [on_line(1, "mended"), on_line(2, "far"), on_line(3, "stays")])
    before = [on_line(1, "mended"), on_line(1, "nobody calls it"), on_line(3, "stays")]
    now = [on_line(1, "nobody calls it"), on_line(4, "stays"), on_line(5, "new")]
    found = known.with_near(HOOK, TEXT.replace("const a", "// a\nconst a"), before, now)
    assert said(found) == [("far", 3), ("stays", 4), ("new", 5)]


@given(st.lists(st.sampled_from("ab")), st.lists(st.sampled_from("ab")))
def test_a_line_that_moves_is_the_same_line(former: list[str], now: list[str]) -> None:
    change = Change.between("\n".join(former), "\n".join(now))
    for number in range(1, len(former) + 1):
        moved = change.moved(Span("a.ts", number, 1, number, 2))
        assert moved is None or now[moved.line - 1] == former[number - 1]


def test_what_a_function_shows_is_said_before_the_project_is_analyzed(root: Path) -> None:
    async def work() -> None:
        folder = OpenFolder(root)
        folder.edit(HOOK, TEXT)
        assert not await folder.look_near(HOOK)  # nothing is known to compare with
        await folder.analyze()
        folder.edit(HOOK, TEXT + "debugger;\n")
        assert await folder.look_near(HOOK)
        assert ("debug-leftover", 4) in said(folder.findings[HOOK])
        folder.edit(HOOK, "// nothing\n" + TEXT)
        assert await folder.look_near(HOOK)
        assert "debug-leftover" not in {finding.rule for finding in folder.findings[HOOK]}
        folder.end()

    asyncio.run(work())


def test_an_analysis_takes_edits_and_survives_the_death_of_its_process(root: Path) -> None:
    async def work() -> None:
        folder = OpenFolder(root)
        await folder.analyze()
        assert "rls-disabled" in {finding.rule for finding in folder.findings[SQL]}
        folder.edit(SQL, "create table public.a (id bigint);\nalter table public.a enable row level security;\n")
        for process in (folder.analyst._pool._processes or {}).values():
            process.kill()
        with pytest.raises(BrokenProcessPool):
            await folder.analyze()
        folder.restart()
        await folder.analyze()
        assert "rls-disabled" not in {finding.rule for finding in folder.findings[SQL]}
        folder.close(SQL)
        await folder.analyze()
        assert "rls-disabled" in {finding.rule for finding in folder.findings[SQL]}
        folder.end()

    asyncio.run(work())
