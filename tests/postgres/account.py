"""The account that a PostgreSQL server runs as: never root."""

from __future__ import annotations

import contextlib
import os
import pwd
import subprocess
from pathlib import Path
from typing import TypedDict

#: Root may not run a server; these accounts exist on most machines.
UNPRIVILEGED = ("postgres", "nobody")


class Account(TypedDict, total=False):
    """What makes `subprocess` start a child as another user."""

    user: int
    group: int


def owner() -> pwd.struct_passwd:
    """The account of the server.

    Raises:
        RuntimeError: when this is root and no other account is known.
    """
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError(f"root may not run PostgreSQL, and there is no account {' or '.join(UNPRIVILEGED)}")


def account() -> Account:
    """The keyword arguments for a child that runs as `owner`."""
    if os.getuid() != 0:
        return {}
    return {"user": owner().pw_uid, "group": owner().pw_gid}


def give(folder: Path) -> None:
    """Makes the server's account the owner of all in a folder."""
    if os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner().pw_uid, owner().pw_gid, follow_symlinks=False)


def run(*command: str) -> None:
    """Runs a program as the server's account.

    Raises:
        RuntimeError: with what it said, when it failed.
    """
    done = subprocess.run(
        command, capture_output=True, text=True, cwd="/", env={**os.environ, "LC_ALL": "C"}, check=False, **account()
    )
    if done.returncode:
        raise RuntimeError(f"`{command[0]}` failed: {(done.stderr or done.stdout)[-3000:]}")
