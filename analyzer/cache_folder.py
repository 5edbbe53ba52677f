"""The user's cache folder: where things are kept from run to run, and for which supalint they hold.

It is never in the repository, so that a stranger's repository cannot bring a cache along.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from analyzer.registry import digest
from analyzer.rule import Rule

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


def place(root: Path, kind: str, folder: Path | None = None) -> Path:
    """The file that keeps what is known of one analyzed root; `kind` tells apart what is kept."""
    if folder is None:
        from platformdirs import user_cache_path

        folder = user_cache_path("supalint", appauthor=False)
    name = hashlib.sha256(str(root.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return folder / f"{name}.{kind}.msgpack"


def write(file: Path, content: bytes) -> None:
    """Puts `content` in place of the file at once. That it cannot be written is no failure: the next run is slower."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        Path(temporary).replace(file)
    except OSError:
        return


def version(rules: Iterable[Rule]) -> str:
    """A digest of all code that a result depends on: supalint, its parsers, the rules with their options."""
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
