"""Which configuration reaches a hosted project, and what a setting is worth there.

`supabase init` writes a config.toml that suits a machine of one's own. It becomes the hosted project's only where
`supabase config push` is run, or where a `[remotes.<name>]` section says what holds for a project:
https://supabase.com/docs/guides/local-development/managing-config
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.config_keys import key_at
from analyzer.facts.config import Entry, Toml, scripts_of
from analyzer.finding import Place
from analyzer.project import Project
from analyzer.source import Span


@dataclass(frozen=True, slots=True)
class HostedConfig:
    """config.toml as a hosted project gets it. `remote` is "" for the file without any `[remotes.<name>]`."""

    remote: str
    toml: Toml
    why: Place  # what says that it gets there

    @property
    def name(self) -> str:
        """The hosted project, as the object of a sentence."""
        return f"`{self.remote}`" if self.remote else "the hosted project"

    def entry(self, *path: str) -> Entry | None:
        return self.toml.get(*path)

    def value(self, *path: str) -> str | int | float | bool | None:
        """What the setting is worth: as written, else the CLI's default."""
        entry = self.toml.get(*path)
        if entry is not None and entry.value.scalar is not None:
            return entry.value.scalar
        key = key_at(path)
        return None if key is None or isinstance(key.default, tuple) else key.default

    def place(self, *path: str) -> Span:
        """Where a finding about the setting stands: at it, else at the heading of the section it would be in."""
        entry = self.toml.get(*path)
        return entry.span if entry is not None else section_place(self.toml, *path, remote=self.remote)


def section_place(toml: Toml, *path: str, remote: str = "") -> Span:
    """The heading of the innermost section that `path` could be in; the start of the file if there is none."""
    prefixes = [("remotes", remote), ()] if remote else [()]
    for depth in range(len(path) - 1, -1, -1):
        for prefix in prefixes:
            section = toml.section(*prefix, *path[:depth]) if prefix or depth else None
            if section is not None:
                return section.span
    return Span(toml.path, 1, 1, 1, 1)


def hosted_configs(project: Project) -> Iterator[HostedConfig]:
    """The configurations that reach hosted projects: one for each remote; the base where it is pushed as it is."""
    toml = project.config
    if toml is None or toml.problem is not None:
        return
    remotes = toml.names("remotes")
    for name in remotes:
        section = toml.section("remotes", name)
        span = section.span if section else next(iter(toml.below("remotes", name))).span
        yield HostedConfig(name, toml.remote(name), Place(span, f"`[remotes.{name}]` configures a hosted project"))
    if not remotes:
        push = next(config_pushes(project), None)
        if push is not None:
            yield HostedConfig("", toml, Place(push, "this sends config.toml to the hosted project"))


def config_pushes(project: Project) -> Iterator[Span]:
    """The calls of `supabase config push`, in scripts first, then in what documents tell the reader to run."""
    documented = (script for document in project.documents for script in scripts_of(document))
    for script in (*project.scripts, *documented):
        for call in script.calls:
            if call.command == ("config", "push"):
                yield call.span
