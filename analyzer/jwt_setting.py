"""The change of `config.toml` that lets requests without a token reach a function."""

from __future__ import annotations

from analyzer.finding import Edit, Fix
from analyzer.project import EdgeFunction, Project
from analyzer.source import Span


def verify_jwt_off(project: Project, function: EdgeFunction, *, safe: bool) -> Fix | None:
    """Sets `verify_jwt = false` where the function has its settings, or declares it; None without a `config.toml`."""
    config, entry = project.config, function.verify_jwt.entry
    if entry is not None:
        title = f"set `verify_jwt = false` for `{function.slug}`"
        return Fix(title, safe, changes=(Edit(entry.value.span, "false"),))
    if config is None or config.problem is not None:
        return None
    title = f"declare `{function.slug}` with `verify_jwt = false`"
    section = config.section("functions", function.slug)
    if section is not None:
        return Fix(title, safe, changes=(Edit(section.end, "\nverify_jwt = false"),))
    ends = [section.end for section in config.sections] + [entry.value.span for entry in config.entries]
    if not ends:
        return None
    last = max(ends, key=lambda span: (span.end_line, span.end_column))
    behind = Span(config.path, last.end_line, last.end_column, last.end_line, last.end_column)
    return Fix(title, safe, changes=(Edit(behind, f"\n\n[functions.{function.slug}]\nverify_jwt = false"),))
