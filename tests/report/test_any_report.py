"""Whatever a report holds, every format can say it, and none lets a repository's text do harm."""

from __future__ import annotations

import json
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.finding import Create, Edit, Finding, Fix, Place, Rename, Unknown, Unparsed
from analyzer.fingerprint import fingerprints, line_hashes
from analyzer.outcome import Failure, Report, Unread
from analyzer.report import concise, github, gitlab, junit, markdown, rdjson, sarif, text
from analyzer.report.json import render as render_json
from analyzer.report.rebase import rebased
from analyzer.report.style import Style
from analyzer.source import Span

from .made_by_hand import RULES

_WORDS = st.text(max_size=40) | st.text(alphabet="ab日😀\u202e\x1b\t\r\n:#[](){}1%`*", max_size=40)
_PATHS = st.sampled_from(["a.ts", "b c.sql", "::x", "../é", "##[x]"]) | st.text(min_size=1, max_size=10)
_NUMBERS = st.integers(1, 6)
_SPANS = st.builds(Span, _PATHS, _NUMBERS, _NUMBERS, _NUMBERS, st.integers(1, 60))
_PLACES = st.lists(st.builds(Place, _SPANS, _WORDS), max_size=3).map(tuple)
_CHANGES = (
    st.builds(Edit, _SPANS, _WORDS) | st.builds(Create, _PATHS, _WORDS, _WORDS) | st.builds(Rename, _PATHS, _PATHS)
)
_FIXES = st.none() | st.builds(Fix, _WORDS, st.booleans(), st.lists(_CHANGES, max_size=2).map(tuple))
_FINDINGS = st.builds(
    Finding,
    st.sampled_from([rule.id for rule in RULES] + ["acme/unknown"]),
    st.sampled_from(["error", "warning", "note"]),
    _SPANS,
    _WORDS,
    _WORDS,
    _PLACES,
    _PLACES,
    _FIXES,
)
_REPORTS = st.builds(
    Report,
    findings=st.lists(_FINDINGS, max_size=4).map(tuple),
    rules=st.just(RULES),
    unparsed=st.lists(st.builds(Unparsed, _SPANS, _WORDS), max_size=2).map(tuple),
    unread=st.lists(st.builds(Unread, _PATHS, _WORDS), max_size=2).map(tuple),
    failures=st.lists(st.builds(Failure, _WORDS, _PATHS, _WORDS), max_size=2).map(tuple),
    blind_spots=st.lists(st.builds(Unknown, st.just("rls-disabled"), _SPANS, _WORDS), max_size=2).map(tuple),
    texts=st.dictionaries(_PATHS, _WORDS, max_size=4),
)
_UNHURRIED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_STYLES = [Style(actions=True), Style(width=40, wrap=True, actions=True), Style(width=1, wrap=True, actions=True)]


@pytest.mark.parametrize("style", _STYLES)
@given(report=_REPORTS)
@_UNHURRIED
def test_the_reports_for_people_obey_nothing(style: Style, report: Report) -> None:
    for line in [*text.render(report, style), *concise.render(report, style)]:
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
        hidden = {unicodedata.category(character) for character in line if character not in "\u200c\u200d"}
        assert not hidden & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(report=_REPORTS)
@_UNHURRIED
def test_the_reports_for_programs_can_be_read(report: Report) -> None:
    prints = fingerprints(report.findings, report.texts)
    assert len(prints) == len(report.findings)
    json.loads(render_json(report))
    assert len(json.loads(gitlab.render(report))) == len(report.findings)
    assert len(json.loads(rdjson.render(report))["diagnostics"]) == len(report.findings)
    suites = ElementTree.fromstring("\n".join(junit.render(report)))  # noqa: S314 - our own document
    assert len(list(suites.iter("testcase"))) == max(1, len(report.findings) + len(report.failures))
    for line in markdown.render(report):
        assert "\n" not in line
        assert "<img" not in line
    lines = sarif.lines_of(report)
    hashes = {
        path: line_hashes(report.texts.get(path, "").encode("utf-8", "replace"), found) for path, found in lines.items()
    }
    (run,) = json.loads(sarif.render(report, hashes))["runs"]
    for result in run["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        assert min(region.values()) >= 1
    for line in github.render(report):
        assert "\n" not in line
        assert "\r" not in line
    assert len(rebased(report, "x/").findings) == len(report.findings)
