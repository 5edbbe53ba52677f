"""Fixes: what they come to together, how they are shown, how they are written."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.finding import Create, Edit, Finding, Fix, Rename
from analyzer.fix import Plan, Replaced, applied, plan
from analyzer.report import patch
from analyzer.report.style import Style
from analyzer.source import Lines, Source, Span
from analyzer.write import WriteError, inside, read, write

NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=timezone.utc)
FOLDER = "supabase/migrations"


def finding(*changes: Edit | Create | Rename, safe: bool = True) -> Finding:
    return Finding("rls-disabled", "error", Span("a.ts", 1, 1, 1, 2), "m", fix=Fix("t", safe, changes))


def edit(line: int, start: int, end: int, text: str, path: str = "a.ts") -> Edit:
    return Edit(Span(path, line, start, line, end), text)


def planned(*findings: Finding, files: Mapping[str, bytes], unsafe: bool = False, names: tuple[str, ...] = ()) -> Plan:
    return plan(findings, files.get, {FOLDER: names}, NOW, unsafe=unsafe)


def contents(found: Plan) -> dict[str, bytes]:
    return {change.new_path: change.new_content for change in found.changes}


def test_edits_of_several_findings_are_made_together() -> None:
    found = planned(
        finding(edit(2, 1, 4, "two")),
        finding(edit(1, 5, 5, "!"), edit(1, 1, 1, "-> ")),
        files={"a.ts": b"ab c\nxyz\n"},
    )
    assert contents(found) == {"a.ts": b"-> ab c!\ntwo\n"}
    assert len(found.fixed) == 2


@pytest.mark.parametrize(
    "second",
    [edit(1, 3, 5, "y"), edit(1, 1, 2, "y"), edit(1, 4, 6, "y"), edit(1, 2, 2, "y"), edit(1, 4, 4, "y")],
)
def test_of_two_fixes_of_the_same_text_the_first_wins(second: Edit) -> None:
    found = planned(finding(edit(1, 2, 4, "x")), finding(second, edit(2, 1, 1, "z")), files={"a.ts": b"abcdefgh\n12\n"})
    assert contents(found) == {"a.ts": b"axdefgh\n12\n"}
    assert [skipped.why for skipped in found.skipped] == ["another fix changes the same text: run again"]


def test_a_fix_is_made_whole_or_not_at_all() -> None:
    found = planned(finding(edit(2, 1, 1, "x"), edit(1, 1, 1, "y", "gone.ts")), files={"a.ts": b"a\nb\n", "b.ts": b"b"})
    assert contents(found) == {}
    assert found.skipped[0].why == "gone.ts cannot be read"


def test_insertions_at_one_place_keep_the_order_of_the_findings_and_equal_ones_are_made_once() -> None:
    found = planned(
        finding(edit(1, 1, 1, "A=\n")),
        finding(edit(1, 1, 1, "B=\n")),
        finding(edit(1, 1, 1, "A=\n")),
        files={"a.ts": b"C=\n"},
    )
    assert contents(found) == {"a.ts": b"A=\nB=\nC=\n"}
    assert len(found.fixed) == 3


def test_an_unsafe_fix_needs_to_be_asked_for() -> None:
    given_finding = finding(edit(1, 1, 2, "x"), safe=False)
    assert contents(planned(given_finding, files={"a.ts": b"a"})) == {}
    assert contents(planned(given_finding, files={"a.ts": b"a"}, unsafe=True)) == {"a.ts": b"x"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbfab\r\ncd\r\n", b"\xef\xbb\xbfab\r\nX\r\nY\r\nd\r\n"),
        ("\ufeffab\ncd\n".encode("utf-16-le"), "\ufeffab\nX\nYd\n".encode("utf-16-le")),
        ("\ufeffé😀\ncd\n".encode("utf-16-be"), "\ufeffé😀\nX\nYd\n".encode("utf-16-be")),
        (b"ab\ncd", b"ab\nX\nYd"),
        ("é😀\ncd".encode(), "é😀\nX\nYd".encode()),
    ],
)
def test_a_file_keeps_its_encoding_its_mark_and_its_line_ends(before: bytes, after: bytes) -> None:
    text = "X\nY\n" if b"\r" in before else "X\nY"
    found = planned(finding(edit(2, 1, 2, text)), files={"a.ts": before})
    assert contents(found) == {"a.ts": after}


def test_a_file_in_another_encoding_is_left_alone() -> None:
    found = planned(finding(edit(1, 1, 1, "x")), files={"a.ts": b"caf\xe9"})
    assert found.skipped[0].why == "a.ts is not UTF-8"


@pytest.mark.parametrize("place", [(9, 1, 2), (1, 50, 60), (1, 0, 1)])
def test_a_place_that_is_not_there_is_refused(place: tuple[int, int, int]) -> None:
    found = planned(finding(edit(*place, "x")), files={"a.ts": b"abc\n"})
    assert found.skipped[0].why == "a.ts is not what was analyzed"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), "20260506070809_enable_rls.sql"),
        (("20250101000000_init.sql",), "20260506070809_enable_rls.sql"),
        (("20270101235959_later.sql",), "20270102000000_enable_rls.sql"),
        (("0001_init.sql", "0002_more.sql"), "20260506070809_enable_rls.sql"),
        (("9998_init.sql",), "9999_enable_rls.sql"),
        (("20279999999999_odd.sql",), "20280000000000_enable_rls.sql"),
        (("README.md",), "20260506070809_enable_rls.sql"),
    ],
)
def test_a_new_migration_comes_after_all_others(names: tuple[str, ...], expected: str) -> None:
    found = planned(finding(Create(FOLDER, "enable_rls", "select 1;\n")), files={}, names=names)
    assert contents(found) == {f"{FOLDER}/{expected}": b"select 1;\n"}


def test_several_new_migrations_follow_each_other_and_equal_ones_are_made_once() -> None:
    found = planned(
        finding(Create(FOLDER, "one", "1")),
        finding(Create(FOLDER, "two", "2")),
        finding(Create(FOLDER, "one", "1")),
        finding(Create(FOLDER, "../Three's", "3")),
        files={},
    )
    assert contents(found) == {
        f"{FOLDER}/20260506070809_one.sql": b"1",
        f"{FOLDER}/20260506070810_two.sql": b"2",
        f"{FOLDER}/20260506070811_three_s.sql": b"3",
    }


def test_a_file_is_moved_with_its_edits_unless_the_name_is_taken() -> None:
    files = {"a.ts": b"abc", "b.ts": b"b"}
    assert contents(planned(finding(Rename("a.ts", "c.ts")), finding(edit(1, 1, 2, "x")), files=files)) == {
        "c.ts": b"xbc"
    }
    found = planned(finding(Rename("a.ts", "b.ts")), files=files)
    assert found.skipped[0].why == "b.ts exists already"


_EDITS = st.tuples(st.integers(0, 30), st.integers(0, 30), st.text(alphabet="xy\n", max_size=3))


@given(st.text(alphabet="ab\n\ré😀", max_size=30), st.lists(_EDITS, max_size=8))
def test_edits_that_are_taken_never_overlap(text: str, wanted: list[tuple[int, int, str]]) -> None:
    lines = Lines.of(Source("a.ts", text))
    findings = [
        finding(Edit(lines.span(min(start, end), max(start, end)), new))
        for start, end, new in wanted
        if max(start, end) <= len(text)
    ]
    found = planned(*findings, files={"a.ts": text.encode()})
    assert len(found.fixed) + len(found.skipped) == len(findings)
    for change in found.changes:
        for before, after in zip(change.edits, change.edits[1:], strict=False):
            assert before.end <= after.start
        assert change.new_content == applied(change.text, change.edits).encode()


def test_edits_are_applied_by_place() -> None:
    assert applied("abcdef", [Replaced(1, 2, "X"), Replaced(4, 4, "Y")]) == "aXcdYef"


def shown(found: Plan, style: Style | None = None) -> str:
    return "\n".join(patch.render(found.changes, style or Style(), lambda _, text: text.replace("secret", "******")))


def test_the_preview_is_a_unified_diff() -> None:
    text = "".join(f"line {number}\n" for number in range(1, 31))
    found = planned(finding(edit(10, 1, 5, "LINE")), finding(edit(25, 1, 1, "new\n")), files={"a.ts": text.encode()})
    assert shown(found) == "\n".join(
        (
            "--- a/a.ts",
            "+++ b/a.ts",
            "@@ -7,7 +7,7 @@",
            " line 7",
            " line 8",
            " line 9",
            "-line 10",
            "+LINE 10",
            " line 11",
            " line 12",
            " line 13",
            "@@ -22,6 +22,7 @@",
            " line 22",
            " line 23",
            " line 24",
            "+new",
            " line 25",
            " line 26",
            " line 27",
        )
    )


def test_the_preview_shows_no_secret_no_control_character_and_no_command() -> None:
    found = planned(finding(edit(2, 1, 1, "x")), files={"a.ts": "::secret\x1b[2J\n\u202etwo\n##[add-mask]".encode()})
    preview = shown(found, Style(actions=True))
    assert "secret" not in preview
    assert "\x1b" not in preview
    assert "\u202e" not in preview
    assert all(not line.lstrip().startswith("::") for line in preview.split("\n"))


def test_a_new_file_is_shown_whole_and_a_moved_one_by_its_names() -> None:
    found = planned(finding(Create(FOLDER, "x", "select 1;\n")), finding(Rename("a.ts", "b.ts")), files={"a.ts": b"a"})
    assert shown(found).split("\n") == [
        "--- a/a.ts",
        "+++ b/b.ts",
        "--- /dev/null",
        f"+++ b/{FOLDER}/20260506070809_x.sql",
        "@@ -0,0 +1 @@",
        "+select 1;",
    ]


def test_changes_are_written_and_permissions_kept(tmp_path: Path) -> None:
    file = tmp_path / "a.ts"
    file.write_bytes(b"abc\r\n")
    file.chmod(0o750)
    found = plan(
        [finding(edit(1, 1, 2, "x")), finding(Create(FOLDER, "x", "select 1;\n"))],
        lambda path: read(tmp_path, path),
        {},
        NOW,
    )
    for change in found.changes:
        write(tmp_path, change)
    assert file.read_bytes() == b"xbc\r\n"
    if os.name != "nt":
        assert file.stat().st_mode & 0o777 == 0o750
    assert (tmp_path / FOLDER / "20260506070809_x.sql").read_text() == "select 1;\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ts", "supabase"]


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "a.ts"
    file.write_bytes(b"abc")
    (change,) = plan([finding(edit(1, 1, 2, "x"))], lambda path: read(tmp_path, path), {}, NOW).changes
    file.write_bytes(b"other")
    with pytest.raises(WriteError, match=r"a\.ts has changed meanwhile"):
        write(tmp_path, change)
    assert file.read_bytes() == b"other"


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../a", "a/../../b", "a//b", "./a", ".git/hooks/x", "a/.GIT/x", "C:\\x", "c:x", "a\\b", "a\0b"],
)
def test_no_path_leads_out_of_the_root(tmp_path: Path, path: str) -> None:
    with pytest.raises(WriteError):
        inside(tmp_path, path)
    assert read(tmp_path, path) is None


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.ts").write_bytes(b"abc")
    root = tmp_path / "root"
    root.mkdir()
    (root / "folder").symlink_to(outside, target_is_directory=True)
    (root / "file.ts").symlink_to(outside / "a.ts")
    for path in ("folder/a.ts", "folder/new.ts", "file.ts"):
        with pytest.raises(WriteError, match="leads through a link"):
            inside(root, path)
