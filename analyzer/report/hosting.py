"""Where the lines of a repository can be seen on the web."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

# `git@host:owner/name.git`, `ssh://git@host/owner/name`, `https://user:token@host/owner/name.git`
_REMOTE = re.compile(
    r"^(?:(?:https?|ssh|git)://)?(?:[^@/\s]+@)?(?P<host>[A-Za-z0-9.-]+)(?::\d+)?[:/](?P<path>[\w.~-]+(?:/[\w.~-]+)+)/?$"
)
_COMMIT = re.compile(r"^[0-9a-f]{40}(?:[0-9a-f]{24})?$")


@dataclass(frozen=True, slots=True)
class Hosting:
    """A repository at a commit on GitHub, GitLab or Bitbucket."""

    base: str  # with the commit, before the path
    mark: str  # before the line's number

    def line(self, path: str, line: int) -> str:
        """The address of a line."""
        return f"{self.base}/{quote(path)}#{self.mark}{line}"


def hosting(remote: str | None, commit: str | None) -> Hosting | None:
    """Where a remote shows its files; None where it is no host that is known. Credentials in it are left out."""
    match = _REMOTE.match(remote) if remote is not None else None
    if match is None or commit is None or not _COMMIT.match(commit):
        return None
    host, path = match["host"].lower(), match["path"].removesuffix(".git")
    if "github" in host:
        return Hosting(f"https://{host}/{path}/blob/{commit}", "L")
    if "gitlab" in host:
        return Hosting(f"https://{host}/{path}/-/blob/{commit}", "L")
    if "bitbucket" in host:
        return Hosting(f"https://{host}/{path}/src/{commit}", "lines-")
    return None
