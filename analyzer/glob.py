"""Path patterns as in `.gitignore`: `*`, `?`, `[a-z]`, `**` and `{a,b}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

_MOST_ALTERNATIVES = 256  # of braces in one pattern: more is a mistake, and would take long to compile


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Tells whether one of `patterns` matches a path (from the root, with `/`).

    A pattern without a slash matches a file or folder of that name at any depth; one with a slash matches
    from the root. A pattern that matches a folder matches all that is in it.
    """
    expressions = [_expression(pattern) for pattern in patterns]
    if not expressions:
        return lambda path: False  # noqa: ARG005 - no pattern, no match
    joined = re.compile("|".join(expressions))
    return lambda path: joined.match(path) is not None


@lru_cache(maxsize=512)
def _expression(pattern: str) -> str:
    choices = [_translate(choice) for choice in _alternatives(pattern)]
    return f"(?:{'|'.join(choices)})(?:/.*)?\\Z"


def _translate(pattern: str) -> str:
    body = pattern.removeprefix("./").strip("/") if pattern.strip("/") else pattern
    anchored = "/" in pattern.rstrip("/")
    out = [] if anchored else ["(?:.*/)?"]
    position = 0
    while position < len(body):
        rest = body[position:]
        if rest.startswith("**/"):
            out.append("(?:[^/]+/)*")
            position += 3
        elif rest.startswith("**"):
            out.append(".*")
            position += 2
        elif rest[0] == "*":
            out.append("[^/]*")
            position += 1
        elif rest[0] == "?":
            out.append("[^/]")
            position += 1
        elif rest[0] == "[" and (end := rest.find("]", 2)) > 0:
            inner = rest[1:end].replace("\\", "\\\\").replace("[", "\\[").replace("&&", "&\\&").replace("~~", "~\\~")
            inner = f"^{inner[1:]}" if inner[0] in "!^" else inner
            out.append(f"(?!/)[{inner}]" if _compiles(f"[{inner}]") else re.escape(rest[: end + 1]))
            position += end + 1
        else:
            out.append(re.escape(rest[0]))
            position += 1
    return "".join(out)


def _compiles(expression: str) -> bool:
    try:
        re.compile(expression)
    except re.error:
        return False
    return True


def _alternatives(pattern: str) -> list[str]:
    """The patterns that `{a,b}` stands for; braces that do not close are themselves."""
    found: list[str] = []
    pending = [pattern]
    while pending:
        current = pending.pop()
        match = re.search(r"\{([^{}]*,[^{}]*)\}", current)
        if match is None or len(found) + len(pending) >= _MOST_ALTERNATIVES:
            found.append(current)
            continue
        before, after = current[: match.start()], current[match.end() :]
        pending += [f"{before}{choice}{after}" for choice in match[1].split(",")]
    return sorted(set(found))
