"""The hook, as the real pre-commit runs it on a commit."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from needs import tool

ROOT = Path(__file__).parent.parent
PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
CONFIG = "supabase/config.toml"
GOOD = "supabase/migrations/20250101000000_notes.sql"
GOOD_SQL = """\
create table public.notes (id uuid primary key, user_id uuid not null);
alter table public.notes enable row level security;
create index on public.notes (user_id);
create policy "Own notes" on public.notes for all to authenticated using ((select auth.uid()) = user_id);
"""
BAD = "supabase/migrations/20250102-open.sql"  # a name that the CLI skips
SKIPPED = "migration-skipped"

pytestmark = pytest.mark.slow


class Repository:
    """A git repository with the hook installed."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    def run(self, *command: str | Path, cwd: str = ".") -> tuple[int, str]:
        """Exit code, and both outputs in one."""
        result = subprocess.run(
            command,
            cwd=self.folder / cwd,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return result.returncode, result.stdout

    def git(self, *arguments: str) -> None:
        code, output = self.run("git", *arguments)
        assert code == 0, output

    def commit(self, cwd: str = ".") -> tuple[int, str]:
        return self.run("git", "commit", "-m", "a change", cwd=cwd)

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One folder of hook environments for all tests: pre-commit installs the hook once."""
    tool("git")
    home = tmp_path_factory.mktemp("home")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    identity = {
        f"GIT_{who}_{what}": f"{what.lower()}@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    return kept | identity | {"PRE_COMMIT_HOME": str(home), "GIT_CONFIG_GLOBAL": os.devnull, "NO_COLOR": "1"}


@pytest.fixture(scope="module")
def tool_repository(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Repository:
    """The work tree of this repository as a commit: a hook is always installed from a commit."""
    repository = Repository(tmp_path_factory.mktemp("tool"), environment)
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    shipped = ("analyzer/", "rules/", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
    for path in listed.stdout.splitlines():
        if path.startswith(shipped) and (ROOT / path).is_file():
            (repository.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (repository.folder / path).write_bytes((ROOT / path).read_bytes())
    repository.git("init", "--quiet")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "-m", "the tool")
    return repository


@pytest.fixture
def repository(tmp_path: Path, environment: dict[str, str], tool_repository: Repository) -> Repository:
    """A Supabase project without findings, whose commits the hook guards."""
    repository = Repository(tmp_path, environment)
    repository.git("init", "--quiet")
    repository.write(CONFIG, 'project_id = "notes"\n')
    repository.write(GOOD, GOOD_SQL)
    source = f"repo: {tool_repository.folder}, rev: {head(tool_repository)}"
    repository.write(".pre-commit-config.yaml", f"repos: [{{{source}, hooks: [{{id: supalint}}]}}]\n")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "-m", "a project")
    code, output = repository.run(PRE_COMMIT, "install")
    assert code == 0, output
    return repository


def head(repository: Repository) -> str:
    return repository.run("git", "rev-parse", "HEAD")[1].strip()


def test_the_manifest_is_valid(environment: dict[str, str]) -> None:
    code, output = Repository(ROOT, environment).run(PRE_COMMIT, "validate-manifest", ".pre-commit-hooks.yaml")
    assert code == 0, output


def test_a_clean_project_is_committed(repository: Repository) -> None:
    repository.write("README.md", "# Notes\n")
    repository.git("add", "--all")
    code, output = repository.commit()
    assert code == 0, output
    assert "Passed" in output


def test_an_error_stops_the_commit_and_is_shown(repository: Repository) -> None:
    repository.write(BAD, GOOD_SQL)
    repository.git("add", "--all")
    code, output = repository.commit()
    assert code == 1, output
    assert BAD in output
    assert SKIPPED in output
    assert "\x1b" not in output


def test_a_commit_that_only_deletes_a_file_is_looked_at(repository: Repository) -> None:
    repository.write(BAD, GOOD_SQL)
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--no-verify", "-m", "a mistake")
    repository.git("rm", "--quiet", GOOD)
    code, output = repository.commit()
    assert code == 1, output
    assert BAD in output


def test_a_migration_that_git_does_not_know_stops_nothing(repository: Repository) -> None:
    repository.write(BAD, GOOD_SQL)
    repository.write("README.md", "# Notes\n")
    repository.git("add", "README.md")
    code, output = repository.commit()
    assert code == 0, output


def test_a_name_with_a_space_is_shown_as_it_is(repository: Repository) -> None:
    name = "supabase/migrations/my notes.sql"
    repository.write(name, GOOD_SQL)
    repository.git("add", "--all")
    code, output = repository.commit()
    assert code == 1, output
    assert name in output


def test_the_half_of_a_file_that_is_not_staged_stops_nothing(repository: Repository) -> None:
    repository.write(GOOD, GOOD_SQL + "comment on table public.notes is 'Notes';\n")
    repository.git("add", "--all")
    repository.write(GOOD, GOOD_SQL + "comment on table public.notes is 'Notes';\ncreate tabel public.half ();\n")
    code, output = repository.commit()
    assert code == 0, output


def test_a_commit_from_a_subfolder_is_looked_at(repository: Repository) -> None:
    repository.write(BAD, GOOD_SQL)
    repository.git("add", "--all")
    code, output = repository.commit(cwd="supabase/migrations")
    assert code == 1, output
    assert BAD in output


def test_a_repository_without_a_supabase_project_is_left_alone(
    tmp_path: Path, environment: dict[str, str], tool_repository: Repository
) -> None:
    repository = Repository(tmp_path, environment)
    repository.git("init", "--quiet")
    repository.write("main.py", "print('hello')\n")
    repository.git("add", "--all")
    code, output = repository.run(
        PRE_COMMIT, "try-repo", tool_repository.folder, "supalint", "--all-files", "--verbose"
    )
    assert code == 0, output
    assert "Passed" in output
