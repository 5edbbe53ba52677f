"""git, asked without letting the repository's own configuration run anything."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from analyzer.source import PathState

_TIMEOUT = 60  # seconds: a repository with a million files takes about ten
_LINK = b"120000"
_FILES = (b"100644", b"100755", b"100664", _LINK)

# A repository may name programs to run: a file-system monitor, hooks, a pager, transports for objects that a
# partial clone lacks. None of them is started. https://git-scm.com/docs/git-config
_OPTIONS = (
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.pager=cat",
    "-c", "core.excludesFile=",
    "-c", "core.attributesFile=",
    "-c", "core.quotePath=false",
    "-c", "core.untrackedCache=false",
    "-c", "protocol.allow=never",
    "-c", "safe.directory=*",
    "-c", "submodule.recurse=false",
)  # fmt: skip


class GitError(Exception):
    """git is missing, or refuses; the message says what it said."""


class TreeEntry(NamedTuple):
    """A file of a commit."""

    path: str  # from the folder that was asked about; bytes that are not UTF-8 as surrogates
    object: str
    size: int
    link: bool


def states(root: Path) -> dict[str, PathState] | None:
    """What git knows of each path below `root`, ignored ones left out; None without git or outside a repository."""
    try:
        output = _run(root, "ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard")
    except GitError:
        return None
    found: dict[str, PathState] = {}
    for item in os.fsdecode(output).split("\0"):
        if item:
            found[item[2:].removesuffix("/")] = "untracked" if item[0] == "?" else "tracked"
    return found


def entries(root: Path, revision: str) -> Iterator[TreeEntry]:
    """The files of `revision` below `root`.

    Raises:
        GitError: there is no such commit.
    """
    output = _run(root, "ls-tree", "-r", "-z", "-l", resolve(root, revision))
    for item in output.split(b"\0"):
        head, _, path = item.partition(b"\t")
        fields = head.split()
        if len(fields) == 4 and fields[0] in _FILES:
            size = int(fields[3]) if fields[3].isdigit() else 0
            yield TreeEntry(os.fsdecode(path), fields[2].decode(), size, fields[0] == _LINK)


def resolve(root: Path, revision: str) -> str:
    """The commit that `revision` names, in full.

    Raises:
        GitError: there is no such commit.
    """
    try:
        return _run(root, "rev-parse", "--verify", "--end-of-options", revision + "^{commit}").decode().strip()
    except GitError as error:
        if "not a git repository" in str(error):
            raise
        raise GitError(f"git knows no commit `{revision}` here") from error


def merge_base(root: Path, revision: str, head: str = "HEAD") -> str:
    """The commit where the branch of `head` left that of `revision`.

    Raises:
        GitError: one of them does not exist, or they have nothing in common (as in a shallow clone).
    """
    return _run(root, "merge-base", resolve(root, revision), resolve(root, head)).decode().strip()


def blobs(root: Path, objects: list[str]) -> Iterator[bytes | str]:
    """The content of each object, or why there is none, in order."""
    if not objects:
        return
    request = "".join(f"{name or '0' * 40}\n" for name in objects).encode()
    output = memoryview(_run(root, "cat-file", "--batch", request=request))
    position = 0
    for _ in objects:
        end = position
        while output[end] != 10:  # the end of the header's line
            end += 1
        header = bytes(output[position:end]).split()
        position = end + 1
        if len(header) != 3 or header[1] != b"blob":
            yield "this clone does not have it"
            if len(header) == 3:
                position += int(header[2]) + 1
            continue
        size = int(header[2])
        yield bytes(output[position : position + size])
        position += size + 1


def _run(root: Path, *arguments: str, request: bytes = b"") -> bytes:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }
    try:
        done = subprocess.run(  # noqa: S603 - fixed program and options; the revision is behind --end-of-options
            ["git", *_OPTIONS, "-C", str(root), *arguments],  # noqa: S607 - the user's own git
            input=request,
            capture_output=True,
            env=environment,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitError(f"git: {error}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise GitError(said or f"git {arguments[0]} failed: {arguments[-1]}")
    return done.stdout


def remote(root: Path) -> str | None:
    """The address of the remote `origin`, as it is configured; it may hold credentials."""
    try:
        return _run(root, "config", "--get", "remote.origin.url").decode("utf-8", "replace").strip() or None
    except GitError:
        return None
