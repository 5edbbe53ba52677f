"""The replay builds what PostgreSQL builds, and fails where PostgreSQL fails."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from hypothesis import HealthCheck, given, settings

from .apply import OnFailure, Options
from .cases import Case, read
from .catalogue import Dump
from .compare import compare
from .conftest import MAJOR
from .histories import histories
from .replayed import replayed
from .truth import Judge

#: How many random histories a run tries; more find more, at a tenth of a second each.
RANDOM_HISTORIES = int(os.environ.get("SUPALINT_HISTORIES", "100"))

CASES = [pytest.param(case, id=case.id) for case in read(MAJOR)]
FAILING = [case for case in read(MAJOR) if case.failures and case.options == Options()]
#: Where the replay is known to differ, one `<on_failure> <case>` a line. A line that has become wrong fails, so that
#: the list only ever says what is true.
GAPS = frozenset((Path(__file__).parent / "gaps.txt").read_text("utf-8").split("\n"))


def judged(cases: Iterable[Case], on_failure: OnFailure) -> Iterator[ParameterSet]:
    """The cases, those with a known gap marked as expected to fail."""
    for case in cases:
        gap = f"{on_failure} {case.id}" in GAPS
        yield pytest.param(case, id=case.id, marks=[pytest.mark.xfail(strict=True, reason="known gap")] if gap else [])


@pytest.mark.parametrize("case", CASES)
def test_what_a_case_states_holds_in_postgresql(case: Case, judge: Judge) -> None:
    truth = judge.truth(case.files, case.options)
    assert sorted(_failures(truth)) == sorted(case.failures), truth["failures"]
    for stated in case.leaves:
        assert stated.holds(truth), (stated, truth.get(stated.kind))


@pytest.mark.parametrize("case", list(judged(read(MAJOR), "statement")))
def test_the_replay_agrees_with_postgresql(case: Case, judge: Judge) -> None:
    assert not _differences(case.files, case.options, judge)


@pytest.mark.parametrize("case", list(judged(FAILING, "file")))
def test_the_replay_undoes_a_file_as_postgresql_does(case: Case, judge: Judge) -> None:
    assert not _differences(case.files, replace(case.options, on_failure="file"), judge)


@pytest.mark.parametrize("case", list(judged(FAILING, "stop")))
def test_the_replay_stops_where_postgresql_stops(case: Case, judge: Judge) -> None:
    assert not _differences(case.files, replace(case.options, on_failure="stop"), judge)


def test_a_fresh_project_has_nothing_of_its_own(judge: Judge) -> None:
    empty = judge.truth({}, Options())
    assert {key: objects for key, objects in empty.items() if objects} == {}


@settings(max_examples=RANDOM_HISTORIES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(files=histories())
def test_the_replay_agrees_on_random_histories(files: Mapping[str, str], judge: Judge) -> None:
    differences = _differences(files, Options(), judge)
    assert not differences, "\n".join(f"-- {path}\n{text}" for path, text in files.items())


def _differences(files: Mapping[str, str], options: Options, judge: Judge) -> list[str]:
    model = replayed(files, options, judge.major)
    return [str(difference) for difference in compare(judge.truth(files, options), model)[1]]


def _failures(dump: Dump) -> set[tuple[str, int, str]]:
    failures = dump["failures"]
    assert isinstance(failures, list)
    return {
        (str(failure["file"]), int(str(failure["line"])), str(failure["sqlstate"]))
        for failure in failures
        if isinstance(failure, dict)
    }
