"""Writes planned changes to the files of a repository, and to nothing else."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from analyzer.fix import Change


class WriteError(Exception):
    """Why a file was not written, in one sentence."""


def inside(root: Path, path: str) -> Path:
    """The file at `path` below `root`.

    Raises:
        WriteError: the path leads out of the root, into `.git`, or through a link.
    """
    parts = path.split("/")
    if not path or path.startswith("/") or "\\" in path or ":" in parts[0] or "\0" in path:
        raise WriteError(f"{path!r} is not a path in the repository")
    if any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        raise WriteError(f"{path!r} is not a path in the repository")
    current = root
    for part in parts:
        current = current / part
        if current.is_symlink():
            raise WriteError(f"{path} leads through a link")
    return current


def read(root: Path, path: str) -> bytes | None:
    """The bytes of the file at `path`; None if there is none that may be changed."""
    try:
        return inside(root, path).read_bytes()
    except (OSError, WriteError):
        return None


def write(root: Path, change: Change) -> None:
    """Makes one change; the file is replaced at once, never half written.

    Raises:
        WriteError: the file has changed since, the path leads elsewhere, or the system refuses.
    """
    old, new = inside(root, change.path), inside(root, change.new_path)
    try:
        if change.content is not None and old.read_bytes() != change.content:
            raise WriteError(f"{change.path} has changed meanwhile")
        if (change.content is None or old != new) and new.exists():
            raise WriteError(f"{change.new_path} exists already")
        new.parent.mkdir(parents=True, exist_ok=True)
        _replace(new, change.new_content, old if change.content is not None else None)
        if old != new:
            old.unlink()
    except OSError as error:
        raise WriteError(f"{change.new_path}: {error.strerror or error}") from error


def _replace(file: Path, content: bytes, like: Path | None) -> None:
    """Puts a file with `content` and the permissions of `like` in the place of `file`."""
    handle, name = tempfile.mkstemp(prefix=".supalint-", dir=file.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        temporary.chmod(stat.S_IMODE(like.stat().st_mode) if like is not None else _usual_mode())
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _usual_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
