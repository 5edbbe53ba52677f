"""The grammar of option lists: WITH (name = value), OPTIONS (name 'value') and sequences' options."""

from __future__ import annotations

from typing import Literal

from analyzer.facts.sql_ddl import Option
from analyzer.sql import type_names
from analyzer.sql.cursor import Cursor
from analyzer.sql.strings import string_value
from analyzer.sql.tokens import NUMBER, OPERATOR, RESERVED_WORD, STRING, TYPE_WORD


def parenthesized(p: Cursor) -> tuple[Option, ...]:
    """`(name = value, ...)` (reloptions, definition)."""
    return p.parenthesized(_option)


def with_options(p: Cursor) -> tuple[Option, ...]:
    """`WITH (...)`, or nothing."""
    if p.at("with", "("):
        p.i += 1
        return parenthesized(p)
    return ()


def _option(p: Cursor) -> Option:
    start = p.start
    name = p.label().text
    if p.accept("."):
        name = f"{name}.{p.label().text}"
    value = option_value(p) if p.accept("=") else None
    return Option(start, p.end, name, value)


def option_value(p: Cursor) -> str:
    """A value as decoded text: a word, a string, a number, an operator or a type (def_arg)."""
    i = p.i
    kind = p.classes[i]
    key = p.keys[i]
    if kind == STRING:
        p.i += 1
        return string_value(p.slice(i))
    if kind == NUMBER or key in ("+", "-"):
        return number(p)
    if kind == OPERATOR:
        p.i += 1
        return key
    if key == "operator" and p.keys[i + 1] == "(":
        start = p.start
        while not p.accept(")"):
            p.i += 1
        return p.text[start : p.end]
    if kind == RESERVED_WORD or key == "none":
        p.i += 1
        return key
    if kind <= TYPE_WORD:
        if p.keys[i + 1] in (",", ")"):
            return p.label().text
        start = p.start
        type_names.function_type(p)
        return p.text[start : p.end]
    raise p.rejected()


def number(p: Cursor) -> str:
    """A number with its sign, as text (NumericOnly)."""
    sign = "-" if p.keys[p.i] == "-" else ""
    if p.keys[p.i] in ("+", "-"):
        p.i += 1
    i = p.i
    if p.classes[i] != NUMBER:
        raise p.rejected()
    p.i += 1
    return sign + p.slice(i)


def foreign(p: Cursor) -> tuple[Option, ...]:
    """`OPTIONS (name 'value', ...)`, or nothing."""
    if not p.at("options", "("):
        return ()
    p.i += 1
    return p.parenthesized(_foreign_option)


def _foreign_option(p: Cursor) -> Option:
    start = p.start
    name = p.label().text
    value = p.string()
    return Option(start, p.end, name, value)


def altered_foreign(p: Cursor) -> tuple[Option, ...]:
    """`OPTIONS (ADD name 'value', SET ..., DROP name)`."""
    p.expect("options")
    return p.parenthesized(_altered_option)


def _altered_option(p: Cursor) -> Option:
    start = p.start
    action: Literal["", "set", "add", "drop"] = ""
    key = p.keys[p.i]
    if key in ("set", "add", "drop") and p.classes[p.i + 1] <= RESERVED_WORD:
        p.i += 1
        action = "set" if key == "set" else "add" if key == "add" else "drop"
    name = p.label().text
    value = None if action == "drop" else p.string()
    return Option(start, p.end, name, value, action)


_SEQUENCE_STARTS = frozenset(
    {"as", "cache", "cycle", "increment", "maxvalue", "minvalue", "no", "owned", "sequence", "start", "restart"}
    | {"logged", "unlogged"}
)


def sequence(p: Cursor) -> tuple[Option, ...]:
    """The options of a sequence, as far as they go (SeqOptList)."""
    found = []
    while p.keys[p.i] in _SEQUENCE_STARTS:
        found.append(sequence_option(p))
    return tuple(found)


def sequence_option(p: Cursor) -> Option:
    """One option of a sequence: `owned by` has a dotted name, `as` a type's name."""
    start = p.start
    key = p.keys[p.i]
    p.i += 1
    value: str | None = None
    match key:
        case "as":
            value = type_names.simple_type(p)[0][-1]
        case "cycle" | "logged" | "unlogged":
            value = "true" if key == "cycle" else None
        case "no":
            key = p.accept_any(frozenset({"maxvalue", "minvalue", "cycle"}))
            if not key:
                raise p.rejected()
            value = "false" if key == "cycle" else None
            key = key if key == "cycle" else f"no {key}"
        case "owned":
            p.expect("by")
            key, value = "owned by", str(p.qualified_name())
        case "sequence":
            p.expect("name")
            key, value = "sequence name", str(p.qualified_name())
        case "restart":
            required = p.accept("with")
            if required or p.classes[p.i] == NUMBER or p.keys[p.i] in ("+", "-"):
                value = number(p)
        case "cache" | "maxvalue" | "minvalue":
            value = number(p)
        case "increment" | "start":
            p.accept("by" if key == "increment" else "with")
            value = number(p)
        case _:
            p.i -= 1
            raise p.rejected()
    return Option(start, p.end, key, value)
