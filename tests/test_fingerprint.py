"""Fingerprints: GitHub's hash of a line, and names that survive moved code."""

from __future__ import annotations

import pytest

from analyzer.finding import Finding
from analyzer.fingerprint import fingerprints, line_hashes
from analyzer.source import Span

# https://github.com/github/codeql-action/blob/main/src/fingerprints.test.ts, read June 2026
VECTORS = [
    ("", ["c129715d7a2bc9a3:1"]),
    (" a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
    (
        " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
        [
            "8b7cf3e952e7aeb2:1",
            "b1ae1287ec4718d9:1",
            "bff680108adb0fcc:1",
            "c6805c5e1288b612:1",
            "b86d3392aea1be30:1",
            "e6ceba753e1a442:1",
        ],
    ),
    (
        " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
        [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ],
    ),
    (
        "Lorem ipsum dolor sit amet.\n" * 10,
        [
            *(f"a7f2ff13bc495cf2:{count}" for count in range(1, 7)),
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            "c129715d7a2bc9a3:1",
        ],
    ),
    (
        "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
        [
            "e54938cc54b302f1:1",
            "bb609acbe9138d60:1",
            "1131fd5871777f34:1",
            "5c482a0f8b35ea28:1",
            "54517377da7028d2:1",
            "2c644846cb18d53e:1",
            "f1b89f20de0d133:1",
            "c129715d7a2bc9a3:1",
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), VECTORS)
def test_a_line_has_the_hash_that_github_gives_it(text: str, expected: list[str]) -> None:
    wanted = range(1, len(expected) + 1)
    assert list(line_hashes(text.encode(), wanted).values()) == expected


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_the_kind_of_line_end_does_not_change_a_hash(end: str) -> None:
    rows = ["create table a (id int);", "\tselect 1;", "", "end"]
    unix = line_hashes("\n".join(rows).encode(), [1, 2, 3, 4])
    assert line_hashes(end.join(rows).encode(), [1, 2, 3, 4]) == unix


def test_a_byte_order_mark_counts_and_bad_bytes_do_not_stop() -> None:
    plain = line_hashes(b"select 1;\n", [1])
    assert line_hashes(b"\xef\xbb\xbfselect 1;\n", [1]) != plain
    assert line_hashes(b"\xff\xfe\n\xf0\x9f\x98\x80", [1, 2]).keys() == {1, 2}


def finding(line: int, subject: str = "", path: str = "a.sql") -> Finding:
    return Finding("rls-disabled", "error", Span(path, line, 1, line, 2), "message", subject)


def test_a_fingerprint_survives_lines_above_and_other_white_space() -> None:
    before = fingerprints([finding(1)], {"a.sql": "create table a();\n"})
    after = fingerprints([finding(3)], {"a.sql": "\n\n  create  table a();\r\n"})
    assert before == after


def test_a_subject_makes_the_fingerprint_survive_another_file() -> None:
    before = fingerprints([finding(1, "public.a")], {})
    assert before == fingerprints([finding(7, "public.a", "b.sql")], {})
    assert before != fingerprints([finding(1, "public.b")], {})


def test_equal_findings_are_told_apart_by_their_number() -> None:
    twice = fingerprints([finding(1), finding(1)], {"a.sql": "x"})
    assert len(set(twice)) == 2


def test_two_projects_with_the_same_table_have_different_findings() -> None:
    found = fingerprints(
        [finding(1, "public.a", "one/supabase/a.sql"), finding(1, "public.a", "two/supabase/a.sql")],
        {},
        ("one/supabase", "two/supabase"),
    )
    assert len(set(found)) == 2
