"""`supalint report`, through the command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.readiness.score import score
from analyzer.report.hosting import hosting

_TABLE = "create table public.orders (id bigint primary key, note text);"
_OPEN_TABLE = "alter table public.orders disable row level security;"


def _project(folder: Path, sql: str) -> Path:
    migrations = folder / "supabase" / "migrations"
    migrations.mkdir(parents=True)
    (migrations / "20250101000000_first.sql").write_text(sql, "utf-8")
    return folder


def _report(folder: Path, suffix: str = "json") -> str:
    output = folder / f"ready.{suffix}"
    assert run(["report", str(folder), "--today", "2026-03-01", "-o", str(output)]) == 0
    return output.read_text("utf-8")


def test_a_project_with_an_error_is_not_ready(tmp_path: Path) -> None:
    document = json.loads(_report(_project(tmp_path, f"{_TABLE}\n{_OPEN_TABLE}")))
    assert document["verdict"] == "no-go"
    assert document["blockers"]


@pytest.mark.parametrize(
    ("until", "status"), [("2026-06-01", "verified"), ("2026-03-01", "verified"), ("2026-02-28", "by hand")]
)
def test_an_attestation_counts_until_its_day(tmp_path: Path, until: str, status: str) -> None:
    _project(tmp_path, _TABLE)
    entry = f'[[attest]]\nitem = "verify-advisors"\nby = "Ada"\non = 2026-01-01\nuntil = {until}\n'
    (tmp_path / "supalint.attest.toml").write_text(entry, "utf-8")
    items = {item["id"]: item for area in json.loads(_report(tmp_path))["areas"] for item in area["checklist"]}
    assert items["verify-advisors"]["status"] == status


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('[[attest]]\nitem = "verify-everything"', "there is no item `verify-everything`"),
        ('[[attest]]\nitem = "verify-live"', "`by` says who"),
        ('[[attest]]\nitem = "verify-live"\nby = "Ada"\non = "today"', "`on` is a date"),
        ("[[attest]", "not valid TOML"),
    ],
)
def test_an_attestation_that_cannot_be_used_is_refused(
    tmp_path: Path, entry: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _project(tmp_path, _TABLE)
    (tmp_path / "supalint.attest.toml").write_text(entry, "utf-8")
    assert run(["report", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    page = _report(_project(tmp_path, f'create table public."{hostile}" (id int);'), "html")
    assert hostile not in page
    assert "&lt;img src=x" in page
    assert len(re.findall("<script", page)) == 1


def test_a_file_that_cannot_be_read_never_raises_the_score() -> None:
    titles = {area: f"area {area}" for area in range(1, 11)}
    clean = dict.fromkeys(titles, (0, 0))
    for errors in range(4):
        seen = score(clean | {4: (errors, 2)}, titles, open_items=0, unread=[])
        for path in ("supabase/migrations/1.sql", "supabase/functions/a/index.ts"):
            unread = score(clean, titles, open_items=0, unread=[path])
            assert unread.value <= seen.value


def test_an_area_is_an_issue_only_where_it_shows_an_error(tmp_path: Path) -> None:
    document = json.loads(_report(_project(tmp_path, f"{_TABLE}\n{_OPEN_TABLE}")))
    for area in document["areas"]:
        assert (area["status"] == "issue") == (area["errors"] > 0)


def test_what_a_project_has_nothing_of_is_not_verified(tmp_path: Path) -> None:
    items = {
        item["id"]: item["status"]
        for area in json.loads(_report(_project(tmp_path, _TABLE)))["areas"]
        for item in area["checklist"]
    }
    assert items["stripe-signature-missing"] == "not applicable"
    assert items["expect-rows"] == "not applicable"
    assert items["policy-recursive"] == "verified"


def test_a_part_that_is_not_understood_costs_less_than_a_file() -> None:
    titles = {area: f"area {area}" for area in range(1, 11)}
    clean = dict.fromkeys(titles, (0, 0))
    path = "supabase/migrations/1.sql"
    part = score(clean, titles, open_items=0, unread=[], stretches=[path])
    whole = score(clean, titles, open_items=0, unread=[path])
    assert 10 > part.value > whole.value


def test_functions_access_and_settings_are_on_the_page(tmp_path: Path) -> None:
    page = _report(_project(tmp_path, f"{_TABLE}\n{_OPEN_TABLE}"), "html")
    assert '<th scope="row"><code>public.orders</code></th>' in page
    assert "anon delete" in page


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("git@github.com:shop/app.git", "https://github.com/shop/app/blob/{0}/a%20b.sql#L3"),
        ("https://me:token@gitlab.com/group/sub/app.git", "https://gitlab.com/group/sub/app/-/blob/{0}/a%20b.sql#L3"),
        ("ssh://git@bitbucket.org/shop/app", "https://bitbucket.org/shop/app/src/{0}/a%20b.sql#lines-3"),
        ("/srv/git/app.git", None),
        ("https://git.example.com/app", None),
        ("javascript:alert(1)//github.com/a/b", None),
    ],
)
def test_places_are_linked_to_hosts_that_are_known(remote: str, address: str | None) -> None:
    commit = "0123456789" * 4
    found = hosting(remote, commit)
    assert (found.line("a b.sql", 3) if found is not None else None) == (address and address.format(commit))
