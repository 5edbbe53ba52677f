"""A project as an editor has it: the files of the folder, with the texts of open buffers in their place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analyzer.commands.session import Asked, Session, prepare
from analyzer.engine import conclude
from analyzer.examine import Examined, examine
from analyzer.finding import Finding, Unparsed
from analyzer.layout import place
from analyzer.outcome import Report
from analyzer.pool import processes_for
from analyzer.project import Project, link
from analyzer.rule import Rule
from analyzer.source import Source

_OF_THE_DATABASE = ("database", "migrations")  # areas of rules that look at no code


class Workspace:
    """Reads the folder once; afterwards only what is edited is examined anew."""

    def __init__(self, root: Path) -> None:
        self.session: Session = prepare(Asked(paths=(root,)))
        self.root = self.session.root
        self.sources: dict[str, Source] = {}
        self.examined: dict[str, Examined] = {}
        self.unread: list[Unparsed] = list(self.session.tree.notes)
        self.projects: tuple[Project, ...] = ()  # as the last analysis left them
        for each in self.session.tree.read():
            if isinstance(each, Source):
                self._examine(each)
            else:
                self.unread.append(each)

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
        processes = processes_for(sum(len(source.text) for source in self.sources.values()))
        return self._concluded(sorted(self.sources), self.session.rules, processes)

    def near(self, path: str) -> list[Finding]:
        """What a file shows with what it stands on: a module with what it imports, a migration with the others.

        That is a twentieth of the work. Rules that ask whether anything else in the project does something may say
        that nothing does: what counts is how this differs from one text of the file to another.
        """
        if path not in self.examined:
            return []
        code = self.examined[path].facts.module is not None
        files = self._imported(path) if code else self._without_code()
        rules = [rule for rule in self.session.rules if not (code and rule.area in _OF_THE_DATABASE)]
        return [finding for finding in self._concluded(files, rules, 1).findings if finding.span.path == path]

    def _imported(self, path: str) -> list[str]:
        """The files without code, this module and all that it imports."""
        found: set[str] = set()
        for project in self._linked():
            if path in project.modules:
                found |= {module.path for module in project.reachable(project.modules[path])}
        return sorted({*self._without_code(), path, *found})

    def _without_code(self) -> list[str]:
        return sorted(path for path, file in self.examined.items() if file.facts.module is None)

    def _linked(self) -> list[Project]:
        tree = self.session.tree
        examined = list(self.examined.values())
        return [
            link(project, tree.projects, examined, tree.listing, self.session.declared) for project in tree.projects
        ]

    def _concluded(self, paths: Sequence[str], rules: Sequence[Rule], processes: int) -> Report:
        tree = self.session.tree
        analysis = conclude(
            [self.sources[path] for path in paths],
            [self.examined[path] for path in paths],
            tree.projects,
            tree.listing,
            rules,
            self.session.settings,
            self.session.declared,
            self.session.known_rules,
            self.unread,
            processes=processes,
            former=self.projects,
        )
        self.projects = analysis.projects
        return analysis.report

    def _examine(self, source: Source) -> None:
        self.sources[source.path] = source
        self.examined[source.path] = examine(source, place(source.path, self.session.tree.projects), self.session.rules)
