"""What the name of a variable says about its value."""

from __future__ import annotations

import re
from itertools import pairwise

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_HINT = re.compile(r"key|secret|token|pass|pwd|credential", re.IGNORECASE)  # every name of a secret has one of them

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
    if _HINT.search(name) is None:
        return False
    words = words_of(name)
    if "secret" in words and "client" in words:
        return not _PUBLIC_WORDS - {"client"} & set(words)
    if _PUBLIC_WORDS.intersection(words):
        return False
    return bool(_SECRET_WORDS.intersection(words)) or any(pair in _SECRET_PAIRS for pair in pairwise(words))


_SECRET_ENDS = frozenset({"secret", "secrets", "password", "passwd", "passphrase", "pwd"})
_SECRET_END_PAIRS = frozenset(
    {
        ("service", "role"), ("role", "key"), ("service", "key"), ("private", "key"), ("secret", "key"),
        ("secret", "token"), ("admin", "key"), ("admin", "token"), ("master", "key"), ("signing", "key"),
        ("encryption", "key"), ("database", "url"), ("db", "url"), ("postgres", "url"), ("auth", "token"),
        ("connection", "string"),
    }
)  # fmt: skip
# Services whose API keys cost money or power to whoever lends them, and none of which has a key for browsers.
_SERVICES = frozenset(
    {
        "openai", "anthropic", "claude", "gemini", "groq", "mistral", "deepseek", "openrouter", "perplexity", "cohere",
        "replicate", "elevenlabs", "huggingface", "xai", "tavily", "resend", "sendgrid", "mailgun", "postmark", "brevo",
        "twilio", "pterodactyl", "panel", "github", "gitlab", "notion", "airtable", "slack", "discord", "telegram",
        "vercel", "netlify", "cloudflare", "upstash", "printful", "shippo", "easypost", "apify", "serpapi", "firecrawl",
    }
)  # fmt: skip
_SERVICE_ENDS = frozenset({("api", "key"), ("api", "token"), ("access", "token"), ("bot", "token"), ("auth", "token")})
_MADE_UP = frozenset({"test", "demo", "e2e", "example", "dummy", "mock", "public", "publishable", "anon"})


def names_a_secret(name: str) -> bool:
    """Whether the name says outright that its value is a secret: stricter than `is_secret_name`."""
    words = words_of(name)
    if not words or _MADE_UP.intersection(words):
        return False
    end = (words[-2], words[-1]) if len(words) > 1 else ("", words[-1])
    if end == ("auth", "password"):  # a way to sign in, switched on or off
        return False
    if end == ("auth", "token") and "sentry" not in words and not _SERVICES.intersection(words):
        return False
    if end[1] in _SECRET_ENDS or end in _SECRET_END_PAIRS:
        return True
    return bool(_SERVICES.intersection(words)) and (end in _SERVICE_ENDS or end[1] in {"key", "token"})
