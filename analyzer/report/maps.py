"""The picture of a system: as a Mermaid diagram, and for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from analyzer.report.display import visible
from analyzer.system_map import KINDS, Kind, Part, SystemMap

_SHAPES: dict[Kind, tuple[str, str]] = {
    "frontend": ("([", "])"),
    "job": ("([", "])"),
    "function": ("[", "]"),
    "table": ("[(", ")]"),
    "service": ("{{", "}}"),
}


def mermaid(system: SystemMap) -> Iterator[str]:
    """A flowchart, the way of a purchase drawn thick, open functions marked."""
    numbers = {part.key: f"n{number}" for number, part in enumerate(system.parts)}
    yield "flowchart LR"
    for kind, title in KINDS.items():
        parts = [part for part in system.parts if part.kind == kind]
        if parts:
            yield f'  subgraph {kind}["{title}"]'
            for part in parts:
                left, right = _SHAPES[kind]
                yield f'    {numbers[part.key]}{left}"{_label(part)}"{right}'
            yield "  end"
    for number, link in enumerate(system.links):
        arrow = "==>" if link.paid else "-.->" if link.how == "reads" else "-->"
        yield f"  {numbers[link.source]} {arrow}|{link.how}| {numbers[link.target]}"
        if link.paid:
            yield f"  linkStyle {number} stroke-width:3px"
    opened = [numbers[part.key] for part in system.parts if part.is_open]
    if opened:
        yield "  classDef open stroke:#b3261e,stroke-width:3px"
        yield f"  class {','.join(opened)} open"


def json_text(system: SystemMap) -> Iterator[str]:
    """The documented JSON: docs/functions.md."""
    yield json.dumps(content(system), indent=2, ensure_ascii=False)


def content(system: SystemMap) -> dict[str, object]:
    """What the JSON says."""
    return {
        "parts": [
            {"kind": part.kind, "name": part.name, "open": part.is_open, "settings": part.settings}
            for part in system.parts
        ],
        "links": [
            {"from": link.source, "to": link.target, "how": link.how, "purchase": link.paid} for link in system.links
        ],
    }


def _label(part: Part) -> str:
    """A name as Mermaid shows it: what would end the text, or begin markup, is written as a number."""
    text = visible(part.name) + (" (open)" if part.is_open else "")
    return re.sub(r"[^\w .:/()@-]", lambda match: f"#{ord(match[0])};", text)
