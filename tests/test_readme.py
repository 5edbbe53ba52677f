"""What the README says is so: its commands run, its finding is found, and no dependency is left out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import tomli

from tools import sample

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = README + (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands(first_word: str) -> list[str]:
    """The commands of the README that begin with a word, without their comments."""
    lines = [line.split("#")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    lines += re.findall(r"- run: (.+)", "\n".join(blocks("yaml")))
    return [line for line in lines if line.split()[0] == first_word]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop") / "sample_repo"
    sample.write(folder)
    return folder


def supalint(shop: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "analyzer", *arguments]
    environment = os.environ | {"XDG_CACHE_HOME": str(shop.parent / "cache")}
    return subprocess.run(
        command, cwd=shop, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("command", [*commands("supalint"), *commands("uvx"), *commands("pipx")])
def test_a_command_of_the_readme_works(command: str, shop: Path) -> None:
    arguments = command.partition("supalint")[2].split()
    if arguments == ["init"]:
        (shop / "supalint.toml").unlink()
    result = supalint(shop, *arguments)
    (shop / "supalint-baseline.json").unlink(missing_ok=True)
    finds = arguments in ([], ["check"])
    assert result.returncode == (1 if finds else 0), result.stderr
    assert result.stdout or result.stderr or "--output" in command


@pytest.mark.parametrize("command", commands("make"))
def test_a_make_target_of_the_readme_exists(command: str) -> None:
    subprocess.run([*command.split(), "--dry-run"], cwd=ROOT, capture_output=True, check=True)


def test_the_finding_that_the_readme_shows_is_found(shop: Path) -> None:
    shown = blocks("text")[0].split("\n", 1)[1]
    assert shown in supalint(shop).stdout


def test_every_dependency_is_named_with_its_reason() -> None:
    project = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for dependency in wanted:
        name = re.split(r"[^\w.-]", dependency)[0]
        assert f"`{name}`" in DOCUMENTS, f"{dependency} is not explained"


def test_the_readme_fits_on_one_screen() -> None:
    assert len(README.splitlines()) <= 80
