"""Where the pages of the documentation are on the web."""

from __future__ import annotations

HOME = "https://github.com/supalint/supalint"
SETTINGS_SCHEMA = f"{HOME}/raw/main/docs/supalint.schema.json"


def rule_page(rule_id: str) -> str:
    """The address of a rule's page; a plugin's rule has none of ours and gets the project's."""
    return HOME if "/" in rule_id else f"{HOME}/blob/main/docs/rules/{rule_id}.md"
