"""The whole program on the sample shop: what is found there, and each report format.

`make snapshots` writes `tests/snapshots/` anew; read the difference before it is committed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from analyzer import registry
from analyzer.commands.check import FORMATS
from analyzer.engine import analyze_texts
from tools import sample

HERE = Path(__file__).parent
SNAPSHOTS = HERE / "snapshots"
RULES = {rule.id for rule in registry.load(plugins=False)}
ROW = re.compile(r"^\| `(?P<file>[^`]+)` \| `(?P<rule>[^`]+)` \| (?P<why>.+) \|$", re.MULTILINE)

#: Shown in every format: few rules, so that a new rule changes one snapshot, yet with fixes, related places and steps.
SHOWN = ("env-name-drift", "secret-supabase-admin-key", "migration-skipped", "migration-version-collision")


@dataclass(frozen=True)
class Planted:
    """A row of the sample's README. A reason that begins with a code and a colon is about findings that name it."""

    file: str
    rule: str
    why: str

    def is_among(self, findings: list[dict[str, str]]) -> bool:
        about = re.match(r"`([^`]+)`: ", self.why)
        return any(
            (finding["path"], finding["rule"]) == (self.file, self.rule)
            and (about is None or about[1] in finding["message"])
            for finding in findings
        )


def rows(heading: str) -> list[Planted]:
    """The rows below a heading of the sample's README."""
    text = (sample.SAMPLE / sample.ABOUT).read_text("utf-8")
    _, _, part = text.partition(f"\n## {heading}\n")
    return [Planted(**row.groupdict()) for row in ROW.finditer(part.partition("\n## ")[0])]


WRONG, RIGHT = rows("What is wrong"), rows("What looks wrong and is right")
MISSED, FALSE = rows("What is wrong and not found yet"), rows("What is right and reported all the same")


def built(rows: list[Planted]) -> list[object]:
    """Those whose rule is built."""
    return [pytest.param(row, id=f"{row.rule} in {row.file}") for row in rows if row.rule in RULES]


@pytest.fixture(scope="module")
def shop() -> Iterator[Path]:
    """The expanded sample."""
    with TemporaryDirectory() as folder:
        sample.write(Path(folder) / "sample_repo")
        yield Path(folder) / "sample_repo"


@cache
def supalint(shop: Path, *arguments: str) -> str:
    """What `supalint check` prints in the sample."""
    result = subprocess.run(
        [sys.executable, "-m", "analyzer", "check", "--exit-zero", *arguments],
        cwd=shop,
        env=os.environ | {"COLUMNS": "120", "NO_COLOR": "1", "XDG_CACHE_HOME": str(shop.parent / "cache")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def found(shop: Path) -> list[dict[str, str]]:
    """Every finding in the sample."""
    findings: list[dict[str, str]] = json.loads(supalint(shop, "--select", "all", "--format", "json"))["findings"]
    return findings


def test_the_lists_name_files_that_there_are_and_contradict_neither_themselves_nor_each_other() -> None:
    listed = [row for row in (*WRONG, *MISSED, *RIGHT, *FALSE) if not re.match("`[^`]+`: ", row.why)]
    assert {row.file for row in (*WRONG, *MISSED, *RIGHT, *FALSE)} <= {path for path, _ in sample.texts()}
    assert len({(row.file, row.rule) for row in listed}) == len(listed)


def test_no_key_stands_in_the_sample_as_it_is_kept() -> None:
    rules = [rule for rule in registry.load(plugins=False) if rule.area == "secrets"]
    kept = {file.relative_to(sample.SAMPLE).as_posix(): file.read_text("utf-8") for file in sample.files()}
    found = analyze_texts(kept, rules).findings
    assert [(finding.span.path, finding.rule, finding.message) for finding in found] == []


@pytest.mark.parametrize("row", built(WRONG))
def test_what_is_planted_is_found(row: Planted, found: list[dict[str, str]]) -> None:
    assert row.is_among(found), row.why


@pytest.mark.parametrize("row", built(MISSED))
def test_what_is_listed_as_missed_is_missed(row: Planted, found: list[dict[str, str]]) -> None:
    assert not row.is_among(found), "it is found now: move the row up"


@pytest.mark.parametrize("row", built(FALSE))
def test_what_is_listed_as_a_false_alarm_is_one(row: Planted, found: list[dict[str, str]]) -> None:
    assert row.is_among(found), "it is left alone now: move the row up"


@pytest.mark.parametrize("row", built(RIGHT))
def test_what_is_right_is_left_alone(row: Planted, found: list[dict[str, str]]) -> None:
    assert not row.is_among(found), row.why


def test_every_finding_is_as_it_was(shop: Path) -> None:
    compare("findings.txt", supalint(shop, "--format", "concise"))


def test_neither_processes_nor_a_cache_change_what_is_said(shop: Path) -> None:
    wanted = supalint(shop, "--no-cache", "--jobs", "1", "--format", "json")
    assert supalint(shop, "--no-cache", "--jobs", "3", "--format", "json") == wanted
    for _ in ("kept", "taken from there"):
        assert supalint.__wrapped__(shop, "--format", "json") == wanted


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_is_as_it_was(shop: Path, format_: str) -> None:
    compare(f"sample.{format_}", supalint(shop, "--quiet", "--select", ",".join(SHOWN), "--format", format_))


def compare(name: str, text: str) -> None:
    file = SNAPSHOTS / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")
    kept = file.read_text("utf-8") if file.exists() else ""
    if text != kept:
        difference = unified_diff(kept.splitlines(), text.splitlines(), f"{name} as kept", f"{name} now", lineterm="")
        pytest.fail("\n".join(["if this is right: `make snapshots`", *islice(difference, 60)]), pytrace=False)
