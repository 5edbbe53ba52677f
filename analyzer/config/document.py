"""A Markdown document -> the variables that it names, the commands and values that it tells the reader."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from analyzer.config.outline import statements
from analyzer.config.places import Places
from analyzer.config.shell import shell_script
from analyzer.facts.config import Document, Mention, Script
from analyzer.source import Source

_FENCE = re.compile(r"^[ \t>]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w.+-]*)[^\n]*$", re.MULTILINE)
_NAME = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]")  # what stands around it is looked at for the few that match
_JOINED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_LINE_START = re.compile(r"""[ \t>]*(?:[#$%][ \t]+)?(?:export[ \t]+|set[ \t]+|[-*|+][ \t]*)?["'*]*""")
_SHELLS = frozenset(
    {"", "sh", "bash", "shell", "console", "zsh", "terminal", "shellsession", "cmd", "powershell", "text"}
)


def document(source: Source) -> Document:
    """The facts of a Markdown document."""
    text = source.text
    told = statements(text)
    if "supabase" not in text and "_" not in text:
        return Document(source.path, statements=told)
    places = Places.of(source)
    blocks = list(_blocks(text))
    mentions = tuple(_mentions(text, blocks, places))
    scripts = tuple(_scripts(text, blocks, places))
    return Document(source.path, mentions, scripts, told)


def _mentions(text: str, blocks: list[tuple[int, int, str]], places: Places) -> Iterator[Mention]:
    """Names in inline code, and names that begin a line: of a code block, a list or a table."""
    starts = [start for start, _, _ in blocks]
    for match in _NAME.finditer(text):
        start, end = match.span()
        before, follows = text[max(start - 1, 0) : start], text[end : end + 1]
        if before in _JOINED or before in ("$", ".", "{", "/", "-") or follows in _JOINED:
            continue
        if before == "`" and follows in ("`", "="):
            declared = False
        else:
            line_start = text.rfind("\n", 0, start) + 1
            if not _LINE_START.fullmatch(text, line_start, start):
                continue
            block = bisect_right(starts, start) - 1
            inside = block >= 0 and start < blocks[block][1]
            declared = inside and text[end : end + 4].lstrip(" \t\"'")[:1] in ("=", ":")
        yield Mention(match[0], declared, places.characters(start, end))


def _blocks(text: str) -> Iterator[tuple[int, int, str]]:
    """The start, end and language of each fenced block."""
    opened: re.Match[str] | None = None
    for match in _FENCE.finditer(text):
        if opened is None:
            opened = match
        elif match["fence"].startswith(opened["fence"]) and not match["language"]:
            yield min(opened.end() + 1, len(text)), match.start(), opened["language"].lower()
            opened = None
    if opened is not None:
        yield min(opened.end() + 1, len(text)), len(text), opened["language"].lower()


def _scripts(text: str, blocks: list[tuple[int, int, str]], places: Places) -> Iterator[Script]:
    for start, end, language in blocks:
        if language in _SHELLS and "supabase" in text[start:end]:
            script = shell_script(places.slice(start, end))
            if script.calls:
                yield script
