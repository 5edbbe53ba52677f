"""From paths and options to the report that a command shows."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer import rules_kept
from analyzer.declared import Declared
from analyzer.discover import Tree, root_of, work_tree
from analyzer.finding import Severity, Unparsed
from analyzer.outcome import Report
from analyzer.registry import RuleError, load
from analyzer.report.credentials import without_credentials
from analyzer.rule import ChangeRule, Rule
from analyzer.settings import FILE_NAME, Settings, chosen
from analyzer.settings_check import nearest, unknown_rule
from analyzer.settings_file import SettingsError
from analyzer.settings_file import load as load_settings
from analyzer.source import Listing, Source

if TYPE_CHECKING:
    from analyzer.cache import Cache
    from analyzer.engine import Analysis, Files
    from analyzer.project import Project


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for, of what all commands understand."""

    paths: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = None
    min_severity: Severity | None = None
    project: str | None = None
    config: Path | None = None
    rule_folders: tuple[Path, ...] = ()
    jobs: int = 0  # processes; 0 chooses
    cache: bool = True
    commit: bool = False  # whether to leave out what git does not know, as a commit does


@dataclass(frozen=True, slots=True)
class Session:
    """Everything that a run needs: the tree, the rules that run, the settings."""

    asked: Asked
    tree: Tree
    rules: tuple[Rule, ...]
    all_rules: tuple[Rule, ...]
    settings: Settings
    declared: Declared
    is_asked: Callable[[str], bool]  # whether a path, from the root, is to be reported on

    @property
    def root(self) -> Path:
        return self.tree.root

    def report(self, progress: Callable[[int, int], None]) -> Report:
        """The report on the paths that were asked for; the whole project is analyzed."""
        return narrowed(without_credentials(self._whole(progress)), self.is_asked)

    def analysis(self, progress: Callable[[int, int], None]) -> Analysis:
        """The report on the paths that were asked for, with the projects that were asked for."""
        from analyzer.engine import Analysis

        analysis = self.analysis_of(self.tree, progress, cache=self.cache())
        return Analysis(
            narrowed(without_credentials(analysis.report), self.is_asked),
            tuple(project for project in analysis.projects if any(map(self.is_asked, project.files))),
        )

    def analysis_of(
        self, tree: Tree, progress: Callable[[int, int], None], *, cache: Cache, base: Sequence[Project] = ()
    ) -> Analysis:
        """The analysis of everything in a tree, compared with the projects `base` by the rules that look at changes."""
        return self.concluded(self.examined(tree, list(tree.read()), progress, cache), base)

    def examined(
        self, tree: Tree, read: list[Source | Unparsed], progress: Callable[[int, int], None], cache: Cache
    ) -> Files:
        """The files of a tree, each by itself."""
        from analyzer.engine import examine_all

        return examine_all(tree, read, self.rules, jobs=self.asked.jobs, cache=cache, progress=progress)

    def concluded(self, files: Files, base: Sequence[Project] = ()) -> Analysis:
        """The analysis of files that are examined."""
        from analyzer.engine import conclude_all

        return conclude_all(
            files, self.rules, self.settings, self.declared, self.known_rules, jobs=self.asked.jobs, base=base
        )

    def cache(self) -> Cache:
        """What earlier runs have kept of the files."""
        from analyzer import cache_folder
        from analyzer.cache import no_cache, open_cache

        return open_cache(self.root, cache_folder.version(self.rules)) if self.asked.cache else no_cache()

    def _whole(self, progress: Callable[[int, int], None]) -> Report:
        """The report on everything: that of the last run, where nothing has changed since."""
        from analyzer import cache_folder, finished

        if not self.asked.cache:
            return self._analyzed(list(self.tree.read()), None, progress).report
        read = list(self.tree.read())
        version = cache_folder.version(self.rules)
        key = finished.key_of(self.tree, read, version, self.settings, self.declared, self.known_rules)
        ran = [rule for rule in self.rules if not isinstance(rule, ChangeRule)]
        report = finished.recall(self.root, key, ran)
        if report is None:
            report = self._analyzed(read, version, progress).report
            finished.keep(self.root, key, report)
        return report

    def _analyzed(
        self, read: list[Source | Unparsed], version: str | None, progress: Callable[[int, int], None]
    ) -> Analysis:
        """A new analysis, with the files that earlier ones examined if `version` says of which supalint they are."""
        from analyzer.cache import no_cache, open_cache
        from analyzer.engine import analyze

        return analyze(
            self.tree,
            read,
            self.rules,
            self.settings,
            self.declared,
            self.known_rules,
            jobs=self.asked.jobs,
            cache=no_cache() if version is None else open_cache(self.root, version),
            progress=progress,
        )

    @property
    def known_rules(self) -> frozenset[str]:
        """The ids of all rules, whether they run or not."""
        return frozenset(rule.id for rule in self.all_rules)


def prepare(asked: Asked) -> Session:
    """Finds the root, reads the settings, and lists what there is to analyze.

    Raises:
        click.ClickException: something that was asked for does not exist, or the settings are wrong.
    """
    for path in asked.paths:
        if not path.exists():
            raise click.UsageError(f"there is no file or folder `{path}`{_command_meant(path)}")
    resolved = [path.resolve() for path in asked.paths] or [Path.cwd().resolve()]
    root = root_of(Path(os.path.commonpath(resolved)))
    rules = load_rules(asked.rule_folders, kept=asked.cache)
    settings, declared = _settings(asked, root, rules)
    tree = _committed(work_tree(root)) if asked.commit else work_tree(root)
    return Session(asked, tree, chosen(rules, settings), rules, settings, declared, _reported(asked, resolved, tree))


