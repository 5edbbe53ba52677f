"""Who may call an edge function: what of the repository speaks of it, apart from itself."""

from __future__ import annotations

import re
from functools import lru_cache

from analyzer.database.walk import descendants
from analyzer.facts.config import Document
from analyzer.facts.sql import Do
from analyzer.facts.sql_query import Constant as SqlConstant
from analyzer.facts.sql_query import Node as SqlNode
from analyzer.facts.sql_query import Select
from analyzer.facts.typescript import Constant, Template
from analyzer.invocations import function_calls
from analyzer.layout import supabase_projects
from analyzer.project import EdgeFunction, Project
from analyzer.webhooks import provider_checks

# Clients in languages that are not read.
_OTHER_LANGUAGES = re.compile(r"\.(?:dart|swift|kts?|java|cs|go|rb|php|py|rs|m|gd|lua|ex|exs|scala|cpp)$")
# Pages with scripts of their own, which are not read either.
_PAGES = re.compile(r"(?:^|/)(?!index\.|404\.|500\.|offline\.|test)[^/]*\.html?$")
_NO_PAGES = re.compile(r"(?:^|/)(?:docs?|e?mails?|templates?|coverage|storybook|tests?|reports?|dist|build)/")
# What others call by its address, by what projects call it.
_CALLED_FROM_OUTSIDE = re.compile(
    r"webhook|hook(?:$|[-_])|callback|oauth|auth|cron|schedul|daily|hourly|weekly|nightly|monthly|job|worker|queue|process"
    r"|sync|cleanup|purge|expire|remind|digest|public|api|rss|feed|sitemap|og-|image|redirect|track|pixel|unsubscribe|embed"
    r"|widget|health|status|ping|mcp|proxy|ipn|notify|migrat|seed|setup|backfill|test|debug|bot|slack|discord|telegram|alexa"
    r"|monitor|report|export|import|ingest|event|listen|receive|inbound|incoming|trigger|main"
    r"|^handle-|^on-|preview|suppress|bounce",
    re.IGNORECASE,
)


def may_be_called_elsewhere(project: Project) -> bool:
    """Whether the repository holds clients that are not read, or belong to another project."""
    paths = project.listing.paths
    return (
        any(map(_OTHER_LANGUAGES.search, paths))
        or any(_PAGES.search(path) and not _NO_PAGES.search(path) for path in paths)
        or len(supabase_projects(paths)) > 1
    )


@lru_cache(maxsize=8)
def uncalled_functions(project: Project) -> tuple[EdgeFunction, ...]:
    """The edge functions that nothing of the repository calls or names, and that are not made for others to call."""
    if may_be_called_elsewhere(project) or not project.frontend_modules:
        return ()
    called = {call.slug for call in function_calls(project)} | set(project.declared.entrypoints)
    called |= {
        slug
        for file in project.files.values()
        for slug in file.addressed
        if f"/functions/{slug}/" not in f"/{file.path}"
    }
    open_ = [
        function
        for slug, function in project.functions.items()
        if function.entry is not None
        and function.enabled
        and slug not in called
        and not _CALLED_FROM_OUTSIDE.search(slug)
        and not provider_checks(project, slug)
    ]
    named = _named(project, open_)
    return tuple(function for function in open_ if function.slug not in named)


def _named(project: Project, functions: list[EdgeFunction]) -> set[str]:
    """Those whose name stands in a text of the code, of the configuration, or of a script or document."""
    if not functions:
        return set()
    pattern = re.compile(r"(?<![\w-])(?:" + "|".join(re.escape(one.slug) for one in functions) + r")(?![\w-])")
    folders = {one.slug: one.folder for one in functions}
    found: set[str] = set()

    def note(path: str, text: str) -> None:
        found.update(name for name in pattern.findall(text) if not path.startswith(f"{folders[name]}/"))

    for path in project.modules:
        nodes = project.program.index(path).nodes
        for node in nodes.get(Constant, ()):
            if isinstance(node, Constant) and isinstance(node.value, str):
                note(path, node.value)
        for node in nodes.get(Template, ()):
            if isinstance(node, Template):
                note(path, " ".join(node.texts))
    if project.config is not None:
        for entry in project.config.entries:
            note(project.config.path, entry.value.text or "")
    for function in project.hosted_database.functions():
        if isinstance(function.body, SqlNode) and project.hosted_database.own(function):
            for one in descendants(function.body):
                if isinstance(one, SqlConstant) and isinstance(one.value, str):
                    note("", one.value)
    for file in project.migrations:
        for statement in file.statements:
            if isinstance(statement, Select | Do):
                for one in descendants(statement):
                    if isinstance(one, SqlConstant) and isinstance(one.value, str):
                        note("", one.value)
    for script in project.scripts:
        for request in script.requests:
            note(script.path, request.function)
    for document in project.configs(Document):
        for block in document.scripts:
            for request in block.requests:
                note(document.path, request.function)
    return found
