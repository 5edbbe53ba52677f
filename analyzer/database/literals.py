"""Whether a string is a value of a type, as the type's input function decides."""

from __future__ import annotations

import json
import re

from analyzer.database.builtin import FIRST_OWN_OID
from analyzer.database.datatypes import DataType
from analyzer.database.rejected import Rejected
from analyzer.database.state import State
from analyzer.database.types import own_type, shown
from analyzer.facts.sql_query import Node

_UUID = re.compile(r"\{?(?:[0-9a-f]{4}-?){8}\}?\Z", re.IGNORECASE)
_INTEGER = re.compile(r"\s*[+-]?(?:\d+(?:_\d+)*|0x[0-9a-f]+|0o[0-7]+|0b[01]+)\s*\Z", re.IGNORECASE)
_NUMBER = re.compile(
    r"\s*(?:[+-]?(?:\d+(?:_?\d)*\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?(?:nan|inf(?:inity)?))\s*\Z", re.IGNORECASE
)
_TIME_SIGN = re.compile(r"\d|\b(?:now|today|tomorrow|yesterday|epoch|infinity|allballs)\b", re.IGNORECASE)
_BOOLEANS = {
    **dict.fromkeys(("t", "tr", "tru", "true", "y", "ye", "yes", "on", "1"), True),
    **dict.fromkeys(("f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0"), False),
}
_RANGES = {21: 2**15, 23: 2**31, 20: 2**63}
_NAMES = {21: "smallint", 23: "integer", 20: "bigint", 1700: "numeric", 700: "real", 701: "double precision"}
_DATETIMES = {
    1082: "date",
    1083: "time",
    1114: "timestamp",
    1184: "timestamp with time zone",
    1186: "interval",
    1266: "time with time zone",
}


def boolean(text: str) -> bool | None:
    """The boolean that the text means, or None."""
    return _BOOLEANS.get(text.strip().lower())


def check_literal(state: State, text: str, type_: DataType, node: Node | None) -> None:
    """Raises where PostgreSQL would not read the text as a value of the type.

    Raises:
        Rejected: with 22P02, 22003 or 22007.
    """
    if type_.array:
        stripped = text.strip()
        if not stripped.startswith("{") and not stripped.startswith("["):
            raise Rejected("22P02", f'malformed array literal: "{text}"', node)
        return
    oid = type_.oid
    if oid >= FIRST_OWN_OID:
        own = own_type(state, type_)
        if own is None:
            return
        if own.kind == "enum":
            if text not in own.labels:
                raise Rejected("22P02", f'invalid input value for enum {shown(state, type_)}: "{text}"', node)
            if (oid, text) in state.new_labels:
                message = f'unsafe use of new value "{text}" of enum type {shown(state, type_)}'
                raise Rejected("55P04", message, node)
        elif own.kind == "domain" and own.base is not None:
            check_literal(state, text, own.base, node)
        return
    if oid == 2950:
        if not _UUID.match(text.strip()):
            raise Rejected("22P02", f'invalid input syntax for type uuid: "{text}"', node)
    elif oid in _RANGES:
        if not _INTEGER.match(text):
            raise Rejected("22P02", f'invalid input syntax for type {_NAMES[oid]}: "{text}"', node)
        value = int(
            text.strip().replace("_", ""), 0 if text.strip().lower().lstrip("+-")[:2] in ("0x", "0o", "0b") else 10
        )
        if not -_RANGES[oid] <= value < _RANGES[oid]:
            raise Rejected("22003", f'value "{text}" is out of range for type {_NAMES[oid]}', node)
    elif oid in (1700, 700, 701):
        if not _NUMBER.match(text):
            raise Rejected("22P02", f'invalid input syntax for type {_NAMES[oid]}: "{text}"', node)
    elif oid == 16:
        if boolean(text) is None:
            raise Rejected("22P02", f'invalid input syntax for type boolean: "{text}"', node)
    elif oid in (114, 3802):
        _check_json(text, "json", node)
    elif oid in _DATETIMES and not _TIME_SIGN.search(text):
        code = "22007"
        raise Rejected(code, f'invalid input syntax for type {_DATETIMES[oid]}: "{text}"', node)
    elif oid == 2205 and text and not text.isdigit():
        _check_regclass(state, text, node)


def _check_json(text: str, name: str, node: Node | None) -> None:
    try:
        json.loads(text, parse_constant=_no_constant)
    except ValueError:
        raise Rejected("22P02", f"invalid input syntax for type {name}", node) from None
    except RecursionError:
        return


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check_regclass(state: State, text: str, node: Node | None) -> None:
    from analyzer.database.lookup import class_from_text

    if class_from_text(state, text) is None:
        raise Rejected("42P01", f'relation "{text}" does not exist', node, subject=text)
