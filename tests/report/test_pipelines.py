"""The reports for GitLab, reviewdog, build servers that show tests, and the summary of a step."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator

from analyzer.finding import AccessChange, Finding
from analyzer.outcome import Comparison, Report
from analyzer.report import github, gitlab, junit, markdown, rdjson
from analyzer.source import Span

from .made_by_hand import FUNCTION, RULES, SQL, TEXTS, WIDE, report, span

_POSITION = {
    "type": "object",
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
    "additionalProperties": False,
}
_RANGE = {"type": "object", "properties": {"start": _POSITION, "end": _POSITION}, "additionalProperties": False}
# What https://github.com/reviewdog/reviewdog/blob/master/proto/rdf/reviewdog.proto (November 2026) allows, of what we
# write: the parser refuses unknown fields.
REVIEWDOG = {
    "type": "object",
    "properties": {
        "source": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "url": {"type": "string"}},
            "additionalProperties": False,
        },
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "location"],
                "properties": {
                    "message": {"type": "string"},
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {
                        "type": "object",
                        "properties": {"value": {"type": "string"}, "url": {"type": "string"}},
                        "additionalProperties": False,
                    },
                    "location": {
                        "type": "object",
                        "properties": {"path": {"type": "string"}, "range": _RANGE},
                        "additionalProperties": False,
                    },
                    "suggestions": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["range", "text"],
                            "properties": {"range": _RANGE, "text": {"type": "string"}},
                            "additionalProperties": False,
                        },
                    },
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format (November 2026)
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer"}, "end": {"type": "integer"}},
                    },
                },
            },
        },
    },
}


def test_gitlab_gets_what_it_asks_for() -> None:
    document: list[dict[str, Any]] = json.loads(gitlab.render(report()))
    Draft7Validator(GITLAB).validate(document)
    prints = [violation["fingerprint"] for violation in document]
    assert len(set(prints)) == len(document)
    assert [violation["severity"] for violation in document[-2:]] == ["major", "critical"]
    assert document[-1]["location"] == {"path": SQL, "lines": {"begin": 2, "end": 4}}
    assert json.loads(gitlab.render(Report((), ()))) == []


def test_reviewdog_gets_columns_in_bytes_and_a_suggestion() -> None:
    document: dict[str, Any] = json.loads(rdjson.render(report()))
    Draft7Validator(REVIEWDOG).validate(document)
    (wide,) = (each for each in document["diagnostics"] if "address" in each["message"])
    row = TEXTS[WIDE].split("\n")[0]
    before = row[: row.index("fetch")].encode()
    assert wide["location"]["range"]["start"] == {"line": 1, "column": len(before) + 1}
    (with_fix,) = (each for each in document["diagnostics"] if "suggestions" in each)
    assert with_fix["code"]["value"] == "env-undeclared"
    (suggestion,) = with_fix["suggestions"]
    edited = span(FUNCTION, "'PANEL_URL'", 1)
    assert suggestion["text"] == "'URL'"
    assert suggestion["range"]["start"]["column"] == edited.column


def test_a_test_fails_for_each_error_and_warning() -> None:
    suites = ElementTree.fromstring("\n".join(junit.render(report(failing=True))))  # noqa: S314 - our own document
    assert suites.attrib == {"name": "supalint", "tests": "7", "failures": "4", "errors": "1"}
    kinds = [child.tag for case in suites.iter("testcase") for child in case]
    assert sorted(kinds) == ["error", "failure", "failure", "failure", "failure", "skipped", "skipped"]
    for suite in suites:
        cases = list(suite)
        assert int(suite.attrib["tests"]) == len(cases)
        assert set(suite.attrib) <= {"name", "tests", "failures", "errors", "skipped"}
        assert all(set(case.attrib) == {"name", "classname"} for case in cases)


def test_without_findings_one_test_passes() -> None:
    suites = ElementTree.fromstring("\n".join(junit.render(Report((), ()))))  # noqa: S314 - our own document
    assert [len(case) for case in suites.iter("testcase")] == [0]


def many(number: int) -> Report:
    findings = tuple(
        Finding(
            "env-undeclared" if index % 2 else "rls-disabled", "error", Span("a.sql", index + 1, 1, index + 1, 2), "x"
        )
        for index in range(number)
    )
    return Report(findings, RULES)


def test_of_more_annotations_than_github_shows_the_worst_come_first() -> None:
    lines = list(github.render(many(15)))
    commands = [line for line in lines if line.startswith("::")]
    assert len(commands) == github.MOST
    titles = [match[1] for line in commands if (match := re.search("title=([a-z-]+)", line))]
    assert titles == ["rls-disabled"] * 8 + ["env-undeclared"] * 2
    assert lines[-2:] == ["5 more findings without an annotation: GitHub shows 10 of a level", "15 errors in 1 file"]


def test_the_summary_links_to_the_lines_and_formats_nothing_of_the_repository() -> None:
    message = "`a|b` calls @everyone with **[x](y)** <img src=x> and `unclosed"
    finding = Finding("rls-disabled", "error", Span("a b/[id].sql", 3, 1, 5, 2), message)
    whole = "\n".join(markdown.render(Report((finding,), RULES), "https://github.com/o/r/blob/abc/"))
    assert "](https://github.com/o/r/blob/abc/a%20b/%5Bid%5D.sql#L3-L5)" in whole
    assert "<img" not in whole
    assert "**[" not in whole
    assert "@everyone" not in whole
    row = next(line for line in whole.splitlines() if line.startswith("| ❌"))
    assert row.count("|") == 5


def test_the_summary_says_what_a_branch_changes() -> None:
    change = AccessChange("opens", "edge function", "hello", "`hello` now runs without JWT verification", None)
    compared = Comparison("main", "0123456789abcdef", (report().findings[-1],), 3, (change,))
    whole = "\n".join(markdown.render(replace(report(), findings=(), compared=compared)))
    assert "no new findings since main (0123456789); 1 mended, 3 as before" in whole
    assert "opens: <code>hello</code> now runs without JWT verification" in whole
    assert "<summary>1 finding mended</summary>" in whole


def test_the_summary_stays_below_the_limit() -> None:
    long = replace(many(1), findings=many(1).findings * 30_000)
    whole = "\n".join(markdown.render(long)).encode()
    assert len(whole) < markdown.MOST_BYTES
    assert b"more findings left out" in whole


@pytest.mark.parametrize("format_", ["github", "text"])
def test_the_step_gets_its_summary(format_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analyzer.cli import run

    (tmp_path / "supabase" / "migrations").mkdir(parents=True)
    (tmp_path / SQL).write_text("create table public.orders (id int primary key);\n", "utf-8")
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    run(["check", "--no-cache", "--select", "rls-disabled", "--format", format_])
    said = summary.read_text("utf-8")
    assert said.startswith("before\n")
    assert ("supalint: 1 error in 1 file" in said) == (format_ == "github")
