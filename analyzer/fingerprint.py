"""Names for findings that stay when lines move."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from analyzer.finding import Finding

_BLOCK = 100  # code units that GitHub's hash of a line covers
_MULTIPLIER = 37
_MASK = (1 << 64) - 1
_LEAVING = pow(_MULTIPLIER, _BLOCK, 1 << 64)
_END_OF_FILE = 0xFFFF


def fingerprints(
    findings: Sequence[Finding], texts: Mapping[str, str], projects: Collection[str] = ()
) -> tuple[str, ...]:
    """A fingerprint for each of `findings`, which are in the order of the report.

    Made of the Supabase project (the deepest of the folders `projects` that holds the file), the rule, the
    subject (without one: the path and the line's text, white space aside) and the how-manyth such finding it is.
    """
    rows: dict[str, list[str]] = {}
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for finding in findings:
        span = finding.span
        if finding.subject:
            what: tuple[str, ...] = (finding.subject,)
        else:
            if span.path not in rows:
                rows[span.path] = texts.get(span.path, "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
            lines = rows[span.path]
            line = lines[span.line - 1] if span.line <= len(lines) else ""
            what = (span.path, "".join(line.split()))
        key = (_project(span.path, projects), finding.rule, *what)
        seen[key] += 1
        content = "\0".join((*key, str(seen[key])))
        found.append(hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32])
    return tuple(found)


def _project(path: str, projects: Collection[str]) -> str:
    return max((folder for folder in projects if not folder or path.startswith(f"{folder}/")), key=len, default="")


def line_hashes(content: bytes, lines: Collection[int]) -> dict[int, str]:
    """GitHub's `primaryLocationLineHash` of each of `lines` (from 1) of a file.

    A rolling hash over the 100 UTF-16 code units, spaces and tabs left out, that begin at the line's first one;
    then `:` and the how-manyth time the hash occurs in the file. As in
    https://github.com/github/codeql-action/blob/main/src/fingerprints.ts (June 2026), so that a finding has the
    same name whether this program or GitHub's own action gives it.
    """
    wanted = set(lines)
    last = max(wanted, default=0)
    units, starts = _units(content)
    units += [0] * _BLOCK
    found: dict[int, str] = {}
    seen: Counter[int] = Counter()
    for line, start in enumerate(starts[:last], start=1):
        value = 0
        for unit in units[start : start + _BLOCK]:
            value = (_MULTIPLIER * value + unit) & _MASK
        seen[value] += 1
        if line in wanted:
            found[line] = f"{value:x}:{seen[value]}"
    return found


def _units(content: bytes) -> tuple[list[int], list[int]]:
    """The code units that count, with the place of the first one of each line."""
    text = content.decode("utf-8", errors="replace")
    raw = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H") if text else ()
    units: list[int] = []
    starts: list[int] = []
    at_start, after_return = True, False
    for unit in (*raw, _END_OF_FILE):
        if unit in (0x20, 0x09) or (after_return and unit == 0x0A):
            after_return = False  # GitHub's code forgets the return at a blank, so that "\r \n" are two line ends
            continue
        after_return = unit == 0x0D
        kept = 0x0A if after_return else unit
        if at_start:
            starts.append(len(units))
        at_start = kept == 0x0A
        units.append(kept)
    return units, starts
