"""How fast supalint is, beside the tools that people run on the same files, in one run on one machine.

    python -m benchmarks.speed [--runs 5] [--sizes 1,10] [--peers squawk,oxlint,...] [--tree FOLDER]

Prints wall time (the best of the runs), peak memory and the ratio to supalint's cold run for each tool, and then
where supalint's own time goes. Peers that are not installed are named as missing: `pip install squawk-cli oxlint
deno detect-secrets semgrep` brings them. They look at less than supalint does: squawk at the migrations, oxlint and
deno at the TypeScript, detect-secrets at secrets, semgrep at what the few patterns given to it match.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import shop

_SEMGREP_RULES = """\
rules:
  - {id: service-key, languages: [typescript], severity: WARNING, message: m, pattern: 'Deno.env.get("SUPABASE_$X")'}
  - {id: no-await, languages: [typescript], severity: WARNING, message: m, pattern: '$DB.from($T).insert(...)'}
  - {id: swallowed, languages: [typescript], severity: WARNING, message: m, pattern: 'try { ... } catch ($E) { }'}
  - {id: html, languages: [typescript], severity: WARNING, message: m, pattern: '<$X dangerouslySetInnerHTML={...} />'}
  - {id: reflected, languages: [typescript], severity: WARNING, message: m, pattern: '$REQ.headers.get("origin")'}
"""


class Run(NamedTuple):
    seconds: float
    mebibytes: float  # peak resident memory of the process and, where it is larger, its largest child


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--sizes", default="1,10")
    options.add_argument("--peers", default="squawk,oxlint,deno,detect-secrets,semgrep")
    options.add_argument("--tree", type=Path, help="measure on this folder instead of a written one")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if chosen.tree:
            measure(chosen.tree, chosen.runs, chosen.peers.split(","), Path(scratch))
        for size in () if chosen.tree else map(int, chosen.sizes.split(",")):
            tree = Path(scratch) / f"size-{size}"
            lines = shop.write(tree, size)
            print(f"\n## {lines:,} lines: {shop.FUNCTIONS * size} functions, {shop.MIGRATIONS * size} migrations, "
                  f"{shop.FRONTEND * size} front-end files\n")  # fmt: skip
            measure(tree, chosen.runs, chosen.peers.split(","), Path(scratch))


def measure(tree: Path, runs: int, peers: Sequence[str], scratch: Path) -> None:
    supalint = [sys.executable, "-m", "analyzer"]
    checks = [*supalint, "check", "--exit-zero", "-o", str(scratch / "out.txt")]
    home = scratch / "cache"
    cold = best(checks, tree, runs, before=lambda: shutil.rmtree(home, ignore_errors=True), cache=home)
    rows = [
        ("supalint, cold", cold),
        ("supalint, one process, no cache", best([*checks, "--no-cache", "--jobs", "1"], tree, runs, cache=home)),
        ("supalint, nothing changed", best(checks, tree, runs, cache=home)),
        ("supalint, one migration changed", best(checks, tree, runs, before=lambda: touch(tree), cache=home)),
        ("supalint --version", best([*supalint, "--version"], tree, runs, cache=home)),
    ]
    commands = {
        "squawk": ["squawk", *map(str, sorted((tree / "supabase" / "migrations").glob("*.sql")))],
        "oxlint": ["oxlint", "supabase/functions", "src"],
        "deno": ["deno", "lint", "--quiet", "supabase/functions", "src"],
        "detect-secrets": ["detect-secrets", "scan", "--all-files", "."],
        "semgrep": ["semgrep", "scan", "--metrics=off", "--disable-version-check", "--quiet",
                    "--config", str(scratch / "rules.yml"), "."],
    }  # fmt: skip
    (scratch / "rules.yml").write_text(_SEMGREP_RULES, "utf-8")
    missing = []
    for name in peers:
        if shutil.which(name) is None:
            missing.append(name)
        else:
            rows.append((name, best(commands[name], tree, max(1, runs // 2), cache=home)))
    print(f"{'':34} {'seconds':>8} {'ratio':>7} {'MiB':>6}")
    for name, run in rows:
        print(f"{name:34} {run.seconds:8.3f} {run.seconds / cold.seconds:6.2f}x {run.mebibytes:6.0f}")
    if missing:
        print("not installed:", ", ".join(missing))
    print("\nwhere one process without a cache spends its time (seconds):")
    result = subprocess.run(
        [sys.executable, "-m", "benchmarks.phases", str(tree)], check=True, capture_output=True, text=True
    )
    print(result.stdout)


def best(
    command: Sequence[str], folder: Path, runs: int, *, cache: Path, before: Callable[[], object] = lambda: None
) -> Run:
    """The fastest of several runs, whatever the exit code: linters give 1 when they find something."""
    found = []
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(Path(__file__).parent.parent)}
    for _ in range(runs):
        before()
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        found.append(Run(time.perf_counter() - start, usage.ru_maxrss / 1024))
    return min(found)


def touch(tree: Path) -> None:
    """Changes the last migration, as the commit does whose hook runs."""
    last = max((tree / "supabase" / "migrations").glob("*.sql"))
    last.write_text(last.read_text("utf-8") + f"-- {time.time_ns()}\n", "utf-8")


if __name__ == "__main__":
    main()
