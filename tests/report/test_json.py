"""The report for programs."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft7Validator

from analyzer.report.json import render

from .made_by_hand import report

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"


def test_the_document_is_what_its_schema_says() -> None:
    validator = Draft7Validator(json.loads(SCHEMA.read_text("utf-8")))
    for given in (report(), report(failing=True)):
        assert [error.message for error in validator.iter_errors(json.loads(render(given)))] == []


def test_a_finding_has_its_place_its_names_and_its_fix() -> None:
    document = json.loads(render(report()))
    finding = document["findings"][-1]
    assert (finding["rule"], finding["severity"], finding["subject"]) == ("rls-disabled", "error", "public.orders")
    assert (finding["line"], finding["column"], finding["end_line"], finding["end_column"]) == (2, 14, 4, 2)
    assert finding["fingerprint"] == report().fingerprints[-1]
    assert [place["message"] for place in finding["flow"]] == ["the caller chooses `plan`", "it is stored in `orders`"]
    assert finding["fix"]["changes"][0]["kind"] == "create"
    assert document["summary"]["warning"] == 3


def test_the_document_is_ascii_and_the_same_every_time() -> None:
    assert render(report()).isascii()
    assert render(report()) == render(report())
