"""Sources -> report: `examine` for each file, `conclude` for all of them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from analyzer import pool
from analyzer.cache import Cache, no_cache, stored
from analyzer.declared import Declared
from analyzer.discover import Tree
from analyzer.examine import Examined, examine
from analyzer.finding import Finding, Unknown, Unparsed
from analyzer.fingerprint import fingerprints
from analyzer.layout import FileKind, SupabaseProject, place, supabase_projects
from analyzer.outcome import Coverage, Failure, Report, Unread
from analyzer.project import Project, link
from analyzer.rule import ChangeRule, ProjectRule, Result, Rule, SuppressionRule
from analyzer.secrets.masking import mask, mask_env
from analyzer.settings import Settings, judged
from analyzer.source import ListedPath, Listing, Source
from analyzer.suppress import SuppressionUse, judge

# The areas from those whose rules follow the code to those that ask for the database alone; the rest between them.
_FROM_CODE = ("functions", "errors", "stripe", "drift", "flow", "quality")
_TO_DATABASE = ("config", "migrations", "database")


@dataclass(frozen=True, slots=True)
class Analysis:
    """A report with the projects that it speaks of, for what asks more of them than the rules do."""

    report: Report
    projects: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a tree, each examined by itself: what the rules that look beyond one file read."""

    tree: Tree
    sources: tuple[Source, ...]
    examined: tuple[Examined, ...]
    unread: tuple[Unparsed, ...]

    def linked(self, declared: Declared) -> tuple[Project, ...]:
        """The projects that the files make."""
        layouts = self.tree.projects
        return tuple(link(layout, layouts, self.examined, self.tree.listing, declared) for layout in layouts)


def analyze(
    tree: Tree,
    read: Iterable[Source | Unparsed],
    rules: Sequence[Rule],
    settings: Settings,
    declared: Declared,
    known_rules: frozenset[str],
    *,
    jobs: int = 0,
    cache: Cache | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
    base: Sequence[Project] = (),
) -> Analysis:
    """The analysis of a repository. Nothing of it is executed; a file that cannot be read is named in the report.

    `read` is what `tree.read()` gives. `rules` are those that run, as `settings.chosen` gives them; `known_rules` the
    ids of all that there are.
    `jobs` is the number of processes (0 chooses); `progress` is told how many files of how many are examined; `base`
    are the projects as they were before a change, with which the rules that look at changes compare.
    """
    files = examine_all(tree, read, rules, jobs=jobs, cache=cache, progress=progress)
    return conclude_all(files, rules, settings, declared, known_rules, jobs=jobs, base=base)


