"""The action: its form, and its script run as a runner would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

yaml: Any = pytest.importorskip("yaml")  # of pre-commit

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
(SCRIPT,) = [step for step in STEPS if "run" in step]
FIRST = "supabase/migrations/20250101000000_old.sql"
SECOND = "supabase/migrations/20250102000000_new.sql"

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("bash") is None, reason="NOT TESTED: the action's script (needs bash)"
)


def test_the_action_has_what_github_asks_for() -> None:
    assert {"name", "description", "inputs", "outputs", "runs"} <= ACTION.keys()
    assert ACTION["runs"]["using"] == "composite"
    assert all(given.keys() == {"description", "default"} for given in ACTION["inputs"].values())
    assert all(isinstance(given["default"], str) for given in ACTION["inputs"].values())
    assert all(given.keys() == {"description", "value"} for given in ACTION["outputs"].values())


def test_an_auditor_of_workflows_finds_nothing() -> None:
    auditor = shutil.which("zizmor", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if auditor is None:
        pytest.skip("NOT TESTED: the action with zizmor")
    command = [auditor, "--offline", "--no-progress", "--pedantic", "action.yml"]
    audited = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert audited.returncode == 0, audited.stdout + audited.stderr


def test_nothing_of_the_outside_gets_into_a_script_but_by_its_environment() -> None:
    for step in STEPS:
        assert "${{" not in step.get("run", "")
    for name in ACTION["inputs"]:
        assert f"${{{{ inputs.{name} }}}}" in SCRIPT["env"].values()


def test_other_actions_are_pinned_by_commit() -> None:
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", each) for each in used)


def test_the_page_names_every_input_and_output() -> None:
    page = (ROOT / "docs" / "github-action.md").read_text("utf-8")
    rows = {match[1]: match[2] for match in re.finditer(r"^\| `([\w-]+)` \| ([^|]*)\|", page, re.MULTILINE)}
    assert rows.keys() == ACTION["inputs"].keys() | ACTION["outputs"].keys()
    for name, given in ACTION["inputs"].items():
        assert rows[name].strip(" `") == given["default"], name


def git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    ran = subprocess.run(["git", "-C", root, *identity, *arguments], check=True, capture_output=True, text=True)
    return ran.stdout.strip()


def commit(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    git(root, "add", "-A")
    git(root, "commit", "-m", "one")


class Ran:
    """What the script did."""

    def __init__(self, code: int, lines: list[str], errors: str, outputs: dict[str, str], summary: str) -> None:
        self.code, self.lines, self.errors, self.outputs, self.summary = code, lines, errors, outputs, summary

    @property
    def annotated(self) -> list[str]:
        return [match[1] for line in self.lines if (match := re.match(r"::\w+ file=([^,]+),", line))]


Act = Callable[..., Ran]


@pytest.fixture
def act(tmp_path: Path) -> Act:
    """Runs the script in a repository with a finding on `main` and one in a pull request, merged."""
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-b", "main")
    commit(root, {FIRST: "create table public.old (id int primary key);\n"})
    git(root, "checkout", "-b", "work")
    commit(root, {SECOND: "create table public.new (id int primary key);\n"})
    head = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "main")
    git(root, "merge", "--no-ff", "-m", "merge", "work")
    programs = tmp_path / "bin"
    programs.mkdir()
    uvx = programs / "uvx"
    uvx.write_text(f'#!/bin/sh\nshift 4\nexec "{sys.executable}" -m analyzer "$@"\n', "utf-8")
    uvx.chmod(0o755)

    def acted(*, folder: Path = root, head_commit: str = head, inputs: Mapping[str, str] = {}, **event: str) -> Ran:
        output, summary = tmp_path / "output", tmp_path / "summary"
        for file in (output, summary):
            file.write_text("", "utf-8")
        defaults = {name: given["default"] for name, given in ACTION["inputs"].items()}
        given = {"arguments": "--select rls-disabled", **inputs}
        environment = {
            f"INPUT_{name.upper().replace('-', '_')}": value for name, value in {**defaults, **given}.items()
        }
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", SCRIPT["run"]],
            cwd=folder,
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "INPUT_"))},
                "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
                "XDG_CACHE_HOME": str(tmp_path / "cache"),
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(summary),
                "GITHUB_SHA": git(folder, "rev-parse", "HEAD"),
                "RUNNER_TEMP": str(tmp_path),
                "HEAD_COMMIT": head_commit,
                "EVENT": "pull_request",
                "VISIBILITY": "private",
                "FROM_FORK": "false",
                **environment,
                **event,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        pairs = (line.partition("=") for line in output.read_text("utf-8").splitlines())
        outputs = {name: value for name, _, value in pairs}
        return Ran(ran.returncode, ran.stdout.splitlines(), ran.stderr, outputs, summary.read_text("utf-8"))

    return acted


def test_a_pull_request_is_told_what_it_brings(act: Act) -> None:
    ran = act()
    assert (ran.code, ran.annotated, ran.errors) == (1, [SECOND], "")
    assert ran.outputs == {"findings": "1", "exit-code": "1"}
    assert "1 new error in 1 file since HEAD" in ran.summary
    assert "new table" in ran.summary


def test_a_push_is_told_everything(act: Act) -> None:
    ran = act(EVENT="push", head_commit="")
    assert ran.annotated == [FIRST, SECOND]
    assert ran.outputs["findings"] == "2"
    assert act(inputs={"since": "none"}).annotated == [FIRST, SECOND]
    assert act(inputs={"since": "HEAD"}).annotated == []


def test_nothing_fails_where_nothing_is_to_fail(act: Act) -> None:
    ran = act(inputs={"fail-on": "never"})
    assert (ran.code, ran.annotated) == (0, [SECOND])
    assert act(inputs={"fail-on": "nonsense"}).code == 2
    assert act(inputs={"path": "nowhere"}).code == 2


@pytest.mark.parametrize(
    ("inputs", "event", "uploads"),
    [
        ({}, {"VISIBILITY": "public"}, True),
        ({}, {"VISIBILITY": "private"}, False),
        ({}, {"VISIBILITY": "public", "FROM_FORK": "true"}, False),
        ({"code-scanning": "true"}, {"VISIBILITY": "private"}, True),
        ({"code-scanning": "false"}, {"VISIBILITY": "public"}, False),
        ({"code-scanning": "true"}, {"FROM_FORK": "true"}, False),
    ],
)
def test_all_findings_are_uploaded_where_that_may_be(
    inputs: dict[str, str], event: dict[str, str], uploads: bool, act: Act
) -> None:
    ran = act(inputs=inputs, **event)
    assert ran.annotated == [SECOND]
    assert ("sarif-file" in ran.outputs) == uploads
    if uploads:
        sarif = Path(ran.outputs["sarif-file"]).read_text("utf-8")
        assert FIRST in sarif
        assert '"id": "supalint/"' in sarif


def test_a_clone_of_one_commit_gets_the_one_before(act: Act, tmp_path: Path) -> None:
    head = git(tmp_path / "repo", "rev-parse", "work")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tmp_path}/repo", "shallow")
    ran = act(folder=tmp_path / "shallow", head_commit=head)
    assert (ran.annotated, ran.errors) == ([SECOND], "")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tmp_path}/repo", "alone")
    git(tmp_path / "alone", "remote", "remove", "origin")
    ran = act(folder=tmp_path / "alone", head_commit=head)
    assert ran.annotated == [FIRST, SECOND]
    assert "::warning title=supalint::all findings are reported" in ran.errors


def test_an_input_is_no_command(act: Act, tmp_path: Path) -> None:
    evil = f"$(touch {tmp_path}/ran); `touch {tmp_path}/ran`; \" ' && touch {tmp_path}/ran"
    for name in ACTION["inputs"]:
        act(inputs={name: evil}, VISIBILITY="public")
    assert not (tmp_path / "ran").exists()
