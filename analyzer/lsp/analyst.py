"""Processes beside the server that analyze the project, so that the server can answer meanwhile."""

from __future__ import annotations

import multiprocessing
from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analyzer.finding import Finding

if TYPE_CHECKING:
    from analyzer.lsp.workspace import Workspace

Edits = Mapping[str, "str | None"]  # the texts of buffers by path; None takes what is on the disk again


class Analyzed(NamedTuple):
    """The findings of all files, and the texts of those that have some, that these speak of, or that were edited."""

    findings: tuple[Finding, ...]
    texts: dict[str, str]


class Analyst:
    """A process that keeps the project of one folder from one analysis to the next."""

    def __init__(self, root: Path) -> None:
        # a process that starts anew: threads of the server must not be copied
        self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _open, (str(root),))

    def analyze(self, edits: Edits) -> Future[Analyzed]:
        """The analysis of the whole project after these edits."""
        return self._pool.submit(_analyze, dict(edits))

    def near(self, path: str, edits: Edits) -> Future[list[Finding]]:
        """What a file shows together with what it imports, after these edits: `Workspace.near`."""
        return self._pool.submit(_near, path, dict(edits))

    def close(self) -> None:
        """Ends the process, when it has done what it does."""
        self._pool.shutdown(wait=False, cancel_futures=True)


_open_in_worker: list[Workspace] = []  # the one that a worker process holds


def _open(root: str) -> None:
    from analyzer.lsp.workspace import Workspace

    _open_in_worker.append(Workspace(Path(root)))


def _edited(edits: Edits) -> Workspace:
    (workspace,) = _open_in_worker
    for path, text in edits.items():
        if text is None:
            workspace.reload(path)
        else:
            workspace.edit(path, text)
    return workspace


def _analyze(edits: Edits) -> Analyzed:
    workspace = _edited(edits)
    report = workspace.report()
    shown = edits.keys() | {finding.span.path for finding in report.findings}
    shown |= {place.span.path for finding in report.findings for place in (*finding.related, *finding.flow)}
    return Analyzed(report.findings, {path: workspace.sources[path].text for path in shown & workspace.sources.keys()})


def _near(path: str, edits: Edits) -> list[Finding]:
    return _edited(edits).near(path)
