"""Examined files of earlier runs, in the user's cache folder, by content.

One file for each analyzed root. It is msgpack, checked against the types that it is read into: nothing in it can run.
It is never in the repository, so that a stranger's repository cannot bring one along.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec

from analyzer.examine import Examined
from analyzer.layout import Placement
from analyzer.registry import digest
from analyzer.rule import Rule
from analyzer.source import Source

# What parses: another version gives other facts.
_PARSERS = (
    "tree_sitter",
    "tree_sitter_bash",
    "tree_sitter_toml",
    "tree_sitter_typescript",
    "tree_sitter_yaml",
    "tomli",
    "msgspec",
)


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
        if self.place is None:
            return
        content = msgspec.msgpack.encode(_CacheFile(self.version, dict(files)))
        try:
            self.place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, temporary = tempfile.mkstemp(dir=self.place.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(self.place)
        except OSError:
            return


NO_CACHE = Cache(None, "", {})
_ENCODER = msgspec.msgpack.Encoder()


@cache
def _decoder() -> msgspec.msgpack.Decoder[Examined]:
    """Made when there is something to read: it resolves the types of all facts, which takes as long as a small run."""
    return msgspec.msgpack.Decoder(Examined)


def stored(source: Source, placement: Placement, examined: Examined) -> Stored:
    return Stored(content_digest(source, placement), msgspec.Raw(_ENCODER.encode(examined)))


def content_digest(source: Source, placement: Placement) -> bytes:
    state = hashlib.blake2b(source.text.encode("utf-8", "surrogatepass"), digest_size=16)
    state.update(repr(placement).encode())
    return state.digest()


def open_cache(root: Path, rules: Iterable[Rule], folder: Path | None = None) -> Cache:
    """The cache of `root`; empty where there is none, or where supalint, its parsers or the rules have changed."""
    if folder is None:
        from platformdirs import user_cache_path

        folder = user_cache_path("supalint", appauthor=False)
    name = hashlib.sha256(str(root.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    place = folder / f"{name}.msgpack"
    version = _version(rules)
    try:
        kept = msgspec.msgpack.decode(place.read_bytes(), type=_CacheFile)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return Cache(place, version, {})
    return Cache(place, version, kept.files if kept.version == version else {})


def _version(rules: Iterable[Rule]) -> str:
    state = hashlib.sha256(digest(rules).encode())
    state.update(sys.version.encode())
    engine = Path(__file__).parent
    files = sorted(file for file in engine.rglob("*.py") if "rules" not in file.relative_to(engine).parts[:1])
    for parser in _PARSERS:
        found = find_spec(parser)
        if found is not None and found.origin is not None:
            files.append(Path(found.origin))
    for file in files:
        status = file.stat()
        state.update(f"{file}\0{status.st_size}\0{status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return state.hexdigest()
