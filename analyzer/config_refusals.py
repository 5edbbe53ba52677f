"""What makes the Supabase CLI refuse a config.toml, so that none of its commands work.

As `load` and `Validate` do (supabase/cli@1d1e719, 1 June 2026):
https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/config.go
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from analyzer.config_keys import Key, key_at, keys_below
from analyzer.facts.config import Entry, Toml, Value
from analyzer.platform import BUCKET_NAME, ENV_REFERENCE, FUNCTION_SLUG, POSTGRES_VERSIONS, PROJECT_REF
from analyzer.source import Span


class Refusal(NamedTuple):
    """One reason for which the file is refused."""

    span: Span
    message: str
    subject: str  # the path of the key
    group: str = ""  # equal for reasons that are one mistake made at several places
    replacement: str | None = None  # for what the span covers
    certain: bool = True  # False: a section that a version of the CLI behind ours may have added


# strconv.ParseBool, and the empty string: https://github.com/go-viper/mapstructure (WeaklyTypedInput)
_BOOLEANS = frozenset({"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False", ""})
_INTEGER = re.compile(r"^(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]*|[1-9][0-9_]*)?$")
# https://pkg.go.dev/time#ParseDuration
_DURATION = re.compile(r"^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$")
# https://pkg.go.dev/github.com/docker/go-units#RAMInBytes
_SIZE = re.compile(r"^\d+(?:\.\d+)* ?(?:[kKmMgGtTpP]?[iI]?[bB]?)$")
_DENO_VERSIONS = (1, 2)
_LEAST_JWT_SECRET = 16  # characters

# What a section lacks when it is switched on, with the keys that must not be empty.
_REQUIRED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("auth.captcha", ("provider", "secret")),
    ("auth.email.smtp", ("host", "port", "user", "pass", "admin_email")),
    ("auth.sms.twilio", ("account_sid", "message_service_sid", "auth_token")),
    ("auth.sms.twilio_verify", ("account_sid", "message_service_sid", "auth_token")),
    ("auth.sms.messagebird", ("originator", "access_key")),
    ("auth.sms.textlocal", ("sender", "api_key")),
    ("auth.sms.vonage", ("from", "api_key", "api_secret")),
    ("auth.third_party.firebase", ("project_id",)),
    ("auth.third_party.auth0", ("tenant",)),
    ("auth.third_party.aws_cognito", ("user_pool_id", "user_pool_region")),
    ("auth.third_party.clerk", ("domain",)),
    ("auth.third_party.workos", ("issuer_url",)),
)
_WITHOUT_SECRET = ("apple", "google")  # providers whose native sign-in needs no secret
_DEPRECATED = ("linkedin", "slack")  # dropped before they are checked


def refusals(toml: Toml) -> Iterator[Refusal]:
    """Every reason, in the order of the file for each kind."""
    if toml.problem is not None:
        yield Refusal(toml.problem.span, toml.problem.message, "")
        return
    yield from _unknown_keys(toml)
    yield from _wrong_values(toml)
    yield from _remotes(toml)
    yield from _names(toml)
    yield from _sections(toml)


def _unknown_keys(toml: Toml) -> Iterator[Refusal]:
    reported: set[tuple[str, ...]] = set()
    for entry in toml.entries:
        path = _innermost_unknown(entry.path)
        if path is None or path in reported:
            continue
        reported.add(path)
        name, parent = path[-1], path[:-1]
        span = entry.key if path == entry.path else _heading(toml, path) or entry.key
        is_table = path != entry.path or entry.value.kind == "table"
        known = [
            key
            for key in keys_below(parent)
            if toml.get(*parent, key) is None and _is_table(key_at((*parent, key))) == is_table
        ]
        near = get_close_matches(name.lower(), known, 1, 0.75)
        hint = f": did you mean `{near[0]}`?" if near else ""
        where = f"`[{'.'.join(parent)}]`" if parent else "config.toml"
        replacement = near[0] if near and path == entry.path else None
        if is_table and not near and parent[:1] != ("functions",):
            yield Refusal(span, f"a newer CLI may know `{'.'.join(path)}`", ".".join(path), certain=False)
            continue
        group = f"{parent[0]}.*.{name}" if parent[:1] == ("functions",) else ".".join(path)
        yield Refusal(span, f"there is no key `{name}` in {where}{hint}", ".".join(path), group, replacement)


def _innermost_unknown(path: tuple[str, ...]) -> tuple[str, ...] | None:
    """The path up to the first key that the CLI does not know; what is below a scalar counts as a wrong value."""
    for depth in range(1, len(path) + 1):
        key = key_at(path[:depth])
        if key is None:
            return path[:depth] if depth == 1 or _is_table(key_at(path[: depth - 1])) else None
    return None


def _is_table(key: Key | None) -> bool:
    return key is not None and key.kind in ("table", "tables", "map")


def _heading(toml: Toml, path: tuple[str, ...]) -> Span | None:
    section = next((section for section in toml.sections if section.path[: len(path)] == path), None)
    return section.span if section else None


def _wrong_values(toml: Toml) -> Iterator[Refusal]:
    for entry in toml.entries:
        key = key_at(entry.path)
        expected = _expected(key, entry.value) if key is not None else None
        if expected is not None:
            name = ".".join(entry.path)
            yield Refusal(entry.value.span, f"`{entry.path[-1]}` takes {expected}", name, name)


def _expected(key: Key, value: Value) -> str | None:
    """What the key takes, if the CLI cannot make that of the value."""
    text = value.text
    if text is not None and ENV_REFERENCE.match(text):
        return None
    composite = value.kind in ("array", "table")
    match key.kind:
        case "boolean":
            return "`true` or `false`" if composite or (text is not None and text not in _BOOLEANS) else None
        case "integer" | "port":
            return "a whole number" if composite or (text is not None and not _INTEGER.match(text)) else None
        case "duration":
            return (
                'a duration such as `"1m30s"`'
                if composite or (text is not None and not _DURATION.match(text))
                else None
            )
        case "size":
            return 'a size such as `"50MiB"`' if composite or (text is not None and not _SIZE.match(text)) else None
        case "choice":
            wrong = composite or (text is not None and text not in key.choices)
            return "one of " + ", ".join(f'`"{choice}"`' for choice in key.choices) if wrong else None
        case "string":
            return "a string" if composite else None
        case "secret":
            return "a string" if composite or value.kind in ("integer", "float", "boolean") else None
        case "strings":
            return "a list of strings" if value.kind == "table" else None
        case "table" | "map":
            return "a section of its own" if not composite and value.kind != "invalid" else None
        case "tables":
            return None


def _remotes(toml: Toml) -> Iterator[Refusal]:
    seen: dict[str, str] = {}
    for name in toml.names("remotes"):
        entry = toml.get("remotes", name, "project_id")
        subject = f"remotes.{name}.project_id"
        if entry is None:
            span = _heading(toml, ("remotes", name)) or next(iter(toml.below("remotes", name))).key
            yield Refusal(span, f"`[remotes.{name}]` must name its project with `project_id`", subject)
            continue
        text = entry.value.text or ""
        if ENV_REFERENCE.match(text):
            continue
        if not PROJECT_REF.match(text):
            yield Refusal(entry.value.span, "the `project_id` of a remote must be 20 lower-case letters", subject)
        elif text in seen:
            yield Refusal(entry.value.span, f"`[remotes.{seen[text]}]` has the same `project_id`", subject)
        seen.setdefault(text, name)


def _names(toml: Toml) -> Iterator[Refusal]:
    for name in toml.names("functions"):
        if not FUNCTION_SLUG.match(name):
            span = _heading(toml, ("functions", name))
            message = f"`{name}` is no name of a function: a letter, then letters, digits, `_` and `-`"
            yield Refusal(span or toml.end, message, f"functions.{name}")
    for name in toml.names("storage", "buckets"):
        if not BUCKET_NAME.match(name):
            yield Refusal(
                _heading(toml, ("storage", "buckets", name)) or toml.end,
                f"`{name}` is no name of a bucket",
                f"storage.buckets.{name}",
            )


def _sections(toml: Toml) -> Iterator[Refusal]:
    yield from _choices(toml)
    webhooks = toml.get("experimental", "webhooks", "enabled")
    if webhooks is not None and webhooks.value.scalar is False:
        yield Refusal(webhooks.value.span, "webhooks cannot be switched off", "experimental.webhooks.enabled")
    options = toml.get("experimental", "pgdelta", "format_options")
    if options is not None and options.value.text and not _is_json(options.value.text):
        yield Refusal(options.value.span, "`format_options` takes JSON", "experimental.pgdelta.format_options")
    if _is(toml, "auth.enabled", False):
        return
    yield from _auth(toml)


def _choices(toml: Toml) -> Iterator[Refusal]:
    for path, allowed in (("db.major_version", POSTGRES_VERSIONS), ("edge_runtime.deno_version", _DENO_VERSIONS)):
        entry = toml.get(*path.split("."))
        if entry is not None and isinstance(entry.value.scalar, int) and entry.value.scalar not in allowed:
            numbers = ", ".join(str(number) for number in allowed)
            yield Refusal(entry.value.span, f"`{entry.path[-1]}` takes one of {numbers}", path)


def _auth(toml: Toml) -> Iterator[Refusal]:
    for section, keys in _REQUIRED:
        yield from _missing(toml, section, keys)
    for provider in toml.names("auth", "external"):
        if provider.lower() not in _DEPRECATED:
            keys = ("client_id",) if provider.lower() in _WITHOUT_SECRET else ("client_id", "secret")
            yield from _missing(toml, f"auth.external.{provider}", keys)
    for factor in ("totp", "phone", "web_authn"):
        if _is(toml, f"auth.mfa.{factor}.enroll_enabled", True) and not _is(
            toml, f"auth.mfa.{factor}.verify_enabled", True
        ):
            entry = toml.get("auth", "mfa", factor, "enroll_enabled")
            if entry is not None:
                yield Refusal(entry.span, "`enroll_enabled` needs `verify_enabled = true`", f"auth.mfa.{factor}")
    enabled = [
        name for name in toml.names("auth", "third_party") if _is(toml, f"auth.third_party.{name}.enabled", True)
    ]
    if len(enabled) > 1:
        second = toml.get("auth", "third_party", enabled[1], "enabled")
        if second is not None:
            yield Refusal(
                second.span, f"only one third-party provider may be on: `{enabled[0]}` is", "auth.third_party"
            )
    secret = toml.get("auth", "jwt_secret")
    if secret is not None and not _is_reference(secret) and 0 < len(secret.value.text or "") < _LEAST_JWT_SECRET:
        yield Refusal(secret.value.span, f"`jwt_secret` needs {_LEAST_JWT_SECRET} characters", "auth.jwt_secret")


def _missing(toml: Toml, section: str, keys: tuple[str, ...]) -> Iterator[Refusal]:
    path = tuple(section.split("."))
    enabled = toml.get(*path, "enabled")
    on = _is(toml, f"{section}.enabled", True) or (
        section == "auth.email.smtp" and enabled is None and _has(toml, path)
    )
    if not on:
        return
    lacking = [key for key in keys if _is_empty(toml.get(*path, key))]
    if lacking:
        span = _heading(toml, path) or (enabled.span if enabled else toml.end)
        names = ", ".join(f"`{key}`" for key in lacking)
        yield Refusal(span, f"`[{section}]` is enabled without {names}", section)


def _has(toml: Toml, path: tuple[str, ...]) -> bool:
    return next(iter(toml.below(*path)), None) is not None


def _is(toml: Toml, path: str, value: bool) -> bool:
    entry = toml.get(*path.split("."))
    return entry is not None and entry.value.scalar is value


def _is_empty(entry: Entry | None) -> bool:
    return entry is None or entry.value.scalar in ("", 0)


def _is_reference(entry: Entry) -> bool:
    text = entry.value.text or ""
    return bool(ENV_REFERENCE.match(text)) or text.startswith("encrypted:")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
