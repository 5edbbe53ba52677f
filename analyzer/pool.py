"""Examines many files, in several processes where that pays."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from analyzer.examine import Examined, examine
from analyzer.layout import Placement
from analyzer.registry import load_file
from analyzer.rule import ProjectRule, Rule
from analyzer.source import Source

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

Work = tuple[Source, Placement]
Origin = tuple[Path, str, dict[str, object]]  # a rule's file, the prefix of its id, its options

# Characters of source from which a second process pays for its start, measured: a forked one starts in 10 ms, a
# spawned one imports everything again in 300 ms; one process examines about a million characters a second.
_FORK_PAYS = 150_000
_SPAWN_PAYS = 2_000_000
_BATCH = 60_000  # characters that are handed to a process at once
_MOST_PROCESSES = 8


def examined(
    work: Sequence[Work], rules: Sequence[Rule], jobs: int = 0, progress: Callable[[int], None] = lambda _: None
) -> Iterator[Examined]:
    """Each file of `work`, examined, in no particular order.

    `jobs` is the number of processes; 0 chooses. `progress` is told how many files are done.
    """
    processes = jobs or _processes(sum(len(source.text) for source, _ in work))
    if processes <= 1 or len(work) < 2:
        for done, (source, placement) in enumerate(work, start=1):
            yield examine(source, placement, rules)
            progress(done)
        return
    from concurrent.futures import ProcessPoolExecutor

    done = 0
    decoder = msgspec.msgpack.Decoder(list[Examined])
    of_files = [_origin(rule) for rule in rules if not isinstance(rule, ProjectRule)]
    with ProcessPoolExecutor(processes, _context(), _start, (of_files,)) as pool:
        for encoded in pool.map(_examine_batch, _batches(work)):
            batch = decoder.decode(encoded)
            yield from batch
            done += len(batch)
            progress(done)


_rules: tuple[Rule, ...] = ()  # of a worker process


def _origin(rule: Rule) -> Origin:
    """Where a process that starts anew finds the rule: its class has no name that could be imported."""
    file = Path(sys.modules[type(rule).__module__].__file__ or "")
    return file, rule.id.removesuffix(file.stem), {name: getattr(rule, name) for name in rule.options()}


def _start(origins: list[Origin]) -> None:
    global _rules
    loaded = []
    for file, prefix, options in origins:
        rule = load_file(file, prefix)
        for name, value in options.items():
            setattr(rule, name, value)
        loaded.append(rule)
    _rules = tuple(loaded)


def _examine_batch(batch: list[Work]) -> bytes:
    return msgspec.msgpack.encode([examine(source, placement, _rules) for source, placement in batch])


def _processes(characters: int) -> int:
    pays = _FORK_PAYS if _forks() else _SPAWN_PAYS
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 1 if characters < pays else min(available, _MOST_PROCESSES, 1 + characters // pays)


def _forks() -> bool:
    return sys.platform == "linux"


def _context() -> BaseContext:
    import multiprocessing

    return multiprocessing.get_context("fork" if _forks() else "spawn")


def _batches(work: Iterable[Work]) -> Iterator[list[Work]]:
    """The largest files first, so that no process is left with one at the end."""
    batch: list[Work] = []
    size = 0
    for item in sorted(work, key=lambda item: (-len(item[0].text), item[0].path)):
        batch.append(item)
        size += len(item[0].text)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
