"""A rule's page as Markdown that any reader understands."""

from __future__ import annotations

import re

from analyzer.rule import Rule

_FENCE = re.compile(r"^(`{3,})([\w.+-]*)(?:[ \t]+(\S+))?(?:[ \t]+(fixed))?[ \t]*$")
_KEY = re.compile(r"\[\[(alnum|hex|base64|jwt)(?::([\w-]+))?\]\]")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def page(rule: Rule) -> str:
    """The page below its title: the examples' paths stand above them, fake keys are named instead of spelled out."""
    return "\n".join(_rows(rule.documentation.text)).strip("\n") + "\n"


def _rows(text: str) -> list[str]:
    rows: list[str] = []
    fence = ""
    for row in text.split("\n"):
        if fence:
            rows.append(_KEY.sub(_named, row))
            if row.rstrip() == fence:
                fence = ""
        elif opening := _FENCE.match(row):
            fence = opening[1]
            if opening[3]:
                rows += [f"`{opening[3]}`{', fixed' if opening[4] else ''}:", ""]
            rows.append(opening[1] + opening[2])
        else:
            rows.append(_outside_code(row))
    if fence:
        rows.append(fence)
    return rows


def _outside_code(row: str) -> str:
    parts = re.split(r"(`[^`]*`)", _KEY.sub(_named, row))
    return "".join(part if part.startswith("`") else _TAG.sub("&lt;", part) for part in parts)


def _named(match: re.Match[str]) -> str:
    """As wide as the placeholder, so that the carets below it stay right."""
    return f"<<{match[0][2:-2]}>>"


def first_paragraph(rule: Rule) -> str:
    """The page's first paragraph as plain text on one line; empty if the page begins with a heading or code."""
    for block in re.split(r"\n\s*\n", rule.documentation.text.strip()):
        if block.startswith(("#", "`" * 3, "|", ">")):
            return ""
        return plain(block)
    return ""


def plain(markdown: str) -> str:
    """One paragraph of Markdown without its signs."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"\*\*([^*]+)\*\*", r"\1", text).replace("`", "")
    return " ".join(text.split())


def options(rule: Rule) -> list[str]:
    """The rule's options as a Markdown list, or nothing."""
    return [
        f"- `{name.replace('_', '-')} = {_toml(declared.default)}`: {declared.meaning}"
        for name, declared in rule.options().items()
    ]


def _toml(value: bool | int | float | str | tuple[str, ...]) -> str:
    match value:
        case bool():
            return str(value).lower()
        case tuple():
            return "[" + ", ".join(f'"{item}"' for item in value) + "]"
        case str():
            return f'"{value}"'
    return str(value)
