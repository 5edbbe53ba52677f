"""Extensions that Supabase has and an ordinary server lacks: what their stand-ins in `extensions/` cannot do alone."""

from __future__ import annotations

import re
from collections.abc import Callable

#: Parameters of indexes that only the real access methods of pgvector know.
_VECTOR_PARAMETERS = re.compile(
    r"(?is)^(create\s+(?:unique\s+)?index\b.*\busing\s+\"?(?:hnsw|ivfflat)\b.*?)\bwith\s*\([^()]*\)(.*)"
)

_SHAPES = (
    "Geometry", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection",
)  # fmt: skip
_WRITTEN = re.compile(rf"(?i)\b(geometry|geography)\s*\(\s*({'|'.join(_SHAPES)})\s*(?:,\s*(\d+)\s*)?\)")
_STORED = re.compile(r"\b(geometry|geography)\((\d+)\)")

#: A type's modifier must be a number here: that of the shape times this, plus the reference system.
_SHAPE = 1_000_000

#: The reference system of `geography` where none is named.
_WGS_84 = 4326


def _coded(found: re.Match[str]) -> str:
    shape = [name.lower() for name in _SHAPES].index(found[2].lower())
    system = int(found[3] or (_WGS_84 if found[1].lower() == "geography" else 0))
    return f"{found[1]}({(shape + 1) * _SHAPE + system})"


def _decoded(found: re.Match[str]) -> str:
    shape, system = divmod(int(found[2]), _SHAPE)
    return f"{found[1]}({_SHAPES[shape - 1]}{f',{system}' if system else ''})"


_SENT: dict[str, Callable[[str], str]] = {
    "vector": lambda sql: _VECTOR_PARAMETERS.sub(r"\1\2", sql),
    "postgis": lambda sql: _WRITTEN.sub(_coded, sql),
}


def sent(sql: str, stand_ins: frozenset[str]) -> str:
    """The statement as the stand-ins understand it."""
    for name in stand_ins & _SENT.keys():
        sql = _SENT[name](sql)
    return sql


def shown(text: str, stand_ins: frozenset[str]) -> str:
    """What the catalogue says, as the real extensions would say it."""
    return _STORED.sub(_decoded, text) if "postgis" in stand_ins else text
