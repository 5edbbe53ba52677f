"""Adopting supalint in an old project."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.examples import expand

OLD = "supabase/migrations/20250101000000_old.sql"
NEW = "supabase/migrations/20250102000000_new.sql"
BASELINE = "supalint-baseline.json"

Answer = tuple[int, list[str], list[str]]
Say = Callable[..., Answer]


def table(name: str) -> str:
    return f"create table public.{name} (id int primary key);\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one finding."""
    (tmp_path / "supabase" / "migrations").mkdir(parents=True)
    (tmp_path / OLD).write_text(table("old"), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def say(root: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    assert root

    def said(*arguments: str, select: str = "rls-disabled") -> Answer:
        extra = ["--format", "concise"] if arguments[0] == "check" else []
        code = run([*arguments, *extra, *(["--select", select] if select else [])])
        out, err = capsys.readouterr()
        return code, out.splitlines(), err.splitlines()

    return said


def test_what_there_was_is_held_back_and_what_is_new_is_not(say: Say, root: Path) -> None:
    assert say("check")[0] == 1
    assert say("baseline")[2] == [f"1 finding of 1 rule in {root / BASELINE}"]
    assert say("check") == (0, ["no findings"], [])
    (root / OLD).write_text("-- moved\n\n\n" + table("old"), "utf-8")
    (root / NEW).write_text(table("new"), "utf-8")
    code, out, err = say("check")
    assert (code, err) == (1, [])
    assert [line.split(":")[0] for line in out[:-1]] == [NEW]
    assert len(say("check", "--no-baseline")[1]) == 3


def test_an_entry_that_is_not_found_any_more_is_named_and_pruned(say: Say, root: Path) -> None:
    (root / NEW).write_text(table("new"), "utf-8")
    say("baseline")
    (root / NEW).write_text("select 1;\n" + table("other"), "utf-8")
    code, out, err = say("check")
    assert (code, len(out)) == (1, 2)
    assert err == [
        f"stale: {NEW}: [rls-disabled] `public.new` has no row level security: anyone with the public key can read, "
        "insert, update and delete its rows",
        "`supalint baseline --prune` takes the stale entries out",
    ]
    assert say("check", "--quiet")[2] == []
    assert say("baseline", "--prune")[2] == [f"1 finding of 1 rule in {root / BASELINE} (0 new, 1 gone)"]
    assert say("check")[2] == []
    assert say("check")[0] == 1


def test_what_a_run_does_not_look_for_is_not_stale_and_stays(say: Say, root: Path) -> None:
    say("baseline")
    before = (root / BASELINE).read_bytes()
    assert say("check", select="table-no-primary-key")[2] == []
    assert say("check", "supabase/functions" if (root / "supabase/functions").exists() else OLD)[2] == []
    say("baseline", select="table-no-primary-key")
    assert (root / BASELINE).read_bytes() == before


def test_the_file_is_the_same_every_time_and_holds_a_line_for_each_finding(say: Say, root: Path) -> None:
    (root / NEW).write_text(table("new"), "utf-8")
    say("baseline")
    first = (root / BASELINE).read_text("utf-8")
    say("baseline")
    assert (root / BASELINE).read_text("utf-8") == first
    entries = json.loads(first)["findings"]
    assert [entry["path"] for entry in entries] == [OLD, NEW]
    assert sum('"fingerprint"' in line for line in first.splitlines()) == 2


def test_a_secret_does_not_get_into_the_file(say: Say, root: Path) -> None:
    key = expand("sk_live_[[alnum:48]]")
    (root / "supabase/functions/pay").mkdir(parents=True)
    (root / "supabase/functions/pay/index.ts").write_text(f'const key = "{key}";\n', "utf-8")
    say("baseline", select="secrets")
    assert "secret-stripe-key" in (root / BASELINE).read_text("utf-8")
    assert key[8:] not in (root / BASELINE).read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not a baseline"),
        ("[]", "not a baseline"),
        ('{"version": 9, "findings": []}', "its version is 9"),
        ('{"version": 1, "findings": [{"rule": 1}]}', "not a baseline"),
        ("\udcff", "not a baseline"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(content: str, said: str, say: Say, root: Path) -> None:
    (root / "b.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    code, _, err = say("check", "--baseline", "b.json")
    assert code == 2
    assert said in err[0]
    assert say("check", "--baseline", "nowhere.json")[0] == 2
