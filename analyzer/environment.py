"""The settings of a project: where each variable of the environment is read, and where it is declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from analyzer.facts.config import Script, Setting, scripts_of
from analyzer.facts.typescript import Binary, Cast, Node
from analyzer.platform import RESERVED_PREFIX, built_in_meant
from analyzer.project import Project
from analyzer.source import Span
from analyzer.typescript.environment import EnvironmentRead, environment_reads

Declarer = Literal["env file", "config", "secrets set", "workflow", "script", "document", "supalint.toml"]


@dataclass(frozen=True, slots=True)
class VariableRead:
    """One place that reads a variable. `functions` are the edge functions whose code it is part of, by slug."""

    name: str
    read: EnvironmentRead
    span: Span
    functions: tuple[str, ...]

    @property
    def alternatives(self) -> tuple[str, ...]:
        """The other variables of a chain `A || B || C` that this one is read in."""
        return _alternatives(self.read)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A place that says that a variable is to be set."""

    name: str
    by: Declarer
    span: Span | None  # None: in `supalint.toml`


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the environment with all that the repository says of it, in the order of the files."""

    name: str
    reads: tuple[VariableRead, ...]
    declarations: tuple[Declaration, ...]

    @property
    def functions(self) -> tuple[str, ...]:
        """The edge functions that read it, in order."""
        return tuple(sorted({slug for read in self.reads for slug in read.functions}))


@lru_cache(maxsize=16)
def variables(project: Project) -> Mapping[str, Variable]:
    """Every variable that is read or declared, by name. Reads whose name is computed are left out."""
    reads: dict[str, list[VariableRead]] = {}
    for read in _reads(project):
        reads.setdefault(read.name, []).append(read)
    declarations: dict[str, list[Declaration]] = {}
    for declaration in _declarations(project):
        declarations.setdefault(declaration.name, []).append(declaration)
    return {
        name: Variable(name, tuple(reads.get(name, ())), tuple(declarations.get(name, ())))
        for name in sorted({*reads, *declarations})
    }


@lru_cache(maxsize=16)
def mentioned_variables(project: Project) -> frozenset[str]:
    """Every name that an environment file, a script, a workflow, a document or `supalint.toml` holds."""
    names = {declaration.name for declaration in _declarations(project)}
    names.update(read.name for workflow in project.workflows for read in workflow.reads)
    names.update(read.name for script in _scripts(project) for read in script.reads)
    names.update(mention.name for document in project.documents for mention in document.mentions)
    return frozenset(names)


@lru_cache(maxsize=16)
def near_built_ins(project: Project) -> Mapping[str, tuple[str, tuple[VariableRead, ...]]]:
    """Names that functions need, that nothing declares, and that are nearly one of the platform's.

    Each has the name that is meant, and the reads that nothing stands in for. Names with the platform's own prefix are
    left out: nothing can set them at all.
    """
    mentioned = mentioned_variables(project)
    found: dict[str, tuple[str, tuple[VariableRead, ...]]] = {}
    for name, variable in variables(project).items():
        if name in mentioned or name.startswith(RESERVED_PREFIX) or (meant := built_in_meant(name)) is None:
            continue
        right = variables(project).get(meant)
        beside = {read.span for read in right.reads} if right is not None else set()  # a list of names, tried in turn
        reads = tuple(read for read in variable.reads if read.functions)
        if reads and not any(read.span in beside or has_substitute(project, read) for read in reads):
            found[name] = (meant, reads)
    return found


@lru_cache(maxsize=16)
def named_elsewhere(project: Project) -> frozenset[str]:
    """The names of variables, and parts of names, that code and files in other languages hold.

    `SENTRY_DSN` of a `docker-compose.yml` is one, `PRICE_` of a `PRICE_${plan}`; what only declares is left out.
    """
    return frozenset(name for file in project.files.values() for name in file.names)


def can_do_without(project: Project, read: VariableRead) -> bool:
    """Whether something else stands in where the variable is not set, or the code asks whether it is."""
    if read.read.fallback is not None or (read.read.guarded and not read.read.asserted):
        return True
    return _is_second(project, read)


def has_substitute(project: Project, read: VariableRead) -> bool:
    """Whether another value is taken where the variable is not set; the empty string and nothing are none."""
    from analyzer.typescript.values import Known, Undefined, options

    fallback = read.read.fallback
    if fallback is None:
        return _is_second(project, read)
    return any(
        not isinstance(one, Undefined) and not (isinstance(one, Known) and one.value in ("", None))
        for one in options(fallback.value)
    )


def _is_second(project: Project, read: VariableRead) -> bool:
    """Whether it is the `B` of `A ?? B`."""
    node: Node = read.read.site.node
    while isinstance(parent := project.program.parent(read.span.path, node), Cast):
        node = parent
    return isinstance(parent, Binary) and parent.operator in ("??", "||") and parent.right is node


def _reads(project: Project) -> Iterator[VariableRead]:
    users = _users(project)
    for path, module in project.modules.items():
        for read in environment_reads(project.program, path):
            if read.name:
                span = module.lines.span(read.site.node.start, read.site.node.end)
                yield VariableRead(read.name, read, span, users.get(path, ()))


def _users(project: Project) -> dict[str, tuple[str, ...]]:
    """The functions that each module is part of."""
    users: dict[str, list[str]] = {}
    for slug, function in project.functions.items():
        for module in function.modules:
            users.setdefault(module.path, []).append(slug)
    return {path: tuple(slugs) for path, slugs in users.items()}


def _alternatives(read: EnvironmentRead) -> tuple[str, ...]:
    from analyzer.typescript.values import Environment, options

    if read.fallback is None:
        return ()
    return tuple(
        option.name for option in options(read.fallback.value) if isinstance(option, Environment) and option.name
    )


def _declarations(project: Project) -> Iterator[Declaration]:
    yield from (Declaration(name, "supalint.toml", None) for name in project.declared.provided)
    for file in project.env_files:
        yield from (Declaration(entry.name, "env file", entry.key) for entry in file.entries)
    for entry in project.config.below("edge_runtime", "secrets") if project.config is not None else ():
        if len(entry.path) == 3:
            yield Declaration(entry.path[2].upper(), "config", entry.key)
    for workflow in project.workflows:
        yield from _set_by(workflow.env)
        for job in workflow.jobs:
            yield from _set_by(job.env)
            for step in job.steps:
                yield from _set_by(step.env)
    for script in project.scripts:
        yield from (Declaration(one.name, "script", one.span) for one in script.assignments)
        yield from _secrets_set(script)
    for document in project.documents:
        for script in scripts_of(document):
            yield from _secrets_set(script)
        yield from (Declaration(one.name, "document", one.span) for one in document.mentions if one.declared)


def _set_by(settings: Iterable[Setting]) -> Iterator[Declaration]:
    return (Declaration(setting.name, "workflow", setting.key) for setting in settings)


def _secrets_set(script: Script) -> Iterator[Declaration]:
    """`supabase secrets set NAME=value ...`: https://supabase.com/docs/guides/functions/secrets"""
    for call in script.calls:
        if call.command == ("secrets", "set"):
            for word in call.arguments:
                name, equals, _ = word.text.partition("=")
                if equals:
                    yield Declaration(name, "secrets set", word.span)


def _scripts(project: Project) -> Iterator[Script]:
    yield from project.scripts
    for document in project.documents:
        yield from scripts_of(document)
