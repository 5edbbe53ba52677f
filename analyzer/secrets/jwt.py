"""What a JSON Web Token says of itself."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import Literal

JwtClass = Literal["admin", "public", "local", "user", "other"]

# The roles that bypass row level security. https://supabase.com/docs/guides/database/postgres/roles
_ADMIN_ROLES = frozenset({"service_role", "supabase_admin", "postgres"})
# The signing keys of every local stack and of the self-hosting template.
# https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/config/config.go
# https://github.com/supabase/supabase/blob/master/docker/.env.example
_LOCAL_SIGNING_KEYS = (
    b"super-secret-jwt-token-with-at-least-32-characters-long",
    b"your-super-secret-jwt-token-with-at-least-32-characters-long",
)
_LOCAL_ISSUER = "supabase-demo"
_SIGNATURE_SIZES = {"HS256": 32, "HS384": 48, "HS512": 64, "ES256": 64, "RS256": 256}  # bytes
_MAX_SIZE = 8192  # characters: a header that fits into a request


def jwt_class(token: str) -> tuple[JwtClass, str]:
    """Whose token it is, with the reference of its project where it names one.

    `other` is anything that is no complete token of Supabase: cut off, signed with a made-up signature, or
    without a role.
    """
    parts = token.split(".")
    if len(parts) != 3 or len(token) > _MAX_SIZE:
        return "other", ""
    header, payload = _json(parts[0]), _json(parts[1])
    signature = _decode(parts[2])
    if header is None or payload is None or signature is None:
        return "other", ""
    if len(signature) != _SIGNATURE_SIZES.get(str(header.get("alg")), -1) or len(set(signature)) < len(signature) // 4:
        return "other", ""
    role, ref = payload.get("role"), payload.get("ref")
    project = ref if isinstance(ref, str) else ""
    if role == "anon":
        return "public", project
    if role == "authenticated":
        return "user", project
    if not isinstance(role, str) or role not in _ADMIN_ROLES:
        return "other", project
    if payload.get("iss") == _LOCAL_ISSUER or _is_signed_locally(parts, signature):
        return "local", project
    return "admin", project


def _is_signed_locally(parts: list[str], signature: bytes) -> bool:
    signed = f"{parts[0]}.{parts[1]}".encode()
    return any(
        hmac.compare_digest(hmac.new(key, signed, hashlib.sha256).digest(), signature) for key in _LOCAL_SIGNING_KEYS
    )


def _json(part: str) -> dict[str, object] | None:
    decoded = _decode(part)
    if decoded is None:
        return None
    try:
        value = json.loads(decoded)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _decode(part: str) -> bytes | None:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
