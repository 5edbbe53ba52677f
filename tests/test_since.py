"""What a branch introduces and mends, compared with where it began."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from analyzer.cli import run

SCHEMA = Path(__file__).parents[1] / "docs" / "report.schema.json"
FIRST = "supabase/migrations/20250101000000_init.sql"
SECOND = "supabase/migrations/20250102000000_more.sql"
HELLO = "supabase/functions/hello/index.ts"

ORDERS = """create table public.orders (id bigint primary key, user_id uuid references auth.users, tenant text);
alter table public.orders enable row level security;
create policy "own" on public.orders for select to authenticated
  using ((select auth.uid()) = user_id and tenant = 'a');
"""
FUNCTION = 'Deno.serve(() => new Response("ok"));\n'
RULES = "rls-disabled,policy-always-true,db-query-never-runs,drift-column"

Document = dict[str, Any]
Since = Callable[..., Document]


def write(root: Path, files: dict[str, str | None]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(text, "utf-8")


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", root, *identity, *arguments], check=True, capture_output=True)


def commit(root: Path, files: dict[str, str | None]) -> None:
    write(root, files)
    git(root, "add", "-A")
    git(root, "commit", "--allow-empty", "-m", "one")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit on `main`, on the branch `work`."""
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-b", "main")
    commit(root, {FIRST: ORDERS, HELLO: FUNCTION, "supabase/config.toml": 'project_id = "demo"\n'})
    git(root, "checkout", "-b", "work")
    monkeypatch.chdir(root)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return root


@pytest.fixture
def since(root: Path, capsys: pytest.CaptureFixture[str]) -> Since:
    def asked(files: dict[str, str | None], *arguments: str, select: str = RULES) -> Document:
        write(root, files)
        run(["check", "--since", "main", "--format", "json", "--select", select, *arguments])
        document: Document = json.loads(capsys.readouterr().out)
        Draft7Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(document)
        return document

    return asked


def introduced(document: Document) -> list[tuple[str, str]]:
    return [(finding["rule"], finding["path"]) for finding in document["findings"]]


def mended(document: Document) -> list[str]:
    return [finding["rule"] for finding in document["since"]["mended"]]


def access(document: Document) -> list[str]:
    return [f"{change['direction']}: {change['text']}" for change in document["since"]["access"]]


def test_what_the_branch_brings_is_new_and_what_was_there_is_not(since: Since, root: Path) -> None:
    git(root, "checkout", "main")
    commit(root, {"supabase/migrations/20250101000001_old.sql": "create table public.old (id int primary key);\n"})
    git(root, "checkout", "-B", "work")
    found = since({SECOND: "create table public.tags (id int primary key);\n"})
    assert introduced(found) == [("rls-disabled", SECOND)]
    assert found["since"]["unchanged"] == 1


def test_moved_code_and_a_renamed_file_are_not_new(since: Since, root: Path) -> None:
    query = 'import { db } from "../_shared/db.ts";\ndb.from("orders").insert({ id: 1 });\n'
    shared = 'import { createClient } from "npm:@supabase/supabase-js@2";\nexport const db = createClient("u", "k");\n'
    git(root, "checkout", "main")
    commit(root, {"supabase/functions/_shared/db.ts": shared, HELLO: query + FUNCTION})
    git(root, "checkout", "-B", "work")
    assert since({}, "--no-cache")["since"]["unchanged"] == 1
    moved = since({HELLO: query.replace("\n", "\n\n// later\n\n") + FUNCTION})
    assert (introduced(moved), moved["since"]["unchanged"]) == ([], 1)
    renamed = since({HELLO: FUNCTION, "supabase/functions/hello/write.ts": query})
    assert (introduced(renamed), renamed["since"]["unchanged"]) == ([], 1)
    gone = since({"supabase/functions/hello/write.ts": None})
    assert mended(gone) == ["db-query-never-runs"]
    answered = since({HELLO: query.replace("1 });", "1 }); // supalint: ignore[db-query-never-runs] on purpose")})
    assert (introduced(answered), mended(answered), answered["since"]["unchanged"]) == ([], [], 0)


