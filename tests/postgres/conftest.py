"""One server for the whole test run."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from needs import lack

from .binaries import DEFAULT_MAJOR, find
from .truth import Judge

#: The major version to judge with.
MAJOR = int(os.environ.get("SUPALINT_POSTGRES_MAJOR", DEFAULT_MAJOR))


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    """A real PostgreSQL that answers what a set of migrations builds."""
    binaries = find(MAJOR)
    if binaries is None:
        lack(f"PostgreSQL {MAJOR} (`tests/postgres/install.sh`)")
    with Judge.on(binaries) as judge:
        yield judge
