"""The rules' docstrings -> `docs/`: a page for each rule, a table of all; the settings and their schema.

python -m tools.docs           writes them
python -m tools.docs --check   names those that are not up to date
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from analyzer import registry
from analyzer.rule import Option, Rule
from analyzer.settings_schema import schema
from tools.settings_page import settings_page

DOCS = Path(__file__).parent.parent / "docs"
INDEX = "rules/README.md"
SCHEMA = "supalint.schema.json"
SETTINGS = "settings.md"


def generated(rules: Iterable[Rule]) -> dict[str, str]:
    """Path below `docs/` -> text. A page's address holds only the rule's id, which is for ever."""
    chosen = sorted(rules, key=lambda rule: (rule.area, rule.id))
    pages = {f"rules/{rule.id}.md": _page(rule) for rule in chosen}
    return {INDEX: _index(chosen), SCHEMA: schema(chosen), SETTINGS: settings_page()} | pages


def stale(wanted: Mapping[str, str], folder: Path) -> list[str]:
    """The paths below `folder` that differ from `wanted`, are missing, or are pages of rules that are no more."""
    files = [*folder.glob("rules/**/*.md"), *folder.glob(SCHEMA), *folder.glob(SETTINGS)]
    found = {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in files}
    return sorted(path for path in wanted.keys() | found.keys() if wanted.get(path) != found.get(path))


def write(wanted: Mapping[str, str], folder: Path) -> None:
    """Makes `folder` hold `wanted`, and no page of a rule that is no more."""
    for path in stale(wanted, folder):
        file = folder / path
        if path in wanted:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(wanted[path], "utf-8", newline="\n")
        else:
            file.unlink()


def _index(rules: Iterable[Rule]) -> str:
    lines = ["# Rules", "", "Generated from the docstrings in `rules/` by `make docs`.", ""]
    for area, of_area in groupby(rules, key=lambda rule: rule.area):
        lines += [
            f"## {area.replace('-', ' ').capitalize()}",
            "",
            "| rule | severity | what is wrong |",
            "| --- | --- | --- |",
        ]
        for rule in of_area:
            severity = rule.severity if rule.default else f"{rule.severity} (off)"
            lines.append(
                f"| [`{rule.id}`]({rule.area}/{rule.id}.md) | {severity} | {_cell(rule.documentation.title)} |"
            )
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _page(rule: Rule) -> str:
    lines = [f"# `{rule.id}`", "", f"**{rule.documentation.title}.**", "", "| | |", "| --- | --- |"]
    lines += [f"| {name} | {value} |" for name, value in _properties(rule)]
    lines += ["", rule.documentation.text.strip()]
    options = rule.options()
    if options:
        lines += ["", "## Options", "", f"In `supalint.toml`, under `[rules.{rule.id}]`:", ""]
        lines += ["| name | default | meaning |", "| --- | --- | --- |"]
        lines += [f"| `{name}` | `{_toml(option)}` | {_cell(option.meaning)} |" for name, option in options.items()]
    return "\n".join(lines) + "\n"


def _properties(rule: Rule) -> Iterable[tuple[str, str]]:
    yield "severity", rule.severity
    if not rule.default:
        yield "runs", "only when it is selected by name"
    yield "precision", rule.precision
    if rule.security_severity is not None:
        yield "security severity", f"{rule.security_severity:.1f}"
    if rule.cwe:
        weaknesses = (f"[CWE-{number}](https://cwe.mitre.org/data/definitions/{number}.html)" for number in rule.cwe)
        yield "weakness", ", ".join(weaknesses)
    if rule.splinter:
        yield "Supabase's own lint", f"`{rule.splinter}`"


def _toml(option: Option[bool] | Option[int] | Option[float] | Option[str] | Option[tuple[str, ...]]) -> str:
    value = option.default
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def main(arguments: list[str]) -> int:
    wanted = generated(registry.load(plugins=False))
    if arguments == ["--check"]:
        for path in (outdated := stale(wanted, DOCS)):
            print(f"docs/{path} is not up to date: run `make docs`", file=sys.stderr)
        return 1 if outdated else 0
    write(wanted, DOCS)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
