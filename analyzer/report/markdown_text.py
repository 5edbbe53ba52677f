"""Text of a repository inside a Markdown document, where it can neither format nor call anybody."""

from __future__ import annotations

import re

from analyzer.report.display import visible

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~$&]")
_SIGN_OF_A_CALL = "@\N{ZERO WIDTH SPACE}"  # `@name` would notify whoever is called so


def plain(text: str) -> str:
    """`text` as words: every sign that Markdown or HTML might read is written as its number."""
    text = visible(" ".join(text.split()))
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", text).replace("@", _SIGN_OF_A_CALL)


def code(text: str) -> str:
    """`text` as code, also in the cell of a table."""
    return f"<code>{_SPECIAL.sub(lambda match: f'&#{ord(match[0])};', visible(text))}</code>"


def sentence(text: str) -> str:
    """A message, whose names between backticks become code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return plain(text)
    # white space at the ends of a part separates it from the next
    return "".join(code(part) if index % 2 else _with_ends(part) for index, part in enumerate(parts))


def _with_ends(part: str) -> str:
    if not part.strip():
        return " " if part else ""
    before = " " if part[0].isspace() else ""
    after = " " if part[-1].isspace() else ""
    return f"{before}{plain(part)}{after}"
