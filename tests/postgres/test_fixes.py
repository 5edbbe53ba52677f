"""A fix that is a migration runs in a real PostgreSQL, and leaves there what makes the finding go away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from analyzer import registry
from analyzer.engine import analyze_texts
from analyzer.examples import examples, expand
from analyzer.finding import Create, Finding
from analyzer.fix import plan
from analyzer.rule import ChangeRule, Rule

from .apply import Options
from .compare import compare
from .replayed import replayed
from .truth import Judge

CASES = Path(__file__).parents[1] / "rules"
NOW = datetime(2026, 1, 1)


def is_migration(finding: Finding) -> bool:
    return finding.fix is not None and any(isinstance(change, Create) for change in finding.fix.changes)


def mended() -> Iterator[ParameterSet]:
    """The examples of rules and of their edge cases whose findings have a migration for a fix."""
    for rule in registry.load(plugins=False):
        if isinstance(rule, ChangeRule):
            continue
        more = CASES / f"{rule.id}.md"
        texts = [rule.documentation.text, more.read_text("utf-8") if more.exists() else ""]
        for example in (one for text in texts for one in examples(text) if one.base is None):
            files = {path: expand(text) for path, text in example.files.items()}
            if any(map(is_migration, analyze_texts(files, [rule]).findings)):
                yield pytest.param(rule, files, id=f"{rule.id}: {example.heading}")


@pytest.mark.parametrize(("rule", "files"), list(mended()))
def test_a_migration_that_mends_runs_and_leaves_nothing_to_find(
    rule: Rule, files: dict[str, str], judge: Judge
) -> None:
    wrong = [finding for finding in analyze_texts(files, [rule]).findings if is_migration(finding)]
    contents = {path: text.encode() for path, text in files.items()}
    folder = "supabase/migrations"
    names = {folder: [path.rpartition("/")[2] for path in files if path.startswith(folder)]}
    planned = plan(wrong, contents.get, names, NOW, unsafe=True)
    made = {change.new_path: change.new_text for change in planned.changes}
    assert planned.fixed
    assert all(path.startswith(folder) for path in made)

    migrations = {path: text for path, text in (files | made).items() if path.startswith(folder)}
    truth = judge.truth(migrations, Options())
    failures = truth["failures"]
    assert isinstance(failures, list)
    assert not [one for one in failures if isinstance(one, dict) and one["file"] in made]
    assert not [str(one) for one in compare(truth, replayed(migrations, Options(), judge.major))[1]]

    left = {(finding.subject, finding.message) for finding in analyze_texts(files | made, [rule]).findings}
    assert not left & {(finding.subject, finding.message) for finding in planned.fixed}
