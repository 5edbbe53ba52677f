"""The findings that a project had when it began to use supalint, and that it answers later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import msgspec

from analyzer.outcome import Baselined, Report

FILE_NAME = "supalint-baseline.json"
FORMAT_VERSION = 1


class BaselineError(Exception):
    """A baseline that cannot be used; the message says what is wrong with it."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    findings: tuple[Baselined, ...]
    comment: str = ""


_COMMENT = "Findings that are answered later: `supalint baseline` writes this file, `--prune` takes out what is gone."


def read(content: bytes) -> tuple[Baselined, ...]:
    """The entries of a baseline.

    Raises:
        BaselineError: it is not one.
    """
    try:
        file = msgspec.json.decode(content, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BaselineError(f"not a baseline: {error}") from None
    if file.version != FORMAT_VERSION:
        raise BaselineError(f"its version is {file.version}, and this supalint reads {FORMAT_VERSION}")
    return file.findings


def entries(report: Report) -> tuple[Baselined, ...]:
    """An entry for each finding, in the order of path, rule and message, so that a change touches few lines."""
    pairs = zip(report.findings, report.fingerprints, strict=True)
    found = [Baselined(finding.span.path, finding.rule, finding.message, fingerprint) for finding, fingerprint in pairs]
    return tuple(sorted(found, key=lambda entry: (entry.path, entry.rule, entry.message, entry.fingerprint)))


def written(kept: Collection[Baselined]) -> bytes:
    """The file, one entry a line."""
    lines = [f'{{\n  "version": {FORMAT_VERSION},\n  "comment": {_json(_COMMENT)},\n  "findings": [']
    rows = [f"    {_json(entry)}" for entry in kept]
    return "\n".join([*lines, ",\n".join(rows), "  ]\n}\n"] if rows else [*lines, "  ]\n}\n"]).encode()


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def without_baselined(report: Report, kept: Sequence[Baselined], could_be_found: Callable[[Baselined], bool]) -> Report:
    """The report without the findings that the baseline holds.

    What it holds and is not found any more is stale, if `could_be_found` says that this run looked for it.
    """
    waiting = Counter(entry.fingerprint for entry in kept)
    open_, answered = [], []
    for pair in zip(report.findings, report.fingerprints, strict=True):
        if waiting[pair[1]] > 0:
            waiting[pair[1]] -= 1
            answered.append(pair[0])
        else:
            open_.append(pair)
    stale = [entry for entry in kept if waiting[entry.fingerprint] > 0 and could_be_found(entry)]
    return replace(
        report,
        findings=tuple(finding for finding, _ in open_),
        fingerprints=tuple(fingerprint for _, fingerprint in open_),
        baselined=tuple(answered),
        stale=tuple(stale),
    )
