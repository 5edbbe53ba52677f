"""The report for build servers that show tests: JUnit's XML, as Jenkins and GitLab read it.

https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from analyzer.finding import Finding
from analyzer.outcome import Report
from analyzer.report.display import visible
from analyzer.report.frames import location
from analyzer.report.links import rule_page

# What XML 1.0 cannot hold, even as a character reference: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> Iterator[str]:
    """The lines of the document: a suite for each file, a test for each finding.

    Errors and warnings are failures; a note is a skipped test, since it fails nobody. Without any there is one test
    that passes: a document without tests counts as a failure in itself.
    """
    failures = sum(finding.severity != "note" for finding in report.findings)
    tests = len(report.findings) + len(report.failures) or 1
    errors = len(report.failures)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<testsuites name="supalint" tests="{tests}" failures="{failures}" errors="{errors}">'
    for path, findings in groupby(report.findings, key=lambda finding: finding.span.path):
        yield from _suite(path, list(findings))
    if report.failures:
        yield f'  <testsuite name="supalint" tests="{errors}" failures="0" errors="{errors}">'
        for failure in report.failures:
            yield f"    <testcase name={_attribute(failure.what)} classname={_attribute(failure.path or 'supalint')}>"
            yield f'      <error type="failure" message={_attribute(failure.why)}/>'
            yield "    </testcase>"
        yield "  </testsuite>"
    elif not report.findings:
        yield '  <testsuite name="supalint" tests="1" failures="0" errors="0">'
        yield '    <testcase name="no findings" classname="supalint"/>'
        yield "  </testsuite>"
    yield "</testsuites>"


def _suite(path: str, findings: Sequence[Finding]) -> Iterator[str]:
    skipped = sum(finding.severity == "note" for finding in findings)
    counts = f'tests="{len(findings)}" failures="{len(findings) - skipped}" errors="0" skipped="{skipped}"'
    yield f"  <testsuite name={_attribute(path)} {counts}>"
    for finding in findings:
        span = finding.span
        name = f"{finding.rule} at {span.line}:{span.column}"
        element = "skipped" if finding.severity == "note" else "failure"
        places = [f"{location(place.span)}: {visible(place.message)}" for place in (*finding.related, *finding.flow)]
        said = "\n".join([f"{location(span)}: {visible(finding.message)}", *places, rule_page(finding.rule)])
        yield f"    <testcase name={_attribute(name)} classname={_attribute(path)}>"
        yield f"      <{element} type={_attribute(finding.severity)} message={_attribute(finding.message)}>"
        yield from _content(said).split("\n")
        yield f"      </{element}>"
        yield "    </testcase>"
    yield "  </testsuite>"


def _attribute(text: str) -> str:
    return quoteattr(_content(visible(" ".join(text.split())), escaped=False))


def _content(text: str, *, escaped: bool = True) -> str:
    text = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
    return escape(text) if escaped else text
