"""What the name of a variable says about its value."""

from __future__ import annotations

import re
from itertools import pairwise

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# Words that make a name's value a secret, alone or as a pair of neighbours.
_SECRET_WORDS = frozenset(
    {"secret", "secrets", "password", "passwd", "pwd", "passphrase", "token", "apikey", "credential"}
)
_SECRET_PAIRS = frozenset(
    {
        ("api", "key"),
        ("private", "key"),
        ("service", "key"),
        ("role", "key"),
        ("access", "key"),
        ("secret", "key"),
        ("admin", "key"),
        ("auth", "key"),
        ("encryption", "key"),
        ("signing", "key"),
        ("master", "key"),
        ("webhook", "key"),
        ("server", "key"),
        ("panel", "key"),
        ("jwt", "key"),
    }
)
# Words that take it back: the name is of something public, or of a thing about secrets.
_PUBLIC_WORDS = frozenset(
    {
        "publishable", "public", "anon", "site", "sitekey", "client", "maps", "pub", "vapid", "id", "ids", "name",
        "names", "hash", "digest", "checksum", "sha", "sha256", "md5", "prefix", "suffix", "type", "url", "uri",
        "endpoint", "path", "length", "size", "count", "limit", "header", "field", "column", "label", "hint", "regex",
        "pattern", "format", "error", "placeholder", "example", "expires", "expiry", "ttl", "cache", "next", "page",
        "cursor", "csrf", "version", "symbol", "contract", "address", "mint", "color", "style", "class", "icon",
        "storage", "idempotency", "foreign", "primary", "sort", "row", "query", "translation", "i18n", "sentry", "dsn",
        "posthog", "mapbox", "recaptcha", "turnstile", "hcaptcha", "measurement", "tracking",
    }
)  # fmt: skip


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case: `STRIPE_API_KEY`, `stripeApiKey` and `stripe-api-key` have the same."""
    return tuple(part.lower() for part in _PARTS.findall(name))


def is_secret_name(name: str) -> bool:
    """Whether a value that is given to this name is likely to be a secret."""
    words = words_of(name)
    if "secret" in words and "client" in words:
        return not _PUBLIC_WORDS - {"client"} & set(words)
    if _PUBLIC_WORDS.intersection(words):
        return False
    return bool(_SECRET_WORDS.intersection(words)) or any(pair in _SECRET_PAIRS for pair in pairwise(words))
