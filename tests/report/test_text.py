"""The reports for people."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analyzer.finding import Finding, Place
from analyzer.outcome import Report
from analyzer.report import concise, github, text
from analyzer.report.style import Style
from analyzer.source import Span

from .made_by_hand import FUNCTION, SQL, TEXTS, report

PLAIN = Style()
_ANSI = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\")


def rendered(given: Report, style: Style = PLAIN, **others: int) -> str:
    return "\n".join(text.render(given, style, rules_off=others.get("rules_off", 0)))


def test_a_finding_shows_its_code_its_other_places_its_steps_and_its_fix() -> None:
    expected = """\
error[rls-disabled]: the table `public.orders` is open to everybody
 --> supabase/migrations/20250101000000_init.sql:2:14
  |
2 | create table public.orders (
  |              ^^^^^^^^^^^^^^^ (to line 4)
...
9 | grant all on public.orders to anon;
  | --------- `anon` gets all rights here
 ::: supabase/functions/checkout/index.ts:3:14
  |
3 | const plan = body.plan;
  |              --------- the function `checkout` [writes](it) for everyone
  = steps: from cause to effect
    1. the caller chooses `plan`
        --> supabase/functions/checkout/index.ts:3:14
         |
       3 | const plan = body.plan;
         |              ~~~~~~~~~
    2. it is stored in `orders`
        --> supabase/migrations/20250101000000_init.sql:2:21
         |
       2 | create table public.orders (
         |                     ~~~~~~
  = help: switch row level security on (supalint fix --write --unsafe)
"""
    assert expected in rendered(report())


def test_the_end_says_what_was_found_and_what_was_not_looked_at() -> None:
    lines = rendered(report(failing=True), rules_off=4).split("\n")[-4:]
    assert lines == [
        "failed: rule config-note: KeyError: 'x'",
        "1 error, 3 warnings, 2 notes in 3 files; looked at 1 function, 1 migration, 1 front-end file; 1 suppressed",
        "not looked at: 1 file not read (supabase/seed.sql: 12.0 MiB is more than the 1 MiB that are read); "
        "1 stretch not understood (supabase/migrations/20250101000000_init.sql); "
        "1 place where a rule could not decide (rls-disabled 1); 4 rules off",
        "1 part of the analysis failed",
    ]


def test_a_clean_report_is_one_line() -> None:
    assert rendered(Report((), ())) == "no findings"


def test_colours_and_links_change_no_word() -> None:
    colored = rendered(report(), Style(color=True, links=True))
    assert "\x1b[1;31m" in colored
    assert "\x1b]8;;https://" in colored
    assert _ANSI.sub("", colored) == rendered(report())


def test_carets_stand_below_wide_and_invisible_characters() -> None:
    shown = rendered(report()).split("\n")
    row = next(index for index, line in enumerate(shown) if "日本語" in line)
    # `const ` 6, two wide letters 4, ` = '` 4, three 6, blank 1, a family 2, blank 1, a letter 1, `'; ` 3
    assert shown[row + 1].index("^") == len("1 | ") + 28
    assert "\\u{202e}\\u{1b}[31m" in rendered(report())


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_no_line_of_code_is_wider_than_the_terminal(columns: int) -> None:
    style = Style(width=columns, wrap=True)
    for line in rendered(report(), style).split("\n"):
        if " | " in line:
            assert len(line) <= columns + 8  # joined emoji are more characters than columns


def test_the_mark_of_a_long_line_is_in_view() -> None:
    shown = rendered(report(), Style(width=60)).split("\n")
    row = next(index for index, line in enumerate(shown) if "z();" in line)
    assert shown[row].startswith("3 | …")
    start, end = shown[row + 1].index("^"), shown[row + 1].rindex("^") + 1
    assert shown[row][start:end] == "z()"


def test_a_very_long_line_is_shown_quickly_and_in_part() -> None:
    long = "x" * 1_000_000 + "TARGET" + "y" * 1_000_000
    finding = Finding("rls-disabled", "error", Span("a.js", 1, 1_000_001, 1, 1_000_007), "here")
    shown = rendered(Report((finding,), (), texts={"a.js": long})).split("\n")
    row = next(index for index, line in enumerate(shown) if "TARGET" in line)
    assert len(shown[row]) <= 120
    assert shown[row][shown[row + 1].index("^") :].startswith("TARGET")


def test_a_place_without_text_still_says_its_message() -> None:
    finding = Finding(
        "rls-disabled",
        "error",
        Span("a.sql", 1, 1, 1, 2),
        "m",
        related=(Place(Span("b.sql", 7, 1, 7, 2), "look here"),),
    )
    assert "line 7: look here" in rendered(Report((finding,), ()))


@pytest.mark.parametrize("span", [Span(SQL, 2, 500, 2, 900), Span(SQL, 900, 1, 901, 1), Span(SQL, 5, 1, 5, 1)])
def test_a_span_outside_the_text_harms_nothing(span: Span) -> None:
    finding = Finding("rls-disabled", "error", span, "m")
    assert "error[rls-disabled]: m" in rendered(Report((finding,), (), texts=TEXTS))


@pytest.mark.parametrize("name", ["::error::x.sql", "  ::add-mask::x.sql", "##[add-mask]x.sql", "##vso[task.x]a.sql"])
def test_github_actions_gets_no_command_from_a_repository(name: str) -> None:
    finding = Finding("rls-disabled", "error", Span(name, 1, 1, 1, 2), f"{name}\n{name}")
    given = Report((finding,), (), texts={name: f"{name}\r{name}\n"})
    style = Style(actions=True)
    lines = [*text.render(given, style), *concise.render(given, style)]
    for line in lines:
        assert not line.lstrip().startswith("::")
        assert not re.search(r"##\w*\[", line)


def test_the_concise_report_is_one_line_a_finding() -> None:
    lines = list(concise.render(report(), PLAIN))
    assert lines[-2] == (
        "supabase/migrations/20250101000000_init.sql:2:14: "
        "error[rls-disabled] the table `public.orders` is open to everybody"
    )
    assert len(lines) == len(report().findings) + 1


def test_annotations_are_escaped_and_the_worst_come_first() -> None:
    finding = Finding("rls-disabled", "error", Span("a,b:c%.ts", 1, 2, 1, 2), "100% of\n`x`: all, bad")
    lines = list(github.render(Report((finding,), ())))
    assert lines[0] == (
        "::error file=a%2Cb%3Ac%25.ts,line=1,endLine=1,col=2,endColumn=3,title=rls-disabled::100%25 of%0A`x`: all, bad"
    )
    commands = [line.split(" ")[0] for line in github.render(report()) if line.startswith("::")]
    assert commands == ["::error", "::warning", "::warning", "::warning", "::notice", "::notice"]


def test_annotations_that_github_would_drop_are_counted() -> None:
    one = report().findings[4]
    many = tuple(replace_line(one, line) for line in range(1, 26))
    lines = list(github.render(replace(report(), findings=many, fingerprints=())))
    assert sum(line.startswith("::warning") for line in lines) == 10
    assert "15 more findings without an annotation: GitHub shows 10 of a level" in lines


def replace_line(finding: Finding, line: int) -> Finding:
    return Finding(finding.rule, finding.severity, Span(FUNCTION, line, 1, line, 2), finding.message)
