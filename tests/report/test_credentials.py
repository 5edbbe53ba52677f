"""What a report quotes of a credential."""

from __future__ import annotations

from analyzer.finding import Finding
from analyzer.outcome import Report
from analyzer.report import text
from analyzer.report.credentials import hide, without_credentials
from analyzer.report.style import Style
from analyzer.rule import Documentation, ProjectRule
from analyzer.source import Span


class Literal(ProjectRule):
    cwe = (798,)


def test_a_credential_that_a_finding_marks_is_never_quoted() -> None:
    rule = Literal("config-secret-literal", "config", Documentation("A secret is written out", "Text."))
    finding = Finding(rule.id, "error", Span("a.toml", 2, 8, 2, 19), "a secret")
    report = Report((finding,), (rule,), texts={"a.toml": 'x = 1\npass = "geh eim12" # note\n'})
    shown = "\n".join(text.render(without_credentials(report), Style()))
    assert 'pass = "*** *****" # note' in shown
    assert "eim12" not in shown


def test_other_findings_show_their_code() -> None:
    report = Report((Finding("other", "error", Span("a.toml", 1, 1, 1, 2), "m"),), (), texts={"a.toml": "x = 1\n"})
    assert without_credentials(report) is report


def test_hiding_keeps_every_place() -> None:
    source = "a 'b\r\nc' d"
    assert hide(source, "a", [Span("a", 1, 3, 2, 3), Span("a", 9, 1, 9, 2)]) == "a '*\r\n*' d"
