"""The keys of `supalint.toml`, described once: what checks the file, its JSON Schema and its template read this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzer.finding import SEVERITIES

Special = Literal[
    "texts",  # array of strings
    "globs",  # array of strings, each a path pattern
    "rules",  # array of rule ids, areas and the words of `SELECTIONS`
    "groups",  # array of arrays of at least two strings
    "severities",  # table: rule id or area -> severity
    "rule-tables",  # table: rule id -> severity and the rule's own options
]
SELECTIONS = ("default", "all")  # what `select` takes beside rule ids and areas


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with keys of its own; an array of such tables if `many`."""

    keys: tuple[Key, ...]
    many: bool = False


Shape = Special | Choice | Table


@dataclass(frozen=True, slots=True)
class Key:
    """A key with what it takes, what it means, and the line or lines that show its use."""

    name: str
    shape: Shape
    meaning: str
    example: str = ""  # a TOML value
    needed: bool = False


_SEVERITY = Choice(SEVERITIES)

KEYS: tuple[Key, ...] = (
    Key(
        "select",
        "rules",
        'the rules that run: ids, areas, `default` (those that are on by default) and `all`; by default `["default"]`',
        '["default"]',
    ),
    Key("ignore", "rules", "rules and areas that do not run", "[]"),
    Key("fail-on", _SEVERITY, "the lowest severity that makes the exit code 1", '"error"'),
    Key("min-severity", _SEVERITY, "the lowest severity that is reported", '"note"'),
    Key(
        "exclude",
        "globs",
        "paths in which nothing is reported, as patterns from this file's folder; they are still read",
        '["supabase/functions/legacy-*/**"]',
    ),
    Key(
        "env",
        Table(
            (
                Key(
                    "aliases",
                    "groups",
                    "names of variables that stand for one setting, in groups",
                    '[["PANEL_URL", "PTERODACTYL_URL"]]',
                ),
                Key(
                    "provided",
                    "texts",
                    "variables that are set outside the repository, such as in the dashboard",
                    '["SENTRY_DSN"]',
                ),
            )
        ),
        "what the repository cannot show of its environment",
    ),
    Key(
        "project",
        Table(
            (
                Key("public-tables", "texts", "tables that anybody may read, on purpose", '["public.plans"]'),
                Key(
                    "append-only-tables",
                    "texts",
                    "logs: tables that are written to and that nothing in the repository reads",
                    '["public.audit_log"]',
                ),
                Key(
                    "external-writers",
                    "texts",
                    "tables that something outside the repository writes",
                    '["public.exchange_rates"]',
                ),
                Key(
                    "entrypoints",
                    "texts",
                    "edge functions that something outside the repository calls",
                    '["partner-api"]',
                ),
                Key(
                    "reconcilers",
                    "texts",
                    "edge functions that repair rows which others left half done",
                    '["retry-provisioning"]',
                ),
            )
        ),
        "what the repository cannot show of the project",
    ),
    Key(
        "overrides",
        Table(
            (
                Key("paths", "globs", "the paths that this entry is about", '["supabase/seed.sql"]', needed=True),
                Key("select", "rules", "rules that are reported there; all others are not", '["all"]'),
                Key("ignore", "rules", "rules that are not reported there", '["sql"]'),
                Key(
                    "severity",
                    "severities",
                    "another severity there, by rule or area",
                    '{ env-undeclared = "note" }',
                ),
            ),
            many=True,
        ),
        "other settings for some paths; of several entries, each has its say and the last severity wins",
    ),
    Key(
        "rules", "rule-tables", "another severity for a rule, and its own options (`supalint explain RULE` names them)"
    ),
)
