"""Values -> the text of a JSON document."""

from __future__ import annotations

import json

import msgspec

from analyzer.settings_schema import Json


def encoded(document: Json) -> str:
    """`document` in ASCII, indented, with a line end: the same values give the same text.

    ASCII, so that no encoding of the output can harm it and no hidden sign of a repository survives.
    """
    return msgspec.json.format(json.dumps(document), indent=2) + "\n"  # ten times as fast as json's own indent
