"""The version of supalint."""

from __future__ import annotations

VERSION = "0.1.0"  # the same as in pyproject.toml, which a test sees to: reading it from there would cost start-up time
