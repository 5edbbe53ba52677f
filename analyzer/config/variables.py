"""What the variables of a script can hold."""

from __future__ import annotations

import re

from analyzer.facts.config import Script, Word

_VARIABLE = re.compile(r"^\$(?:\{(?P<braced>[A-Za-z_]\w*)(?:\[[@*]\])?\}|(?P<plain>[A-Za-z_]\w*))$")


def literal_values(script: Script, word: Word) -> tuple[str, ...] | None:
    """Every value that the word can have in the script, in order; None if it is not known."""
    found = _values(script, word, frozenset())
    return None if found is None else tuple(dict.fromkeys(found))


def _values(script: Script, word: Word, open_names: frozenset[str]) -> list[str] | None:
    if word.literal:
        return word.text.split()
    match = _VARIABLE.match(word.text)
    if match is None:
        return None
    name = match["braced"] or match["plain"]
    if name in open_names:  # a list that is filled from itself gains nothing
        return []
    values: list[str] = []
    assignments = [assignment for assignment in script.assignments if assignment.name == name]
    for assignment in assignments:
        inner = None if assignment.value is None else _values(script, assignment.value, open_names | {name})
        if inner is None:
            return None
        values.extend(inner)
    return values if assignments else None
