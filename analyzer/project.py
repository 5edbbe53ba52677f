"""A Supabase project as one value: what all its files say, joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from analyzer.declared import Declared
from analyzer.examine import Examined
from analyzer.facts.config import (
    ConfigFact,
    Document,
    Entry,
    EnvFile,
    Json,
    Script,
    Toml,
    Workflow,
    scripts_of,
)
from analyzer.facts.sql import SqlFile
from analyzer.facts.typescript import Module
from analyzer.import_settings import resolution
from analyzer.layout import FileKind, SupabaseProject
from analyzer.platform import DEFAULT_POSTGRES_VERSION, FUNCTION_SLUG, POSTGRES_VERSIONS
from analyzer.source import Listing, Span
from analyzer.typescript.program import Program

if TYPE_CHECKING:
    from analyzer.database.replay import Database

# What Lovable calls its migrations; it applies them itself.
_LOVABLE_NAME = re.compile(r"/migrations/[0-9]{14}-[0-9a-f]{8}-[0-9a-f-]+\.sql$")
_ENTRY_NAMES = ("index.ts", "index.tsx", "index.js", "index.mjs", "index.jsx")
_ConfigFact = TypeVar("_ConfigFact", Toml, Json, EnvFile, Script, Workflow, Document)


@dataclass(frozen=True, slots=True)
class VerifyJwt:
    """Whether the platform lets only requests with a valid JWT reach a function; the public anon key is one.

    `entry` is the setting in config.toml; without one, the value is the default: true.
    https://supabase.com/docs/guides/functions/function-configuration
    """

    value: bool
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class EdgeFunction:
    """A function that a deploy uploads: a folder of `functions/` with an entry, or a `[functions.<slug>]` section."""

    slug: str
    folder: str  # from the root; the section of a function without a folder has one all the same
    entry: str | None  # path of the module that a deploy bundles; None: there is none
    module: Module | None
    enabled: bool
    verify_jwt: VerifyJwt
    modules: tuple[Module, ...]  # its entry first, then all of the functions' code that it imports

    @property
    def span(self) -> Span:
        """Where findings about the function as a whole stand: the start of its entry."""
        return Span(self.entry or self.folder, 1, 1, 1, 1)


@dataclass(frozen=True, eq=False)
class Project:
    """One Supabase project of the repository, with the files outside it that belong to it.

    Projects compare and hash by identity, so that what is worked out of one can be kept.
    """

    layout: SupabaseProject
    files: Mapping[str, Examined]  # by path, in order
    listing: Listing
    declared: Declared

    def of_kind(self, *kinds: FileKind) -> Iterator[Examined]:
        """The files of these kinds, in the order of their paths."""
        return (file for file in self.files.values() if file.placement.kind in kinds)

    def configs(self, kind: type[_ConfigFact]) -> Iterator[_ConfigFact]:
        """The facts of all files in one configuration language."""
        return (file.facts.config for file in self.files.values() if isinstance(file.facts.config, kind))

    def sql(self, *kinds: FileKind) -> Iterator[SqlFile]:
        """The SQL files of these kinds, in the order of their paths."""
        return (file.facts.sql for file in self.of_kind(*kinds) if file.facts.sql is not None)

    @cached_property
    def config(self) -> Toml | None:
        """`supabase/config.toml`."""
        file = self.files.get(self.layout.path("config.toml"))
        return file.facts.config if file is not None and isinstance(file.facts.config, Toml) else None

    @cached_property
    def env_files(self) -> tuple[EnvFile, ...]:
        return tuple(self.configs(EnvFile))

    @cached_property
    def workflows(self) -> tuple[Workflow, ...]:
        return tuple(self.configs(Workflow))

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        return tuple(self.configs(Document))

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """All shell of the repository, wherever it stands: files, workflow steps, package.json, documents excepted."""
        facts: Iterable[ConfigFact | None] = (file.facts.config for file in self.files.values())
        return tuple(
            script
            for fact in facts
            if fact is not None and not isinstance(fact, Document)
            for script in scripts_of(fact)
        )

    @cached_property
    def modules(self) -> Mapping[str, Module]:
        """Every TypeScript file but tests, by path."""
        return {
            path: file.facts.module
            for path, file in self.files.items()
            if file.facts.module is not None and file.placement.kind != "test"
        }

    @cached_property
    def program(self) -> Program:
        """The modules as one program: what their values, calls and clients are, across files."""
        return Program(self.modules, resolution(self.configs(Json), self.config, self.layout.folder))

    def reachable(self, module: Module) -> tuple[Module, ...]:
        """The module, then all that it imports, directly or not, in the order in which they are met."""
        found = {module.path: module}
        pending = [module]
        while pending:
            importer = pending.pop(0)
            specifiers = [
                *(one.specifier for one in importer.imports),
                *(one.source for one in importer.exports if one.source),
            ]
            for specifier in specifiers:
                target = self.program.target(importer.path, specifier)
                if isinstance(target, str) and target in self.modules and target not in found:
                    found[target] = self.modules[target]
                    pending.append(found[target])
        return tuple(found.values())

    @cached_property
    def function_modules(self) -> tuple[Module, ...]:
        """All code below `functions/`, shared code included, tests excepted."""
        return tuple(file.facts.module for file in self.of_kind("function", "shared") if file.facts.module is not None)

    @cached_property
    def frontend_modules(self) -> tuple[Module, ...]:
        """All code outside the Supabase project: browser code, and servers that are not edge functions."""
        return tuple(file.facts.module for file in self.of_kind("frontend") if file.facts.module is not None)

    @cached_property
    def migrations(self) -> tuple[SqlFile, ...]:
        """The migrations that the CLI applies, in its order: by the bytes of the file name.

        https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/migration/list.go
        """
        return tuple(sorted(self.sql("migration"), key=_by_name))

    @cached_property
    def seeds(self) -> tuple[SqlFile, ...]:
        return tuple(self.sql("seed"))

    @cached_property
    def hosted_migrations(self) -> tuple[SqlFile, ...]:
        """The migrations that reach the hosted project: also those that Lovable writes and applies itself."""
        lovable = [file for file in self.sql("migration-ignored") if _LOVABLE_NAME.search(file.path)]
        return tuple(sorted([*self.migrations, *lovable], key=_by_name))

    @cached_property
    def cli_database(self) -> Database:
        """What `supabase db reset` builds: the migrations that the CLI applies, on a fresh project, without seeds."""
        from analyzer.database.replay import before_sign_ups

        same_files = len(self.hosted_migrations) == len(self.migrations)
        known = before_sign_ups(self.hosted_database) if same_files else None
        return known or self._replayed(self.migrations, users_known=True)

    @cached_property
    def hosted_database(self) -> Database:
        """What the hosted project has, where users have signed up."""
        return self._replayed(self.hosted_migrations, users_known=False)

    def take_over(self, former: Project) -> None:
        """Takes the databases of the project as it was before an edit of files that they do not depend on."""
        if self.hosted_migrations == former.hosted_migrations and self.config == former.config:
            for name in ("hosted_database", "cli_database"):
                if name in former.__dict__:
                    self.__dict__[name] = former.__dict__[name]

    def _replayed(self, files: Sequence[SqlFile], *, users_known: bool) -> Database:
        from analyzer.database.replay import replay

        return replay(
            files, major_version=self.postgres_version, exposed=self.exposes_new_tables, users_known=users_known
        )

    @cached_property
    def postgres_version(self) -> int:
        """`db.major_version`."""
        entry = self.config.get("db", "major_version") if self.config is not None else None
        value = entry.value.scalar if entry is not None else None
        return value if isinstance(value, int) and value in POSTGRES_VERSIONS else DEFAULT_POSTGRES_VERSION

    @cached_property
    def exposes_new_tables(self) -> bool:
        """Whether what migrations make in `public` is granted to the roles of the Data API by default.

        The default of projects made before 30 May 2026: https://github.com/orgs/supabase/discussions/50308
        """
        entry = self.config.get("api", "auto_expose_new_tables") if self.config is not None else None
        return _boolean(entry, default=True)

    @cached_property
    def functions(self) -> Mapping[str, EdgeFunction]:
        """The edge functions by slug.

        https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/functions/deploy/deploy.go
        """
        slugs = {
            file.placement.function
            for file in self.of_kind("function")
            if file.placement.function and file.path.rpartition("/")[2] in _ENTRY_NAMES and _is_entry(self.layout, file)
        }
        declared = {
            section.path[1].lower()
            for section in (self.config.sections if self.config else ())
            if len(section.path) == 2 and section.path[0].lower() == "functions"
        }
        found = {slug for slug in slugs | declared if FUNCTION_SLUG.match(slug)}
        return {slug: _edge_function(self, slug) for slug in sorted(found)}


def _by_name(file: SqlFile) -> bytes:
    return file.path.rpartition("/")[2].encode()


def link(
    layout: SupabaseProject,
    several: Sequence[SupabaseProject],
    examined: Iterable[Examined],
    listing: Listing,
    declared: Declared,
) -> Project:
    """The project at `layout` from all files of the repository, which may hold `several` projects.

    A file below the home, or in the folder, of another project belongs to that one; what stands outside all homes
    belongs to all.
    """
    others = [other.home for other in several if other != layout]
    files = {
        file.path: file
        for file in sorted(examined, key=lambda file: file.path)
        if _home(file.path, layout.home, others) != "other" and file.placement.project in (None, layout.folder)
    }
    return Project(layout, files, listing, declared)


def _home(path: str, home: str, others: Iterable[str]) -> str:
    """`this`, `other` or `none`: whose home, the innermost one, holds the path."""
    best, owner = -1, "none"
    for candidate, name in ((home, "this"), *((other, "other") for other in others)):
        inside = not candidate or path.startswith(candidate + "/")
        depth = len(candidate) if candidate else 0
        if inside and depth > best:
            best, owner = depth, name
    return owner


def _is_entry(layout: SupabaseProject, file: Examined) -> bool:
    return file.path.rpartition("/")[0] == layout.path(f"functions/{file.placement.function}")


def _edge_function(project: Project, slug: str) -> EdgeFunction:
    folder = project.layout.path(f"functions/{slug}")
    config = project.config
    chosen = _setting(config, slug, "entrypoint")
    if chosen is not None and chosen.value.text:
        candidates = [_normal(project.layout.path(chosen.value.text))]
    else:
        candidates = [f"{folder}/{name}" for name in _ENTRY_NAMES]
    entry = next((path for path in candidates if path in project.files), None)
    module = project.modules.get(entry) if entry else None
    verify_jwt = _setting(config, slug, "verify_jwt")
    return EdgeFunction(
        slug,
        folder,
        entry,
        module,
        _boolean(_setting(config, slug, "enabled"), default=True),
        VerifyJwt(_boolean(verify_jwt, default=True), verify_jwt),
        project.reachable(module) if module else (),
    )


def _setting(config: Toml | None, slug: str, key: str) -> Entry | None:
    """The setting of a function. The CLI folds the keys of config.toml, but not the names of folders."""
    return config.get("functions", slug, key) if config is not None and slug == slug.lower() else None


def _boolean(entry: Entry | None, *, default: bool) -> bool:
    return entry.value.scalar if entry is not None and isinstance(entry.value.scalar, bool) else default


def _normal(path: str) -> str:
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return "/".join(parts)
