"""What `supabase secrets list` prints -> the names of the secrets that are set."""

from __future__ import annotations

import json
import re

# A row of the table, or of `-o env`. https://supabase.com/docs/reference/cli/supabase-secrets-list
_ROW = re.compile(r"^[ \t]*[|│]?[ \t]*(?P<name>[A-Za-z_]\w*)[ \t]*(?:[|│=]|$)", re.MULTILINE)
_HEADINGS = frozenset({"NAME", "DIGEST"})


def secret_names(text: str) -> frozenset[str] | None:
    """The names in the output, as a table, as JSON or as `NAME=digest`; None where there are none to be read."""
    if text.lstrip().startswith(("[", "{")):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return None
        rows = found.get("secrets") if isinstance(found, dict) else found
        if not isinstance(rows, list):
            return None
        return frozenset(row["name"] for row in rows if isinstance(row, dict) and isinstance(row.get("name"), str))
    names = frozenset(match["name"] for match in _ROW.finditer(text)) - _HEADINGS
    return names or None
