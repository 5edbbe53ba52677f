"""How far the value of a variable is from a secret, by its form and its name."""

from __future__ import annotations

import re

from analyzer.facts.config import EnvValueKind
from analyzer.secrets.find import find_secrets
from analyzer.secrets.names import is_secret_name
from analyzer.secrets.samples import is_sample

_REFERENCE = re.compile(r"^(?:\$\{?[\w:?-]+\}?|\$\(.*\)|env\(\w*\)|op://.*)$")
_INTERPOLATED = re.compile(r"\$\{\w+\}")
_LOCAL = re.compile(
    r"(?:^|//|@)(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal|kong|supabase_\w+)(?::\d+|/|$)",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"^(?:postgres|supabase|secret|pass|token|key|<[^>]*>|\[[^\]]*\]|_+\w*_+|-+|\.+|\?+|n/?a|tbd|\d{1,4}|[a-z]*(?:secret|token|password|key)[a-z]*)$",
    re.IGNORECASE,
)
_LEAST_SECRET = 8  # characters: nobody is given a shorter key


def value_kind(name: str, value: str) -> EnvValueKind:
    """What the value of a variable is to somebody who reads it."""
    text = value.strip()
    if not text:
        return "empty"
    if text.startswith("encrypted:"):  # https://dotenvx.com/docs
        return "encrypted"
    if _REFERENCE.match(text):
        return "reference"
    found = {secret.status for secret in find_secrets(text)}
    if "secret" in found:
        return "value"
    if found:
        return "placeholder" if "sample" in found else "local" if "local" in found else "public"
    if _LOCAL.search(text):
        return "local"
    if not is_secret_name(name):
        return "public"
    if _INTERPOLATED.search(text):
        return "reference"
    return "placeholder" if len(text) < _LEAST_SECRET or _PLACEHOLDER.match(text) or is_sample(text) else "value"
