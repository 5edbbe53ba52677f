"""`supalint env`, as people and programs use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.cli import run

FILES = {
    "supabase/config.toml": 'project_id = "abcdefghijklmnopqrst"\n',
    "supabase/functions/a/index.ts": """
        const panel = Deno.env.get("PANEL_URL");
        Deno.serve(() => fetch(`${panel}/api/application/servers`));
    """,
    "supabase/functions/b/index.ts": """
        const panel = Deno.env.get("PTERODACTYL_URL");
        const label = Deno.env.get("LABEL") ?? "shop";
        Deno.serve(() => fetch(`${panel}/api/application/servers/1`, { body: label + Deno.env.get("SUPABASE_URL") }));
    """,
    ".env.example": "PANEL_URL=https://panel.example.com\n",
}
TABLE = """
   NAME         | DIGEST
  --------------|------------------------------------------------------------------
   PANEL_URL    | 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
   OLD_KEY      | 60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752
"""
JSON = json.dumps([{"name": "PANEL_URL", "value": "9f86d081"}, {"name": "OLD_KEY", "value": "60303ae2"}])
COMMAND = 'supabase secrets set PTERODACTYL_URL="$PANEL_URL" --project-ref abcdefghijklmnopqrst'


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(["env", *arguments]) == code
    captured = capsys.readouterr()
    return captured.err if code else captured.out


@pytest.mark.parametrize(
    "secrets", [TABLE.encode(), JSON.encode(), TABLE.encode("utf-16")], ids=["table", "json", "utf-16"]
)
def test_a_secrets_list_tells_what_is_set(capsys: pytest.CaptureFixture[str], secrets: bytes) -> None:
    Path("list.txt").write_bytes(secrets)
    found = json.loads(printed(capsys, "--secrets", "list.txt", "--format", "json"))
    states = {row["name"]: row["state"] for row in found["settings"]}
    assert states == {
        "LABEL": "not set",
        "PANEL_URL": "set",
        "PTERODACTYL_URL": "not set",
        "SUPABASE_URL": "platform",
    }
    assert found["commands"] == [COMMAND]
    assert found["unread"] == ["OLD_KEY"]


def test_without_one_everything_that_functions_need_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys)
    assert "PTERODACTYL_URL: not known to be set" in text
    assert "same as   PANEL_URL" in text
    assert text.count("supabase secrets set ") == 2


@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_no_value_is_shown(capsys: pytest.CaptureFixture[str], format_: str) -> None:
    Path("list.txt").write_text(TABLE, "utf-8")
    shown = printed(capsys, "--secrets", "list.txt", "--format", format_)
    assert "9f86d081" not in shown
    assert "panel.example.com" not in shown


def test_another_file_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("list.txt").write_text("[1", "utf-8")
    assert "--secrets" in printed(capsys, "--secrets", "list.txt", code=2)
