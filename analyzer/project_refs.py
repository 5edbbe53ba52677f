"""The hosted projects that the application's code names by their address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.facts.typescript import Constant, Template
from analyzer.platform import PROJECT_HOST
from analyzer.project import Project
from analyzer.source import Span
from analyzer.typescript.walk import inside

# Where a client is made or its address is kept; what other modules say of hosts is content.
_SETTINGS = re.compile(
    r"(?:supabase|client|config|env|constants?|settings)[\w.-]*(?:/index)?\.[cm]?[jt]sx?$", re.IGNORECASE
)


def addressed_projects(project: Project) -> Iterator[tuple[str, Span]]:
    """The references of projects in addresses at the top level of modules that configure the application, in order."""
    for module in project.frontend_modules:
        if not _SETTINGS.search(module.path):
            continue
        for statement in module.body:
            for node in inside(statement):
                text = node.value if isinstance(node, Constant) else None
                if isinstance(node, Template):
                    text = "".join(node.texts)
                match = PROJECT_HOST.search(text) if isinstance(text, str) else None
                if match is not None:
                    yield match["ref"], module.lines.span(node.start, node.end)
