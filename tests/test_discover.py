"""What of a repository is listed, read, and taken for what."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.discover import Tree, commit_tree, root_of, work_tree
from analyzer.finding import Unparsed
from analyzer.git import GitError
from analyzer.layout import place, supabase_projects
from analyzer.source import Source

posix = pytest.mark.skipif(sys.platform == "win32", reason="file names and links as on POSIX")


def write(root: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", root, *identity, *arguments], check=True, capture_output=True)


def texts(tree: Tree) -> dict[str, str]:
    return {item.path: item.text for item in tree.read() if isinstance(item, Source)}


def notes(tree: Tree) -> dict[str, str]:
    return {item.span.path: item.why for item in (*tree.notes, *tree.read()) if isinstance(item, Unparsed)}


def states(tree: Tree) -> dict[str, str | None]:
    return {path: listed.state for path, listed in tree.listing.paths.items()}


def test_git_tells_tracked_from_ignored_and_ignored_env_files_are_read(tmp_path: Path) -> None:
    git(tmp_path, "init")
    write(tmp_path, {".gitignore": ".env\nbuild.log\nsecret/\n", "a.ts": "a", ".env": "K=1", "build.log": "x"})
    write(tmp_path, {"secret/.env": "K=2", "node_modules/x/index.js": "x", "new.ts": "n"})
    git(tmp_path, "add", "a.ts", ".gitignore")
    tree = work_tree(tmp_path)
    assert states(tree) == {
        ".env": "ignored",
        ".gitignore": "tracked",
        "a.ts": "tracked",
        "build.log": "ignored",
        "new.ts": "untracked",
    }
    assert sorted(texts(tree)) == [".env", ".gitignore", "a.ts", "new.ts"]


def test_a_folder_without_git_is_read_all_the_same(tmp_path: Path) -> None:
    write(tmp_path, {"supabase/migrations/1_a.sql": "select 1;", "dist/app.js": "x", "src/dist/page.ts": "y"})
    write(tmp_path, {"node_modules/a.ts": "x", "package-lock.json": "{}", "logo.png": b"\x89PNG\0"})
    tree = work_tree(tmp_path)
    assert not tree.listing.git
    assert sorted(texts(tree)) == ["src/dist/page.ts", "supabase/migrations/1_a.sql"]
    assert tree.listing.paths["logo.png"].binary


def test_other_work_trees_of_the_repository_are_not_read(tmp_path: Path) -> None:
    git(tmp_path, "init")
    paths = [".claude/worktrees/agent-1/supabase/a.sql", ".worktrees/b/a.sql", "worktrees/a.sql", ".claude/a.md"]
    write(tmp_path, dict.fromkeys(paths, "select 1;"))
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-m", "one")
    assert sorted(texts(work_tree(tmp_path))) == [".claude/a.md", "worktrees/a.sql"]


def test_a_commit_is_read_without_a_checkout(tmp_path: Path) -> None:
    git(tmp_path, "init")
    write(tmp_path, {"a.ts": "old", "gone.sql": "select 1;", "sub/b.ts": "b"})
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-m", "one")
    write(tmp_path, {"a.ts": "new"})
    (tmp_path / "gone.sql").unlink()
    assert texts(commit_tree(tmp_path, "HEAD")) == {"a.ts": "old", "gone.sql": "select 1;", "sub/b.ts": "b"}
    assert texts(commit_tree(tmp_path / "sub", "HEAD")) == {"b.ts": "b"}


@pytest.mark.parametrize("revision", ["nowhere", "--help", "-x", "HEAD:a.ts"])
def test_a_revision_that_is_none_is_refused(tmp_path: Path, revision: str) -> None:
    git(tmp_path, "init")
    write(tmp_path, {"a.ts": "a"})
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-m", "one")
    with pytest.raises(GitError):
        commit_tree(tmp_path, revision)


@posix
def test_the_configuration_of_a_repository_runs_nothing(tmp_path: Path) -> None:
    git(tmp_path, "init")
    write(tmp_path, {"a.ts": "a", ".gitattributes": "*.ts filter=evil diff=evil\n"})
    evil = tmp_path / "evil.sh"
    evil.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n")
    evil.chmod(0o755)
    git(tmp_path, "add", "a.ts", ".gitattributes")
    git(tmp_path, "commit", "-m", "one")
    keys = ("core.fsmonitor", "filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "core.pager")
    for key in (*keys, "core.sshCommand", "alias.ls-files", "core.alternateRefsCommand"):
        git(tmp_path, "config", key, str(evil))
    assert "a.ts" in texts(work_tree(tmp_path))
    assert "a.ts" in texts(commit_tree(tmp_path, "HEAD"))
    assert not (tmp_path / "ran").exists()


@posix
def test_links_are_listed_and_never_followed(tmp_path: Path) -> None:
    write(tmp_path, {"root/a.ts": "a", "outside/secret.ts": "s"})
    (tmp_path / "root/out").symlink_to(tmp_path / "outside")
    (tmp_path / "root/loop").symlink_to(".")
    (tmp_path / "root/file.ts").symlink_to("../outside/secret.ts")
    (tmp_path / "root/broken").symlink_to("nowhere")
    tree = work_tree(tmp_path / "root")
    assert sorted(texts(tree)) == ["a.ts"]
    assert {path for path, listed in tree.listing.paths.items() if listed.link} == {"out", "loop", "file.ts", "broken"}


@posix
def test_names_of_any_kind_do_no_harm(tmp_path: Path) -> None:
    names = ["new\nline.ts", "a" * 250 + ".ts", "ünï.ts", 'quote".ts', "tab\t.ts", "-flag.ts"]
    write(tmp_path, dict.fromkeys(names, "x"))
    with (tmp_path / os.fsdecode(b"bad\xff.ts")).open("w") as file:
        file.write("x")
    git(tmp_path, "init")
    git(tmp_path, "add", "-A")
    tree = work_tree(tmp_path)
    assert sorted(texts(tree)) == sorted(names)
    assert notes(tree) == {"bad\\udcff.ts": "its name is not UTF-8"}


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named_and_nothing_else_is_lost(tmp_path: Path) -> None:
    write(tmp_path, {"a.ts": "a", "locked.ts": "l", "folder/b.ts": "b"})
    (tmp_path / "locked.ts").chmod(0)
    (tmp_path / "folder").chmod(0)
    tree = work_tree(tmp_path)
    (tmp_path / "folder").chmod(0o755)
    assert sorted(texts(tree)) == ["a.ts"]
    assert set(notes(tree)) == {"locked.ts", "folder"}


@pytest.mark.parametrize(
    ("content", "text", "note"),
    [
        (b"\xef\xbb\xbfselect 1;", "select 1;", None),
        ("sélect".encode("utf-16"), "sélect", None),
        ("select 1;".encode("utf-16-le"), "select 1;", "UTF-16 without a byte order mark"),
        (b"-- caf\xe9", "-- café", "not UTF-8 (line 1): read as Windows-1252"),
        (b"select\0 1;", "select\0 1;", "it contains NUL bytes"),
    ],
)
def test_any_encoding_gives_text(tmp_path: Path, content: bytes, text: str, note: str | None) -> None:
    write(tmp_path, {"a.sql": content})
    tree = work_tree(tmp_path)
    assert texts(tree) == {"a.sql": text}
    assert notes(tree).get("a.sql") == note


def test_a_file_that_is_too_large_is_named(tmp_path: Path) -> None:
    large = "-- x\n" * 400_000
    write(tmp_path, {"a.ts": large, "supabase/migrations/1_dump.sql": large})
    tree = work_tree(tmp_path)
    assert list(texts(tree)) == ["supabase/migrations/1_dump.sql"]
    assert notes(tree) == {"a.ts": "1.9 MiB is more than the 1 MiB that are read"}


@pytest.mark.parametrize(
    ("paths", "folders"),
    [
        (["supabase/config.toml"], ["supabase"]),
        (["supabase/functions/a/index.ts"], ["supabase"]),
        (["supabase/functions/_shared/cors.ts"], []),
        (["a/supabase/migrations/1_a.sql", "b/supabase/config.toml"], ["a/supabase", "b/supabase"]),
        (["backend/config.toml", "backend/migrations/1_a.sql"], ["backend"]),
        (["backend/migrations/1_a.sql"], []),
        (["config.toml", "functions/a/index.ts"], [""]),
        (["site/config.toml"], []),
        (["supabase/functions/supabase/index.ts"], ["supabase"]),
    ],
)  # fmt: skip
def test_projects_are_found_by_what_they_hold(paths: list[str], folders: list[str]) -> None:
    assert [project.folder for project in supabase_projects(paths)] == folders


def test_a_supabase_folder_may_be_the_root(tmp_path: Path) -> None:
    write(tmp_path, {"supabase/config.toml": "", "supabase/functions/a/index.ts": ""})
    (project,) = work_tree(tmp_path / "supabase").projects
    assert (project.folder, project.home, project.path("config.toml")) == ("", "", "config.toml")


def test_the_root_is_the_repository_or_the_folder_of_the_project(tmp_path: Path) -> None:
    write(tmp_path, {"plain/supabase/migrations/1_a.sql": "", "repo/apps/web/supabase/config.toml": ""})
    write(tmp_path, {"nested/demo/supalint.toml": "", "nested/demo/supabase/config.toml": ""})
    git(tmp_path / "repo", "init")
    git(tmp_path / "nested", "init")
    assert root_of(tmp_path / "plain/supabase/migrations/1_a.sql") == (tmp_path / "plain").resolve()
    assert root_of(tmp_path / "repo/apps/web/supabase") == (tmp_path / "repo").resolve()
    assert root_of(tmp_path / "nested/demo/supabase") == (tmp_path / "nested/demo").resolve()


@pytest.mark.parametrize(
    ("path", "kind", "function"),
    [
        ("supabase/functions/hello/index.ts", "function", "hello"),
        ("supabase/functions/hello/lib/x.ts", "function", "hello"),
        ("supabase/functions/_shared/cors.ts", "shared", None),
        ("supabase/functions/loose.ts", "shared", None),
        ("supabase/functions/hello/index.test.ts", "test", "hello"),
        ("supabase/functions/hello/deno.json", "deno", "hello"),
        ("supabase/functions/.env", "env", None),
        ("supabase/migrations/003_a.sql", "migration", None),
        ("supabase/migrations/20250101000000-uuid.sql", "migration-ignored", None),
        ("supabase/migrations/old/1_a.sql", "migration-ignored", None),
        ("supabase/seed.sql", "seed", None),
        ("supabase/schemas/a.sql", "schema", None),
        ("supabase/tests/a.sql", "test", None),
        ("supabase/roles.sql", "roles", None),
        ("supabase/config.toml", "config", None),
        ("other/config.toml", "text", None),
        ("docs/old.sql", "sql", None),
        ("src/App.tsx", "frontend", None),
        ("src/App.spec.tsx", "test", None),
        ("src/vite-env.d.ts", "types", None),
        (".env.production", "env", None),
        ("env.ts", "frontend", None),
        (".github/workflows/deploy.yml", "workflow", None),
        (".gitlab-ci.yml", "workflow", None),
        ("docker-compose.yml", "text", None),
        (".husky/pre-commit", "script", None),
        ("Makefile", "script", None),
        ("deploy.ps1", "script", None),
        ("package.json", "package", None),
        ("apps/web/tsconfig.app.json", "tsconfig", None),
        ("README.md", "document", None),
        ("index.html", "html", None),
    ],
)
def test_a_path_says_what_it_is_for(path: str, kind: str, function: str | None) -> None:
    placement = place(path, supabase_projects(["supabase/config.toml"]))
    assert (placement.kind, placement.function) == (kind, function)
