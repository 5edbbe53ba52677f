"""`supalint schema`, as people and programs use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.cli import run

MIGRATIONS = {
    "20250101000000_orders.sql": """
        create type public.state as enum ('new', 'paid');
        create table public.orders (id bigint primary key, state public.state not null default 'new');
        insert into public.orders (id) values (1), (2);
        alter table public.orders enable row level security;
    """,
    "20250102000000_items.sql": """
        create table public.items (order_id bigint references public.orders (id), name text);
        create policy mine on public.items using (true);
        create policy mine on public.items using (true);
        alter table public.missing add column x int;
        create index on public.missing (x);
    """,
    "20250103000000-0f6c1f0e-6d0f-4a55-9c86-0d9bd2b0a1f2.sql": "create table public.by_lovable (id int);",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    for name, text in MIGRATIONS.items():
        (folder / name).write_text(text, "utf-8")
    (tmp_path / "supabase" / "seed.sql").write_text("insert into public.orders (id) values (3);", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(["schema", *arguments]) == code
    return capsys.readouterr().out


def names(model: str, kind: str = "tables") -> list[str]:
    return [each["name"] for each in json.loads(model)[kind]]


@pytest.mark.usefixtures("shop")
def test_the_json_holds_what_a_reset_builds(capsys: pytest.CaptureFixture[str]) -> None:
    model = json.loads(printed(capsys, "--format", "json"))
    assert [table["name"] for table in model["tables"]] == ["orders", "items"]
    assert [table["rls"] for table in model["tables"]] == [True, False]
    assert [row["id"] for row in model["rows"]["public.orders"]] == [1, 2]
    assert [failure["sqlstate"] for failure in model["failures"]] == ["42710", "42P01", "42P01"]


@pytest.mark.usefixtures("shop")
def test_the_hosted_project_has_what_lovable_applies(capsys: pytest.CaptureFixture[str]) -> None:
    assert "by_lovable" not in names(printed(capsys, "--format", "json"))
    assert "by_lovable" in names(printed(capsys, "--format", "json", "--as", "hosted"))


@pytest.mark.usefixtures("shop")
def test_at_a_migration_nothing_of_the_later_ones_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert names(printed(capsys, "--format", "json", "--at", "20250101000000_orders.sql")) == ["orders"]
    assert run(["schema", "--at", "nothing.sql"]) == 2
    assert "there is no migration `nothing.sql`" in capsys.readouterr().err


@pytest.mark.usefixtures("shop")
def test_a_failure_takes_with_it_what_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert names(printed(capsys, "--format", "json", "--on-failure", "file")) == ["orders"]
    stopped = json.loads(printed(capsys, "--format", "json", "--on-failure", "stop", "--as", "hosted"))
    assert [table["name"] for table in stopped["tables"]] == ["orders"]
    assert len(stopped["failures"]) == 1


@pytest.mark.usefixtures("shop")
def test_seeds_are_applied_only_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert "id=3" not in printed(capsys, "--rows")
    assert "id=3" in printed(capsys, "--rows", "--seed")


@pytest.mark.usefixtures("shop")
def test_failures_name_place_code_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "--failures").splitlines()
    assert lines[0].startswith("supabase/migrations/20250102000000_items.sql:4:")
    assert '42710 policy "mine" for table "items" already exists (create policy)' in lines[0]
    assert "3 statements fail" in lines[-1]


@pytest.mark.usefixtures("shop")
def test_the_history_of_an_object_names_each_change(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "--history", "public.orders").splitlines()
    assert [line.split(": ", 1)[1] for line in lines] == [
        "created table public.orders",
        "altered table public.orders: enable row level security",
    ]
    assert "no migration makes or changes" in printed(capsys, "--history", "nothing")


@pytest.mark.usefixtures("shop")
def test_the_diagram_shows_keys_and_protection(capsys: pytest.CaptureFixture[str]) -> None:
    diagram = printed(capsys, "--format", "mermaid")
    assert 'orders["public.orders (RLS on, 0 policies)"] {' in diagram
    assert "bigint id PK" in diagram
    assert 'orders ||--o{ items : "items_order_id_fkey"' in diagram


@pytest.mark.usefixtures("shop")
def test_the_statements_can_be_written_to_a_file(capsys: pytest.CaptureFixture[str], shop: Path) -> None:
    assert printed(capsys, "-o", "schema.sql") == ""
    text = (shop / "schema.sql").read_text("utf-8")
    assert "create table if not exists public.orders (" in text
    assert "alter table public.orders enable row level security;" in text


def test_a_folder_without_a_project_is_said_to_be_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["schema"]) == 2
    assert "there is no Supabase project here" in capsys.readouterr().err