def prepare_tree(path: Path | None) -> tuple[Tree, Declared]:
    """What there is to read at a path, with what `supalint.toml` declares, for commands that run no rules.

    Raises:
        click.ClickException: the settings are wrong.
    """
    asked = Asked(paths=(path,) if path is not None else ())
    root = root_of((path or Path.cwd()).resolve())
    _, declared = _settings(asked, root, load_rules((), kept=True))
    return work_tree(root), declared


def _committed(tree: Tree) -> Tree:
    """The tree without files that git does not know: a hook judges what is committed."""
    known = {path: listed for path, listed in tree.listing.paths.items() if listed.state != "untracked"}
    return replace(tree, listing=Listing(known, tree.listing.git))


def load_rules(folders: Sequence[Path], *, kept: bool = False) -> tuple[Rule, ...]:
    """Every rule that there is; with `kept`, as they were in the last run where they have not changed.

    Raises:
        click.ClickException: a rule file cannot be used.
    """
    try:
        return load(folders, read=rules_kept.rules_of) if kept else load(folders)
    except RuleError as error:
        raise click.ClickException(str(error)) from error


def _settings(asked: Asked, root: Path, rules: tuple[Rule, ...]) -> tuple[Settings, Declared]:
    settings, declared = Settings(), Declared()
    file = asked.config or (root / FILE_NAME if (root / FILE_NAME).is_file() else None)
    if file is not None:
        try:
            settings, declared = load_settings(file, _shown(file), rules)
        except SettingsError as error:
            raise click.ClickException(_problems(error)) from error
    for option, names in (("--select", asked.select), ("--ignore", asked.ignore)):
        for name in names:
            if wrong := unknown_rule(name, rules):
                raise click.UsageError(f"{option}: {wrong}")
    # `--select` is exact: what the file ignores runs when it is asked for by name.
    ignore = asked.ignore if asked.select else (*settings.ignore, *asked.ignore)
    settings = replace(
        settings,
        select=asked.select or settings.select,
        ignore=ignore,
        fail_on=asked.fail_on or settings.fail_on,
        min_severity=asked.min_severity or settings.min_severity,
    )
    return settings, declared


def _problems(error: SettingsError) -> str:
    lines = [str(problem) for problem in error.problems]
    return lines[0] if len(lines) == 1 else "\n  ".join([f"{len(lines)} mistakes in the settings:", *lines])


def _shown(file: Path) -> str:
    """The file's path as the user would write it."""
    try:
        relative = os.path.relpath(file)
    except ValueError:  # another drive
        return str(file)
    return str(file) if relative.startswith("..") else relative.replace(os.sep, "/")


def _command_meant(path: Path) -> str:
    from analyzer.commands.group import COMMANDS

    return nearest(str(path), COMMANDS) if len(path.parts) == 1 else ""


def _reported(asked: Asked, resolved: list[Path], tree: Tree) -> Callable[[str], bool]:
    wanted = []
    for path in resolved:
        relative = path.relative_to(tree.root).as_posix() if path.is_relative_to(tree.root) else None
        if relative is not None:
            wanted.append("" if relative == "." else relative)
    everything = not asked.paths or "" in wanted
    homes = {project.home for project in tree.projects}
    home = _home_of(asked.project, tree) if asked.project is not None else None

    def is_asked(path: str) -> bool:
        if home is not None and max((each for each in homes if _within(path, each)), key=len, default=home) != home:
            return False
        return everything or any(_within(path, each) for each in wanted)

    return is_asked


def _home_of(name: str, tree: Tree) -> str:
    """The home of the project that is called `name`, or whose folder is, if that is only one."""
    homes = {project.home for project in tree.projects if project.name == name}
    homes = homes or {project.home for project in tree.projects if project.home.rpartition("/")[2] == name}
    if len(homes) == 1:
        return homes.pop()
    names = sorted(project.name for project in tree.projects)
    known = f"; there is {', '.join(f'`{each}`' for each in names)}" if names else ""
    raise click.UsageError(f"--project: there is no Supabase project `{name}`{nearest(name, names) or known}")


def _within(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def narrowed(report: Report, keep: Callable[[str], bool]) -> Report:
    """The report on the files that `keep` is true of; what failed stays."""
    prints = report.fingerprints or ("",) * len(report.findings)
    pairs = [pair for pair in zip(report.findings, prints, strict=True) if keep(pair[0].span.path)]
    return replace(
        report,
        findings=tuple(finding for finding, _ in pairs),
        fingerprints=tuple(fingerprint for _, fingerprint in pairs),
        suppressed=tuple(finding for finding in report.suppressed if keep(finding.span.path)),
        baselined=tuple(finding for finding in report.baselined if keep(finding.span.path)),
        unparsed=tuple(unparsed for unparsed in report.unparsed if keep(unparsed.span.path)),
        unread=tuple(unread for unread in report.unread if keep(unread.path)),
        blind_spots=tuple(unknown for unknown in report.blind_spots if keep(unknown.span.path)),
    )
