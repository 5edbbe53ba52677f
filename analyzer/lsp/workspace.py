"""A project as an editor has it: the files of the folder, with the texts of open buffers in their place."""

from __future__ import annotations

from pathlib import Path

from analyzer.commands.session import Asked, Session, prepare
from analyzer.engine import conclude
from analyzer.examine import Examined, examine
from analyzer.finding import Unparsed
from analyzer.layout import place
from analyzer.outcome import Report
from analyzer.source import Source


class Workspace:
    """Reads the folder once; afterwards only what is edited is examined anew."""

    def __init__(self, root: Path) -> None:
        self.session: Session = prepare(Asked(paths=(root,)))
        self.root = self.session.root
        self.sources: dict[str, Source] = {}
        self.examined: dict[str, Examined] = {}
        self.unread: list[Unparsed] = list(self.session.tree.notes)
        for each in self.session.tree.read():
            if isinstance(each, Source):
                self._examine(each)
            else:
                self.unread.append(each)

    def path_of(self, file: Path) -> str | None:
        """The path from the root of a file that an analysis reads, or of a new one; None outside of the root."""
        try:
            return file.resolve().relative_to(self.root).as_posix()
        except ValueError:
            return None

    def edit(self, path: str, text: str) -> None:
        """Puts the text of a buffer in the place of what the file holds."""
        known = self.sources.get(path)
        if known is None or known.text != text:
            self._examine(Source(path, text))

    def reload(self, path: str) -> None:
        """Takes what is on the disk again."""
        for each in self.session.tree.read([path]):
            if isinstance(each, Source):
                self._examine(each)

    def report(self) -> Report:
        """The report on the whole project as it is now."""
        tree = self.session.tree
        paths = sorted(self.sources)
        return conclude(
            [self.sources[path] for path in paths],
            [self.examined[path] for path in paths],
            tree.projects,
            tree.listing,
            self.session.rules,
            self.session.settings,
            self.session.declared,
            self.session.known_rules,
            self.unread,
        ).report

    def _examine(self, source: Source) -> None:
        self.sources[source.path] = source
        self.examined[source.path] = examine(source, place(source.path, self.session.tree.projects), self.session.rules)
