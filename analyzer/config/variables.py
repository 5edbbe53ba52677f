"""What the variables of a script can hold."""

from __future__ import annotations

import re

from analyzer.facts.config import Script, Word

_VARIABLE = re.compile(r"^\$(?:\{(?P<braced>[A-Za-z_]\w*)(?:\[[@*]\])?\}|(?P<plain>[A-Za-z_]\w*))$")
_DEEPEST = 4  # variables that are set from variables


def literal_values(script: Script, word: Word) -> tuple[str, ...] | None:
    """Every value that the word can have in the script, in order; None if it is not known."""
    found = _values(script, word, 0)
    return None if found is None else tuple(dict.fromkeys(found))


def _values(script: Script, word: Word, depth: int) -> list[str] | None:
    if word.literal:
        return word.text.split()
    match = _VARIABLE.match(word.text)
    if match is None or depth >= _DEEPEST:
        return None
    name = match["braced"] or match["plain"]
    values: list[str] = []
    for assignment in script.assignments:
        if assignment.name == name:
            inner = None if assignment.value is None else _values(script, assignment.value, depth + 1)
            if inner is None:
                return None
            values.extend(inner)
    return values or None
