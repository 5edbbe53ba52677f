"""The table of a project's edge functions, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from analyzer.function_table import CHECKED, FunctionRow
from analyzer.report.cells import code
from analyzer.report.display import visible

_SOURCES = {"default": "by default", "config": "in config.toml", "deployment": "deployed with --no-verify-jwt"}


def text(rows: Sequence[FunctionRow]) -> Iterator[str]:
    """Each function with what is known of it."""
    for row in rows:
        yield f"{visible(row.slug)}: {_gate(row)}"
        for label, parts in _parts(row):
            yield f"    {label:<10}{', '.join(visible(part) for part in parts)}"


def markdown(rows: Sequence[FunctionRow]) -> Iterator[str]:
    """One table."""
    yield "| function | verify_jwt | its code checks | as | reads | writes | settings | called by |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for row in rows:
        cells = (
            code([row.slug]),
            _gate(row),
            "; ".join(_checks(row)),
            code(row.keys),
            code(row.reads),
            code(row.writes),
            code(row.settings),
            code(row.callers) or ("nobody" if row.uncalled else "not known"),
        )
        yield f"| {' | '.join(cells)} |"


def json_text(rows: Sequence[FunctionRow]) -> Iterator[str]:
    """The documented JSON: docs/functions.md."""
    yield json.dumps(content(rows), indent=2, ensure_ascii=False)


def content(rows: Sequence[FunctionRow]) -> dict[str, object]:
    """What the JSON says."""
    functions = [
        {
            "name": row.slug,
            "path": row.span.path,
            "enabled": row.enabled,
            "verifyJwt": row.verify_jwt,
            "verifyJwtFrom": row.source,
            "open": row.is_open,
            "checks": [
                {"kind": check.kind, "path": check.span.path, "line": check.span.line, "everywhere": check.everywhere}
                for check in row.checks
            ],
            "keys": row.keys,
            "reads": row.reads,
            "writes": row.writes,
            "calls": row.calls,
            "settings": row.settings,
            "callers": row.callers,
            "uncalled": row.uncalled,
        }
        for row in rows
    ]
    return {"functions": functions}


def _gate(row: FunctionRow) -> str:
    said = f"verify_jwt = {'true' if row.verify_jwt else 'false'}, {_SOURCES[row.source]}"
    said += "" if row.enabled else "; switched off"
    return said + ("; open: anybody reaches the service role" if row.is_open else "")


def _checks(row: FunctionRow) -> Iterator[str]:
    for check in row.checks:
        place = visible(f"{check.span.path}:{check.span.line}")
        yield f"{CHECKED[check.kind]}{'' if check.everywhere else ', not everywhere'} ({place})"


def _parts(row: FunctionRow) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "checks", tuple(_checks(row)) or ("nothing",)
    if row.keys:
        yield "works as", row.keys
    named = {"reads": row.reads, "writes": row.writes, "calls": row.calls, "settings": row.settings}
    for label, names in named.items():
        if names:
            yield label, names
    if row.callers or row.uncalled:
        yield "called by", row.callers or ("nobody",)