def test_a_project_that_moves_brings_nothing_new(since: Since, root: Path) -> None:
    git(root, "checkout", "main")
    commit(root, {SECOND: "create table public.old (id int primary key);\n"})
    git(root, "checkout", "-B", "work")
    (root / "apps").mkdir()
    (root / "supabase").rename(root / "apps" / "supabase")
    found = since({})
    assert (introduced(found), mended(found), found["since"]["unchanged"]) == ([], [], 1)


def test_an_effect_in_a_file_that_nobody_touched_is_new(since: Since, root: Path) -> None:
    read = (
        'import { createClient } from "npm:@supabase/supabase-js@2";\nconst db = createClient("u", "k");\n'
        'Deno.serve(async () => { await db.from("orders").select("tenant"); return new Response("ok"); });\n'
    )
    git(root, "checkout", "main")
    commit(root, {HELLO: read})
    git(root, "checkout", "-B", "work")
    found = since({SECOND: 'drop policy "own" on public.orders;\nalter table public.orders drop column tenant;\n'})
    assert introduced(found) == [("drift-column", HELLO)]


def test_the_security_of_two_states_is_compared_in_words(since: Since) -> None:
    found = since(
        {
            SECOND: """alter table public.orders disable row level security;
create table public.plans (id int primary key);
alter table public.plans enable row level security;
create policy "all" on public.plans for select using (true);
create function public.wipe() returns void language sql security definer set search_path = '' as
  'delete from public.orders';
insert into storage.buckets (id, name, public) values ('invoices', 'invoices', true);
""",
            "supabase/config.toml": 'project_id = "demo"\n[api]\nschemas = ["public", "graphql_public", "internal"]\n'
            "[functions.hello]\nverify_jwt = false\n",
        }
    )
    assert access(found) == [
        "opens: row level security is now off on `public.orders`: `anon` and `authenticated` can "
        "read, insert, update and delete every row",
        "opens: `anon` and `authenticated` can read every row of the new table `public.plans`",
        "opens: `anon` and `authenticated` can call the new function `public.wipe`, which runs with its owner's rights "
        "and asks for no user",
        "opens: `hello` now runs without JWT verification",
        "opens: the Data API now serves the schema `internal`",
        "opens: everybody who knows a file's address can read it in the bucket `invoices`, which is now public",
    ]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            'alter policy "own" on public.orders using (auth.uid() = user_id);',
            "opens: `authenticated` can now read rows of `public.orders` without the condition "
            "`tenant = 'a'` (policy `own`)",
        ),
        (
            "create policy \"shared\" on public.orders for select to authenticated using (tenant = 'b');",
            "opens: `authenticated` can now read further rows of `public.orders` (policy `shared`)",
        ),
        (
            'drop policy "own" on public.orders;\n'
            'create policy "own" on public.orders for select to authenticated using (auth.uid() = user_id and '
            "(tenant = 'a') and id > 10);",
            "closes: `authenticated` can read fewer rows of `public.orders`",
        ),
        (
            "alter policy \"own\" on public.orders using (tenant = 'c');",
            "changes: other rows of `public.orders` are now those that `authenticated` can read (policy `own`)",
        ),
        (
            'create policy "all" on public.orders for select using (true);',
            "opens: `anon` and `authenticated` can now read every row of `public.orders` (policy `all`)",
        ),
        ('drop policy "own" on public.orders;', "closes: `authenticated` can no longer read rows of `public.orders`"),
        (
            'create policy "none" on public.orders as restrictive for select using (false);',
            "closes: `authenticated` can no longer read rows of `public.orders`",
        ),
        ("revoke select on public.orders from authenticated, public;", None),
        (
            "create policy \"files\" on storage.objects for insert to anon with check (bucket_id = 'a');",
            "opens: `anon` can now insert stored files (policy `files`)",
        ),
        (
            "alter policy \"own\" on public.orders using (auth.uid() = user_id and tenant = 'a');",
            None,
        ),
    ],
)
def test_a_policy_is_compared_by_what_it_asks_for(sql: str, said: str | None, since: Since) -> None:
    found = access(since({SECOND: sql + "\n"}))
    if sql.startswith("revoke"):
        said = "closes: `authenticated` can no longer read rows of `public.orders`"
    assert found == ([said] if said else [])


