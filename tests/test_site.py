"""The documentation as a site: it builds, and its links lead somewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from analyzer.engine import analyze_texts
from analyzer.examples import annotate, examples
from analyzer.registry import rules_of

ROOT = Path(__file__).parents[1]


def test_the_site_builds_without_a_broken_link(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert (tmp_path / "site" / "rules" / "rls-disabled" / "index.html").is_file()


def test_every_page_is_in_the_contents() -> None:
    contents = (ROOT / "mkdocs.yml").read_text("utf-8")
    missing = [page.name for page in (ROOT / "docs").glob("*.md") if f": {page.name}\n" not in contents]
    assert not missing


def test_the_rule_that_the_guide_writes_works(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "writing-rules.md").read_text("utf-8")
    text = guide.partition("~~~~python\n")[2].partition("\n~~~~\n")[0]
    file = tmp_path / "tools" / "billing" / "old-ledger.py"
    file.parent.mkdir(parents=True)
    file.write_text(text + "\n", "utf-8")
    (rule,) = rules_of(tmp_path / "tools", "")
    for example in examples(rule.documentation.text):
        found = analyze_texts(example.files, [rule]).findings
        assert annotate(example.files, found, related=False) == example.annotated
