"""The wheel that ships: what it holds, and that it works where the repository is not."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from needs import tool

from tools import sample

ROOT = Path(__file__).parent.parent
RULES = {file.relative_to(ROOT).as_posix() for file in (ROOT / "rules").glob("*/*.py")}

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """What the command prints; an exit code other than 0 fails the test with all of its output."""
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution as an index would."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop") / "sample_repo"
    sample.write(folder)
    return folder


def test_the_wheel_holds_the_package_with_every_rule_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name.split("/")[0].split("-")[0] for name in names} == {"analyzer", "supalint"}
    assert {f"analyzer/{path}" for path in RULES} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    package = {file.relative_to(ROOT).as_posix() for file in (ROOT / "analyzer").rglob("*") if file.suffix != ".pyc"}
    assert {path for path in package if (ROOT / path).is_file()} <= names


def test_the_source_distribution_holds_the_rules_and_the_tests(wheel: Path) -> None:
    with tarfile.open(next(wheel.parent.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert RULES | {"README.md", "LICENSE", "Makefile", "tests/test_packaging.py", "sample_repo/README.md"} <= names


def test_the_installed_command_finds_in_the_sample_what_the_checkout_finds(
    wheel: Path, project: Path, tmp_path: Path
) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    run(tmp_path / "venv/bin/python", "-m", "pip", "install", "--quiet", wheel)
    arguments = ("check", "--exit-zero", "--no-cache", "--format", "json")
    installed = run(tmp_path / "venv/bin/supalint", *arguments, cwd=project)
    assert installed == run(Path(sys.executable).with_name("supalint"), *arguments, cwd=project)
    assert '"rule"' in installed


def test_uvx_runs_the_wheel(wheel: Path, project: Path) -> None:
    output = run(tool("uvx"), "--from", wheel, "supalint", "check", "--exit-zero", "--format", "concise", cwd=project)
    assert "supabase/" in output


def test_pipx_runs_the_wheel(wheel: Path, project: Path) -> None:
    output = run(
        tool("pipx"), "run", "--spec", wheel, "supalint", "check", "--exit-zero", "--format", "concise", cwd=project
    )
    assert "supabase/" in output
