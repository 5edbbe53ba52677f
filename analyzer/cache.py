"""Examined files of earlier runs, in the user's cache folder, by content.

One file for each analyzed root. It is msgpack, checked against the types that it is read into: nothing in it can run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import msgspec

from analyzer import cache_folder
from analyzer.examine import Examined
from analyzer.layout import Placement
from analyzer.source import Source


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """One file as it was examined; `examined` is decoded when it is asked for."""

    content: bytes  # digest of what was examined: the text and what the file was taken for
    examined: msgspec.Raw


class _CacheFile(msgspec.Struct, frozen=True, array_like=True):
    version: str
    files: dict[str, Stored]


@dataclass(frozen=True, slots=True)
class Cache:
    """What is known of one root. `place` is `None` where nothing is to be kept."""

    place: Path | None
    version: str
    files: Mapping[str, Stored]
    saved: dict[str, Stored] = field(default_factory=dict, compare=False)  # what this run has kept

    def get(self, source: Source, placement: Placement) -> Examined | None:
        """The file as it was examined when it had the same content, if it was."""
        stored = self.files.get(source.path)
        if stored is None or stored.content != content_digest(source, placement):
            return None
        try:
            return _decoder().decode(stored.examined)
        except (msgspec.DecodeError, msgspec.ValidationError):
            return None

    def save(self, files: Mapping[str, Stored]) -> None:
        """Keeps `files` in place of what was there. That it cannot be written is no failure: the next run is slower."""
        self.saved.update(files)
        if self.place is None:
            return
        cache_folder.write(self.place, msgspec.msgpack.encode(_CacheFile(self.version, dict(files))))


_ENCODER = msgspec.msgpack.Encoder()


@cache
def _decoder() -> msgspec.msgpack.Decoder[Examined]:
    """Made when there is something to read: it resolves the types of all facts, which takes as long as a small run."""
    return msgspec.msgpack.Decoder(Examined)


def no_cache() -> Cache:
    """A cache that knows nothing yet and is not written."""
    return Cache(None, "", {})


def only_read(cache: Cache) -> Cache:
    """The same cache, not to be written."""
    return replace(cache, place=None, saved={})


def knowing(cache: Cache, other: Cache) -> Cache:
    """The cache; if it is empty, what a run on another state of the files has examined."""
    return cache if cache.files else replace(cache, files=dict(other.saved), saved={})


def stored(source: Source, placement: Placement, examined: Examined) -> Stored:
    return Stored(content_digest(source, placement), msgspec.Raw(_ENCODER.encode(examined)))


def content_digest(source: Source, placement: Placement) -> bytes:
    state = hashlib.blake2b(source.text.encode("utf-8", "surrogatepass"), digest_size=16)
    state.update(repr(placement).encode())
    return state.digest()


def open_cache(root: Path, version: str, folder: Path | None = None, *, kind: str = "files") -> Cache:
    """The cache of `root`; empty where there is none, or where it is of another `cache_folder.version`."""
    place = cache_folder.place(root, kind, folder)
    try:
        kept = msgspec.msgpack.decode(place.read_bytes(), type=_CacheFile)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return Cache(place, version, {})
    return Cache(place, version, kept.files if kept.version == version else {})
