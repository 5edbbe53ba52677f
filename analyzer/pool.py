"""Work in several processes, where that pays."""

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
MOST_TURNS = 60_000  # a pipe holds 64 KiB: https://man7.org/linux/man-pages/man7/pipe.7.html


def examined(
    work: Sequence[Work], rules: Sequence[Rule], jobs: int = 0, progress: Callable[[int], None] = lambda _: None
) -> Iterator[Examined]:
    """Each file of `work`, examined, in no particular order.

    `jobs` is the number of processes; 0 chooses. `progress` is told how many files are done.
    """
    processes = jobs or processes_for(sum(len(source.text) for source, _ in work))
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
    options = {name: getattr(rule, name) for name in rule.options()}
    return rule.file, rule.id.removesuffix(rule.file.stem), options


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


def beside(work: Callable[[], bytes]) -> Callable[[], bytes]:
    """Starts `work` in a copy of this process, where `forks()`; what is returned waits for what it gives.

    That is nothing where `work` fails, or the copy is stopped from outside.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(work())
            code = 0
        finally:
            os._exit(code)  # nothing that this process began is ended twice
    os.close(writing)

    def result() -> bytes:
        with os.fdopen(reading, "rb") as pipe:
            given = pipe.read()
        _, status = os.waitpid(child, 0)
        return given if status == 0 else b""

    return result


def turns(count: int) -> Iterator[None]:
    """So many turns, at most MOST_TURNS, for this process and its copies together: each is given to one of them."""
    reading, writing = os.pipe()
    os.write(writing, bytes(count))
    os.close(writing)

    def take() -> Iterator[None]:
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            while pipe.read(1):
                yield

    return take()


def processes_for(characters: int) -> int:
    """How many processes pay for sources of so many characters."""
    pays = _FORK_PAYS if forks() else _SPAWN_PAYS
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 1 if characters < pays else min(available, _MOST_PROCESSES, 1 + characters // pays)


def forks() -> bool:
    """Whether a process can be copied as it is: elsewhere threads of the system's own forbid it."""
    return sys.platform == "linux"


def _context() -> BaseContext:
    import multiprocessing

    return multiprocessing.get_context("fork" if forks() else "spawn")


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
