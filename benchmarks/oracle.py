"""Compares the replay of a project's migrations with a real PostgreSQL.

    python -m benchmarks.oracle DIR ...

Every `supabase/` folder with migrations under a DIR is applied to a private server that looks like a fresh project;
what it holds then is compared, object by object, with what the replay says. The server's answers are kept in the user's
cache folder, so that only the replay runs again. Migrations run as a superuser of that server, under an account without
rights on this machine; statements that reach files or programs are refused. Still: judge only what you would run.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import click
import tomli

TESTS = Path(__file__).parent.parent / "tests"
sys.path[:0] = [str(TESTS)]

from postgres.apply import MIGRATIONS, ROLES, OnFailure, Options  # noqa: E402
from postgres.binaries import DEFAULT_MAJOR, Binaries, find, found_majors  # noqa: E402
from postgres.catalogue import Dump  # noqa: E402
from postgres.compare import Agreement, Difference, compare, count_by_kind, table_of, total_of  # noqa: E402
from postgres.replayed import replayed  # noqa: E402
from postgres.truth import Judge  # noqa: E402

#: Folders that hold no project of their own.
SKIPPED = frozenset((".git", "node_modules", "dist", "build", ".next", ".venv"))

#: What decides what a server answers, beside the files: when one of these changes, old answers are stale.
DECIDING = ("platform.sql", "apply.py", "catalogue.py", "cluster.py", "statements.py", "stand_ins.py", "extensions")

#: How many differences of a kind are shown without --all.
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Project:
    """A `supabase/` folder: its files by path from its parent, and what its configuration says."""

    name: str
    files: Mapping[str, str]
    seeds: tuple[str, ...]
    expose: bool
    major: int


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--on-failure", type=click.Choice(["statement", "file", "stop"]), default="statement", show_default=True)
@click.option("--seed", is_flag=True, help="Run the seeds after the migrations.")
@click.option("--major", type=int, help="PostgreSQL's major version [default: the project's, else 17]")
@click.option("--kind", "kinds", multiple=True, help="Show differences of this kind only.")
@click.option("--all", "everything", is_flag=True, help="Show every difference.")
@click.option("--truth", type=click.Path(file_okay=False, path_type=Path), help="Write the server's answers here.")
@click.option("--quiet", is_flag=True, help="Show the totals only.")
def main(
    folders: tuple[Path, ...],
    on_failure: OnFailure,
    seed: bool,
    major: int | None,
    kinds: tuple[str, ...],
    everything: bool,
    truth: Path | None,
    quiet: bool,
) -> None:
    """Compare the replay of the migrations under FOLDERS with a real PostgreSQL."""
    judges = _Judges()
    agreements: list[Mapping[str, Agreement]] = []
    try:
        for project in (project for folder in folders for project in projects(folder)):
            options = Options(on_failure, project.seeds if seed else (), project.expose)
            real = judges.truth(project, options, major or project.major)
            if truth:
                truth.mkdir(parents=True, exist_ok=True)
                (truth / f"{project.name.replace('/', '+')}.json").write_text(json.dumps(real, indent=1))
            started = time.perf_counter()
            model = replayed(project.files, options, major or project.major)
            spent = time.perf_counter() - started
            agreement, differences = compare(real, model)
            agreements.append(agreement)
            if not quiet:
                click.echo(f"\n{project.name}: {_summary(real)}; replayed in {spent:.2f} s\n{table_of(agreement)}")
                _show(differences, kinds, everything)
    finally:
        judges.stop()
    if len(agreements) > 1 or quiet:
        click.echo(f"\nAll {len(agreements)}\n{table_of(total_of(agreements))}")


def projects(folder: Path) -> Iterator[Project]:
    """Every `supabase/` folder with migrations at or below a folder."""
    for at, below, _ in os.walk(folder.resolve()):
        below[:] = sorted(name for name in below if name not in SKIPPED)
        place = Path(at)
        if (place / "migrations").is_dir() and (place.name == "supabase" or (place / "config.toml").is_file()):
            below.clear()
            yield _project(place, folder.resolve())


def _project(place: Path, folder: Path) -> Project:
    paths = [*(place / "migrations").glob("*.sql"), *(place / "roles.sql",)]
    config = _config(place / "config.toml")
    database = _section(config, "db")
    patterns = _section(database, "seed").get("sql_paths", ["./seed.sql"])
    seeds = [path for pattern in cast("list[str]", patterns) for path in sorted(place.glob(pattern.removeprefix("./")))]
    files = {
        f"supabase/{path.relative_to(place).as_posix()}": path.read_bytes().decode("utf-8-sig", errors="replace")
        for path in (*paths, *seeds)
        if path.is_file()
    }
    if _section(database, "migrations").get("enabled") is False:
        files = {path: text for path, text in files.items() if not path.startswith(f"{MIGRATIONS}/")}
    return Project(
        f"{folder.name}/{place.relative_to(folder).as_posix()}".removesuffix("/."),
        files,
        tuple(path for path in files if not path.startswith(f"{MIGRATIONS}/") and path != ROLES),
        _section(config, "api").get("auto_expose_new_tables") is not False,
        cast("int", database.get("major_version", DEFAULT_MAJOR)),
    )


def _config(path: Path) -> Mapping[str, object]:
    try:
        return tomli.loads(path.read_text(errors="replace"))
    except (OSError, tomli.TOMLDecodeError):
        return {}


def _section(config: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = config.get(name)
    return cast("Mapping[str, object]", found) if isinstance(found, dict) else {}


class _Judges:
    """A server for each major version that is asked for, and the answers of earlier runs."""

    def __init__(self) -> None:
        self._open: dict[int, Judge] = {}
        self._cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "supalint-oracle"

    def truth(self, project: Project, options: Options, major: int) -> Dump:
        binaries = _binaries(major)
        kept = self._cache / f"{_digest(project.files, options, binaries)}.json"
        if kept.is_file():
            return cast("Dump", json.loads(kept.read_text()))
        if major not in self._open:
            self._open[major] = Judge.start(binaries)
        found = self._open[major].truth(project.files, options)
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(found))
        part.replace(kept)
        return found

    def stop(self) -> None:
        for judge in self._open.values():
            judge.stop()


def _binaries(major: int) -> Binaries:
    """The server of this major version, or the default one where that is not installed."""
    binaries = find(major) or find(DEFAULT_MAJOR)
    if binaries is None:
        has = ", ".join(map(str, sorted(found_majors()))) or "none"
        raise click.ClickException(
            f"PostgreSQL {major} is not here ({has} found): run tests/postgres/install.sh {major}"
        )
    return binaries


def _digest(files: Mapping[str, str], options: Options, binaries: Binaries) -> str:
    digest = hashlib.sha256(f"{binaries.version} {options}".encode())
    for name in DECIDING:
        place = TESTS / "postgres" / name
        for path in sorted(place.iterdir()) if place.is_dir() else [place]:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for name, text in sorted(files.items()):
        digest.update(f"{name}\0{text}\0".encode(errors="surrogatepass"))
    return digest.hexdigest()[:32]


def _show(differences: list[Difference], kinds: tuple[str, ...], everything: bool) -> None:
    left = count_by_kind(differences)
    shown = dict.fromkeys(left, 0)
    for difference in differences:
        if (not kinds or difference.kind in kinds) and (everything or shown[difference.kind] < SHOWN):
            click.echo(f"  {difference}")
            shown[difference.kind] += 1
    for kind, count in left.items():
        if 0 < shown[kind] < count:
            click.echo(f"  {kind}: {count - shown[kind]} more (--all shows them)")


def _summary(real: Dump) -> str:
    counts = {kind: real.get(kind) for kind in ("tables", "policies", "functions", "failures")}
    return ", ".join(f"{len(found)} {kind}" for kind, found in counts.items() if isinstance(found, list))


if __name__ == "__main__":
    main()
