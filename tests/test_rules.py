"""Every example of every rule: what its page says is found is found, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer import registry
from analyzer.engine import analyze_texts
from analyzer.examples import Example, annotate, examples, expand
from analyzer.rule import Rule

CASES = Path(__file__).parent / "rules"
RULES = {rule.id: rule for rule in registry.load(plugins=False)}


def page_examples(rule: Rule) -> Iterator[Example]:
    yield from examples(rule.documentation.text)


def all_examples() -> Iterator[object]:
    for rule in RULES.values():
        for example in page_examples(rule):
            yield pytest.param(rule, example, id=f"{rule.id}: {example.heading}")
        edge_cases = CASES / f"{rule.id.replace('/', '-')}.md"
        if edge_cases.exists():
            for example in examples(edge_cases.read_text("utf-8")):
                yield pytest.param(rule, example, id=f"{rule.id}: {example.heading} (line {example.line})")


@pytest.mark.parametrize(("rule", "example"), all_examples())
def test_an_example_has_exactly_the_findings_that_it_shows(rule: Rule, example: Example) -> None:
    files = example.files
    report = analyze_texts({path: expand(text) for path, text in files.items()}, [rule], known_rules=frozenset(RULES))
    assert not report.failures
    assert annotate(files, report.findings, related=example.shows_related) == example.annotated


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_page_shows_the_mistake_and_its_opposite(rule: Rule) -> None:
    kinds = {example.kind for example in page_examples(rule)}
    assert {"bad", "good"} <= kinds


@pytest.mark.parametrize("file", sorted(CASES.glob("*.md")), ids=lambda file: file.stem)
def test_edge_cases_belong_to_a_rule(file: Path) -> None:
    assert file.stem in RULES
