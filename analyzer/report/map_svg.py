"""The picture of a system as SVG, alone or within a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from analyzer.report.display import visible
from analyzer.report.map_layout import Arrangement, Box, Line, Point, arranged
from analyzer.system_map import FRONT_END, KINDS, How, Kind, Link, Part, SystemMap

_CHARACTER = 7.3  # the width in pixels of a letter of the names, and of their second lines
_SMALL_CHARACTER = 6.1
_PADDING = 22
_LINE = 15
_MARGIN = 16
_LEGEND = 34  # the height of the legend
_LONGEST = 38  # letters of a name that are drawn; the rest is in the tooltip
_SETTINGS = 2  # names of settings that are drawn


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A box, with the lines that begin at it (by their numbers) and those that end there."""

    part: Part
    title: str
    name: str
    note: str
    x: float
    y: float
    width: float
    height: float
    out: tuple[int, ...]
    into: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Path:
    """A line, by the data of its path."""

    data: str
    paid: bool
    reads: bool  # and nothing else


def svg(system: SystemMap, title: str) -> str:
    """A file of its own.

    Raises:
        LayoutError: it cannot be laid out.
    """
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + drawn(system, title, "map", style=style())


@lru_cache(maxsize=1)
def style() -> str:
    """The style sheet of the pictures, for the page around them."""
    return (files("analyzer.report") / "templates" / "map.css").read_text("utf-8").strip()


def drawn(system: SystemMap, title: str, identity: str, *, style: str = "") -> str:
    """The element, safe to stand in a page. `identity` begins its ids, which no other picture of the page may have.

    Raises:
        LayoutError: it cannot be laid out.
    """
    import jinja2

    links = _joined(system.links)
    numbers = {part.key: number for number, part in enumerate(system.parts)}
    arrangement = _arranged(system.parts, links, numbers)
    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True).from_string(
        (files("analyzer.report") / "templates" / "map.svg").read_text("utf-8")
    )
    return template.render(
        id=identity,
        title=visible(title),
        description=_description(system),
        style=style,
        parts=[_drawn(part, arrangement, number, links, system.links) for number, part in enumerate(system.parts)],
        paths=[
            _Path(_path(curve), _is_paid(hows), {link.how for link in hows} == {"reads"})
            for curve, hows in zip(arrangement.curves, links.values(), strict=True)
        ],
        width=max(arrangement.width + 2 * _MARGIN, 640),
        height=arrangement.height + 2 * _MARGIN + _LEGEND,
        margin=_MARGIN,
        legend=arrangement.height + 2 * _MARGIN + _LEGEND / 2,
        with_purchase=any(link.paid for link in system.links),
    )


def _joined(links: Iterable[Link]) -> dict[tuple[str, str], list[Link]]:
    """The links between two parts, which are drawn as one line."""
    found: dict[tuple[str, str], list[Link]] = {}
    for link in links:
        if link.source != link.target:
            found.setdefault((link.source, link.target), []).append(link)
    return found


def _is_paid(links: Iterable[Link]) -> bool:
    return any(link.paid for link in links)


def _arranged(parts: Sequence[Part], links: dict[tuple[str, str], list[Link]], numbers: dict[str, int]) -> Arrangement:
    return arranged(
        [_box(part) for part in parts],
        [Line(numbers[source], numbers[target], _is_paid(both)) for (source, target), both in links.items()],
        [numbers[part.key] for part in parts if part.kind in ("frontend", "job")],
        [numbers[part.key] for part in parts if part.kind == "table"],
    )


def _box(part: Part) -> Box:
    note = _note(part)
    width = max(_letters(_name(part)) * _CHARACTER, _letters(note) * _SMALL_CHARACTER)
    return Box(width + _PADDING, _LINE * (2 if note else 1) + 12)


def _letters(text: str) -> int:
    """How many letters wide a text is in a font whose letters are of one width."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _name(part: Part) -> str:
    name = visible(part.name)
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _note(part: Part) -> str:
    """What stands under the name: that the function is open, and its settings."""
    shown = [visible(name) for name in part.settings[:_SETTINGS]]
    more = len(part.settings) - len(shown)
    shown += [f"+{more}"] if more else []
    return " · ".join(["open"] * part.is_open + [" ".join(shown)] * bool(shown))


def _drawn(
    part: Part,
    arrangement: Arrangement,
    number: int,
    joined: dict[tuple[str, str], list[Link]],
    links: Sequence[Link],
) -> _Drawn:
    box = _box(part)
    x, y = arrangement.centres[number]
    return _Drawn(
        part,
        _told(part, links),
        _name(part),
        _note(part),
        round(x - box.width / 2, 1),
        round(y - box.height / 2, 1),
        round(box.width, 1),
        box.height,
        tuple(index for index, (source, _) in enumerate(joined) if source == part.key),
        tuple(index for index, (_, target) in enumerate(joined) if target == part.key),
    )


_ONE: dict[Kind, str] = {
    "frontend": "",
    "job": "",
    "function": "edge function ",
    "table": "table ",
    "service": "service ",
}
_PASSIVE: dict[How, str] = {
    "calls": "called by",
    "reads": "read by",
    "writes": "written by",
    "sends to": "sent to by",
}


def _told(part: Part, links: Sequence[Link]) -> str:
    """A part and all that goes between it and others, in words."""
    said = [_ONE[part.kind] + part.name]
    said += ["open: nobody verifies who calls it"] * part.is_open
    said += [f"settings: {', '.join(part.settings)}"] * bool(part.settings)
    for how, passive in _PASSIVE.items():
        for verb, others in (
            (how, [link.target for link in links if link.how == how and link.source == part.key]),
            (passive, [link.source for link in links if link.how == how and link.target == part.key]),
        ):
            said += [f"{verb} {', '.join(map(_bare, others))}"] * bool(others)
    return visible("; ".join(said))


def _bare(key: str) -> str:
    return key if key == FRONT_END else key.partition(" ")[2]


def _description(system: SystemMap) -> str:
    counts = [
        f"{sum(part.kind == kind for part in system.parts)} {title.lower()}"
        for kind, title in KINDS.items()
        if kind != "frontend"
    ]
    text = f"{', '.join(counts)}, and {len(system.links)} links between them."
    paid = [f"{_bare(link.source)} {link.how} {_bare(link.target)}" for link in system.links if link.paid]
    return visible(text + (f" The way of a purchase: {'; '.join(paid)}." if paid else ""))


def _path(curve: Sequence[Point]) -> str:
    start, *rest = (f"{x:.1f},{y:.1f}" for x, y in curve)
    return f"M{start}C{' '.join(rest)}"
