"""`sample_repo/` -> a copy with fake keys in the place of its placeholders, under git as a real project is.

python -m tools.sample build/sample_repo
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from analyzer.examples import expand

SAMPLE = Path(__file__).parent.parent / "sample_repo"
ABOUT = "README.md"  # tells what is planted, and so stays outside of what is analyzed


def files() -> list[Path]:
    """The sample's files, in order."""
    return sorted(file for file in SAMPLE.rglob("*") if file.is_file() and file != SAMPLE / ABOUT)


def texts() -> Iterator[tuple[str, str]]:
    """Path and text of each file of the expanded sample."""
    for file in files():
        yield file.relative_to(SAMPLE).as_posix(), expand(file.read_text("utf-8"))


def write(target: Path) -> None:
    """Writes the expanded sample into `target`, which is emptied first, with every file added to git.

    Without git on the machine it stays a plain folder.
    """
    if target.exists():
        shutil.rmtree(target)
    for path, text in texts():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")
    if git := shutil.which("git"):
        for command in (["init", "--quiet"], ["-c", "core.excludesFile=", "-c", "core.autocrlf=false", "add", "--all"]):
            subprocess.run([git, "-C", str(target), *command], check=True)  # noqa: S603  (git, with our own arguments)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