def examine_all(
    tree: Tree,
    read: Iterable[Source | Unparsed],
    rules: Sequence[Rule],
    *,
    jobs: int = 0,
    cache: Cache | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Files:
    """The files of a tree, examined, with what `cache` knows of them and in several processes where that pays."""
    cache = cache or no_cache()
    sources: list[Source] = []
    unread: list[Unparsed] = list(tree.notes)
    for each in read:
        if isinstance(each, Source):
            sources.append(each)
        else:
            unread.append(each)
    placements = {source.path: place(source.path, tree.projects) for source in sources}
    known = {source.path: cache.get(source, placements[source.path]) for source in sources}
    missing = [(source, placements[source.path]) for source in sources if known[source.path] is None]
    start = len(sources) - len(missing)
    fresh = {
        file.path: file
        for file in pool.examined(missing, rules, jobs, lambda done: progress(start + done, len(sources)))
    }
    if fresh or len(cache.files) != len(sources):
        keep = {source.path: cache.files[source.path] for source in sources if source.path not in fresh}
        keep |= {source.path: stored(source, placement, fresh[source.path]) for source, placement in missing}
        cache.save(keep)
    examined = [file for source in sources if (file := known[source.path] or fresh.get(source.path)) is not None]
    return Files(tree, tuple(sources), tuple(examined), tuple(unread))


def conclude_all(
    files: Files,
    rules: Sequence[Rule],
    settings: Settings,
    declared: Declared,
    known_rules: frozenset[str],
    *,
    jobs: int = 0,
    base: Sequence[Project] = (),
) -> Analysis:
    """The analysis of files that are examined."""
    return conclude(
        files.sources,
        files.examined,
        files.tree.projects,
        files.tree.listing,
        rules,
        settings,
        declared,
        known_rules,
        files.unread,
        processes=jobs or pool.processes_for(sum(len(source.text) for source in files.sources)),
        base=base,
    )


def projects(
    tree: Tree, declared: Declared, kinds: Container[FileKind], cache: Cache | None = None
) -> tuple[Project, ...]:
    """The Supabase projects of a repository, with the files of these kinds only, for those who ask no rules."""
    wanted = [path for path in tree.readable() if place(path, tree.projects).kind in kinds]
    files = examine_all(tree, tree.read(wanted), (), cache=cache)
    return tuple(link(project, tree.projects, files.examined, tree.listing, declared) for project in tree.projects)


def analysis_of_texts(
    texts: Mapping[str, str],
    rules: Sequence[Rule],
    settings: Settings | None = None,
    declared: Declared | None = None,
    known_rules: frozenset[str] = frozenset(),
    base: Sequence[Project] = (),
) -> Analysis:
    """The analysis of files given by path, all taken as tracked by git: examples, an editor's buffers."""
    listing = Listing({path: ListedPath(path, len(texts[path]), "tracked") for path in sorted(texts)}, git=True)
    projects = supabase_projects(texts)
    sources = [Source(path, texts[path]) for path in sorted(texts)]
    examined = [examine(source, place(source.path, projects), rules) for source in sources]
    return conclude(
        sources,
        examined,
        projects,
        listing,
        rules,
        settings or Settings(),
        declared or Declared(),
        known_rules,
        base=base,
    )


def analyze_texts(
    texts: Mapping[str, str],
    rules: Sequence[Rule],
    settings: Settings | None = None,
    declared: Declared | None = None,
    known_rules: frozenset[str] = frozenset(),
    *,
    base: Mapping[str, str] | None = None,
) -> Report:
    """The report on files given by path; `base` are the files as they were before a change."""
    former = () if base is None else analysis_of_texts(base, (), settings, declared).projects
    return analysis_of_texts(texts, rules, settings, declared, known_rules, former).report


def conclude(
    sources: Sequence[Source],
    examined: Sequence[Examined],
    projects: Sequence[SupabaseProject],
    listing: Listing,
    rules: Sequence[Rule],
    settings: Settings,
    declared: Declared,
    known_rules: frozenset[str],
    unread: Sequence[Unparsed] = (),
    *,
    processes: int = 1,
    base: Sequence[Project] = (),
    former: Sequence[Project] = (),
) -> Analysis:
    """Joins what the files say, runs the rules that look beyond one file, and settles what is reported.

    `former` are the projects as an analysis left them before an edit, whose work is taken where it is the same.
    """
    linked = [link(project, projects, examined, listing, declared) for project in projects]
    for before, after in pairs(former, linked):
        after.take_over(before)
    if not base:
        rules = [rule for rule in rules if not isinstance(rule, ChangeRule)]
    failures = [failure for file in examined for failure in file.failures]
    tracked_only = {rule.id for rule in rules if rule.tracked_only}
    findings = {
        finding
        for file in examined
        for finding in file.findings
        if finding.rule not in tracked_only or not _is_ignored(listing, file.path)
    }
    unknowns = {unknown for file in examined for unknown in file.unknowns}
    for results in _of_projects(linked, rules, processes):
        findings.update(results.findings)
        unknowns.update(results.unknowns)
        failures += results.failures
    for before, after in pairs(base, linked):
        results = _results_of((rule.id, rule.check(before, after)) for rule in rules if isinstance(rule, ChangeRule))
        findings.update(results.findings)
        unknowns.update(results.unknowns)
        failures += results.failures

    reported = list(judged(sorted(findings, key=_order), rules, settings))
    suppressions = [suppression for file in examined for suppression in file.suppressions]
    ids = frozenset(rule.id for rule in rules)
    still_open, suppressed, uses = judge(reported, suppressions, known_rules | ids, ids)
    answers = list(judged(_about_suppressions(rules, uses, unknowns, failures), rules, settings))
    still_open = sorted([*still_open, *answers], key=_order)

    shown = {finding.span.path for finding in (*still_open, *suppressed)} | {
        place.span.path for finding in still_open for place in (*finding.related, *finding.flow)
    }
    kinds = {file.path: file.placement.kind for file in examined}
    texts = {
        source.path: (mask_env if kinds[source.path] == "env" else mask)(source.text)
        for source in sources
        if source.path in shown
    }
    report = Report(
        findings=tuple(still_open),
        rules=tuple(rules),
        suppressed=tuple(suppressed),
        fingerprints=fingerprints(still_open, texts, [project.folder for project in projects]),
        unparsed=tuple(part for file in examined for part in file.unparsed),
        unread=tuple(Unread(note.span.path, note.why) for note in unread),
        failures=tuple(sorted(set(failures))),
        blind_spots=tuple(sorted(unknowns, key=lambda unknown: (unknown.span, unknown.rule, unknown.why))),
        coverage=_coverage(linked, examined),
        texts=texts,
    )
    return Analysis(report, tuple(linked))


def _is_ignored(listing: Listing, path: str) -> bool:
    listed = listing.paths.get(path)
    return listed is not None and listed.state == "ignored"


class _Results(msgspec.Struct, frozen=True):
    findings: list[Finding]
    unknowns: list[Unknown]
    failures: list[Failure]


def _of_projects(projects: Sequence[Project], rules: Sequence[Rule], processes: int) -> Iterator[_Results]:
    """What the rules of the whole project find, in two processes where that pays.

    Each process works out for itself what its rules ask for, so one begins with the code and the other with the
    database, and they meet where they meet.
    """
    wanted = [rule for rule in rules if isinstance(rule, ProjectRule)]
    wanted.sort(key=_nearness)
    work = [(project, rule) for project in projects for rule in wanted]
    if processes < 2 or not 2 <= len(work) <= pool.MOST_TURNS or not pool.forks():
        yield _results(work)
        return
    turns = pool.turns(len(work))
    waiting = pool.beside(
        lambda: msgspec.msgpack.encode(_results(each for _, each in zip(turns, reversed(work), strict=False)))
    )
    from_front = iter(work)
    yield _results(each for _, each in zip(turns, from_front, strict=False))
    try:
        yield msgspec.msgpack.decode(waiting(), type=_Results)
    except msgspec.DecodeError:  # the process was stopped: with one at a time, memory may do
        yield _results(from_front)


def _nearness(rule: Rule) -> int:
    """Where a rule's area stands between the code and the database."""
    if rule.area in _FROM_CODE:
        return _FROM_CODE.index(rule.area) - len(_FROM_CODE)
    return _TO_DATABASE.index(rule.area) + 1 if rule.area in _TO_DATABASE else 0


def pairs(base: Iterable[Project], head: Iterable[Project]) -> Iterator[tuple[Project, Project]]:
    """Each project that was there before, with what it is now."""
    before = {project.layout.folder: project for project in base}
    return ((before[project.layout.folder], project) for project in head if project.layout.folder in before)


def _results(work: Iterable[tuple[Project, ProjectRule]]) -> _Results:
    return _results_of((rule.id, rule.check(project)) for project, rule in work)


def _results_of(checks: Iterable[tuple[str, Result]]) -> _Results:
    found = _Results([], [], [])
    for rule, results in checks:
        try:
            for result in results:
                if isinstance(result, Finding):
                    found.findings.append(result)
                else:
                    found.unknowns.append(result)
        except Exception as error:  # a rule that raises loses only itself
            found.failures.append(Failure.of(f"rule {rule}", "", error))
    return found


def _about_suppressions(
    rules: Iterable[Rule], uses: Sequence[SuppressionUse], unknowns: set[Unknown], failures: list[Failure]
) -> Iterator[Finding]:
    for rule in rules:
        if isinstance(rule, SuppressionRule):
            try:
                for use in uses:
                    for result in rule.check(use):
                        if isinstance(result, Finding):
                            yield result
                        else:
                            unknowns.add(result)
            except Exception as error:  # a rule that raises loses only itself
                failures.append(Failure.of(f"rule {rule.id}", "", error))


def _order(finding: Finding) -> tuple[object, ...]:
    return (finding.span, finding.rule, finding.message, finding.subject)


def _coverage(projects: Sequence[Project], examined: Sequence[Examined]) -> Coverage:
    return Coverage(
        projects=tuple(project.layout.folder for project in projects),
        functions=sum(len(project.functions) for project in projects),
        migrations=sum(len(project.migrations) for project in projects),
        frontend_files=sum(file.placement.kind == "frontend" for file in examined),
        files=len(examined),
    )
