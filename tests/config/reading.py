"""Reads a configuration file as the engine does."""

from __future__ import annotations

from typing import TypeVar

from analyzer.config.parse import parse
from analyzer.layout import place, supabase_projects
from analyzer.source import Source, Span

T = TypeVar("T")


def read(kind: type[T], path: str, text: str) -> T:
    """The facts of a file, by what its path says it is."""
    placement = place(path, supabase_projects(["supabase/config.toml"]))
    fact = parse(Source(path, text), placement.kind)
    assert isinstance(fact, kind)
    return fact


def shown(text: str, span: Span) -> str:
    """The stretch of `text` that a span covers."""
    rows = text.split("\n")[span.line - 1 : span.end_line]
    rows[-1] = rows[-1][: span.end_column - 1]
    rows[0] = rows[0][span.column - 1 :]
    return "\n".join(rows)
