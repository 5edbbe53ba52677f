"""The replay builds what PostgreSQL builds, and fails where PostgreSQL fails."""

from __future__ import annotations

import pytest

from .apply import Options
from .cases import Case, read
from .catalogue import Dump
from .compare import compare
from .conftest import MAJOR
from .replayed import NoReplayError, replayed
from .truth import Judge

CASES = [pytest.param(case, id=case.id) for case in read(MAJOR)]


@pytest.mark.parametrize("case", CASES)
def test_what_a_case_states_holds_in_postgresql(case: Case, judge: Judge) -> None:
    truth = judge.truth(case.files, case.options)
    assert sorted(_failures(truth)) == sorted(case.failures), truth["failures"]
    for stated in case.leaves:
        assert stated.holds(truth), (stated, truth.get(stated.kind))


@pytest.mark.parametrize("case", CASES)
def test_the_replay_agrees_with_postgresql(case: Case, judge: Judge) -> None:
    try:
        model = replayed(case.files, case.options, judge.major)
    except NoReplayError as missing:
        pytest.skip(str(missing))
    _, differences = compare(judge.truth(case.files, case.options), model)
    assert not differences, "\n".join(map(str, differences))


def test_a_fresh_project_has_nothing_of_its_own(judge: Judge) -> None:
    empty = judge.truth({}, Options())
    assert {key: objects for key, objects in empty.items() if objects} == {}


def _failures(dump: Dump) -> set[tuple[str, int, str]]:
    failures = dump["failures"]
    assert isinstance(failures, list)
    return {
        (str(failure["file"]), int(str(failure["line"])), str(failure["sqlstate"]))
        for failure in failures
        if isinstance(failure, dict)
    }
