"""Lints on extensions and storage buckets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.database.model import Extension, Place, Policy
from analyzer.database.replay import Database
from analyzer.splinter.judgement import Judgement

_CLIENTS = frozenset({"public", "anon", "authenticated"})
_TRUE = frozenset({"true", "(true)", "1=1", "(1=1)"})
_ONE_BUCKET = re.compile(
    r"\A\s*\(*\s*bucket_id\s*=\s*'((?:[^']|'')*)'(?:\s*::\s*[A-Za-z0-9_.]+)?\s*\)*\s*\Z", re.IGNORECASE
)


def judge_platform_objects(database: Database) -> Iterator[Judgement]:
    """0014, 0025."""
    for extension in database.state.objects.values():
        if isinstance(extension, Extension) and extension.schema == "public" and extension.name != "plpgsql":
            yield Judgement("extension_in_public", "public", extension.name, "", extension)
    for bucket, policy in listed_buckets(database):
        yield Judgement("public_bucket_allows_listing", "storage", bucket, "", policy)


def public_buckets(database: Database) -> Iterator[tuple[str, Place]]:
    """The ids of the public buckets that migrations are known to make, with where each was made public."""
    table = database.relation("storage", "buckets")
    id_ = table.column("id") if table is not None else None
    public = table.column("public") if table is not None else None
    if table is None or id_ is None or public is None:
        return
    for row in database.rows(table):
        name, open_ = row.get(id_.number), row.get(public.number)
        if name is not None and open_ is not None and isinstance(name.value, str) and open_.value is True:
            yield name.value, open_.place


def listed_buckets(database: Database) -> Iterator[tuple[str, Policy]]:
    """The public buckets that a policy lets clients list, with the first such policy."""
    objects = database.relation("storage", "objects")
    if objects is None:
        return
    policies = [
        policy
        for policy in database.policies(objects)
        if policy.permissive and policy.command in ("select", "all") and _CLIENTS & set(policy.roles)
    ]
    for bucket in sorted(name for name, _ in public_buckets(database)):
        listing = next((policy for policy in policies if _lists(database, policy, bucket)), None)
        if listing is not None:
            yield bucket, listing


def _lists(database: Database, policy: Policy, bucket: str) -> bool:
    text = database.text(policy.using)
    if text is None or re.sub(r"[ \n\t]", "", text.lower()) in _TRUE:
        return True
    match = _ONE_BUCKET.match(text)
    return match is not None and match[1].replace("''", "'") == bucket
