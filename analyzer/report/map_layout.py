"""Where the boxes and lines of a map go, as Graphviz lays out layered graphs: https://graphviz.org/docs/layouts/dot/."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

MOST_BOXES = 1500  # more of them take Graphviz minutes
_MANY_LINES = 1200  # from which on it takes fewer rounds, so that the map takes seconds
_PIXELS_PER_INCH = 72.0

Point = tuple[float, float]


class LayoutError(Exception):
    """There is no layout; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a size in pixels."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two boxes, by their numbers. A `heavy` one is kept short and straight."""

    source: int
    target: int
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The size of a picture in pixels, the centre of each box, and each line: a start, then control points of cubic curves."""  # noqa: E501

    width: float
    height: float
    centres: tuple[Point, ...]
    curves: tuple[tuple[Point, ...], ...]


def arranged(boxes: Sequence[Box], lines: Sequence[Line], first: Collection[int], last: Collection[int]) -> Arrangement:
    """From left to right, boxes of `first` in the first column and those of `last` in one column.

    Raises:
        LayoutError: there are too many boxes, or Graphviz is not installed.
    """
    if len(boxes) > MOST_BOXES:
        raise LayoutError(f"{len(boxes)} parts are more than can be drawn: name some of them with --focus")
    try:
        import pygraphviz
    except ImportError as error:
        raise LayoutError(
            "the picture needs Graphviz: `pip install pygraphviz` (https://pygraphviz.github.io); "
            "--format mermaid does without"
        ) from error
    graph = pygraphviz.AGraph(directed=True, strict=False, rankdir="LR", nodesep="0.14", ranksep="0.9")
    if len(lines) > _MANY_LINES:
        graph.graph_attr.update(nslimit="1", nslimit1="1", mclimit="0.1", splines="line")
    graph.node_attr.update(label="", shape="box", fixedsize="true")
    for number, box in enumerate(boxes):
        graph.add_node(
            str(number), width=f"{box.width / _PIXELS_PER_INCH:.4f}", height=f"{box.height / _PIXELS_PER_INCH:.4f}"
        )
    for number, line in enumerate(lines):
        graph.add_edge(
            str(line.source), str(line.target), key=str(number), weight="8" if line.heavy else "1", arrowhead="none"
        )
    for group, rank in ((first, "source"), (last, "same")):
        if group:
            graph.add_subgraph([str(number) for number in sorted(group)], rank=rank)
    graph.layout("dot")
    _, _, width, height = _numbers(graph.graph_attr["bb"])
    return Arrangement(
        width,
        height,
        tuple(_point(graph.get_node(str(number)).attr["pos"], height) for number in range(len(boxes))),
        tuple(
            tuple(
                _point(point, height)
                for point in graph.get_edge(str(line.source), str(line.target), key=str(number)).attr["pos"].split()
            )
            for number, line in enumerate(lines)
        ),
    )


def _numbers(text: str) -> list[float]:
    return [float(number) for number in text.split(",")]


def _point(text: str, height: float) -> Point:
    """A point of Graphviz, which counts from below."""
    x, y = _numbers(text)
    return x, height - y
