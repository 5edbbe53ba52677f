"""Each setting of a project: who reads it, where it is declared, whether it is set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzer.environment import Variable, has_substitute, near_built_ins, variables
from analyzer.facts.config import NameRead
from analyzer.platform import FUNCTION_VARIABLES, HOSTED_VARIABLES, PROJECT_REF, RESERVED_PREFIX
from analyzer.project import Project
from analyzer.source import Span
from analyzer.variable_drift import drifts

# `platform`: the platform sets it. `reserved`: nothing can set it. `provided`: `supalint.toml` says that it is set.
# `unknown`: nothing in the repository can tell. `elsewhere`: no edge function reads it.
State = Literal["set", "not set", "platform", "reserved", "provided", "unknown", "elsewhere"]


@dataclass(frozen=True, slots=True)
class EnvRow:
    """One setting. Functions are named by slug, files by path; `declared` has each place with what it is."""

    name: str
    state: State
    optional: bool  # whether each function that reads it has a value of its own to go on with
    functions: tuple[str, ...]
    code: tuple[str, ...]  # front ends and servers that are not edge functions
    workflows: tuple[str, ...]
    scripts: tuple[str, ...]
    declared: tuple[tuple[str, Span | None], ...]
    partners: tuple[str, ...]  # other names of the same setting

    @property
    def missing(self) -> bool:
        """Whether somebody has to set it, as far as is known."""
        return self.state in ("not set", "unknown") and bool(self.functions) and not self.optional


@dataclass(frozen=True, slots=True)
class EnvTable:
    """All settings, in order; `unread` are secrets that are set and that no edge function reads."""

    rows: tuple[EnvRow, ...]
    commands: tuple[str, ...]  # that would set what is missing, without values
    unread: tuple[str, ...]


def env_table(project: Project, known: frozenset[str] | None = None) -> EnvTable:
    """The settings of a project. `known` are the names of the secrets that are set, where that is known."""
    partners: dict[str, set[str]] = {}
    for drift in drifts(project):
        partners.setdefault(drift.kept.name, set()).add(drift.dropped.name)
        partners.setdefault(drift.dropped.name, set()).add(drift.kept.name)
    for name, (meant, _) in near_built_ins(project).items():
        partners.setdefault(name, set()).add(meant)
    workflows: dict[str, set[str]] = {}
    for workflow in project.workflows:
        for read in workflow.reads:
            _add(workflows, read)
    scripts: dict[str, set[str]] = {}
    for script in project.scripts:
        for read in script.reads:
            _add(scripts, read)
    found = variables(project)
    secrets = {read.name for workflow in project.workflows for read in workflow.reads if read.origin == "secrets"}
    rows = tuple(
        _row(project, found.get(name) or Variable(name, (), ()), known, partners, workflows, scripts)
        for name in sorted({*found, *secrets})
    )
    read_by_functions = {row.name for row in rows if row.functions}
    unread = tuple(sorted((known or frozenset()) - read_by_functions - FUNCTION_VARIABLES - HOSTED_VARIABLES))
    return EnvTable(rows, _commands(project, rows), unread)


def _add(found: dict[str, set[str]], read: NameRead) -> None:
    found.setdefault(read.name, set()).add(read.span.path)


def _row(
    project: Project,
    variable: Variable,
    known: frozenset[str] | None,
    partners: dict[str, set[str]],
    workflows: dict[str, set[str]],
    scripts: dict[str, set[str]],
) -> EnvRow:
    name = variable.name
    by_functions = [read for read in variable.reads if read.functions]
    return EnvRow(
        name,
        _state(project, variable, known),
        bool(by_functions) and all(has_substitute(project, read) for read in by_functions),
        variable.functions,
        tuple(sorted({read.span.path for read in variable.reads if not read.functions})),
        tuple(sorted(workflows.get(name, ()))),
        tuple(sorted(scripts.get(name, set()) - workflows.get(name, set()))),
        tuple((one.by, one.span) for one in variable.declarations),
        tuple(sorted(partners.get(name, ()))),
    )


def _state(project: Project, variable: Variable, known: frozenset[str] | None) -> State:
    name = variable.name
    if not variable.functions:
        return "elsewhere"
    if name in FUNCTION_VARIABLES or name in HOSTED_VARIABLES:
        return "platform"
    if name.startswith(RESERVED_PREFIX):
        return "reserved"
    if known is not None:
        return "set" if name in known else "not set"
    return "provided" if name in project.declared.provided else "unknown"


def _commands(project: Project, rows: tuple[EnvRow, ...]) -> tuple[str, ...]:
    """One command for each setting that is missing; its value is taken from the shell's variable of the same name."""
    entry = project.config.get("project_id") if project.config is not None else None
    text = entry.value.text if entry is not None else None
    ref = text if text and PROJECT_REF.match(text) else '"$PROJECT_REF"'
    set_ = {row.name for row in rows if row.state in ("set", "provided")}
    commands = []
    for row in rows:
        if row.missing and FUNCTION_VARIABLES.isdisjoint(row.partners):  # a near miss is renamed, not set
            same = [name for name in row.partners if name in set_]
            value = f'"${same[0] if same else row.name}"'
            commands.append(f"supabase secrets set {row.name}={value} --project-ref {ref}")
    return tuple(commands)
