"""Deploys of functions without the platform's JWT check, which go over `config.toml`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from analyzer.config.variables import literal_values
from analyzer.facts.config import scripts_of
from analyzer.project import Project
from analyzer.source import Span


@dataclass(frozen=True, slots=True)
class OpenDeploy:
    """A `supabase functions deploy ... --no-verify-jwt`.

    `functions` are those that it names, `None` if it deploys all of them. `known` is false where it names some by
    variables whose values the script does not hold. `told`: a document tells somebody to run it.

    https://github.com/supabase/cli/blob/develop/apps/cli-go/internal/functions/deploy/deploy.go
    """

    span: Span  # of the flag
    functions: frozenset[str] | None
    known: bool
    told: bool


@lru_cache(maxsize=16)
def open_deploys(project: Project) -> tuple[OpenDeploy, ...]:
    """The deploys without the check in scripts, workflows and `package.json`, then those in documents."""
    return tuple(_open_deploys(project))


def opened_by(project: Project, slug: str) -> Span | None:
    """What certainly deploys the function without the check. A document counts where it names the function."""
    for deploy in open_deploys(project):
        if slug in deploy.functions if deploy.functions is not None else deploy.known and not deploy.told:
            return deploy.span
    return None


def may_be_opened(project: Project, slug: str) -> bool:
    """Whether something deploys the function without the check, or functions that are not known."""
    return any(
        not deploy.known or deploy.functions is None or slug in deploy.functions for deploy in open_deploys(project)
    )


def _open_deploys(project: Project) -> Iterator[OpenDeploy]:
    told = (script for document in project.documents for script in scripts_of(document))
    for script, is_told in (*((one, False) for one in project.scripts), *((one, True) for one in told)):
        for call in script.calls:
            flag = call.flag("--no-verify-jwt") if call.command == ("functions", "deploy") else None
            if flag is None or (flag.value is not None and flag.value.text == "false"):
                continue
            given = [literal_values(script, word) for word in call.arguments]
            names = frozenset(name for values in given if values for name in values)
            yield OpenDeploy(flag.span, names or None, None not in given, is_told)
