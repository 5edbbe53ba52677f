"""The environment variables that a repository mentions, wherever it does."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.facts.config import Setting, scripts_of
from analyzer.project import Project


def mentioned_variables(project: Project) -> frozenset[str]:
    """Every name that an environment file, a script, a workflow, a document or `supalint.toml` holds."""
    return frozenset(_names(project))


def _names(project: Project) -> Iterator[str]:
    yield from project.declared.provided
    for file in project.env_files:
        yield from (entry.name for entry in file.entries)
    for workflow in project.workflows:
        yield from (read.name for read in workflow.reads)
        yield from _settings(workflow.env)
        for job in workflow.jobs:
            yield from _settings(job.env)
            for step in job.steps:
                yield from _settings(step.env)
    documented = (script for document in project.documents for script in scripts_of(document))
    for script in (*project.scripts, *documented):
        yield from (assignment.name for assignment in script.assignments)
        yield from (read.name for read in script.reads)
        for call in script.calls:
            if call.command == ("secrets", "set"):
                yield from (word.text.partition("=")[0] for word in call.arguments)
    for document in project.documents:
        yield from (mention.name for mention in document.mentions)


def _settings(settings: tuple[Setting, ...]) -> Iterator[str]:
    return (setting.name for setting in settings)
