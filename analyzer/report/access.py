"""Who may do what with each table, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from analyzer.access import API_ROLES, COMMANDS, ApiRole, listed
from analyzer.access_table import AccessRow, AccessTable, Reach
from analyzer.report.cells import code
from analyzer.report.display import visible

_WORDS: dict[Reach, str] = {"all": "all rows", "some": "some rows", "none": "-"}


def details(table: AccessTable) -> Iterator[str]:
    """As `text`, with the conditions of the policies and the places that decide."""
    for row in table.rows:
        place = f" at {visible(row.span.path)}:{row.span.line}" if row.span is not None else ""
        yield f"{visible(row.name)} ({row.kind}{_rls(row)}){place}"
        for role in API_ROLES:
            yield f"    {role:<15}{_in_words(row, role)}"
        for policy in row.policies:
            kind = "" if policy.permissive else ", restrictive"
            yield ""
            yield f"    policy “{visible(policy.name)}”: {policy.command} for {visible(', '.join(policy.roles))}{kind}"
            if policy.span is not None:
                yield f"        at {visible(policy.span.path)}:{policy.span.line}"
            for word, condition in (("using", policy.using), ("with check", policy.check)):
                if condition is not None:
                    yield f"        {word} ({visible(' '.join(condition.split()))})"


def text(table: AccessTable) -> Iterator[str]:
    """Each table in words, then the functions that can be called."""
    for row in table.rows:
        yield f"{visible(row.name)} ({row.kind}{_rls(row)})"
        for role in API_ROLES:
            yield f"    {role:<15}{_in_words(row, role)}"
    if table.calls:
        yield from ("", "Functions that can be called:")
        for call in table.calls:
            rights = "with its owner's rights" if call.definer else "with the caller's rights"
            yield f"    {visible(call.name)}: {', '.join(call.roles)}, {rights}"


def markdown(table: AccessTable) -> Iterator[str]:
    """A table for tables and views, and one for functions."""
    columns = [(role, command) for role in API_ROLES for command in COMMANDS]
    yield f"| table | RLS | {' | '.join(f'{role} {command}' for role, command in columns)} |"
    yield f"| --- | --- | {' | '.join('---' for _ in columns)} |"
    for row in table.rows:
        rls = ("on" if row.rls else "**off**") if row.kind == "table" else row.kind
        yield f"| {code([row.name])} | {rls} | {' | '.join(_WORDS[row.reach[one]] for one in columns)} |"
    if table.calls:
        yield from ("", "| function | can be called by | runs with the rights of |", "| --- | --- | --- |")
        for call in table.calls:
            yield f"| {code([call.name])} | {', '.join(call.roles)} | {'its owner' if call.definer else 'the caller'} |"


def json_text(table: AccessTable) -> Iterator[str]:
    """The documented JSON: docs/functions.md."""
    yield json.dumps(content(table), indent=2, ensure_ascii=False)


def content(table: AccessTable) -> dict[str, object]:
    """What the JSON says."""
    return {
        "tables": [
            {
                "name": row.name,
                "kind": row.kind,
                "rls": row.rls,
                "roles": {
                    role: {
                        command: {"rows": row.reach[role, command], "policies": row.why[role, command]}
                        for command in COMMANDS
                    }
                    for role in API_ROLES
                },
                "policies": [
                    {
                        "name": policy.name,
                        "command": policy.command,
                        "roles": policy.roles,
                        "permissive": policy.permissive,
                        "using": policy.using,
                        "check": policy.check,
                        "path": policy.span.path if policy.span is not None else None,
                        "line": policy.span.line if policy.span is not None else None,
                    }
                    for policy in row.policies
                ],
            }
            for row in table.rows
        ],
        "functions": [
            {"name": call.name, "roles": call.roles, "securityDefiner": call.definer} for call in table.calls
        ],
    }


def _rls(row: AccessRow) -> str:
    return "" if row.kind != "table" else ", row level security on" if row.rls else ", row level security OFF"


def _in_words(row: AccessRow, role: ApiRole) -> str:
    parts = []
    for reach in ("all", "some"):
        deeds = [command for command in COMMANDS if row.reach[role, command] == reach]
        if deeds:
            policies = dict.fromkeys(name for command in deeds for name in row.why[role, command])
            by = f" by {', '.join(f'“{visible(name)}”' for name in policies)}" if policies else ""
            parts.append(f"{listed(deeds)} {_WORDS[reach]}{by}")
    return "; ".join(parts) or "nothing"
