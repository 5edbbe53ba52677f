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
    "text",  # string
    "pattern",  # string: a regular expression
    "number",  # whole number
    "flag",  # true or false
    "scalars",  # table: any key -> string, number, true or false
    "words",  # table: any key -> string
    "flags",  # table: any key -> true or false
    "commands",  # array of select, insert, update, delete
    "lists",  # table: any key -> array of strings
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
_ROLE = Choice(("anon", "authenticated"))
_WHERE = Key("where", "scalars", "only rows in which these columns have these values", '{ kind = "game" }')
_TABLE = Key("table", "text", "the table, of `public` where no schema is named", '"plans"', needed=True)

_EXPECTATIONS: tuple[Key, ...] = (
    Key(
        "verify-jwt", "flags", "whether the platform verifies the token, for each edge function", "{ provision = true }"
    ),
    Key(
        "rows",
        Table(
            (
                _TABLE,
                _WHERE,
                Key("count", "number", "how many rows there are", "37"),
                Key("at-least", "number", "how many rows there are at least", "1"),
                Key("at-most", "number", "how many rows there are at most", "50"),
                Key("unique", "texts", "columns that have no value twice", '["stripe_price_id"]'),
            ),
            many=True,
        ),
        "rows that the migrations leave in a table",
    ),
    Key(
        "values",
        Table(
            (
                _TABLE,
                Key("column", "text", "the column", '"stripe_price_id"', needed=True),
                _WHERE,
                Key("matches", "pattern", "what every value looks like", "'^price_1'"),
                Key("never", "pattern", "what no value looks like", "'_monthly$'"),
                Key("one-of", "texts", "the values that there may be", '["a", "b"]'),
            ),
            many=True,
        ),
        "values that the migrations leave in a column",
    ),
    Key(
        "mappings",
        Table(
            (
                Key("file", "text", "the file of the code", '"supabase/functions/provision/index.ts"', needed=True),
                Key("name", "text", "the constant that holds the object", '"GAMES"', needed=True),
                Key("property", "text", "the property of each entry, where entries are objects", '"eggId"'),
                Key("values", "scalars", "what each key has", "{ minecraft = 39, rust = 50 }", needed=True),
                Key("exact", "flag", "whether there are no other keys", "true"),
            ),
            many=True,
        ),
        "what an object of the code maps its keys to",
    ),
    Key(
        "columns",
        Table(
            (
                _TABLE,
                Key(
                    "columns",
                    "words",
                    "the type of each, `not null` behind it where that counts",
                    '{ id = "uuid not null" }',
                    needed=True,
                ),
            ),
            many=True,
        ),
        "columns that a table has",
    ),
    Key(
        "env",
        Table(
            (
                Key(
                    "any-of", "texts", "the names of the setting, of which one is enough", '["PANEL_URL"]', needed=True
                ),
                Key("read-by", "texts", "edge functions that have to read it", '["provision"]'),
                Key("declared", "flag", "whether the repository has to declare it", "true"),
            ),
            many=True,
        ),
        "settings that the code reads",
    ),
    Key(
        "calls",
        Table(
            (
                Key("from", "text", "a file, or an edge function by its name", '"src/hooks/useAuth.tsx"', needed=True),
                Key("any-of", "texts", "the edge functions of which it calls one", '["create-account"]', needed=True),
                Key("before", "text", "another edge function that it calls only afterwards", '"checkout"'),
            ),
            many=True,
        ),
        "calls that have to be there",
    ),
    Key(
        "statuses",
        Table(
            (
                Key("column", "text", "a column by its table: what its CHECK or enum allows", '"orders.status"'),
                Key("file", "text", "a file of the code", '"supabase/functions/provision/index.ts"'),
                Key("name", "text", "the constant there that holds the list", '"ACTIVE"'),
                Key("values", "texts", "exactly these", '["paid", "active"]', needed=True),
            ),
            many=True,
        ),
        "sets of states",
    ),
    Key(
        "transitions",
        Table(
            (
                Key("column", "text", "a column by its table", '"orders.status"', needed=True),
                Key(
                    "allowed",
                    "lists",
                    "to which states a row of each state may go on",
                    '{ pending = ["paid"], paid = ["active", "canceled"], active = [] }',
                    needed=True,
                ),
            ),
            many=True,
        ),
        "the order of states",
    ),
    Key(
        "access",
        Table(
            (
                _TABLE,
                Key("role", _ROLE, "the role of a request of the Data API", '"anon"', needed=True),
                Key("may", "commands", "what it may do with at least some rows", '["select"]'),
                Key("may-not", "commands", "what it may do with no row", '["insert", "update", "delete"]'),
            ),
            many=True,
        ),
        "who may do what with a table",
    ),
)

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
        "expectations",
        Table(_EXPECTATIONS),
        "what has to hold in this project; what does not is reported like every other finding",
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
