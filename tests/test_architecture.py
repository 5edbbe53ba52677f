"""The house rules: what rules may import, which way imports point, documents that are up to date."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import analyzer
from analyzer import registry
from analyzer.rule import Rule
from tools import docs

ROOT = Path(__file__).parent.parent
RULE_FILES = sorted((ROOT / "rules").glob("*/*.py"))
RULES = registry.load(plugins=False)
ALLOWED = sys.stdlib_module_names | {"msgspec"}  # facts and findings are its structs


@pytest.mark.parametrize("file", RULE_FILES, ids=lambda file: file.stem)
def test_a_rule_imports_only_public_names_of_analyzer(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name.split(".")[0] for alias in node.names} <= ALLOWED
        elif isinstance(node, ast.ImportFrom):
            module = node.module or "."
            if module == "analyzer":
                assert {alias.name for alias in node.names} <= set(analyzer.__all__)
            elif module.startswith("analyzer."):
                assert module.startswith(analyzer.PUBLIC_MODULES), f"{file.name} imports from {module}"
            else:
                assert module.split(".")[0] in ALLOWED, f"{file.name} imports from {module}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_named_in_kebab_case_and_titled_in_one_line(rule: Rule) -> None:
    assert rule.id == rule.id.lower()
    assert set(rule.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert 10 <= len(rule.documentation.title) <= 120
    assert "\n" not in rule.documentation.title


def test_no_public_name_is_also_a_module() -> None:
    modules = {file.stem for file in (ROOT / "analyzer").iterdir()}
    assert set(analyzer.__all__) & modules == set(), "importing the module would put it in the place of the name"


def test_imports_point_one_way() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_generated_documents_are_up_to_date() -> None:
    assert docs.stale(docs.generated(RULES), docs.DOCS) == [], "run `make docs`"
