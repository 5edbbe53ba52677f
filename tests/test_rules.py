"""Every example of every rule: what its page says is found is found, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from analyzer import registry
from analyzer.declared import Declared
from analyzer.engine import analyze_texts
from analyzer.examples import Example, annotate, examples, expand
from analyzer.fix import plan
from analyzer.rule import Rule
from analyzer.settings_file import read

CASES = Path(__file__).parent / "rules"
RULES = {rule.id: rule for rule in registry.load(plugins=False)}


def page_examples(rule: Rule) -> Iterator[Example]:
    yield from examples(rule.documentation.text)


def all_examples() -> list[ParameterSet]:
    return list(_all_examples())


def _all_examples() -> Iterator[ParameterSet]:
    for rule in RULES.values():
        for example in page_examples(rule):
            yield pytest.param(rule, example, id=f"{rule.id}: {example.heading}")
        edge_cases = CASES / f"{rule.id.replace('/', '-')}.md"
        if edge_cases.exists():
            for example in examples(edge_cases.read_text("utf-8")):
                yield pytest.param(rule, example, id=f"{rule.id}: {example.heading} (line {example.line})")


def declared_in(files: Mapping[str, str]) -> Declared | None:
    """What the `supalint.toml` of an example declares."""
    text = files.get("supalint.toml")
    return read(text, "supalint.toml", RULES.values())[1] if text is not None else None


@pytest.mark.parametrize(("rule", "example"), all_examples())
def test_an_example_has_exactly_the_findings_that_it_shows(rule: Rule, example: Example) -> None:
    files = example.files
    base = {path: expand(text) for path, text in example.base.items()} if example.base is not None else None
    report = analyze_texts(
        {path: expand(text) for path, text in files.items()},
        [rule],
        declared=declared_in(files),
        known_rules=frozenset(RULES),
        base=base,
    )
    assert not report.failures
    assert annotate(files, report.findings, related=example.shows_related) == example.annotated


@pytest.mark.parametrize(
    ("rule", "example"),
    [case for case in all_examples() if isinstance(case.values[1], Example) and case.values[1].fixed],
)
def test_a_fix_gives_the_text_that_is_shown_and_leaves_nothing_to_find(rule: Rule, example: Example) -> None:
    files = {path: expand(text) for path, text in example.files.items()}
    contents = {path: text.encode() for path, text in files.items()}
    planned = plan(analyze_texts(files, [rule]).findings, contents.get, {}, datetime(2026, 1, 1), unsafe=True)
    fixed = files | {change.new_path: change.new_text for change in planned.changes}
    assert {path: fixed[path] for path in example.fixed} == {path: expand(text) for path, text in example.fixed.items()}
    assert not analyze_texts(fixed, [rule]).findings


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_page_shows_the_mistake_and_its_opposite(rule: Rule) -> None:
    kinds = {example.kind for example in page_examples(rule)}
    assert {"bad", "good"} <= kinds


@pytest.mark.parametrize("file", sorted(CASES.glob("*.md")), ids=lambda file: file.stem)
def test_edge_cases_belong_to_a_rule(file: Path) -> None:
    assert file.stem in RULES
