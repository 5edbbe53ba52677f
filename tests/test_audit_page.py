"""`docs/audit.md` names rules and items that there are."""

from __future__ import annotations

import re
from pathlib import Path

from analyzer import registry

PAGE = (Path(__file__).parents[1] / "docs" / "audit.md").read_text("utf-8")
BY_HAND = (Path(__file__).parents[1] / "analyzer" / "readiness" / "by_hand.py").read_text("utf-8")
RULES = {rule.id for rule in registry.load(plugins=False)}


def test_every_rule_and_item_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`([a-z]+(?:-[a-z0-9]+)+)`", PAGE))
    options = {"any-of", "read-by"}
    unknown = {name for name in named - options if name not in RULES and f'"{name}"' not in BY_HAND}
    assert not unknown


def test_every_line_is_answered() -> None:
    rows = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line]
    assert len(rows) > 50
    assert all(len(row) == 2 and row[1].strip(" |") for row in rows)
