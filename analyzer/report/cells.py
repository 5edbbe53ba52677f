"""Names of a repository as cells of a Markdown table."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.report.display import visible


def code(names: Iterable[str]) -> str:
    """Names for a cell; what would end the cell or the code is taken out."""
    return ", ".join(f"`{visible(name).replace('|', '/').replace('`', '')}`" for name in names)
