"""Hides secrets in text that is to be shown."""

from __future__ import annotations

import re

from analyzer.secrets.find import find_secrets
from analyzer.secrets.names import is_secret_name

_HIDDEN_STATUS = frozenset({"secret", "local"})
_ENV_LINE = re.compile(
    r"^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.]*)[ \t]*=[ \t]*(?P<value>\S[^\n]*?)[ \t\r]*$", re.MULTILINE
)
_FILLING = re.compile(r"[^\s\"'`]")


def mask(text: str) -> str:
    """`text` with every secret in it replaced by `*`, character by character, so that columns stay right.

    What tells the kind of a key, such as `sk_live_`, stays; so do public keys and samples.
    """
    pieces: list[str] = []
    position = 0
    for secret in find_secrets(text):
        if secret.status in _HIDDEN_STATUS:
            pieces += [text[position : secret.hidden], _FILLING.sub("*", text[secret.hidden : secret.end])]
            position = secret.end
    return "".join([*pieces, text[position:]]) if pieces else text


def mask_env(text: str) -> str:
    """`mask` for an environment file, whose values are secrets wherever their names say so, whatever their form."""
    return _ENV_LINE.sub(_masked_line, mask(text))


def _masked_line(match: re.Match[str]) -> str:
    if not is_secret_name(match["name"]):
        return match[0]
    start = match.start("value") - match.start()
    end = match.end("value") - match.start()
    return match[0][:start] + _FILLING.sub("*", match["value"]) + match[0][end:]