def test_a_policy_that_is_added_is_said_beside_one_that_is_reworded(since: Since) -> None:
    sql = (
        "alter policy \"own\" on public.orders using (tenant = 'c');\n"
        "create policy \"shared\" on public.orders for select to authenticated using (tenant = 'b');\n"
    )
    assert access(since({SECOND: sql})) == [
        "opens: `authenticated` can now read further rows of `public.orders` (policy `shared`)",
        "changes: other rows of `public.orders` are now those that `authenticated` can read (policy `own`)",
    ]


def test_what_git_ignores_is_the_same_before_and_after(since: Since, root: Path) -> None:
    git(root, "checkout", "main")
    commit(root, {".gitignore": ".env\n", HELLO: 'Deno.serve(() => new Response(Deno.env.get("PANEL_URL")));\n'})
    git(root, "checkout", "-B", "work")
    found = since({"supabase/functions/.env": "PANEL_URL=x\n"}, select="env-undeclared,env-unused")
    assert (introduced(found), mended(found)) == ([], [])


def test_the_exit_code_is_about_what_is_new(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["check", "--select", "rls-disabled", "--format", "concise"]
    git(root, "checkout", "main")
    commit(root, {SECOND: "create table public.old (id int primary key);\n"})
    assert run(arguments) == 1
    capsys.readouterr()
    assert run([*arguments, "--since", "main"]) == 0
    assert capsys.readouterr().out.startswith("no new findings since main (")
    write(root, {SECOND: None})
    assert run([*arguments, "--since", "HEAD"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if line.startswith("mended: ")] == [
        f"mended: {SECOND}:1:14: [rls-disabled] `public.old` has no row level security: anyone with the public key can "
        "read, insert, update and delete its rows"
    ]


def test_the_rules_that_look_at_changes_run_only_with_a_base(since: Since, capsys: pytest.CaptureFixture[str]) -> None:
    rule = "migration-security-regression"
    off = "alter table public.orders disable row level security;\n"
    assert introduced(since({SECOND: off}, select=rule)) == [(rule, SECOND)]
    assert run(["check", "--select", rule]) == 0
    capsys.readouterr()
    answered = f"-- supalint: ignore[{rule}] the import needs it\n{off}"
    assert introduced(since({SECOND: answered}, select=f"{rule},suppression-unused")) == []
    assert run(["check", "--select", f"{rule},suppression-unused", "--fail-on", "note"]) == 0


@pytest.mark.parametrize("revision", ["nowhere", "--help", "HEAD:a"])
def test_a_revision_that_is_none_is_said(revision: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert root
    assert run(["check", f"--since={revision}"]) == 2
    assert f"git knows no commit `{revision}` here" in capsys.readouterr().err


def test_a_branch_without_a_beginning_is_said(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(root, "checkout", "--orphan", "other")
    git(root, "commit", "-m", "other")
    assert run(["check", "--since", "main"]) == 2
    assert "fetch-depth: 0" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_nothing_of_the_repository_runs(root: Path, tmp_path: Path, since: Since) -> None:
    evil = tmp_path / "evil.sh"
    evil.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n")
    evil.chmod(0o755)
    commit(root, {".gitattributes": "*.ts filter=evil diff=evil export-subst\n"})
    for key in ("core.fsmonitor", "filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "core.pager"):
        git(root, "config", key, str(evil))
    (root / ".git" / "hooks").mkdir(exist_ok=True)
    for hook in ("post-checkout", "pre-commit", "post-index-change", "reference-transaction"):
        (root / ".git" / "hooks" / hook).write_bytes(evil.read_bytes())
        (root / ".git" / "hooks" / hook).chmod(0o755)
    (tmp_path / "ran").unlink(missing_ok=True)
    since({SECOND: "select 1;\n"})
    assert not (tmp_path / "ran").exists()
