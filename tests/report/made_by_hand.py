"""Reports made by hand, with everything that a report can hold."""

from __future__ import annotations

from analyzer.finding import Create, Edit, Finding, Fix, Place, Unknown, Unparsed
from analyzer.fingerprint import fingerprints
from analyzer.outcome import Coverage, Failure, Report, Unread
from analyzer.rule import Documentation, ProjectRule
from analyzer.source import Span

PAGE = """Everyone who has the public key reads and changes every row of the table, since nothing else stands between.

Switch row level security on, and write a policy for each command.

## Bad

```sql supabase/migrations/20250101000000_init.sql
create table orders (id int);
             ^^^^^^ the table `public.orders` is open to everybody
```

## Good

```sql supabase/migrations/20250101000000_init.sql
create table orders (id int);
alter table orders enable row level security;
```
"""


class RlsDisabled(ProjectRule):
    severity = "error"
    precision = "very-high"
    security_severity = 9.3
    cwe = (862, 1220)


class EnvUndeclared(ProjectRule):
    severity = "warning"


class ConfigNote(ProjectRule):
    severity = "note"
    default = False


RULES = (
    ConfigNote("config-note", "config", Documentation("A setting repeats the default", PAGE)),
    EnvUndeclared("env-undeclared", "environment", Documentation("A variable is read and declared nowhere", PAGE)),
    EnvUndeclared("env-unused", "environment", Documentation("A variable is declared and read nowhere", PAGE)),
    RlsDisabled("rls-disabled", "database", Documentation("A table is open to `anon`", PAGE)),
)

SQL = "supabase/migrations/20250101000000_init.sql"
FUNCTION = "supabase/functions/checkout/index.ts"
WIDE = "apps/web/app/[id]/(tabs)/+page #1.ts"

TEXTS = {
    SQL: "-- orders\ncreate table public.orders (\n  id int\n);\n\n\n\n\ngrant all on public.orders to anon;\n",
    FUNCTION: "\tconst url = Deno.env.get('PANEL_URL'), key = Deno.env.get('KEY');\r\n\r\nconst plan = body.plan;\r\n",
    WIDE: "const 価格 = '日本語 👩‍👩‍👧 é'; fetch(url)\nconst evil = '\u202e\x1b[31m'; x()\n" + "y(); " * 100 + "z();\n",
}


def span(path: str, part: str, line: int, end_part: str = "", end_line: int = 0) -> Span:
    """The place of `part` on a line, or from there to the end of `end_part` on a later one."""
    rows = TEXTS[path].replace("\r\n", "\n").split("\n")
    start = rows[line - 1].index(part) + 1
    last = end_line or line
    end = rows[last - 1].index(end_part or part, 0 if end_part else start - 1) + len(end_part or part) + 1
    return Span(path, line, start, last, end)


def report(*, failing: bool = False) -> Report:
    """A report with one of everything."""
    findings = (
        Finding("env-undeclared", "warning", span(WIDE, "fetch", 1), "the address `url` comes from nowhere"),
        Finding(
            "config-note", "note", span(WIDE, "x()", 2), "a call behind \u202e and \x1b[31m\n::error::hidden signs"
        ),
        Finding("config-note", "note", span(WIDE, "z()", 3), "a call at the end of a long line"),
        Finding(
            "env-undeclared",
            "warning",
            span(FUNCTION, "'PANEL_URL'", 1),
            "`PANEL_URL` is declared nowhere",
            "PANEL_URL",
            fix=Fix("add `PANEL_URL` to `.env.example`", True, (Edit(span(FUNCTION, "'PANEL_URL'", 1), "'URL'"),)),
        ),
        Finding("env-undeclared", "warning", span(FUNCTION, "'KEY'", 1), "`KEY` is declared nowhere", "KEY"),
        Finding(
            "rls-disabled",
            "error",
            span(SQL, "public.orders", 2, ")", 4),
            "the table `public.orders` is open to everybody",
            "public.orders",
            related=(
                Place(span(SQL, "grant all", 9), "`anon` gets all rights here"),
                Place(span(FUNCTION, "body.plan", 3), "the function `checkout` [writes](it) for everyone"),
            ),
            flow=(
                Place(span(FUNCTION, "body.plan", 3), "the caller chooses `plan`"),
                Place(span(SQL, "orders", 2), "it is stored in `orders`"),
            ),
            fix=Fix(
                "switch row level security on",
                False,
                (Create("supabase/migrations", "enable_rls", "alter table orders enable row level security;\n"),),
            ),
        ),
    )
    return Report(
        findings=findings,
        rules=RULES,
        suppressed=(findings[0],),
        fingerprints=fingerprints(findings, TEXTS, ("supabase",)),
        unparsed=(Unparsed(Span(SQL, 9, 1, 9, 10), "not PostgreSQL"),),
        unread=(Unread("supabase/seed.sql", "12.0 MiB is more than the 1 MiB that are read"),),
        failures=(Failure("rule config-note", "", "KeyError: 'x'"),) if failing else (),
        blind_spots=(Unknown("rls-disabled", Span(SQL, 9, 1, 9, 2), "dynamic SQL"),),
        coverage=Coverage(("supabase",), functions=1, migrations=1, frontend_files=1, files=3),
        texts=TEXTS,
    )
