"""Where the time of one run goes, phase by phase, in this process alone: `python -m benchmarks.phases FOLDER`."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START = time.process_time()


def main(folder: Path) -> dict[str, float]:
    """The seconds of each phase of an analysis of `folder`, in order."""
    times: dict[str, float] = {}

    @contextmanager
    def phase(name: str) -> Iterator[None]:
        start = time.process_time()
        yield
        times[name] = times.get(name, 0.0) + time.process_time() - start

    from analyzer import registry
    from analyzer.declared import Declared
    from analyzer.discover import work_tree
    from analyzer.engine import conclude
    from analyzer.examine import examine
    from analyzer.layout import place
    from analyzer.report.concise import render
    from analyzer.report.style import Style
    from analyzer.rule import SqlRule, TextRule, TypeScriptRule
    from analyzer.settings import Settings, chosen
    from analyzer.source import Source

    times["importing the engine"] = time.process_time() - START
    with phase("loading the rules"):
        rules = chosen(registry.load(), Settings())
    with phase("discovery"):
        tree = work_tree(folder)
    with phase("reading"):
        sources = [read for read in tree.read() if isinstance(read, Source)]
        work = [(source, place(source.path, tree.projects)) for source in sources]
    examined = []
    for source, placement in work:
        with phase(f"parsing and facts: {source.path.rpartition('.')[2]}"):
            examine(source, placement, ())
    lexical = [rule for rule in rules if isinstance(rule, TextRule | TypeScriptRule | SqlRule)]
    with phase("parsing and facts again, with the rules of single files"):
        examined = [examine(source, placement, lexical) for source, placement in work]
    with phase("linking, and the rules of the whole project"):
        report = conclude(
            sources, examined, tree.projects, tree.listing, rules, Settings(), Declared(), frozenset()
        ).report
    with phase("report"):
        "".join(render(report, Style(color=False)))
    return times


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8") if isinstance(sys.stdout, io.TextIOWrapper) else None
    for name, seconds in main(Path(sys.argv[1])).items():
        if seconds >= 0.0005:
            print(f"  {name:58} {seconds:7.3f}")
