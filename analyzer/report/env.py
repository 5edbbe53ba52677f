"""The table of a project's settings, for people and for programs. No value is ever in it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from analyzer.env_table import EnvRow, EnvTable, State
from analyzer.report.cells import code
from analyzer.report.display import visible
from analyzer.source import Span

_STATES: dict[State, str] = {
    "set": "set",
    "not set": "not set",
    "platform": "set by the platform",
    "reserved": "cannot be set: the name is kept for the platform",
    "provided": "set outside the repository",
    "unknown": "not known to be set",
    "elsewhere": "read by no edge function",
}
_MISSING = "Commands that set what is missing, with values from your shell:"
_UNREAD = "Set, and read by no edge function:"


def text(table: EnvTable) -> Iterator[str]:
    """Each setting with what is known of it, then the commands."""
    for row in table.rows:
        yield f"{visible(row.name)}: {_state(row)}"
        for label, parts in _parts(row):
            yield f"    {label:<10}{', '.join(visible(part) for part in parts)}"
    if table.commands:
        yield from ("", _MISSING, *(f"    {visible(command)}" for command in table.commands))
    if table.unread:
        yield from ("", f"{_UNREAD} {', '.join(visible(name) for name in table.unread)}")


def markdown(table: EnvTable) -> Iterator[str]:
    """One table, then the commands as a block."""
    yield "| setting | state | functions | other code | workflows and scripts | declared | the same as |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for row in table.rows:
        cells = (
            code([row.name]),
            _state(row),
            code(row.functions),
            code(row.code),
            code([*row.workflows, *row.scripts]),
            code(_declared(row)),
            code(row.partners),
        )
        yield f"| {' | '.join(cells)} |"
    if table.commands:
        yield from ("", _MISSING, "", "```sh", *(visible(command) for command in table.commands), "```")
    if table.unread:
        yield from ("", f"{_UNREAD} {code(table.unread)}")


def json_text(table: EnvTable) -> Iterator[str]:
    """The documented JSON: docs/env.md."""
    yield json.dumps(content(table), indent=2, ensure_ascii=False)


def content(table: EnvTable) -> dict[str, object]:
    """What the JSON says."""
    rows = [
        {
            "name": row.name,
            "state": row.state,
            "optional": row.optional,
            "missing": row.missing,
            "functions": row.functions,
            "code": row.code,
            "workflows": row.workflows,
            "scripts": row.scripts,
            "declared": [_json_place(by, span) for by, span in row.declared],
            "partners": row.partners,
        }
        for row in table.rows
    ]
    return {"settings": rows, "commands": table.commands, "unread": table.unread}


def _json_place(by: str, span: Span | None) -> dict[str, str | int]:
    if span is None:
        return {"by": by}
    return {"by": by, "path": span.path, "line": span.line}


def _state(row: EnvRow) -> str:
    return _STATES[row.state] + (", can do without" if row.optional and row.state in ("unknown", "not set") else "")


def _parts(row: EnvRow) -> Iterator[tuple[str, tuple[str, ...]]]:
    if row.functions:
        count = f"{len(row.functions)} function{'s' if len(row.functions) > 1 else ''}: "
        yield "read by", (count + row.functions[0], *row.functions[1:])
    if others := (*row.code, *row.workflows, *row.scripts):
        yield "and by" if row.functions else "read by", others
    yield "declared", tuple(_declared(row)) or ("nowhere",)
    if row.partners:
        yield "same as", row.partners


def _declared(row: EnvRow) -> list[str]:
    places = (f"{span.path}:{span.line}" if span is not None else by for by, span in row.declared)
    return list(dict.fromkeys(places))
