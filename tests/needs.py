"""Tools that a test needs and Python packages do not bring."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

IN_CI = os.environ.get("CI") == "true"


def tool(command: str) -> str:
    """The path of a command; without it the test is skipped aloud, and fails in CI."""
    return shutil.which(command) or lack(f"`{command}`")


def lack(what: str) -> NoReturn:
    """Ends a test that cannot run for want of `what`."""
    if IN_CI:
        pytest.fail(f"{what} is missing: `.ci/run` has to install it")
    pytest.skip(f"NOT TESTED: {what} is missing")
