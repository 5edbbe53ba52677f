"""The report of the last run on a root, for a run in which nothing has changed.

A report is a function of the files, the settings, the rules and supalint itself, so a digest of these is its key.
It is kept as msgpack, checked against the types that it is read into, with the secrets in its texts masked as in
every report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from analyzer import cache_folder
from analyzer.declared import Declared
from analyzer.discover import Tree
from analyzer.finding import Finding, Unknown, Unparsed
from analyzer.outcome import Coverage, Report, Unread
from analyzer.rule import Rule
from analyzer.settings import Settings
from analyzer.source import Source


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    """A report without its rules, which the run has at hand."""

    key: bytes
    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    fingerprints: tuple[str, ...]
    unparsed: tuple[Unparsed, ...]
    unread: tuple[Unread, ...]
    blind_spots: tuple[Unknown, ...]
    coverage: Coverage
    texts: dict[str, str]


def key_of(
    tree: Tree,
    read: Iterable[Source | Unparsed],
    version: str,
    settings: Settings,
    declared: Declared,
    known_rules: Iterable[str],
) -> bytes:
    """A digest of all that the report on `tree` depends on; `read` is what the tree gave to read."""
    state = hashlib.blake2b(version.encode(), digest_size=32)
    for value in (settings, declared, sorted(known_rules), tree.projects, tree.notes, tree.listing.git):
        state.update(repr(value).encode("utf-8", "surrogatepass"))
    state.update(msgspec.msgpack.encode(tree.listing.paths))
    for each in read:
        path, text = (each.path, each.text) if isinstance(each, Source) else (each.span.path, each.why)
        state.update(f"{path}\0{len(text)}\0{text}".encode("utf-8", "surrogatepass"))
    return state.digest()


def recall(
    root: Path, key: bytes, rules: Sequence[Rule], folder: Path | None = None, *, kind: str = "report"
) -> Report | None:
    """The report that was kept for `root` under `key`, if it was; `kind` tells apart several that are kept."""
    try:
        content = cache_folder.place(root, kind, folder).read_bytes()
        # the key first: a report of other files need not be decoded, which costs more than all the rest
        if bytes(msgspec.msgpack.decode(content, type=list[msgspec.Raw])[0]) != msgspec.msgpack.encode(key):
            return None
        kept = msgspec.msgpack.decode(content, type=_Kept)
    except (OSError, IndexError, msgspec.DecodeError, msgspec.ValidationError):
        return None
    values = {name: getattr(kept, name) for name in _Kept.__struct_fields__ if name != "key"}
    return replace(Report(findings=(), rules=tuple(rules)), **values)


def keep(root: Path, key: bytes, report: Report, folder: Path | None = None, *, kind: str = "report") -> None:
    """Keeps the report in place of the one before; one of an analysis that failed in part is not kept."""
    if report.failures or report.baselined:
        return
    values = [getattr(report, name) for name in _Kept.__struct_fields__ if name != "key"]
    cache_folder.write(cache_folder.place(root, kind, folder), msgspec.msgpack.encode(_Kept(key, *values)))
