"""The list of rules, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from analyzer.report.encoding import encoded
from analyzer.report.links import rule_page
from analyzer.report.style import Style, link, paint
from analyzer.report.summary import count
from analyzer.rule import Rule
from analyzer.settings_schema import Json


def render(rules: Sequence[Rule], style: Style) -> Iterator[str]:
    """The rules by area, one line each."""
    longest = max((len(rule.id) for rule in rules), default=0)
    for area, members in groupby(_by_area(rules), key=lambda rule: rule.area):
        yield paint(area, "strong", style)
        for rule in members:
            name = link(rule.id, rule_page(rule.id), style) + " " * (longest - len(rule.id))
            severity = paint(f"{rule.severity:<7}", rule.severity, style)
            marks = [*([] if rule.default else ["off by default"]), *(["fix"] if _has_fix(rule) else [])]
            marked = paint(f" ({', '.join(marks)})", "quiet", style) if marks else ""
            yield f"  {name}  {severity}  {rule.documentation.title}{marked}"
        yield ""
    number_off = sum(not rule.default for rule in rules)
    yield count(len(rules), "rule") + (f", {number_off} of them off by default" if number_off else "")


def as_json(rules: Iterable[Rule]) -> str:
    """The rules as a JSON document, by area."""
    return encoded({"version": 1, "rules": [_entry(rule) for rule in _by_area(rules)]})


def _by_area(rules: Iterable[Rule]) -> list[Rule]:
    return sorted(rules, key=lambda rule: (rule.area, rule.id))


def _entry(rule: Rule) -> Json:
    return {
        "id": rule.id,
        "area": rule.area,
        "title": rule.documentation.title,
        "severity": rule.severity,
        "default": rule.default,
        "precision": rule.precision,
        "security_severity": rule.security_severity,
        "cwe": list(rule.cwe),
        "splinter": rule.splinter,
        "fix": _has_fix(rule),
        "options": [
            {
                "name": name.replace("_", "-"),
                "default": list(declared.default) if isinstance(declared.default, tuple) else declared.default,
                "meaning": declared.meaning,
            }
            for name, declared in rule.options().items()
        ],
        "url": rule_page(rule.id),
    }


def _has_fix(rule: Rule) -> bool:
    """Whether the rule offers a fix: then its page shows one."""
    from analyzer.examples import examples

    return any(example.fixed for example in examples(rule.documentation.text))
